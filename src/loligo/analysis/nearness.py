"""How close a run came to a number of spikes: the smallest shift of the spike level that would give that number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def shift_for(count: int, v: Array, level: float) -> float:
    """Return the smallest shift after which a trace crosses a level upwards ``count`` times.

    One more spike needs a peak above the level and, before it, a trough below the level. A negative shift means that a
    peak is too low, a positive one that a trough is too high. Between two amplitudes with shifts of different signs
    there is one at which both just fail, or a window of amplitudes at which neither does.

    Parameters
    ----------
    count : int
        Number of upward crossings.
    v : array (samples,)
        The trace [mV].
    level : float
        [mV]

    Returns
    -------
    float
        [mV]; 0 if no shift is needed, NaN if no level is crossed that often.
    """
    troughs, peaks = upstrokes(v)
    ends = np.unique(np.concatenate([troughs, peaks]))  # levels between neighbouring ends are crossed equally often
    if ends.size < 2:
        return math.nan
    below = np.searchsorted(np.sort(troughs), ends[:-1], side="right")
    crossings = below - np.searchsorted(np.sort(peaks), ends[:-1], side="right")
    enough = crossings >= count
    if not enough.any():
        return math.nan
    shifts = np.clip(0.0, ends[:-1][enough] - level, ends[1:][enough] - level)
    return float(shifts[np.abs(shifts).argmin()])


def upstrokes(v: Array) -> tuple[Array, Array]:
    """Return v at the beginning and at the end of each rise of a trace [mV], as two arrays of equal length."""
    moved = v[np.concatenate([[True], np.diff(v) != 0.0])]
    rises = np.diff(moved) > 0.0
    turns = np.flatnonzero(rises[1:] != rises[:-1]) + 1
    ends = moved[np.concatenate([[0], turns, [moved.size - 1]])]
    first = 0 if rises.size and rises[0] else 1
    troughs, peaks = ends[first:-1:2], ends[first + 1 :: 2]
    return troughs[: peaks.size], peaks[: troughs.size]
