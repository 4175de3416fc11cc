"""The kind of firing: silent, transient, tonic, bursting or irregular."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.population.features.feature import Feature, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.features.observed import Observed

ACTIVITIES: Final = ("silent", "transient", "tonic", "bursting", "irregular")
SILENT, TRANSIENT, TONIC, BURSTING, IRREGULAR = range(5)
FEWEST = 3  # smallest number of spikes in sustained firing
LONGEST_GAP = 1.5  # in intervals: after a silence this long, firing has stopped, as in `loligo.threshold`
PAUSE = 3.0  # shortest interval between bursts, relative to the longest interval inside bursts
FEWEST_INTERVALS, FEWEST_PAUSES = 4, 2  # smallest numbers of intervals, and of intervals between bursts, in bursting
STEADY = 0.2  # the CV2 of tonic firing is less than this; that of a Poisson process is 1


@compiled
def activity(observed: Observed) -> float:
    """Return the index in `ACTIVITIES` of the kind of firing, from the times of spikes during the stimulus.

    * ``silent``: no spikes.
    * ``transient``: fewer than three spikes, or firing stops before the stimulus does: the silence at its end is at
    least 1.5 times the last interval if intervals are steady (see ``tonic``; `loligo.threshold` calls the opposite
    "repetitively"), or at least 1.5 times the longest interval if they are not.
    * ``bursting``: there are at least four intervals, which are either short or long: the shortest long interval is at
    least three times the longest short one. At least two are long, and there is at most one more long interval than
    short ones, so that bursts have two or more spikes on average.
    * ``tonic``: all intervals but the first are steady: successive intervals differ, relative to their mean, by less
    than 0.2 on average. This CV2 (Holt, Softky, Koch and Douglas 1996, doi:10.1152/jn.1996.75.5.1806) is 0 for a
    clock and 1 for a Poisson process; firing that slows down as it adapts still counts as steady.
    * ``irregular``: any other sustained firing.
    """
    times, first, last = observed.crossings, 0, len(observed.crossings)
    while first < last and not times[first] >= observed.start:
        first += 1
    while first < last and not times[last - 1] <= observed.stop:
        last -= 1
    if last - first < FEWEST:
        return TRANSIENT if last > first else SILENT
    total, longest = 0.0, times[first + 1] - times[first]
    shortest = interval = longest
    for spike in range(first + 2, last):
        earlier, interval = interval, times[spike] - times[spike - 1]
        longest, shortest = max(longest, interval), min(shortest, interval)
        if spike > first + 2:
            total += 2 * abs(interval - earlier) / (interval + earlier)
    bursting = longest >= PAUSE * shortest and _in_bursts(times, first, last)
    pairs = last - first - 3
    steady = not bursting and (pairs == 0 or total / pairs < STEADY)
    if observed.stop - times[last - 1] >= LONGEST_GAP * (interval if steady else longest):
        return TRANSIENT
    if bursting:
        return BURSTING
    return TONIC if steady else IRREGULAR


@compiled
def _in_bursts(times: NDArray[np.float64], first: int, last: int) -> bool:
    """Return whether the intervals between some spikes fall into short and long ones."""
    count = last - first - 1
    in_order = np.empty(count)
    for k in range(count):
        interval, place = times[first + k + 1] - times[first + k], k
        while place > 0 and in_order[place - 1] > interval:
            in_order[place] = in_order[place - 1]
            place -= 1
        in_order[place] = interval
    for short in range(1, count - FEWEST_PAUSES + 1):
        if in_order[short] >= PAUSE * in_order[short - 1] and short + 1 >= count - short:
            return count >= FEWEST_INTERVALS
    return False


ACTIVITY = Feature("activity", "", activity, ACTIVITIES)
