"""Thresholds, strength-duration curves and refractoriness in another time, amount or potential: the same answers."""

from functools import cache

import numpy as np
import pytest

import loligo as lo
from properties.invariances import rescaled, slower, smaller

SQUID = lo.models.squid(rest=-65.0)
WARM = SQUID.replace(celsius=26.4)
MODELS = {
    "squid": SQUID,
    "Connor-Stevens": lo.models.connor_stevens(),
    "Morris-Lecar": lo.models.morris_lecar(),
    "Wang-Buzsáki": lo.models.wang_buzsaki(),
}
CHANGES = {"time": (slower, 30.0, 1.0), "amount": (smaller, 1.0, 1e-3), "potential": (rescaled, 1.0, 1.0)}
STOP = 300.0  # ms
PAIRS = [(model, change) for model in MODELS for change in CHANGES]


def overshoots(recording):
    """Tell whether v passes the spike level twice: a criterion of the user's own."""
    return recording.spikes.size >= 2


@cache  # each is compared with three changes
def plain_threshold(model, fires):
    return lo.threshold(MODELS[model], lo.Step(1.0, stop=STOP), fires=fires, resolution=1e-7)


@cache
def plain_strength(model, durations):
    return lo.strength_duration(MODELS[model], durations, resolution=1e-7)


@cache
def plain_refractoriness(model, intervals):
    return lo.refractoriness(MODELS[model], intervals, resolution=1e-7)


CRITERIA = ["once", "repetitively", 2, overshoots]


@pytest.mark.parametrize(("model", "change"), PAIRS)
@pytest.mark.parametrize("fires", CRITERIA, ids=["once", "repetitively", "two", "own"])
def test_thresholds(fires, model, change):
    membrane, (changed, time, amount) = MODELS[model], CHANGES[change]
    plain = plain_threshold(model, fires)
    other = lo.threshold(changed(membrane), lo.Step(1.0, stop=STOP * time), fires=fires, resolution=1e-7 * amount)
    assert other.value / amount == pytest.approx(plain.value, abs=1e-6)
    assert other.bracket[0] / amount == pytest.approx(plain.bracket[0], abs=1e-6)
    assert len(other.others) == len(plain.others)
    assert (other.passive, other.settled) == (plain.passive, plain.settled)
    assert other.duration / time == pytest.approx(plain.duration, rel=1e-6)
    assert other.tolerance == pytest.approx(plain.tolerance, rel=1e-6)


@pytest.mark.parametrize("change", CHANGES)
def test_windows_between_rungs(change):
    changed, time, amount = CHANGES[change]
    step = {"fires": "repetitively", "duration": 200 * time, "resolution": 1e-7 * amount}
    other = lo.threshold(changed(WARM), lo.Step(1.0, start=20 * time, stop=180 * time), **step)
    assert other.value / amount == pytest.approx(25.60297676, abs=1e-6)  # tests/reference/test_windows_of_firing...
    assert other.others[0] / amount == pytest.approx(29.64382775, abs=1e-6)


@pytest.mark.parametrize(("model", "change"), PAIRS)
def test_strength_duration(model, change):
    membrane, (changed, time, amount) = MODELS[model], CHANGES[change]
    durations = (0.5, 3.0, 10.0)
    plain = plain_strength(model, durations)
    other = lo.strength_duration(changed(membrane), np.array(durations) * time, resolution=1e-7 * amount)
    np.testing.assert_allclose(other.thresholds / amount, plain.thresholds, rtol=0, atol=1e-6)
    assert other.rheobase / amount == pytest.approx(plain.rheobase, abs=1e-6)
    assert other.settled == plain.settled
    assert other.long / time == pytest.approx(plain.long, rel=1e-6)
    error = plain.chronaxie_error + other.chronaxie_error / time
    assert np.isnan(plain.chronaxie) == np.isnan(other.chronaxie)
    assert np.isnan(plain.chronaxie) or abs(other.chronaxie / time - plain.chronaxie) < error
    for one, law in zip(plain.fits, other.fits, strict=True):
        assert law.rheobase / amount == pytest.approx(one.rheobase, rel=1e-6)
        assert law.chronaxie / time == pytest.approx(one.chronaxie, rel=1e-6)


@pytest.mark.parametrize(("model", "change"), PAIRS)
def test_refractoriness(model, change):
    membrane, (changed, time, amount) = MODELS[model], CHANGES[change]
    intervals = (2.0, 8.0, 20.0, 60.0, 200.0)
    plain = plain_refractoriness(model, intervals)
    other = lo.refractoriness(changed(membrane), np.array(intervals) * time, resolution=1e-7 * amount)
    assert other.width / time == pytest.approx(plain.width, rel=1e-6)
    np.testing.assert_allclose(other.thresholds / amount, plain.thresholds, rtol=0, atol=1e-6)
    assert other.single / amount == pytest.approx(plain.single, abs=1e-6)
    for name in ("absolute", "relative"):
        one, same = getattr(plain, name), getattr(other, name) / time
        assert np.isnan(one) == np.isnan(same)
        assert np.isnan(one) or abs(one - same) <= 2 * plain.period_error
