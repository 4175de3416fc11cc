"""Rates times phi and capacitance over phi: the same spikes phi times as fast, by the equations alone."""

import numpy as np
import pytest

import loligo as lo
from reference.squid_by_hand import rates
from reference.squid_facts import PULSE_THRESHOLDS, RHEOBASE, SPIKES

PHI = 3 ** ((18.5 - 6.3) / 10)
WARM = lo.models.squid().replace(celsius=18.5, C=1 / PHI)


@pytest.mark.parametrize("current", SPIKES)
def test_spikes(current):
    spikes = lo.simulate(WARM, lo.Step(current), duration=100 / PHI, tolerance=1e-10).spikes
    np.testing.assert_allclose(spikes * PHI, SPIKES[current], rtol=0, atol=1e-8)


def test_rheobase_stays_and_pulses_shorten():
    assert lo.threshold(WARM, lo.Step(1.0, stop=200)).value == pytest.approx(RHEOBASE, abs=1e-6)
    found = lo.threshold(WARM, lo.Step(1.0, stop=1.0 / PHI))
    assert found.value == pytest.approx(PULSE_THRESHOLDS[1.0], abs=1e-6)


@pytest.mark.parametrize("celsius", [0.0, 6.3, 18.5, 26.3])
def test_rates_follow_q10(celsius):
    v, phi = np.linspace(-50, 120, 18), 3 ** ((celsius - 6.3) / 10)
    found = lo.rates(lo.models.squid().replace(celsius=celsius), v)
    for name, (alpha, beta) in zip("mhn", rates(v), strict=True):
        np.testing.assert_allclose(found[name].alpha, phi * alpha, rtol=1e-12)
        np.testing.assert_allclose(found[name].beta, phi * beta, rtol=1e-12)
        np.testing.assert_allclose(found[name].tau, 1 / (phi * (alpha + beta)), rtol=1e-12)
        np.testing.assert_allclose(found[name].inf, alpha / (alpha + beta), rtol=1e-12)


def test_a_gate_may_have_its_own_q10():
    m = lo.Gate("m", inf="1/(1 + exp(-v/5))", tau="3", q10=2.0)
    h = lo.Gate("h", inf="1/(1 + exp(v/5))", tau="7")
    own = lo.Membrane(lo.Channel("Na", g=1, E=50, open=m * h), celsius=26.3, reference_celsius=6.3, q10=3.0)
    assert lo.rates(own, 0.0)["m"].tau == pytest.approx(3 / 2**2)
    assert lo.rates(own, 0.0)["h"].tau == pytest.approx(7 / 3**2)
    assert lo.rates(own.replace(q10_m=4.0), 0.0)["m"].tau == pytest.approx(3 / 4**2)
    assert lo.rates(own.replace(q10=1.0), 0.0)["m"].tau == pytest.approx(3 / 2**2)
