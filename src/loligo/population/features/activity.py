"""What kind of firing it is: silent, transient, tonic, bursting or irregular."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.population.features.feature import Feature
from loligo.population.observed import CROSSING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.observed import Observed

ACTIVITIES: Final = ("silent", "transient", "tonic", "bursting", "irregular")
FEWEST = 3  # spikes of firing that goes on
LONGEST_GAP = 1.5  # of an interval: as for `loligo.threshold`, a longer silence means that firing has stopped
PAUSE = 3.0  # times the longest interval inside bursts: the shortest between them
FEWEST_INTERVALS, FEWEST_PAUSES = 4, 2  # of bursting
STEADY = 0.2  # CV2 of tonic firing is less; that of a Poisson process is 1


def activity(observed: Observed) -> NDArray[np.object_]:
    """Return one of `ACTIVITIES` for every member, from the times of its spikes during the stimulus.

    * ``silent``: there is none.
    * ``transient``: fewer than three, or firing has stopped before the stimulus does: the silence at its end is 1.5
      times the last interval or more, where intervals are steady as below (`loligo.threshold` calls the opposite
      "repetitively"), and 1.5 times the longest interval or more where they are not.
    * ``bursting``: of four intervals or more some are short and some are long, and nothing is between: the shortest of
      the long ones is three times the longest of the short ones or more. There are two long ones at least, and not
      more than one more of them than of the short ones, so that bursts have two spikes or more.
    * ``tonic``: the intervals but the first are steady: those that follow one another differ, relative to their mean,
      by less than 0.2 on average. This CV2 (Holt, Softky, Koch and Douglas 1996, doi:10.1152/jn.1996.75.5.1806) is 0
      for a clock and 1 for a Poisson process; firing that slows down as it adapts stays steady by it.
    * ``irregular``: all else that goes on.
    """
    times, stop = observed.column(CROSSING), observed.stop
    own = (times >= observed.start[:, np.newaxis]) & (times <= stop[:, np.newaxis])
    count, first = own.sum(axis=1), own.argmax(axis=1)
    intervals = np.diff(np.where(own, times, np.nan), axis=1, append=np.nan)
    rows = np.arange(len(times))
    last = np.maximum(first + count - 1, 1)
    bursting = _in_bursts(intervals)
    longest = np.where(np.isfinite(intervals), intervals, 0.0).max(axis=1)
    intervals[rows, first] = np.where(count > FEWEST - 1, np.nan, intervals[rows, first])
    steady = ~bursting & ~(observed.mean_of(_cv2(intervals)) >= STEADY)
    with np.errstate(invalid="ignore"):
        final = times[rows, last] - times[rows, last - 1] if times.shape[1] > 1 else np.zeros(len(times))
        gap = stop - times[rows, np.minimum(last, times.shape[1] - 1)]
        stopped = gap >= LONGEST_GAP * np.where(steady, final, longest)
    kinds = {
        "silent": count == 0,
        "transient": (count < FEWEST) | stopped,
        "bursting": bursting,
        "tonic": steady,
    }
    words = np.array([*kinds, "irregular"], dtype=object)
    return np.asarray(words[np.select(list(kinds.values()), range(len(kinds)), default=len(kinds))])


def _cv2(intervals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the difference of every two neighbouring intervals over their mean."""
    return 2 * np.abs(np.diff(intervals, axis=1)) / (intervals[:, 1:] + intervals[:, :-1])


def _in_bursts(intervals: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which rows of intervals, NaN where there is none, fall into short and long ones."""
    # only rows that may be are sorted
    found: NDArray[np.bool_] = np.fmax.reduce(intervals, axis=1) >= PAUSE * np.fmin.reduce(intervals, axis=1)
    in_order = np.sort(intervals[found], axis=1)
    count = np.isfinite(in_order).sum(axis=1)[:, np.newaxis]
    short = np.arange(1, in_order.shape[1])
    long = count - short
    apart = in_order[:, 1:] >= PAUSE * in_order[:, :-1]  # NaN is not
    among = apart & (long >= FEWEST_PAUSES) & (short + 1 >= long) & (count >= FEWEST_INTERVALS)
    found[found] = among.any(axis=1)
    return found


ACTIVITY = Feature("activity", "", activity)
