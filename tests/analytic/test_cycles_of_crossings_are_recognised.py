"""A sequence of crossings is recognised as a cycle after as many of them as it was made of, and no sooner."""

import numpy as np
import pytest

from loligo.dynamics.firing.repetition import repetition, return_times

CLOSED = 1e-5


def sequence(intervals, cycles, *, drift=0.0):
    """Return times of crossings whose intervals repeat themselves, and states that tell the crossings apart."""
    repeated = np.tile(intervals, cycles) * np.exp(drift * np.arange(len(intervals) * cycles))
    times = np.concatenate([[0.0], np.cumsum(repeated)])
    phase = np.arange(times.size) % len(intervals)
    return times, np.column_stack([phase, np.ones(times.size)])


@pytest.mark.parametrize(
    ("intervals", "bursts", "spikes"),
    [
        ([5.0], np.nan, np.nan),
        ([5.0, 6.0], np.nan, np.nan),  # a doubled period, but no pause
        ([5.0, 20.0], 1, 2),
        ([2.0, 3.0, 5.0, 90.0], 1, 4),  # adaptation within a burst
        ([2.0, 50.0, 2.0, 2.0, 55.0], 2, 2.5),
    ],
)
def test_firing(intervals, bursts, spikes):
    times, states = sequence(intervals, 6)
    count = return_times(times, CLOSED)
    assert count == len(intervals)
    found = repetition(times, states, count, CLOSED)
    period = sum(intervals)
    assert found.period == pytest.approx(period, rel=1e-12)
    firing = found.firing(times)
    assert firing.rate == pytest.approx(1e3 * len(intervals) / period, rel=1e-12)
    assert firing.burst_frequency == pytest.approx(1e3 * bursts / period, nan_ok=True)
    assert firing.spikes_per_burst == pytest.approx(spikes, nan_ok=True)


def test_equal_intervals_of_different_states_are_several():
    times, _ = sequence([5.0], 12)
    states = np.array([[k % 3] for k in range(times.size)], dtype=float)
    found = repetition(times, states, return_times(times, CLOSED), CLOSED)
    assert found.crossings == 3
    assert found.period == pytest.approx(15.0)


def test_a_drift_is_no_cycle():
    times, _ = sequence([5.0], 200, drift=1e-6)  # from interval to interval below what counts as the same
    assert return_times(times, CLOSED) == 0


@pytest.mark.parametrize("times", [[], [1.0], [1.0, 2.0], [0.0, 1.0, 3.0, 4.0]])
def test_fewer_than_two_cycles_do_not_count(times):
    assert return_times(np.array(times), CLOSED) == 0


def test_crossings_beside_the_spikes_give_the_same_rate():
    spikes, _ = sequence([2.0, 3.0, 90.0], 5)
    crossings = np.arange(5) * 95.0 + 40.0  # once a cycle, elsewhere
    found = repetition(crossings, np.ones((5, 1)), return_times(crossings, CLOSED), CLOSED)
    firing = found.firing(spikes)
    assert firing.rate == pytest.approx(3e3 / 95)
    assert firing.spikes_per_burst == 3
