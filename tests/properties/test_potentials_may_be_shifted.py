"""A shift of all potentials changes no spike and no gate."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import loligo as lo
from properties.strategies import SQUID, numbers, stimuli

SHIFTS = (-65.0, 41.37)  # each is a structure of its own, and compiles


@given(shift=st.sampled_from(SHIFTS), stimulus=stimuli())
def test_spikes_and_gates(shift, stimulus):
    shifted = lo.simulate(lo.models.squid(rest=shift), stimulus, 45, tolerance=1e-11, sampling=0.5)
    plain = lo.simulate(SQUID, stimulus, 45, tolerance=1e-11, sampling=0.5)
    np.testing.assert_allclose(shifted.spikes, plain.spikes, rtol=0, atol=1e-6)
    np.testing.assert_allclose(shifted.v - shift, plain.v, rtol=0, atol=1e-4)
    np.testing.assert_allclose(shifted.states[:, 1:], plain.states[:, 1:], rtol=0, atol=1e-6)


@given(delay=numbers(0, 30), stimulus=numbers(-5, 40))
def test_a_stimulus_may_be_delayed(delay, stimulus):
    early = lo.simulate(SQUID, lo.Step(stimulus, 0, 20), 40, tolerance=1e-11, sampling=None)
    late = lo.simulate(SQUID, lo.Step(stimulus, delay, 20 + delay), 40 + delay, tolerance=1e-11, sampling=None)
    np.testing.assert_allclose(late.spikes - delay, early.spikes, rtol=0, atol=1e-6)
