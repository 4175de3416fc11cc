"""A shift of all potentials changes no spike and no gate."""

import numpy as np
import pytest
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


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("tolerance", [1e-3, 1e-5, 1e-7])
def test_even_the_errors_are_the_same(shift, tolerance):
    # the size against which an error is held does not depend on where v has its zero: the steps are the same
    runs = [
        lo.simulate(membrane, lo.Step(10.0), 40, tolerance=tolerance, sampling=None)
        for membrane in (SQUID, lo.models.squid(rest=shift))
    ]
    assert runs[0].settings == runs[1].settings
    np.testing.assert_allclose(runs[1].spikes, runs[0].spikes, rtol=0, atol=1e-8)


@given(delay=numbers(0, 30), stimulus=numbers(-5, 40))
def test_a_stimulus_may_be_delayed(delay, stimulus):
    early = lo.simulate(SQUID, lo.Step(stimulus, 0, 20), 40, tolerance=1e-11, sampling=None)
    late = lo.simulate(SQUID, lo.Step(stimulus, delay, 20 + delay), 40 + delay, tolerance=1e-11, sampling=None)
    np.testing.assert_allclose(late.spikes - delay, early.spikes, rtol=0, atol=1e-6)
