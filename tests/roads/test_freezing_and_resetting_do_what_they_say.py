"""A frozen variable keeps its value in its window and nowhere else; a reset one is set once and goes on."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo
from loligo.integrate import METHODS
from reference.squid_by_hand import slope
from reference.squid_facts import REST

SQUID = lo.models.squid()
BREAK = lo.Step(-5.0, start=20, stop=60)  # the squid answers its end with a rebound spike
EXACT = {"duration": 90, "tolerance": 1e-10, "sampling": 0.05}


def by_scipy(state, windows, times):
    """Integrate (start, stop, current, held variables) one after the other; return the states at the times."""
    rows = []
    for start, stop, current, held in windows:
        free = np.array([name not in held for name in REST])
        state = np.where(free, state, [held.get(name, 0.0) for name in REST])
        own = times[(times >= start) & (times < stop)]
        run = solve_ivp(
            lambda t, y, current=current, free=free: free * slope(y, current),
            (start, stop),
            state,
            method="DOP853",
            t_eval=np.append(own, stop),
            rtol=1e-11,
            atol=1e-12,
        ).y.T
        rows.append(run[:-1])
        state = run[-1]
    return np.concatenate(rows)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("held", [{"h": REST["h"]}, {"n": REST["n"]}, {"m": 0.1, "n": 0.5}, {"v": -10.0}])
def test_a_window_is_what_scipy_makes_of_it(held, method):
    run = lo.simulate(SQUID, BREAK, freeze=held, freeze_from=20, freeze_until=60, method=method, **EXACT)
    rest = np.array(list(REST.values()))
    expected = by_scipy(rest, [(0, 20, 0.0, {}), (20, 60, -5.0, held), (60, 90, 0.0, {})], run.t)
    # at the window's first instant the recording still shows what was before it
    instants = (run.t != 20) & (run.t < 90)
    np.testing.assert_allclose(run.states[instants], expected[instants[:-1]], rtol=0, atol=1e-5)


def test_a_window_that_is_none_of_the_stimulus():
    held = {"n": 0.45}
    run = lo.simulate(SQUID, BREAK, freeze=held, freeze_from=33.3, freeze_until=66.6, **EXACT)
    rest = np.array(list(REST.values()))
    windows = [(0, 20, 0, {}), (20, 33.3, -5, {}), (33.3, 60, -5, held), (60, 66.6, 0, held), (66.6, 90, 0, {})]
    expected = by_scipy(rest, windows, run.t)
    np.testing.assert_allclose(run.states[:-1], expected, rtol=0, atol=1e-5)


def test_held_all_the_time_by_default():
    run = lo.simulate(SQUID, lo.Step(10.0), 50, freeze={"h": 0.4, "v": 3.0})
    np.testing.assert_array_equal(run["h"], 0.4)
    np.testing.assert_array_equal(run.v, 3.0)
    assert run.final[[0, 2]].tolist() == [3.0, 0.4]
    assert np.ptp(run["n"]) > 0.01  # the others go on
    assert run.settings.frozen == (("h", 0.4, 0.0, 50.0), ("v", 3.0, 0.0, 50.0))


def test_held_at_rest():
    run = lo.simulate(SQUID, lo.Step(10.0), 50, freeze={"h": "rest", "n": "rest"})
    np.testing.assert_array_equal(run["h"], lo.rest(SQUID)["h"])
    np.testing.assert_array_equal(run["n"], lo.rest(SQUID)["n"])


def test_a_window_shows_its_value_after_its_first_instant_and_lets_go_after_its_last():
    run = lo.simulate(SQUID, lo.Step(10.0), 30, freeze={"n": 0.5}, freeze_from=10, freeze_until=20, sampling=0.5)
    inside = (run.t > 10) & (run.t <= 20)
    np.testing.assert_allclose(run["n"][inside], 0.5, rtol=1e-15)
    assert (run["n"][~inside] != 0.5).all()
    assert run.settings.frozen == (("n", 0.5, 10.0, 20.0),)


@pytest.mark.parametrize("method", METHODS)
def test_a_reset_is_what_scipy_makes_of_it(method):
    run = lo.simulate(SQUID, BREAK, reset={"n": "rest", "h": 0.3}, reset_at=60, method=method, **EXACT)
    rest = np.array(list(REST.values()))
    before = by_scipy(rest, [(0, 20, 0, {}), (20, 60, -5, {})], run.t[run.t < 60])
    np.testing.assert_allclose(run.states[run.t < 60], before, rtol=0, atol=1e-5)
    state = by_scipy(rest, [(0, 20, 0, {}), (20, 60, -5, {}), (60, 61, 0, {})], np.array([60.0]))[0]
    after = by_scipy(
        np.array([state[0], state[1], 0.3, REST["n"]]), [(60, 90, 0, {})], run.t[(run.t > 60) & (run.t < 90)]
    )
    np.testing.assert_allclose(run.states[(run.t > 60) & (run.t < 90)], after, rtol=0, atol=1e-5)
    assert run.settings.reset == (("n", lo.rest(SQUID)["n"], 60.0), ("h", 0.3, 60.0))


def test_a_reset_at_zero_is_an_initial_state():
    reset = lo.simulate(SQUID, lo.Step(3.0), 30, reset={"h": 0.2}, reset_at=0)
    begun = lo.simulate(SQUID, lo.Step(3.0), 30, initial={"h": 0.2})
    np.testing.assert_array_equal(reset.states, begun.states)
    assert reset["h"][0] == 0.2


def test_a_reset_that_changes_nothing_changes_nothing():
    plain = lo.simulate(SQUID, lo.Step(10.0), 40, tolerance=1e-11, sampling=0.5)
    there = plain.states[plain.t == 20.0][0]
    reset = lo.simulate(
        SQUID,
        lo.Step(10.0),
        40,
        tolerance=1e-11,
        sampling=0.5,
        reset=dict(zip("vmhn", there, strict=True)),
        reset_at=20,
    )
    np.testing.assert_allclose(reset.states, plain.states, rtol=0, atol=1e-6)


def test_which_gate_makes_the_rebound_spike():
    # the experiment that these windows are for: held at rest during the step, or reset at its end, n alone abolishes it
    assert lo.simulate(SQUID, BREAK).spikes.size == 1
    spikes = {
        gate: (
            lo.simulate(SQUID, BREAK, freeze={gate: "rest"}, freeze_from=20, freeze_until=60).spikes.size,
            lo.simulate(SQUID, BREAK, reset={gate: "rest"}, reset_at=60).spikes.size,
        )
        for gate in "mhn"
    }
    assert spikes == {"m": (1, 1), "h": (1, 1), "n": (0, 0)}


def test_further_states_can_be_held():
    membrane = lo.models.pospischil("LTS")
    run = lo.simulate(membrane, lo.Step(3.0, 5, 30), 40, freeze={"ca": "rest"}, sampling=1.0)
    np.testing.assert_array_equal(run["ca"], lo.rest(membrane)["ca"])
