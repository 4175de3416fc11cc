"""A scheme without detailed balance: steady states, clamps and runs are those of SciPy at its tightest tolerances."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm, null_space

import loligo as lo
from reference.schemes import RING, generator, ring

MEMBRANE = ring()
STATES = RING.states


def test_it_has_no_detailed_balance():
    q = generator(RING, MEMBRANE, -20.0)
    steady = lo.simulate(MEMBRANE, duration=1.0)
    assert steady.t.size
    flows = np.array([lo.rates(MEMBRANE, -20.0)["R"].inf[state] for state in STATES])[:, None] * q
    assert np.abs(flows - flows.T).max() > 1e-3


@pytest.mark.parametrize("v", [-150.0, -80.0, -20.0, 0.0, 60.0])
def test_steady_states_span_the_null_space(v):
    q = generator(RING, MEMBRANE, v)
    expected = null_space(q.T)[:, 0]
    rates = lo.rates(MEMBRANE, v)["R"]
    found = np.array([rates.inf[state] for state in STATES])
    assert np.abs(found - expected / expected.sum()).max() < 1e-13
    assert rates.open == pytest.approx(found[2] + 0.25 * found[3], rel=1e-14)
    slowest = -1 / np.sort(np.linalg.eigvals(q).real)[-2]
    assert rates.tau[0] == pytest.approx(slowest, rel=1e-9)


def test_steps_are_matrix_exponentials():
    times = np.array([0.0, 0.5, 1.0, 1.7, 3.0, 3.5, 12.0])
    run = lo.voltage_clamp(MEMBRANE, lo.Step(80, start=1, stop=3), 12, holding=-70, sampling=times)
    start = np.array([lo.rates(MEMBRANE, -70.0)["R"].inf[state] for state in STATES])
    low, high = generator(RING, MEMBRANE, -70.0), generator(RING, MEMBRANE, 10.0)
    for k, t in enumerate(times):
        p = start @ expm(low * min(t, 1.0)) @ expm(high * np.clip(t - 1.0, 0, 2)) @ expm(low * max(t - 3.0, 0.0))
        assert np.abs([run[f"R_{state}"][k] for state in STATES] - p).max() < 1e-14
        assert run.conductance("R")[k] == pytest.approx(2.0 * (p[2] + 0.25 * p[3]), abs=1e-14)


def test_a_moving_command():
    command = lo.Ramp(90, start=1, stop=5) + lo.Sine(15, frequency=0.2, start=2, stop=9)
    run = lo.voltage_clamp(MEMBRANE, command, 12, holding=-70, sampling=0.25)
    start = np.array([lo.rates(MEMBRANE, -70.0)["R"].inf[state] for state in STATES])
    parts = [0.0, 1.0, 2.0, 5.0, 9.0, 12.0]
    p = start
    for begin, end in pairwise(parts):

        def slope(t, p, first=begin + 1e-12, last=end - 1e-12):
            edge = min(max(t, first), last)  # what stands at an edge is what follows it
            return p @ generator(RING, MEMBRANE, -70.0 + float(command(edge)))

        at = run.t[(run.t > begin) & (run.t <= end)]
        found = solve_ivp(slope, (begin, end), p, "DOP853", at, rtol=1e-12, atol=1e-14)
        own = np.array([run[f"R_{state}"] for state in STATES])[:, (run.t > begin) & (run.t <= end)]
        assert np.abs(own - found.y).max() < 1e-9
        p = found.y[:, -1]


def test_a_current_clamp():
    run = lo.simulate(MEMBRANE, lo.Step(-3.0), 40, tolerance=1e-12, sampling=0.5, initial={"v": -40, "R_C1": 1})

    def slope(_t, y):
        open_ = y[3] + 0.25 * y[4]
        return np.append(-3.0 - 2.0 * open_ * (y[0] - 40) - 0.3 * (y[0] + 60), y[1:] @ generator(RING, MEMBRANE, y[0]))

    found = solve_ivp(slope, (0, 40), [-40.0, 1, 0, 0, 0, 0], "Radau", run.t, rtol=1e-11, atol=1e-13)
    assert np.abs(run.v - found.y[0]).max() < 1e-7
    for state, own in zip(STATES, found.y[1:], strict=True):
        assert np.abs(run[f"R_{state}"] - own).max() < 1e-9


def test_rest_is_where_scipy_finds_it():
    rest = lo.rest(MEMBRANE)
    steady = np.array([lo.rates(MEMBRANE, rest.v)["R"].inf[state] for state in STATES])
    current = 2.0 * (steady[2] + 0.25 * steady[3]) * (rest.v - 40) + 0.3 * (rest.v + 60)
    assert abs(current) < 1e-12
    assert np.abs(np.array([rest[f"R_{state}"] for state in STATES]) - steady).max() < 1e-14
    assert np.abs(steady @ generator(RING, MEMBRANE, rest.v)).max() < 1e-14


def test_occupancies_of_a_rest_have_their_own_digits():
    names = [f"c{k}" for k in range(7)]
    steep = [(a, b, f"{0.3 + 0.1 * k}*exp(v/8)", "exp(-v/8)") for k, (a, b) in enumerate(pairwise(names))]
    for opened in ("c6", "c0"):  # the deepest closed state is eliminated, or the next one, which is nearly empty
        scheme = lo.Scheme("S", names, steep, open=opened)
        membrane = lo.Membrane(
            lo.Channel("S", g=0.01, E=-55.0, open=scheme),
            lo.Channel("leak", g=0.3, E=-67.3),
            lo.Channel("K", g=0.1, E=-77),
        )
        rest = lo.rest(membrane)
        expected = np.cumprod([1.0, *((0.3 + 0.1 * k) * np.exp(rest.v / 4) for k in range(6))])
        expected /= expected.sum()
        assert 1e-50 < expected[-1] < 1e-40
        found = np.array([rest[f"S_{name}"] for name in names])
        own = np.array([name != scheme.eliminated.removeprefix("S_") for name in names])
        assert np.abs(found[own] / expected[own] - 1).max() < 1e-11
        assert np.abs(found - expected).max() < 1e-15
