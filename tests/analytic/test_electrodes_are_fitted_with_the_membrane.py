"""A leak of the electrode and a series resistance are fitted with the membrane, as closed forms say."""

import numpy as np
import pytest

import loligo as lo
from loligo.fitting.electrode import SeriesClamped, with_electrode, without_electrode

STEPS = lo.Step(40.0, start=2, stop=8) + lo.Step(-30.0, start=11, stop=15)
G, E, C, R = 0.5, -60.0, 1.2, 0.4  # mS/cm², mV, µF/cm², kΩ cm²
PASSIVE = lo.Membrane(lo.Channel("leak", g=G, E=E), C=C)


def behind(t, g=G, reversal=E, capacitance=C, resistance=R, holding=-70.0):
    """The current of a passive membrane behind a resistance: each step relaxes with C / (g + 1/R)."""
    total, tau = g + 1 / resistance, capacitance / (g + 1 / resistance)
    v = (g * reversal + holding / resistance) / total
    command = np.full(t.shape, holding)
    v = np.full(t.shape, v)
    for size, start, stop in ((40.0, 2, 8), (-30.0, 11, 15)):
        for sign, edge in ((1, start), (-1, stop)):
            after = t >= edge
            v[after] += sign * size / resistance / total * -np.expm1(-(t[after] - edge) / tau)
            command[after] += sign * size
    return (command - v) / resistance


def test_a_series_resistance_gives_the_closed_form_and_its_derivatives():
    t = np.sort(np.random.default_rng(1).uniform(0, 20, 150))
    sweep = lo.Sweep(t, current=np.zeros(t.size), command=STEPS, holding=-70)
    names, values = ["g_leak", "C", "series_resistance"], np.array([G, C, R])
    clamped = SeriesClamped(with_electrode(PASSIVE, ["series_resistance"]), [sweep], names)
    ((current, slopes),) = clamped(values)
    assert np.abs(current - behind(t)).max() < 1e-6 * np.ptp(current)
    for k in range(3):
        ends = [values.copy(), values.copy()]
        ends[0][k] *= 1 - 1e-5
        ends[1][k] *= 1 + 1e-5
        below, above = (behind(t, g, E, c, r) for g, c, r in ends)
        expected = (above - below) / (ends[1][k] - ends[0][k])
        assert np.abs(slopes[:, k] - expected).max() < 1e-5 * np.abs(expected).max(), names[k]


def test_what_a_step_through_a_resistance_tells_is_found():
    t = np.arange(0, 20, 0.05)
    noisy = behind(t) + np.random.default_rng(2).normal(0, 0.3, t.size)
    sweep = lo.Sweep(t, current=noisy, command=STEPS, holding=-70)
    bounds = {"g_leak": (0.1, 2), "C": (0.3, 3), "series_resistance": (0.05, 2)}
    found = lo.fit(PASSIVE, sweep, bounds, starts=2, threads=1, noise=0.3)
    for name, value in (("g_leak", G), ("C", C), ("series_resistance", R)):
        assert abs(found.values[name] - value) < 4 * found.errors[name]
        assert found.errors[name] < 0.05 * value
    assert found.unit("series_resistance") == "kΩ cm²"
    assert found.membrane == PASSIVE.replace(g_leak=found.values["g_leak"], C=found.values["C"])
    known = lo.fit(
        PASSIVE, sweep, {"g_leak": (0.1, 2), "C": (0.3, 3)}, tied={"series_resistance": R}, starts=1, noise=0.3
    )
    assert known.errors["g_leak"] < found.errors["g_leak"]


def potassium():
    gate = lo.Gate("n", inf="1/(1 + exp(-(v + 40)/8))", tau="1.5")
    return lo.Membrane(lo.Channel("K", g=20.0, E=-85.0, open=gate))


def test_a_small_resistance_is_the_voltage_clamp_itself():
    t = np.arange(0, 10, 0.25)
    ramp = lo.Ramp(60.0, start=1, stop=9)
    sweep = lo.Sweep(t, current=np.zeros(t.size), command=ramp, holding=-65)
    clamp = lo.voltage_clamp(potassium(), ramp, 10, holding=-65, sampling=t)
    expected, off = clamp.ionic_current + 7.5 * ((t > 1) & (t < 9)), []  # C dv/dt along the ramp
    clamped = SeriesClamped(with_electrode(potassium(), ["series_resistance"]), [sweep], ["g_K", "series_resistance"])
    for resistance in (4e-3, 2e-3):
        ((current, _),) = clamped(np.array([20.0, resistance]))
        off.append(np.abs(current - expected)[(t != 1) & (t != 9)].max())
    assert off[1] < 0.05 * np.ptp(clamp.ionic_current)
    assert off[0] == pytest.approx(2 * off[1], rel=0.15)  # of first order in R


