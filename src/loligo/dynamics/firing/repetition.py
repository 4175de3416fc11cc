"""Cycles in a sequence of crossings: the number of crossings per cycle, and how they form bursts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_CROSSINGS: Final = 500  # largest number of crossings in one cycle
PAUSE: Final = 2.0  # a pause is at least this many times as long as the intervals within a burst


@dataclass(frozen=True, eq=False)
class Repetition:
    """A cycle that a run went through several times.

    Attributes
    ----------
    period : float
        [ms]
    crossings : int
        Number of upward crossings in a cycle.
    start, stop : float
        Beginning and end of a stretch of whole cycles [ms].
    drift : float
        Largest difference in length between the cycles of that stretch, over the period; infinite for a single cycle.
    """

    period: float
    crossings: int
    start: float
    stop: float
    drift: float

    @property
    def frequency(self) -> float:
        """Upward crossings per second [Hz]."""
        return 1e3 * self.crossings / self.period

    def firing(self, spikes: NDArray[np.float64]) -> Firing:
        """Return how often the membrane fires in the cycle, from its spikes in the run [ms]."""
        before, after = np.searchsorted(spikes, (self.start, self.stop), side="right")
        rate = 1e3 * float(after - before) / (self.stop - self.start)
        last = spikes[max(0, after - 1 - round(1e-3 * rate * self.period)) : after]
        return Firing(rate, *_bursts(np.diff(last), self.period))


@dataclass(frozen=True, eq=False)
class Firing:
    """The firing of a membrane, in numbers.

    Attributes
    ----------
    rate : float
        Spikes per second, over whole cycles [Hz].
    burst_frequency : float
        Bursts per second [Hz]; NaN if no pauses stand out among the intervals.
    spikes_per_burst : float
        Spikes per burst; NaN if no pauses stand out among the intervals.
    """

    rate: float
    burst_frequency: float
    spikes_per_burst: float


def return_times(times: NDArray[np.float64], closed: float) -> int:
    """Return the number of crossings after which their intervals repeat, or 0 if they do not.

    Parameters
    ----------
    times : array (crossings,)
        [ms]
    closed : float
        Allowed difference between an interval and the corresponding one of the last cycle, as a fraction of the longest
        interval.
    """
    intervals = np.diff(times)
    for count in range(1, min(MOST_CROSSINGS, intervals.size // 2) + 1):
        if _spread(intervals, count) <= closed * intervals[-count:].max():
            return count
    return 0


def repetition(times: NDArray[np.float64], states: NDArray[np.float64], count: int, close: float) -> Repetition | None:
    """Return the shortest cycle, of a multiple of ``count`` crossings, after which the states return, or None.

    Parameters
    ----------
    times : array (crossings,)
        [ms]
    states : array (crossings, variables)
        Scaled states at the crossings.
    count : int
        Number of crossings, from `return_times`.
    close : float
        Scaled distance within which two states count as the same.
    """
    for several in range(count, min(MOST_CROSSINGS, (times.size - 1) // 2) + 1, count):
        if _spread(states, several) <= close:
            whole = (1 + (times.size - 1) // several) // 2 * several  # the later cycles, which drift less
            start, stop = float(times[-1 - whole]), float(times[-1])
            lengths = np.diff(times[-1 - whole :: several])
            drift = float(np.ptp(lengths) / lengths.mean()) if lengths.size > 1 else math.inf
            return Repetition((stop - start) * several / whole, several, start, stop, drift)
    return None


def _spread(values: NDArray[np.float64], count: int) -> float:
    """Return the largest difference between rows and the corresponding rows of the last cycle of ``count`` rows."""
    cycles = values[values.shape[0] % count :].reshape(-1, count, *values.shape[1:])
    return float(np.abs(cycles - cycles[-1]).max())


def _bursts(intervals: NDArray[np.float64], period: float) -> tuple[float, float]:
    """Return bursts per second and spikes per burst, if pauses stand out among the intervals of a cycle."""
    ordered = np.sort(intervals)
    if ordered.size < 2:
        return math.nan, math.nan
    ratios = ordered[1:] / ordered[:-1]
    gap = int(np.argmax(ratios))
    if ratios[gap] < PAUSE:
        return math.nan, math.nan
    pauses = ordered.size - gap - 1
    return 1e3 * pauses / period, ordered.size / pauses
