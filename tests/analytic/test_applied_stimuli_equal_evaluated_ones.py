"""What compiled code plays is what ``stimulus(t)`` says: a membrane without channels integrates its current."""

import numpy as np
import pytest

import loligo as lo
from analytic.closed_forms import IDLE
from loligo.integrate import METHODS

# an open circuit of 1 µF/cm²: v is the integral of the current
CAPACITOR = lo.Membrane(lo.Channel("leak", g=0.0, E=0.0), IDLE, C=1.0, spike_level=1e9, name="capacitor")
STIMULI = {
    "step": lo.Step(3.0, 2.2, 8.8),
    "ramp": lo.Ramp(3.0, 2.2, 8.8),
    "sine": lo.Sine(3.0, frequency=0.3, offset=0.5, phase=1.0, start=1.1, stop=9.9),
    "chirp": lo.Chirp(3.0, first=0.02, last=0.7, start=1.1, stop=9.9),
    "falling chirp": lo.Chirp(3.0, first=0.7, last=0.0, start=1.1, stop=9.9),
    "pulses": lo.Pulses(3.0, onsets=(1, 1.5, 7), width=0.9),
    "short pulses": lo.Pulses(30.0, onsets=np.arange(1, 9, 0.5), width=1e-3),
    "noise": lo.Noise(3.0, tau=1, seed=2, mean=0.5, dt=0.3, start=0.7, stop=9.1),
    "lines": lo.Samples([1, -2, 3, 3, 0.5], dt=1.7, start=0.4, factor=2),
    "holds": lo.Samples([1, -2, 3, 3, 0.5], dt=1.7, start=0.4, between="hold"),
    "cut by the end": lo.Ramp(3.0, 2.2, 80.8) + lo.Sine(1.0, frequency=0.1) + lo.Step(2.0, start=11),
}
STIMULI["sum"] = -0.5 * sum(list(STIMULI.values())[1:9], start=STIMULI["step"])
END = 12.0


def integral(stimulus, times):
    """Return the integral of ``stimulus(t)`` from 0 to each time, by Gauss quadrature between its edges."""
    nodes, weights = np.polynomial.legendre.leggauss(30)
    marks = np.unique(np.concatenate(([0.0], stimulus.discontinuities(END), times, np.arange(0, END, 0.5))))
    a, b = marks[:-1, None], marks[1:, None]
    areas = ((b - a) / 2 * weights * stimulus(a + (b - a) * (nodes + 1) / 2)).sum(axis=1)
    return np.concatenate(([0.0], np.cumsum(areas)))[np.searchsorted(marks, times)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", STIMULI)
def test_integral(name, method):
    stimulus, times = STIMULI[name], np.linspace(0, END, 121)
    start = {"v": 0.0, "x": 1.0}
    run = lo.simulate(CAPACITOR, stimulus, END, initial=start, method=method, tolerance=1e-11, sampling=times)
    np.testing.assert_allclose(run.v, integral(stimulus, times), rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", STIMULI)
def test_no_edge_is_stepped_over(name):
    # at a loose tolerance too: the charge of a pulse of 1 µs arrives whole
    stimulus, times = STIMULI[name], np.array([END])
    start = {"v": 0.0, "x": 1.0}
    run = lo.simulate(CAPACITOR, stimulus, END, initial=start, tolerance=1e-4, sampling=times)
    assert run.v[0] == pytest.approx(integral(stimulus, times)[0], abs=5e-3)
    assert run.settings.steps >= stimulus.discontinuities(END).size + 1


@pytest.mark.parametrize("name", STIMULI)
def test_the_recording_shows_the_stimulus(name):
    stimulus, times = STIMULI[name], np.linspace(0, END, 121)
    run = lo.simulate(CAPACITOR, stimulus, END, initial={"v": 0.0, "x": 1.0}, sampling=times)
    np.testing.assert_array_equal(run.applied, stimulus(times))
