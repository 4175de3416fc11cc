"""`Pieces.between` cuts a stretch out of a stimulus and changes nothing inside it."""

import numpy as np
import pytest

import loligo as lo

END = 100.0
STIMULI = [
    lo.Step(3.0, 20, 60),
    lo.Ramp(3.0, 20, 60),
    lo.Sine(3.0, frequency=0.07, offset=0.5, phase=1.0, start=10, stop=90),
    lo.Chirp(3.0, first=0.01, last=0.2, start=10, stop=90),
    lo.Pulses(3.0, onsets=(5, 10, 40), width=10),
    lo.Noise(3.0, tau=3, seed=2, dt=2.5, start=5, stop=80),
    lo.Samples([1, -2, 3, 3, 0.5], dt=12.5, start=10),
]
STIMULI.append(sum(STIMULI[1:], start=STIMULI[0]))
CUTS = [(0, 100), (0, 20), (20, 60), (60, 100), (12.3, 77.7), (19.999, 20.001), (20, 20.001), (59, 60), (99.5, 100)]


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: type(stimulus).__name__)
@pytest.mark.parametrize(("start", "stop"), CUTS)
def test_values_are_the_same(stimulus, start, stop):
    part = stimulus.joined(END).between(start, stop)
    times = np.linspace(start, stop, 1001)[:-1]
    np.testing.assert_allclose(part(times), stimulus(times), rtol=0, atol=1e-12)


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: type(stimulus).__name__)
@pytest.mark.parametrize(("start", "stop"), CUTS)
def test_edges_are_those_inside(stimulus, start, stop):
    edges = stimulus.joined(END).between(start, stop).edges
    inside = stimulus.discontinuities(END)
    np.testing.assert_array_equal(edges, [start, *inside[(inside > start) & (inside < stop)], stop])


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: type(stimulus).__name__)
def test_a_stretch_of_a_stretch(stimulus):
    whole = stimulus.joined(END)
    once, twice = whole.between(33.3, 66.6), whole.between(5.5, 90).between(33.3, 66.6)
    times = np.linspace(33.3, 66.5, 301)
    np.testing.assert_allclose(once(times), twice(times), rtol=0, atol=1e-12)
