"""Frequencies of `fi_curve` are those of long, exact runs, and where the squid can do two things, both are shown."""

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()
FOLD, HOPF = 6.2642, 9.7793  # µA/cm²: between them rest and firing are both stable (Rinzel and Miller 1980)
LAST_SPIKE, SECOND_HOPF = 89.9, 154.527


@pytest.fixture(scope="module")
def curve():
    return lo.fi_curve(SQUID, np.arange(3.0, 170.0, 1.0))


def steady_frequency(amplitude):
    run = lo.simulate(SQUID, lo.Step(amplitude), 1000, tolerance=1e-10, sampling=None, initial={"v": 20.0})
    return 1e3 / np.diff(run.spikes)[-1]


@pytest.mark.parametrize("amplitude", [8.0, 20.0, 60.0, 85.0])
def test_steady_frequency(curve, amplitude):
    at = list(curve.down.amplitude).index(amplitude)
    assert curve.down.steady[at] == pytest.approx(steady_frequency(amplitude), rel=2e-4)


def test_hysteresis(curve):
    up = curve.up.steady > 0
    down = (curve.down.steady > 0)[::-1]
    both = curve.up.amplitude[~up & down]
    assert both.min() == pytest.approx(FOLD, abs=1)
    assert both.max() == pytest.approx(HOPF, abs=1)
    assert (curve.up.amplitude[up].min() > HOPF) & (curve.down.amplitude[::-1][down].min() > FOLD)


def test_swings_that_reach_the_level_no_more(curve):
    small = (curve.down.steady == 0) & (curve.down.oscillation > 0)
    found = curve.down.amplitude[small]
    assert found.min() == pytest.approx(LAST_SPIKE, abs=1)
    assert SECOND_HOPF - 3 < found.max() < SECOND_HOPF  # close to it a swing takes longer to settle than a run lasts
    assert (np.diff(curve.down.oscillation[small]) < 0).all()  # going down, the frequency falls, without a jump
    assert curve.down.swing[small].max() < 60


def test_first_interval_is_that_of_a_run_from_where_the_one_before_ended():
    pair = lo.fi_curve(SQUID, [4.0, 20.0])
    before = lo.simulate(SQUID, lo.Step(4.0), 500, tolerance=1e-9, sampling=None, initial=lo.rest(SQUID, 4.0).state)
    after = lo.simulate(SQUID, lo.Step(20.0), 50, tolerance=1e-9, sampling=None, initial=before)
    assert pair.up.first[1] == pytest.approx(1e3 / np.diff(after.spikes)[0], rel=1e-4)


def test_a_membrane_that_never_fires_gives_a_curve_of_zeros():
    quiet = lo.fi_curve(SQUID.replace(g_Na=0.0), [0.0, 50.0])
    assert not quiet.up.steady.any()
    assert not quiet.down.oscillation.any()
    assert "never fires" in repr(quiet)


def test_the_table_and_the_figure_hold_both_directions(curve):
    table = curve.to_dataframe()
    assert len(table) == 2 * curve.up.amplitude.size
    assert set(table["direction"]) == {"up", "down"}
    ax = curve.plot()
    assert "µA/cm²" in ax.get_xlabel()
    assert "Hz" in ax.get_ylabel()
    assert curve.plot(ax) is ax


@pytest.mark.parametrize(
    ("amplitudes", "settings"),
    [
        ([1.0], {}),
        ([1.0, np.nan], {}),
        ("many", {}),
        ([1.0, 2.0], {"duration": 50.0}),
        ([1.0, 2.0], {"tolerance": 1.0}),
    ],
)
def test_wrong_values_are_refused(amplitudes, settings):
    with pytest.raises(lo.LoligoError):
        lo.fi_curve(SQUID, amplitudes, **settings)
