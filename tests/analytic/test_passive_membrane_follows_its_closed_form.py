"""A membrane with a leak alone charges exponentially under every stimulus, to 1e-10 mV."""

import numpy as np
import pytest

import loligo as lo
from analytic.closed_forms import E_LEAK, G_LEAK, PASSIVE, to_anything, to_ramp, to_sine, to_step

T = np.linspace(0, 60, 1201)
EXACT = {"sampling": T, "tolerance": 1e-13}


def displacement(stimulus):
    return lo.simulate(PASSIVE, stimulus, 60, **EXACT).v - E_LEAK


CLOSED = {
    "step": (lo.Step(3.0, 7.3, 41.7), lambda t: to_step(t, 3.0, 7.3, 41.7)),
    "step without an end": (lo.Step(-2.0, 5), lambda t: to_step(t, -2.0, 5.0, np.inf)),
    "ramp": (lo.Ramp(4.0, 3.1, 33.3), lambda t: to_ramp(t, 4.0, 3.1, 33.3)),
    "sine": (
        lo.Sine(2.0, frequency=0.13, offset=0.7, phase=0.4, start=4.4, stop=44.0),
        lambda t: to_sine(t, 2.0, 0.13, 0.7, 0.4, 4.4, 44.0),
    ),
    "pulses that overlap": (
        lo.Pulses(2.0, onsets=(5, 7, 30), width=4),
        lambda t: sum(to_step(t, 2.0, a, a + 4.0) for a in (5.0, 7.0, 30.0)),
    ),
}


@pytest.mark.parametrize("name", CLOSED)
def test_closed_form(name):
    stimulus, expected = CLOSED[name]
    np.testing.assert_allclose(displacement(stimulus), expected(T), rtol=0, atol=1e-10)


def test_sums_add():
    stimulus = sum((stimulus for stimulus, _ in list(CLOSED.values())[1:]), start=CLOSED["step"][0])
    expected = sum(form(T) for _, form in CLOSED.values())
    np.testing.assert_allclose(displacement(1.5 * stimulus), 1.5 * expected, rtol=0, atol=1e-10)


CONVOLVED = {
    "chirp": lo.Chirp(2.0, first=0.01, last=0.3, start=6, stop=50),
    "noise": lo.Noise(3.0, tau=14, seed=5, mean=-1, start=2, stop=40),
    "lines": lo.Samples([0.0, 3.0, -1.0, 2.0, 2.0, 0.5], dt=6.5, start=3),
    "holds": lo.Samples([0.0, 3.0, -1.0, 2.0, 2.0, 0.5], dt=6.5, start=3, between="hold"),
}


@pytest.mark.parametrize("name", CONVOLVED)
def test_convolution(name):
    stimulus = CONVOLVED[name]
    edges = np.unique(np.concatenate(([0, 60], stimulus.discontinuities(60), np.arange(0, 60, 2.0))))
    np.testing.assert_allclose(displacement(stimulus), to_anything(T, stimulus, edges), rtol=0, atol=1e-10)


def test_the_quadrature_finds_the_closed_form():
    # the second route is itself checked against the first
    stimulus, expected = CLOSED["ramp"]
    edges = np.unique(np.concatenate(([0, 60], stimulus.discontinuities(60))))
    np.testing.assert_allclose(to_anything(T, stimulus, edges), expected(T), rtol=0, atol=1e-11)


def test_rest_and_input_resistance():
    assert lo.rest(PASSIVE).v == E_LEAK
    assert lo.rest(PASSIVE, current=1.0).v == pytest.approx(E_LEAK + 1 / G_LEAK, abs=1e-13)


def test_spikes_are_the_upward_crossings_of_the_closed_form():
    # to -60 + 22 (1 - exp(-s/8)) mV: -40 is crossed where exp(-s/8) = 1/11
    step = lo.Step(22 * G_LEAK, start=3.0)
    spikes = lo.simulate(PASSIVE, step, 60, tolerance=1e-13).spikes
    np.testing.assert_allclose(spikes, [3 + 8 * np.log(11)], rtol=0, atol=1e-10)
