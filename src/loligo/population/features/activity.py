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
LONGEST_GAP = 1.5  # of the last interval: as for `loligo.threshold`, a longer silence means that firing has stopped
STEADY = 0.1  # intervals that differ by less, relative to their mean, are tonic firing
PAUSE = 3.0  # times the median interval: a longer one separates bursts


def activity(observed: Observed) -> NDArray[np.str_]:
    """Return one of `ACTIVITIES` for every member, from its spikes during the stimulus.

    Silent has none. Transient has stopped before the end of the stimulus: fewer than three, or the silence at the end is
    longer than 1.5 of the last interval. Of what goes on, tonic has intervals (but the first) that differ by less than a
    tenth of their mean, bursting two or more pauses longer than three times the median interval; the rest is irregular.
    """
    found = np.full(len(observed.spikes), "silent", dtype="<U9")
    times, stop = observed.column(CROSSING), observed.stop
    for member in np.flatnonzero(observed.spikes):
        row = times[member]
        own = row[(row >= observed.start[member]) & (row <= stop[member])]
        if own.size:
            found[member] = _kind(own, stop[member])
    return found


def _kind(spikes: NDArray[np.float64], stop: float) -> str:
    intervals = np.diff(spikes)
    bursts = intervals.size >= 4 and (intervals > PAUSE * np.median(intervals)).sum() >= 2
    longest = intervals.max() if bursts else (intervals[-1] if intervals.size else 0.0)
    if spikes.size < 3 or stop - spikes[-1] >= LONGEST_GAP * longest:
        return "transient"
    if bursts:
        return "bursting"
    later = intervals[1:]
    return "tonic" if later.max() - later.min() <= 2 * STEADY * later.mean() else "irregular"


ACTIVITY = Feature("activity", "", activity)
