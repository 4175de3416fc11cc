"""Rheobase, pulse thresholds, chronaxie and the anode break of the squid are those of the reference."""

import pytest

import loligo as lo
from reference.squid_facts import ANODE_BREAK_20_MS, CHRONAXIE, PULSE_THRESHOLDS, RHEOBASE

SQUID = lo.models.squid()


def test_rheobase_in_at_most_forty_runs():
    found = lo.threshold(SQUID, lo.Step(1.0, stop=200))
    assert found.value == pytest.approx(RHEOBASE, abs=1e-6)
    assert found.runs <= 40
    low, high = found.bracket
    assert low < RHEOBASE <= high == found.value
    assert high - low <= found.resolution == 1e-6
    assert found.monotone


def test_rheobase_to_nine_digits_more():
    found = lo.threshold(SQUID, lo.Step(1.0, stop=200), resolution=1e-10)
    assert found.value == pytest.approx(RHEOBASE, abs=2e-10)


def test_a_later_step_has_the_same_threshold():
    assert lo.threshold(SQUID, lo.Step(1.0, start=20, stop=180)).value == pytest.approx(RHEOBASE, abs=1e-6)


@pytest.mark.parametrize("width", PULSE_THRESHOLDS)
def test_pulses(width):
    found = lo.threshold(SQUID, lo.Step(1.0, stop=width))
    assert found.value == pytest.approx(PULSE_THRESHOLDS[width], rel=1e-5)
    assert found.value == pytest.approx(PULSE_THRESHOLDS[width], abs=1e-6)


def test_a_pulse_is_a_short_step():
    assert lo.threshold(SQUID, lo.Pulses(1.0, onsets=(0,), width=0.5)).value == pytest.approx(
        PULSE_THRESHOLDS[0.5], abs=1e-6
    )


def test_chronaxie():
    assert lo.threshold(SQUID, lo.Step(1.0, stop=CHRONAXIE)).value == pytest.approx(2 * RHEOBASE, abs=2e-6)


def test_anode_break():
    found = lo.threshold(SQUID, lo.Step(-1.0, stop=20))
    assert found.value == pytest.approx(ANODE_BREAK_20_MS, rel=1e-5)
    low, high = found.bracket
    assert high == found.value < low < 0
