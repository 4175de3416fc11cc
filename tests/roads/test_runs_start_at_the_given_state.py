"""A run starts at rest, at a state, at some values, or where another run ended; two halves make the whole."""

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()
REST = lo.rest(SQUID)


def first(**settings):
    return lo.simulate(SQUID, lo.Step(10.0), 5, sampling=[0.0], **settings).states[0]


def test_at_rest_by_default():
    np.testing.assert_array_equal(first(), REST.state)
    np.testing.assert_array_equal(first(initial="rest"), REST.state)


def test_at_some_values_and_the_others_at_rest():
    np.testing.assert_array_equal(first(initial={"v": 12.0, "h": 0.1}), [12.0, REST["m"], 0.1, REST["n"]])
    np.testing.assert_array_equal(first(initial={"n": "rest"}), REST.state)
    np.testing.assert_array_equal(first(initial={}), REST.state)


@pytest.mark.parametrize("make", [list, tuple, np.array, lambda x: np.array(x, dtype=np.float32)])
def test_at_a_full_state(make):
    state = [12.0, 0.25, 0.5, 0.125]
    np.testing.assert_array_equal(first(initial=make(state)), state)
    np.testing.assert_array_equal(first(initial=dict(zip(reversed("vmhn"), reversed(state), strict=True))), state)


def test_at_an_equilibrium_of_another_current():
    np.testing.assert_array_equal(first(initial=lo.rest(SQUID, current=5.0).state), lo.rest(SQUID, current=5.0).state)


def test_a_membrane_without_rest_can_be_started_with_a_full_state():
    pushed = lo.Membrane(lo.Current("constant", "5"), C=1.0)
    with pytest.raises(lo.RestError):
        lo.simulate(pushed, duration=5)
    assert lo.simulate(pushed, duration=5, initial={"v": 0.0}).final[0] == pytest.approx(-25.0, abs=1e-9)


@pytest.mark.parametrize("method", ["explicit", "rosenbrock"])
def test_two_halves_make_the_whole(method):
    whole = lo.simulate(SQUID, lo.Step(10.0), 60, method=method, tolerance=1e-11, sampling=[60.0])
    half = lo.simulate(SQUID, lo.Step(10.0), 23.7, method=method, tolerance=1e-11)
    rest = lo.simulate(SQUID, lo.Step(10.0), 60 - 23.7, initial=half, method=method, tolerance=1e-11)
    np.testing.assert_allclose(rest.final, whole.final, rtol=0, atol=1e-5)
    np.testing.assert_allclose([*half.spikes, *(rest.spikes + 23.7)], whole.spikes, rtol=0, atol=1e-7)


def test_a_run_may_continue_in_another_membrane_with_the_same_variables():
    first = lo.simulate(SQUID, lo.Step(10.0), 10)
    other = lo.simulate(SQUID.replace(g_Na=60), lo.Step(10.0), 10, initial=first)
    np.testing.assert_array_equal(other.states[0], first.final)


def test_a_run_may_continue_from_a_clamp():
    clamp = lo.voltage_clamp(SQUID, lo.Step(30.0, 0, 5), 5, holding=0.0)
    free = lo.simulate(SQUID, duration=1, initial=clamp, sampling=[0.0])
    np.testing.assert_array_equal(free.states[0], clamp.final)


def test_the_default_duration_is_60_ms_after_the_stimulus():
    assert lo.simulate(SQUID, lo.Step(1.0, 5, 20)).settings.duration == 80.0
    assert lo.simulate(SQUID, lo.Step(1.0, 5, 20) + lo.Ramp(1.0, stop=33)).t[-1] == 93.0
    assert lo.voltage_clamp(SQUID, lo.Step(1.0, 5, 20)).settings.duration == 80.0


def test_sampling_may_be_none_or_increasing_times():
    assert lo.simulate(SQUID, duration=5, sampling=None).t.size == 0
    assert lo.simulate(SQUID, duration=5, sampling=[]).states.shape == (0, 4)
    repeated = lo.simulate(SQUID, lo.Step(10.0), 5, sampling=[0, 0, 1, 1, 5, 5])
    np.testing.assert_array_equal(repeated.v[::2], repeated.v[1::2])
    assert lo.simulate(SQUID, duration=5, sampling=2).t.tolist() == [0.0, 2.0, 4.0]
    assert lo.simulate(SQUID, duration=0.3, sampling=0.1).t.size == 4  # 0.3/0.1 is 2.9999999999999996


@pytest.mark.parametrize("beside", [0.0, 0.3])
def test_a_start_from_which_nothing_moves_is_no_unstable_one(beside, recwarn):
    # without a conductance every v is an equilibrium, and no displacement grows
    membrane = lo.Membrane(lo.Channel("leak", g=0.0, E=-60.0), lo.State("x", "1 - x", initial=1.0))
    lo.simulate(membrane, lo.Step(0.0), 20, initial={"v": -50.0 + beside, "x": 1.0})
    assert not recwarn.list
