"""Where v is only pushed over the spike level a threshold is passive, and says so; where it spikes it is not."""

import math

import pytest

import loligo as lo

SQUID = lo.models.squid()
LEAKY = lo.Membrane(lo.Channel("leak", g=0.3, E=-60.0), C=1.0, spike_level=-20.0)


def test_a_leak_is_passive_at_its_closed_form():
    width, g = 5.0, 0.3
    found = lo.threshold(LEAKY, lo.Step(1.0, stop=width), resolution=1e-6)
    exact = 40.0 * g / (1 - math.exp(-g * width))  # C = 1: v rises by A/g (1 - exp(-g t))
    assert found.value == pytest.approx(exact, abs=1e-6)
    assert found.passive
    assert "only pushed" in str(found)


PASSIVE = {
    "squid without sodium": (SQUID.replace(g_Na=0.0), lo.Step(1.0, stop=20)),
    "squid without sodium, short": (SQUID.replace(g_Na=0.0), lo.Step(1.0, stop=0.1)),
    "squid without sodium, ramp": (SQUID.replace(g_Na=0.0), lo.Ramp(1.0, stop=30)),
    "Connor-Stevens without sodium": (lo.models.connor_stevens().replace(g_Na=0.0), lo.Step(1.0, stop=50)),
    "Morris-Lecar without calcium": (lo.models.morris_lecar().replace(g_Ca=0.0), lo.Step(1.0, stop=50)),
}


@pytest.mark.parametrize("case", PASSIVE)
def test_without_an_inward_current_all_is_passive(case):
    membrane, stimulus = PASSIVE[case]
    assert lo.threshold(membrane, stimulus, resolution=1e-3).passive


ACTIVE = {
    "squid": (SQUID, lo.Step(1.0, stop=200)),
    "squid, short": (SQUID, lo.Step(1.0, stop=0.1)),
    "squid, anode break": (SQUID, lo.Step(-1.0, stop=20)),
    "warm squid": (SQUID.replace(celsius=20.0), lo.Step(1.0, stop=50)),
    "Connor-Stevens": (lo.models.connor_stevens(), lo.Step(1.0, stop=200)),
    "Wang-Buzsáki": (lo.models.wang_buzsaki(), lo.Step(1.0, stop=100)),
    "Morris-Lecar": (lo.models.morris_lecar(), lo.Step(1.0, stop=200)),
}


@pytest.mark.parametrize("case", ACTIVE)
def test_a_spike_is_not_passive(case):
    membrane, stimulus = ACTIVE[case]
    for count in ("once", 1):
        found = lo.threshold(membrane, stimulus, fires=count, resolution=1e-3)
        assert not found.passive
        assert "pushed" not in str(found)


def test_spikes_forced_one_by_one_are_passive_too():
    wave = lo.Sine(1.0, frequency=0.02, stop=200)
    found = lo.threshold(LEAKY, wave, fires=3, duration=250, resolution=1e-4)
    assert found.passive


@pytest.mark.parametrize("case", ["a leak", "squid without sodium", "squid"])
def test_curves_of_thresholds_report_it_too(case):
    membrane = {"a leak": LEAKY, "squid without sodium": SQUID.replace(g_Na=0.0), "squid": SQUID}[case]
    strength = lo.strength_duration(membrane, [1.0, 5.0, 20.0], resolution=1e-3)
    refractory = lo.refractoriness(membrane, [5.0, 15.0], resolution=1e-2)
    for curve in (strength, refractory):
        assert curve.passive == (case != "squid")
        assert ("only pushed" in str(curve)) == curve.passive
