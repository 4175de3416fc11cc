"""What the lanes record of a block of members while they run: numbers of spikes, their shapes, and means of v."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
    records : array (members, kept, 5)
        Of each spike: when v crosses the level upwards, when and how high it peaks, the potential at which it began
        (where v rises by 10 mV/ms), and its width at half the height above that [ms, mV]. Rows beyond ``spikes`` mean
        nothing. Empty when only spikes were counted.
    minimum, base, steady : array (members,)
        The lowest v during the stimulus; the mean of v over the last tenth of the time before it, and from its stop to
        the end [mV]; NaN where there is no such time.
    start, stop : array (members,)
        Of the stimulus [ms].
    """

    spikes: NDArray[np.int64]
    records: NDArray[np.float64]
    minimum: NDArray[np.float64]
    base: NDArray[np.float64]
    steady: NDArray[np.float64]
    start: NDArray[np.float64]
    stop: NDArray[np.float64]

    @cached_property
    def kept(self) -> NDArray[np.bool_]:
        """Which rows of ``records`` hold a spike, shape (members, kept)."""
        return np.arange(self.records.shape[1]) < self.spikes[:, np.newaxis]

    def column(self, which: int) -> NDArray[np.float64]:
        """Return one number of every spike, NaN where there is no spike, shape (members, kept)."""
        return np.where(self.kept, self.records[:, :, which], np.nan)

    @cached_property
    def peak_times(self) -> NDArray[np.float64]:
        """When each spike peaks [ms], shape (members, kept)."""
        return self.column(PEAK_TIME)

    def mean_of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean over the spikes of each member, NaN where there is none."""
        count = np.isfinite(values).sum(axis=1)
        total = np.where(np.isfinite(values), values, 0.0).sum(axis=1)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)