def test_a_leak_of_the_electrode_is_a_linear_regression():
    rng = np.random.default_rng(3)
    channel = potassium()
    made = lo.voltage_clamp(channel, STEPS, 20, holding=-70, sampling=0.05)
    current = made.ionic_current + 0.4 * (made.v + 12) + rng.normal(0, 1, made.t.size)
    sweep = lo.Sweep(made.t, current=current, command=STEPS, holding=-70)
    bounds = {"g_K": (1, 100), "g_leak_clamp": (0.0, 5), "E_leak_clamp": (-50, 50)}
    found = lo.fit(channel, sweep, bounds, noise=1.0, starts=2)
    design = np.stack([made.ionic_current / 20, made.v, -np.ones(made.t.size)], axis=1)
    g_K, g, ge = np.linalg.lstsq(design, current)[0]
    expected = {"g_K": g_K, "g_leak_clamp": g, "E_leak_clamp": ge / g}
    assert found.values == pytest.approx(expected, rel=1e-6)
    assert found.membrane == channel.replace(g_K=found.values["g_K"])
    assert found.unit("g_leak_clamp") == "mS/cm²"
    own = lo.fit(
        channel, [sweep, sweep], {"g_K": (1, 100), "g_leak_clamp": lo.Bound(0, 5, per="sweep")}, noise=1.0, starts=2,
        tied={"E_leak_clamp": -12},
    )  # fmt: skip
    assert own.values["g_leak_clamp[0]"] == pytest.approx(own.values["g_leak_clamp[1]"])
    assert own.values["g_leak_clamp[0]"] == pytest.approx(0.4, abs=4 * own.errors["g_leak_clamp[0]"])


def test_electrodes_are_put_on_and_taken_off():
    every = with_electrode(PASSIVE, ["g_leak_clamp", "series_resistance", "g_leak"])
    assert {"g_leak_clamp", "E_leak_clamp", "series_resistance"} <= {*every.parameters}
    assert without_electrode(every) == PASSIVE
    assert with_electrode(PASSIVE, ["g_leak"]) == PASSIVE


def test_wrong_electrodes_end_in_a_sentence():
    t = np.arange(0, 20, 0.5)
    sweep = lo.Sweep(t, current=behind(t), command=STEPS, holding=-70)
    with pytest.raises(lo.ArgumentError, match="series_resistance is above 0"):
        lo.fit(PASSIVE, sweep, {"series_resistance": (0, 1)})
    traced = lo.Sweep(t, v=behind(t), stimulus=lo.Step(1.0))
    with pytest.raises(lo.ArgumentError, match="voltage clamp; v was measured"):
        lo.fit(PASSIVE, traced, {"series_resistance": (0.1, 1)})


def with_calcium_and_a_scheme():
    scheme = lo.Scheme(
        "n", states=["C", "B", "O"], open="O",
        transitions=[("C", "B", "a", "b"), ("B", "O", "0.5*a", "2*b")],
        rates={"a": "0.4*exp(v/40)", "b": "0.1*exp(-v/50)"},
    )  # fmt: skip
    return lo.Membrane(
        lo.Channel("leak", g=0.3, E=-60.0),
        lo.Channel("K", g=8.0, E=-85.0, open=scheme),
        lo.Current("KCa", "0.6*ca/(ca + 1)*(v + 85)"),
        lo.State("ca", "0.02*(1 + tanh((v + 20)/15)) - 0.1*ca", initial=0.1, unit="µM"),
        C=1.1, name="with calcium and a scheme",
    )  # fmt: skip


def integrated_by_scipy(t, g_K, resistance, holding=-70.0):
    """The current through a resistance, by equations written out here and Radau's method, from the rest at holding."""
    from scipy.integrate import solve_ivp
    from scipy.optimize import fsolve

    def slopes(time, y, command):
        v, b, o, ca = y
        rise, fall = 0.4 * np.exp(v / 40), 0.1 * np.exp(-v / 50)
        ionic = 0.3 * (v + 60) + g_K * o * (v + 85) + 0.6 * ca / (ca + 1) * (v + 85)
        return [
            ((command - v) / resistance - ionic) / 1.1,
            rise * (1 - b - o) - fall * b - 0.5 * rise * b + 2 * fall * o,
            0.5 * rise * b - 2 * fall * o,
            0.02 * (1 + np.tanh((v + 20) / 15)) - 0.1 * ca,
        ]

    y = fsolve(lambda y: slopes(0, y, holding), [holding, 0.1, 0.1, 0.05], xtol=1e-13)
    current = np.zeros(t.size)
    edges, heights = [0, 2, 8, 11, 15, 21], [0, 40, 0, -30, 0]
    for start, stop, height in zip(edges, edges[1:], heights, strict=False):
        own = (t >= start) & (t < stop)
        run = solve_ivp(
            slopes, (start, stop), y, args=(holding + height,), method="Radau", t_eval=[*t[own], stop], rtol=1e-9,
            atol=1e-11,
        )  # fmt: skip
        current[own] = (holding + height - run.y[0][:-1]) / resistance
        y = run.y[:, -1]
    return current


@pytest.mark.slow
def test_a_scheme_and_calcium_behind_a_resistance_equal_scipy():
    t = np.sort(np.random.default_rng(4).uniform(0, 20, 80))
    sweep = lo.Sweep(t, current=np.zeros(t.size), command=STEPS, holding=-70)
    membrane = with_electrode(with_calcium_and_a_scheme(), ["series_resistance"])
    clamped = SeriesClamped(membrane, [sweep], ["g_K", "series_resistance"])
    ((current, slopes),) = clamped(np.array([8.0, 0.3]))
    expected = integrated_by_scipy(t, 8.0, 0.3)
    assert np.abs(current - expected).max() < 2e-6 * np.ptp(expected)
    for k, (low, high, width) in enumerate([((7.99, 0.3), (8.01, 0.3), 0.02), ((8.0, 0.2997), (8.0, 0.3003), 6e-4)]):
        slope = (integrated_by_scipy(t, *high) - integrated_by_scipy(t, *low)) / width
        assert np.abs(slopes[:, k] - slope).max() < 2e-5 * np.abs(slope).max()
