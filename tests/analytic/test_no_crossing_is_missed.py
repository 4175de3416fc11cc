"""Every upward crossing of the spike level is found, where the solution has it, however the steps fall."""

import numpy as np
import pytest
from scipy.optimize import brentq

import loligo as lo
from analytic.closed_forms import BESIDE_IDLE as PASSIVE
from analytic.closed_forms import E_LEAK, to_sine, to_step
from loligo.integrate import METHODS

WAVE = lo.Sine(4.0, frequency=0.05, offset=1.0, phase=0.3, start=2.0, stop=150.0)
FINE = np.linspace(0, 200, 400_001)


def v(t):
    return E_LEAK + to_sine(np.asarray(t, dtype=float), 4.0, 0.05, 1.0, 0.3, 2.0, 150.0)


def crossings(level):
    above = v(FINE) >= level
    places = np.flatnonzero(~above[:-1] & above[1:])
    return [brentq(lambda t: float(v(t)) - level, FINE[k], FINE[k + 1], xtol=1e-13) for k in places]


PEAKS = np.sort(v(FINE)[1:-1][(np.diff(np.sign(np.diff(v(FINE)))) < 0)])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [-61.0, -58.0, -55.0, float(PEAKS[-1]) - 1e-4, float(PEAKS[1]) - 1e-4])
def test_levels_from_the_middle_to_just_below_a_peak(level, method):
    membrane = PASSIVE.replace(spike_level=level)
    spikes = lo.simulate(membrane, WAVE, 200, method=method, tolerance=1e-10, sampling=None).spikes
    expected = crossings(level)
    assert len(expected) > 0
    assert spikes.size == len(expected)
    np.testing.assert_allclose(spikes, expected, rtol=0, atol=1e-4)  # just below a peak v is flat


@pytest.mark.parametrize("method", METHODS)
def test_none_above_the_highest_peak(method):
    membrane = PASSIVE.replace(spike_level=float(PEAKS[-1]) + 1e-4)
    assert lo.simulate(membrane, WAVE, 200, method=method, tolerance=1e-10, sampling=None).spikes.size == 0


@pytest.mark.parametrize("tolerance", [1e-2, 1e-3, 1e-4, 1e-6])
def test_a_peak_inside_one_step(tolerance):
    # between two edges 40 ms apart v rises and falls again; loose steps are longer than the time above the level
    step = lo.Step(8.0, 10, 11) + lo.Step(0.0, 50)
    height = float(to_step(np.array([11.0]), 8.0, 10.0, 11.0)[0])
    for share in (0.5, 0.9, 0.99):
        membrane = PASSIVE.replace(spike_level=E_LEAK + share * height)
        spikes = lo.simulate(membrane, step, 90, tolerance=tolerance, sampling=None).spikes
        assert spikes.size == 1
        assert spikes[0] == pytest.approx(10 - 8 * np.log(1 - share * (1 - np.exp(-1 / 8))), abs=20 * tolerance)


def test_a_start_above_the_level_is_no_spike():
    start = {"v": -30.0, "x": 1.0}
    assert lo.simulate(PASSIVE, duration=50, initial=start).spikes.size == 0  # it only falls through -40
    up = lo.simulate(PASSIVE, lo.Step(10.0, 30, 60), 60, initial=start).spikes
    assert up.size == 1
    assert up[0] > 30


def test_a_start_at_the_level_is_no_spike_either():
    assert lo.simulate(PASSIVE, lo.Step(10.0), 20, initial={"v": -40.0, "x": 1.0}).spikes.size == 0


def test_a_jump_over_the_level_by_reset_is_no_spike():
    assert lo.simulate(PASSIVE, None, 20, interventions=lo.Reset({"v": 0.0}, at=5)).spikes.size == 0


def test_a_crossing_at_an_edge_is_counted_once():
    # v reaches -40 mV just where the current is doubled, and just where a window ends
    first = lo.Step(10.0, stop=60)
    (time,) = lo.simulate(PASSIVE, first, 60, tolerance=1e-12).spikes
    for edge in (time, np.nextafter(time, 0), np.nextafter(time, 99), time - 1e-12, time + 1e-12):
        spikes = lo.simulate(PASSIVE, first + lo.Step(10.0, edge, 60), 60, tolerance=1e-12).spikes
        assert spikes.size == 1
        windows = lo.simulate(
            lo.models.squid(), lo.Step(10.0), 20, interventions=lo.Hold("h", 0.4, 1.8431467380 + (edge - time))
        )
        assert windows.spikes.size == 1
