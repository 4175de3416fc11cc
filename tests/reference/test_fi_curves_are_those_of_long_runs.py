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
    assert curve.down.steady[at] == pytest.approx(steady_frequency(amplitude), rel=1e-6)


def test_hysteresis(curve):
    up, down = curve.up.steady > 0, curve.down.steady > 0
    both = curve.up.amplitude[~up & down]
    assert (both.min(), both.max()) == (7, 9)
    assert FOLD < both.min() < both.max() < HOPF


def test_swings_that_reach_the_level_no_more(curve):
    small = (curve.down.steady == 0) & (curve.down.oscillation > 0)
    found = curve.down.amplitude[small]
    assert found.min() == pytest.approx(LAST_SPIKE, abs=1)
    assert found.max() == np.floor(SECOND_HOPF)
    assert curve.down.settled.all()
    assert (np.diff(curve.down.oscillation[small]) > 0).all()
    assert curve.down.swing[small].max() < 60


def test_first_interval_is_that_of_a_step_from_rest_at_zero_current():
    pair = lo.fi_curve(SQUID, [4.0, 20.0], cycles=False)
    run = lo.simulate(SQUID, lo.Step(20.0), 50, tolerance=1e-9, sampling=None)
    assert pair.step.first[1] == pytest.approx(1e3 / np.diff(run.spikes)[0], rel=1e-6)
    assert np.isnan([pair.up.first, pair.down.first]).all()


def test_a_window_of_firing_beside_a_stable_rest():
    # warmer, the squid only fires on in a window of currents, which no slow rise of the current enters
    warm = SQUID.replace(celsius=26.4)
    amplitudes = np.array([25.0, 26.0, 27.0, 28.0, 29.0, 30.0])
    found = lo.fi_curve(warm, amplitudes)
    last = [lo.simulate(warm, lo.Step(a), 500.0, sampling=None, tolerance=1e-9).spikes[-1] for a in amplitudes]
    fires = np.array(last) > 490.0
    assert fires.tolist() == [False, True, True, True, True, False]
    np.testing.assert_array_equal(found.step.steady > 0, fires)
    np.testing.assert_array_equal(found.down.steady > 0, fires)
    assert not found.up.steady.any()


def test_a_membrane_that_never_fires_gives_a_curve_of_zeros():
    quiet = lo.fi_curve(SQUID.replace(g_Na=0.0), [0.0, 50.0])
    assert not quiet.up.steady.any()
    assert not quiet.down.oscillation.any()
    assert "never fires" in repr(quiet)


def test_the_table_and_the_figure_hold_all_branches(curve):
    table = curve.to_dataframe()
    assert len(table) == 3 * curve.up.amplitude.size
    assert set(table["branch"]) == {"up", "down", "step"}
    assert table.attrs["units"]["burst_frequency"] == "Hz"
    ax = curve.plot()
    assert "µA/cm²" in ax.get_xlabel()
    assert "Hz" in ax.get_ylabel()
    assert curve.plot(ax) is ax


@pytest.mark.parametrize(
    ("amplitudes", "settings"),
    [
        ([], {}),
        ([1.0, np.nan], {}),
        ("many", {}),
        ([1.0, 2.0], {"longest": -50.0}),
        ([1.0, 2.0], {"cycles": "many"}),
        ([1.0, 2.0], {"tolerance": 1.0}),
    ],
)
def test_wrong_values_are_refused(amplitudes, settings):
    with pytest.raises(lo.LoligoError):
        lo.fi_curve(SQUID, amplitudes, **settings)
