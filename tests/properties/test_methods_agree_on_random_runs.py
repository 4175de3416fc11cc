"""Every method of the registry comes to the same traces and spikes, for any numbers and any stimulus."""

import numpy as np
import pytest
from hypothesis import given

import loligo as lo
from loligo.integrate import METHODS
from properties.strategies import fibres, numbers, squids, stimuli


def check(membrane, stimulus, duration, initial):
    first, *others = (
        lo.simulate(membrane, stimulus, duration, initial=initial, method=method, tolerance=1e-10, sampling=0.25)
        for method in METHODS
    )
    for other in others:
        np.testing.assert_allclose(other.v, first.v, rtol=0, atol=1e-3)
        np.testing.assert_allclose(other.states[:, 1:], first.states[:, 1:], rtol=0, atol=1e-5)
        np.testing.assert_allclose(other.spikes, first.spikes, rtol=0, atol=1e-5)


@pytest.mark.filterwarnings("ignore::loligo.UnstableRestWarning")  # some are pacemakers
@given(membrane=squids(), stimulus=stimuli())
def test_squids(membrane, stimulus):
    check(membrane, stimulus, 45, lo.rest(membrane).state)


@given(membrane=fibres(), stimulus=stimuli(), v=numbers(-60, 20), w=numbers(0, 1))
def test_fibres(membrane, stimulus, v, w):
    check(membrane, stimulus, 100, {"v": v, "w": w})
