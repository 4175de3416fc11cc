"""Cycles in a sequence of crossings: after how many of them a membrane repeats itself, and how they form bursts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_CROSSINGS: Final = 500  # in one cycle
PAUSE: Final = 2.0  # a pause is so many times longer than the intervals within a burst, or more


@dataclass(frozen=True, eq=False)
class Repetition:
    """A cycle that a run went through several times.

    Attributes
    ----------
    period : float
        [ms]
    start, stop : float
        Of a stretch of whole cycles [ms].
    """

    period: float
    start: float
    stop: float

    @property
    def frequency(self) -> float:
        """Cycles a second [Hz]."""
        return 1e3 / self.period

    def firing(self, spikes: NDArray[np.float64]) -> Firing:
        """Return how often the membrane fires in the cycle, from its spikes in the run [ms]."""
        inside = (spikes > self.start) & (spikes <= self.stop)
        rate = 1e3 * float(inside.sum()) / (self.stop - self.start)
        last = (spikes[1:] > self.stop - self.period) & inside[1:]
        return Firing(rate, *_bursts(np.diff(spikes)[last], self.period))


@dataclass(frozen=True, eq=False)
class Firing:
    """How often a membrane fires.

    Attributes
    ----------
    rate : float
        Spikes a second, over whole cycles [Hz].
    burst_frequency, spikes_per_burst : float
        Bursts a second [Hz], and spikes in one; NaN where no pauses stand out among the intervals.
    """

    rate: float
    burst_frequency: float
    spikes_per_burst: float


def return_times(times: NDArray[np.float64], closed: float) -> int:
    """Return after how many crossings their intervals repeat themselves, or 0.

    Parameters
    ----------
    times : array (crossings,)
        [ms]
    closed : float
        By which share of a cycle an interval may differ from the one a cycle before.
    """
    intervals = np.diff(times)
    for count in range(1, min(MOST_CROSSINGS, intervals.size // 2) + 1):
        change = np.abs(intervals[count:] - intervals[:-count]).max()
        if change <= closed * intervals[-count:].sum():
            return count
    return 0


def repetition(times: NDArray[np.float64], states: NDArray[np.float64], count: int, close: float) -> Repetition | None:
    """Return the shortest cycle of ``count`` crossings or a multiple after which the states return, or None.

    Parameters
    ----------
    times : array (crossings,)
        [ms]
    states : array (crossings, variables)
        Scaled.
    count : int
        From `return_times`.
    close : float
        Scaled distance within which a state is the same.
    """
    for several in range(count, min(MOST_CROSSINGS, (times.size - 1) // 2) + 1, count):
        if np.abs(states[several:] - states[:-several]).max() <= close:
            whole = (times.size - 1) // several * several
            start, stop = float(times[-1 - whole]), float(times[-1])
            return Repetition((stop - start) * several / whole, start, stop)
    return None


def _bursts(intervals: NDArray[np.float64], period: float) -> tuple[float, float]:
    """Return bursts a second and spikes in each, where pauses stand out among the intervals of a cycle."""
    ordered = np.sort(intervals)
    if ordered.size < 2:
        return math.nan, math.nan
    ratios = ordered[1:] / ordered[:-1]
    gap = int(np.argmax(ratios))
    if ratios[gap] < PAUSE:
        return math.nan, math.nan
    pauses = ordered.size - gap - 1
    return 1e3 * pauses / period, ordered.size / pauses
