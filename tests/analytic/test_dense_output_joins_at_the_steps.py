"""Between steps every method gives a smooth curve through the ends of its steps, wherever samples are taken."""

import numpy as np
import pytest

import loligo as lo
from loligo.integrate import METHODS

SQUID = lo.models.squid()
# so loose that a jump where polynomials join, or a sample beside its curve, would be seen
LOOSE = {"duration": 30, "tolerance": 1e-4}


@pytest.mark.parametrize("method", METHODS)
def test_the_curve_has_no_jump_and_no_kink(method):
    times = np.linspace(0, 30, 300_001)
    v = lo.simulate(SQUID, lo.Step(10.0), method=method, sampling=times, **LOOSE).v
    slope = np.diff(v) / np.diff(times)
    assert np.abs(np.diff(v)).max() < 1.01 * np.abs(slope).max() * 1e-4
    assert np.abs(slope).max() < 500  # mV/ms: twice the fastest a squid's spike rises
    bend = np.abs(np.diff(slope))
    assert bend.max() < 1.0  # a jump of 1e-4 mV would be one of 1 mV/ms


@pytest.mark.parametrize("method", METHODS)
def test_a_sample_is_the_same_whatever_else_is_sampled(method):
    fine = np.linspace(0, 30, 3001)
    many = lo.simulate(SQUID, lo.Step(10.0), method=method, sampling=fine, **LOOSE)
    for index in (1, 700, 1999, 3000):
        one = lo.simulate(SQUID, lo.Step(10.0), method=method, sampling=fine[[index]], **LOOSE)
        np.testing.assert_array_equal(one.states[0], many.states[index])


@pytest.mark.parametrize("method", METHODS)
def test_the_last_sample_is_the_final_state(method):
    recording = lo.simulate(SQUID, lo.Step(10.0), method=method, sampling=[0.0, 30.0], **LOOSE)
    np.testing.assert_array_equal(recording.states[-1], recording.final)
    np.testing.assert_array_equal(recording.states[0], lo.rest(SQUID).state)
