"""A calcium-activated potassium channel as a kinetic scheme: rest, runs, clamps and members agree with SciPy."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo

BK = lo.Scheme(
    "BK", ["C", "B", "O"], [("C", "B", "2*ca", "0.5"), ("B", "O", "0.3*exp(v/30)", "0.4*exp(-v/40)")], open="O"
)
MEMBRANE = lo.Membrane(
    lo.Channel("Ca", g=1, E=100, open=lo.Gate("m", inf="1/(1 + exp(-(v + 20)/8))", tau="1")),
    lo.Channel("BK", g=5, E=-80, open=BK),
    lo.Channel("leak", g=0.3, E=-50),
    lo.State("ca", "(0.1 - ca)/20 - 0.01*I_Ca + 0.001*BK_C", initial=0.1, unit="µM"),
    name="calcium-activated",
)


def slopes(y, stimulus):
    v, m, b, o, ca = y
    calcium, up, down = m * (v - 100), 0.3 * np.exp(v / 30), 0.4 * np.exp(-v / 40)
    return np.array([
        stimulus - calcium - 5 * o * (v + 80) - 0.3 * (v + 50),
        1 / (1 + np.exp(-(v + 20) / 8)) - m,
        2 * ca * (1 - b - o) - 0.5 * b - up * b + down * o,
        up * b - down * o,
        (0.1 - ca) / 20 - 0.01 * calcium + 0.001 * (1 - b - o),
    ])  # fmt: skip


def test_rest():
    rest = lo.rest(MEMBRANE)
    assert rest.stable
    assert np.abs(slopes(rest.state, 0.0)).max() < 1e-13
    assert lo.rates(MEMBRANE, rest.v, ca=rest["ca"])["BK"].open == pytest.approx(rest["BK_O"], rel=1e-12)
    v = np.linspace(-110, 110, 20_001)  # all else settled, by hand
    calcium, tilt, ca = (v - 100) / (1 + np.exp(-(v + 20) / 8)), 0.75 * np.exp(v / 30 + v / 40), 0.1
    for _ in range(100):
        closed = 1 / (1 + 4 * ca * (1 + tilt))
        ca = 0.1 - 0.2 * calcium + 0.02 * closed
    drive = calcium + 5 * 4 * ca * tilt * closed * (v + 80) + 0.3 * (v + 50)
    assert rest.complete
    assert 1 + len(rest.others) == np.count_nonzero(drive[:-1] * drive[1:] < 0) == 1


@pytest.mark.parametrize("method", ["explicit", pytest.param("rosenbrock", marks=pytest.mark.slow)])
def test_current_clamp(method):
    run = lo.simulate(MEMBRANE, lo.Step(3.0), 60, tolerance=1e-11, sampling=1.0, method=method)
    start = lo.rest(MEMBRANE).state
    found = solve_ivp(lambda _t, y: slopes(y, 3.0), (0, 60), start, "Radau", run.t, rtol=1e-11, atol=1e-12)
    assert np.abs(found.y.T - run.states).max() < 1e-8


def test_voltage_clamp():
    run = lo.voltage_clamp(MEMBRANE, lo.Step(60, start=5, stop=25), 60, holding=-50, sampling=0.5)
    assert run.settings.tolerance == 1e-10
    y = run.states[0].copy()
    for begin, end, v in ((0, 5, -50), (5, 25, 10), (25, 60, -50)):
        y[0], at = v, (run.t > begin) & (run.t <= end)
        found = solve_ivp(
            lambda _t, y: slopes(y, 0.0) * [0, 1, 1, 1, 1], (begin, end), y, "Radau", run.t[at], rtol=1e-12, atol=1e-13
        )
        assert np.abs(found.y[1:].T - run.states[at][:, 1:]).max() < 1e-9
        y = found.y[:, -1]


@pytest.mark.slow
def test_members():
    still = lo.State("still", "-still", initial=0.0)  # as many variables as members of other tests: one program
    membrane = lo.Membrane(*MEMBRANE.parts, still, name="calcium-activated")
    population = lo.Population(membrane, g_BK=[4.0, 6.0], amplitude=3.0)
    step = lo.Step(1, start=5, stop=50)
    table = population.run(step, 60, features=["steady_state_voltage"], tolerance=1e-8)
    for k, mean in enumerate(table.steady_state_voltage):
        alone = population.replay(k, step, 60, tolerance=1e-10, sampling=0.01)
        after = alone.t >= 50
        assert mean == pytest.approx(np.trapezoid(alone.v[after], alone.t[after]) / 10, abs=1e-3)


def test_holds():
    done = [lo.Hold("BK", "rest", 5, 10), lo.Hold("ca", "now", 5, 10)]
    run = lo.simulate(MEMBRANE, lo.Step(3), 20, interventions=done, sampling=[7, 9, 15])
    assert run["BK_O"][0] == run["BK_O"][1] == lo.rest(MEMBRANE)["BK_O"]
    assert run["ca"][0] == run["ca"][1] != run["ca"][2]
