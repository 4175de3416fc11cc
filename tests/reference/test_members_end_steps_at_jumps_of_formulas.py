"""Members of a population end their steps where formulas jump, as closed forms and `simulate` do."""

import numpy as np
import pytest

import loligo as lo
from analytic.switched import followed
from loligo.population import Population

CLOCK = lo.State("x", "1", initial=0.0)
SCALES = np.array([10.0, 1e-9])
JUMPS = lo.Membrane(
    lo.Current("region", "g0*(v - E0) if v < va else g1*(v - E1)"),
    lo.Current("pulse", "-(a if x < t2 else 0) if x > t1 else 0"),
    CLOCK,
    spike_level=-45.0,
    constants={"g0": 0.1, "E0": -60.0, "g1": 0.1, "E1": -60.0, "va": -50.0, "a": 1.0, "t1": 1.0, "t2": 2.0},
)
SETTINGS = [("explicit", "double"), ("rosenbrock", "double"), ("explicit", "single")]


def exactly(p, times):
    """Return v at times, and how errors grow; None where v is held at a value."""

    def law(passed):
        k = passed[0]
        return (p[f"g{k}"] * p[f"E{k}"] + (p["a"] if passed[1] == 1 else 0.0), 1.0), (p[f"g{k}"], 0.0)

    start, values = [p["initial_v"], 0.0], [np.array([p["va"]]), np.array([p["t1"], p["t2"]])]
    states, growth = followed(law, values, SCALES, start, times)
    return (None, growth) if states is None else (states[:, 0], growth)


def members(count):
    """Return as many random members, the lowest v and the spikes of each, and how its errors grow."""
    rng, rows, answers = np.random.default_rng(3), [], []
    while len(rows) < count:
        t1, length = rng.uniform(1, 38), np.exp(rng.uniform(-6, 2))
        p = {"t1": t1, "t2": t1 + length, "a": -rng.uniform(1, 30) / min(length, 5.0), "va": rng.uniform(-70, -40)}
        p |= {f"g{k}": np.exp(rng.uniform(-3, 1)) for k in (0, 1)} | {f"E{k}": rng.uniform(-80, -30) for k in (0, 1)}
        p |= {"initial_v": rng.uniform(-80, -30), "initial_x": 0.0}
        times = np.unique([*np.linspace(0, 60, 6001), p["t1"], p["t2"]])
        v, growth = exactly(p, times)
        if growth < 20 and np.abs(v + 45).min() > 1e-3:
            rows.append(p)
            answers.append((v.min(), np.sum((v[:-1] < -45) & (v[1:] >= -45)), growth))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}, np.array(answers).T


@pytest.mark.parametrize(("method", "precision"), SETTINGS)
def test_random_members_are_their_closed_forms(method, precision):
    table, (lowest, spikes, growth) = members(100)
    for tolerance in (1e-4, 1e-5):
        ran = Population.table(JUMPS, table).run(
            lo.Step(0.0, 0, 60), 60, features=("spike_count", "minimum_voltage"), method=method, tolerance=tolerance,
            precision=precision, most_steps=5000, progress=False,
        )  # fmt: skip
        assert (ran["status"] == "ok").all()
        rounding = 8e-6 * np.abs(table["a"]) if precision == "single" else 1e-9  # of the clock
        assert (np.abs(ran["minimum_voltage"] - lowest) <= 100 * tolerance * growth + rounding).all()
        np.testing.assert_array_equal(ran["spike_count"], spikes)


def test_spikes_under_a_pulse_by_a_clock_are_those_of_simulate():
    table, _ = members(20)
    ran = Population.table(JUMPS, table).run(lo.Step(0.0, 0, 60), 60, spike_times=9, tolerance=1e-6, progress=False)
    for row, times in enumerate(ran["spike_times"]):
        p = {name: float(values[row]) for name, values in table.items()}
        start = {"v": p.pop("initial_v"), "x": p.pop("initial_x")}
        run = lo.simulate(JUMPS.replace(**p), None, 60, initial=start, tolerance=1e-8, sampling=None)
        np.testing.assert_allclose(times, run.spikes, rtol=0, atol=1e-4)


def test_a_jump_that_holds_a_variable_ends_within_half_a_tolerance():
    relay = lo.Membrane(lo.Current("relay", "5*s if v > -50 else -5*s"), CLOCK, constants={"s": 1.0})
    ran = Population(relay, s=[0.5, 1.0], initial_v=-55.0, initial_x=0.0).run(
        lo.Step(0.0, 3, 5), 5, features=("minimum_voltage",), tolerance=1e-3, progress=False
    )
    np.testing.assert_allclose(ran["minimum_voltage"], -50, atol=0.02)
