"""Stimuli and runs may be as short or as long as numbers allow."""

import math

import numpy as np
import pytest

import loligo as lo
from loligo.integrate import METHODS

SQUID = lo.models.squid()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("width", [1e-3, 1e-9, 1e-15, 1e-100, 1e-300, 5e-324])
def test_a_stimulus_that_starts_or_stops_at_once(width, method):
    late = lo.simulate(SQUID, lo.Step(10.0, start=width), 20, method=method, sampling=None)
    early = lo.simulate(SQUID, lo.Step(10.0, stop=width), 20, method=method, sampling=None)
    plain = lo.simulate(SQUID, lo.Step(10.0), 20, method=method, sampling=None)
    np.testing.assert_allclose(late.spikes, plain.spikes + width, rtol=0, atol=1e-3)
    assert early.spikes.size == 0


@pytest.mark.parametrize("start", [0.0, 5.0, 1e3])
def test_a_pulse_one_number_wide(start):
    pulse = lo.Step(10.0, start=start, stop=math.nextafter(start, math.inf))
    assert lo.simulate(SQUID, pulse, start + 5, sampling=[start + 5]).v[0] == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("duration", [5e-324, 1e-300, 1e-15, 1e-9])
def test_a_run_that_ends_at_once(duration):
    run = lo.simulate(SQUID, lo.Step(10.0), duration)
    np.testing.assert_allclose(run.final, lo.rest(SQUID).state, atol=1e-6)
    assert run.t.tolist() == [0.0]


def test_a_charge_does_not_depend_on_the_width():
    # 6.5074 mV are the threshold: 7 µA/cm² ms on 1 µF/cm² fire, 6 do not, however short
    for width in (1e-2, 1e-5, 1e-8):
        for charge, spikes in ((6.0, 0), (7.0, 1)):
            run = lo.simulate(SQUID, lo.Step(charge / width, 1, 1 + width), 20, sampling=None)
            assert run.spikes.size == spikes


def test_a_thousand_edges():
    train = lo.Pulses(20.0, onsets=np.arange(1000) * 0.1, width=0.05)
    mean = lo.simulate(SQUID, lo.Step(10.0, stop=100), 100, sampling=None, tolerance=1e-8).spikes
    pulsed = lo.simulate(SQUID, train, 100, sampling=None, tolerance=1e-8)
    assert pulsed.settings.steps >= 2000
    np.testing.assert_allclose(pulsed.spikes, mean, rtol=0, atol=0.2)


def test_long_silence_is_cheap():
    run = lo.simulate(SQUID, lo.Step(10.0, start=1e5, stop=1e5 + 20), 1e5 + 40, sampling=None)
    np.testing.assert_allclose(run.spikes - 1e5, [1.8431, 16.7506], rtol=0, atol=1e-2)


def test_edges_that_nearly_meet():
    gap = lo.Step(10.0, 0, 5) + lo.Step(10.0, math.nextafter(5, 6), 30)
    np.testing.assert_allclose(
        lo.simulate(SQUID, gap, 30, sampling=None).spikes,
        lo.simulate(SQUID, lo.Step(10.0), 30, sampling=None).spikes,
        rtol=0,
        atol=1e-5,
    )
