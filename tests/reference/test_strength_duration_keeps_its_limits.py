"""Thresholds go from a charge that short pulses share to the rheobase; refractoriness from never to as at rest."""

import numpy as np
import pytest

import loligo as lo
from loligo.analysis.strength import Law, _fitted
from reference.squid_facts import CHRONAXIE

SQUID = lo.models.squid()
RHEOBASE = 2.240945854  # µA/cm², long step: tests/reference/test_squid_thresholds_are_the_reference_thresholds.py
CHARGE = 6.5074  # mV: a displacement of v at rest that just fires, the limit of short pulses on 1 µF/cm²


@pytest.fixture(scope="module")
def curve():
    return lo.strength_duration(SQUID, np.geomspace(0.001, 100, 21))


def test_long_pulses_need_the_rheobase(curve):
    assert curve.rheobase == pytest.approx(RHEOBASE, abs=2e-6)
    assert curve.thresholds[-1] == pytest.approx(RHEOBASE, abs=2e-6)


def test_short_pulses_need_a_charge(curve):
    charge = curve.thresholds * curve.durations
    assert charge[0] == pytest.approx(CHARGE, rel=2e-4)
    assert (np.diff(charge) > 0).all()
    assert (np.diff(curve.thresholds) < 1e-6).all()


def test_chronaxie_is_the_reference(curve):
    # whatever durations were asked for, it is searched for between them
    for found in (
        curve,
        lo.strength_duration(SQUID, [0.3, 20.0]),
        lo.strength_duration(SQUID, [0.3, 20.0], resolution=1e-3),
    ):
        assert abs(found.chronaxie - CHRONAXIE) < found.chronaxie_error < 4 * found.resolution
    beyond = lo.strength_duration(SQUID, [5.0, 20.0], resolution=1e-3)
    assert np.isnan([beyond.chronaxie, beyond.chronaxie_error]).all()


@pytest.mark.parametrize("name", ["Lapicque", "Weiss"])
def test_a_law_is_found_again_in_its_own_values(name):
    law = Law(name, rheobase=2.5, chronaxie=1.3, misfit=0.0)
    durations = np.geomspace(0.05, 30, 15)
    found = _fitted(name, durations, law(durations), 1.0)
    assert (found.rheobase, found.chronaxie) == pytest.approx((2.5, 1.3), rel=1e-6)
    assert found.misfit < 1e-8
    assert law(law.chronaxie) == pytest.approx(2 * law.rheobase)


def test_a_membrane_that_never_fires_is_refused():
    with pytest.raises(lo.ThresholdError, match="does not fire"):
        lo.strength_duration(SQUID.replace(spike_level=1e5), [1.0, 2.0], resolution=1e-2)


def test_refractoriness_goes_from_absolute_to_full_recovery():
    found = lo.refractoriness(SQUID, [2.0, 6.5, 10.0, 17.0, 20.0, 100.0], width=0.5)
    assert np.isnan(found.thresholds[0])
    assert (np.diff(found.thresholds[1:4]) < 0).all()
    assert found.thresholds[4] < found.single  # after the spike's long hyperpolarisation it is easier for a while
    assert found.thresholds[-1] == pytest.approx(found.single, rel=1e-3)
    other = lo.refractoriness(SQUID, [5.0, 6.0, 16.0, 18.0])  # whatever the intervals, the periods are searched for
    for one in (found, other):
        near = lo.refractoriness(SQUID, [one.absolute - 2e-3, one.absolute, one.relative - 2e-3, one.relative])
        assert np.isnan(near.thresholds).tolist() == [True, False, False, False]
        assert near.thresholds[2] > near.single + near.resolution >= near.thresholds[3]
    assert other.absolute == pytest.approx(found.absolute, abs=2 * found.period_error)
    assert other.relative == pytest.approx(found.relative, abs=2 * found.period_error)
    late = lo.refractoriness(SQUID, [20.0, 100.0])
    assert np.isnan(late.absolute)


def test_the_second_pulse_makes_the_second_spike():
    found = lo.refractoriness(SQUID, [8.0], resolution=1e-4, width=0.5)
    for factor, spikes in ((0.999, 1), (1.001, 2)):
        pair = lo.Step(1.5 * found.single, stop=0.5) + lo.Step(factor * found.thresholds[0], start=8.0, stop=8.5)
        assert lo.simulate(SQUID, pair, 40, sampling=None).spikes.size == spikes


@pytest.mark.parametrize("interval", [4.0, 5.0])
def test_a_potential_that_a_pulse_pushes_over_the_level_is_no_second_spike(interval):
    found = lo.refractoriness(SQUID, [interval, 20.0], width=0.5)
    assert np.isnan(found.thresholds[0])
    assert interval < found.absolute < 6.5
    after = lo.simulate(SQUID, lo.Step(1.5 * found.single, stop=0.5), interval, sampling=None)
    for amplitude in np.geomspace(100, 700, 30):  # whatever its strength, v falls as soon as the pulse ends, or before
        run = lo.simulate(SQUID, lo.Step(amplitude, stop=0.5), 20, initial=after, sampling=0.01)
        later = run.v[run.t > 0.5]
        assert not run.spikes.size or later.max() == later[0]


def test_pulses_may_be_as_short_as_one_likes():
    found = lo.strength_duration(SQUID, [1e-6, 1e-5], resolution=1e-3)
    assert found.thresholds * found.durations == pytest.approx(CHARGE, rel=1e-5)
    assert found.rheobase == pytest.approx(RHEOBASE, abs=1e-2)
    assert found.settled
    found.plot()


def test_tables_and_figures(curve):
    assert list(curve.to_dataframe()) == ["duration", "threshold", "charge", "Lapicque", "Weiss"]
    ax = curve.plot()
    assert "ms" in ax.get_xlabel()
    assert "µA/cm²" in ax.get_ylabel()
    found = lo.refractoriness(SQUID, [5.0, 20.0])
    assert list(found.to_dataframe()) == ["interval", "threshold", "ratio"]
    other = found.plot()
    assert "ms" in other.get_xlabel()
    assert found.plot(other) is other


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: lo.strength_duration(SQUID, [1.0]),
        lambda: lo.strength_duration(SQUID, [0.0, 1.0]),
        lambda: lo.strength_duration(SQUID, "short"),
        lambda: lo.strength_duration(5, [1.0, 2.0]),
        lambda: lo.refractoriness(SQUID, [0.2], width=0.5),
        lambda: lo.refractoriness(SQUID, [5.0], first=0.5),
        lambda: lo.refractoriness(SQUID, [5.0], first="twice"),
    ],
)
def test_wrong_values_are_refused(wrong):
    with pytest.raises(lo.LoligoError):
        wrong()
