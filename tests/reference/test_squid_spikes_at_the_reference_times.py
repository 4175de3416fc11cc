"""Spikes of the squid under a step are within 1e-4 ms of the reference, and within 1e-8 ms at tolerance 1e-10."""

import numpy as np
import pytest

import loligo as lo
from loligo.integrate import METHODS
from reference.squid_facts import SPIKES

SQUID = lo.models.squid()


@pytest.mark.parametrize("current", SPIKES)
def test_by_default(current):
    spikes = lo.simulate(SQUID, lo.Step(current), duration=100).spikes
    np.testing.assert_allclose(spikes, SPIKES[current], rtol=0, atol=1e-4)


@pytest.mark.parametrize("current", SPIKES)
def test_at_a_tight_tolerance(current):
    spikes = lo.simulate(SQUID, lo.Step(current), duration=100, tolerance=1e-10).spikes
    np.testing.assert_allclose(spikes, SPIKES[current], rtol=0, atol=1e-8)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("current", SPIKES)
def test_by_every_method(current, method):
    spikes = lo.simulate(SQUID, lo.Step(current), duration=100, method=method, tolerance=1e-12).spikes
    np.testing.assert_allclose(spikes, SPIKES[current], rtol=0, atol=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_by_every_method_at_the_default_tolerance(method):
    spikes = lo.simulate(SQUID, lo.Step(10.0), duration=100, method=method).spikes
    np.testing.assert_allclose(spikes, SPIKES[10], rtol=0, atol=1e-4)


def test_without_samples_too():
    spikes = lo.simulate(SQUID, lo.Step(20.0), duration=100, sampling=None).spikes
    np.testing.assert_allclose(spikes, SPIKES[20], rtol=0, atol=1e-4)
