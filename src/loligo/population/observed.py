"""What the lanes record of a block of members while they run: numbers of spikes, their shapes, and means of v."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CROSSING, PEAK_TIME, PEAK, BEGIN, WIDTH = range(5)


@dataclass(frozen=True, eq=False)
class Observed:
    """The raw material of features, for a block of members.

    Attributes
    ----------
    spikes : array of int (members,)
        Upward crossings of the spike level.
    records : array (kept, members, `loligo.integrate.lane_step.NUMBERS`)
        Of each spike: when v crosses the level upwards, when and how high it peaks, the potential at which it began
        (where v rises by 10 mV/ms), and its width at half the height above that [ms, mV]. NaN is what a spike does not
        have: all but the crossing where the run ends before it comes down; the begin, and with it the width, where v
        never rises so fast. Rows beyond ``spikes`` mean nothing. Empty when only spikes were counted.
    minimum, base, steady : array (members,)
        The lowest v during the stimulus; the mean of v over the last tenth of the time before it, and from its stop to
        the end [mV]; NaN where there is no such time.
    start, stop : array (members,)
        Of the stimulus [ms]; the stop is that of the run where it comes first.
    """

    spikes: NDArray[np.int64]
    records: NDArray[np.float64]
    minimum: NDArray[np.float64]
    base: NDArray[np.float64]
    steady: NDArray[np.float64]
    start: NDArray[np.float64]
    stop: NDArray[np.float64]

    @cached_property
    def most(self) -> int:
        """How many spikes the busiest member has, of those that are recorded; one at least."""
        most: int = max(min(int(self.spikes.max(initial=0)), self.records.shape[0]), 1)
        return most

    @cached_property
    def columns(self) -> NDArray[np.float64]:
        """The numbers of every spike with all members side by side, shape (5, most, members), NaN for no spike."""
        columns: NDArray[np.float64] = self.records[: self.most, :, : WIDTH + 1].transpose(2, 0, 1).copy()
        columns[:, np.arange(columns.shape[1])[:, np.newaxis] >= self.spikes] = np.nan
        return columns

    def column(self, which: int) -> NDArray[np.float64]:
        """Return one number of every spike, NaN where there is no spike, shape (members, most)."""
        column: NDArray[np.float64] = self.columns[which].T
        return column

    @cached_property
    def peak_times(self) -> NDArray[np.float64]:
        """When each spike peaks [ms], shape (members, most)."""
        return self.column(PEAK_TIME)

    @cached_property
    def during(self) -> NDArray[np.bool_]:
        """Which spikes peak during the stimulus, its ends included, shape (members, most)."""
        return (self.peak_times >= self.start[:, np.newaxis]) & (self.peak_times <= self.stop[:, np.newaxis])

    def mean_of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean over the spikes of each member, NaN where there is none."""
        there = np.isfinite(values)
        count = there.sum(axis=1)
        return np.where(count > 0, added(np.where(there, values, 0.0)) / np.maximum(count, 1), np.nan)


def added(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of each row from left to right: zeros at its end, which neighbours bring, change no bit of it."""
    return reduce(np.add, values.T, np.zeros(len(values)))
