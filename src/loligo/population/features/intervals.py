"""Features of the intervals between the peaks of spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.population.features.feature import Feature

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.observed import Observed


def intervals(observed: Observed) -> NDArray[np.float64]:
    """Return the intervals between peaks [ms], shape (members, kept - 1), NaN where there is none."""
    return np.diff(observed.peak_times, axis=1)


def isi_cv(observed: Observed) -> NDArray[np.float64]:
    """Return the standard deviation of the intervals but the first over their mean; NaN for fewer than two of them."""
    values = intervals(observed)[:, 1:]
    there = np.isfinite(values)
    count = there.sum(axis=1)
    mean = observed.mean_of(values)
    squares = np.where(there, (values - mean[:, np.newaxis]) ** 2, 0.0).sum(axis=1)
    return np.where(count >= 2, np.sqrt(squares / np.maximum(count - 1, 1)) / mean, np.nan)


def adaptation_index(observed: Observed) -> NDArray[np.float64]:
    """Return the mean of (later - earlier)/(later + earlier) over neighbouring intervals.

    As in eFEL, a tenth of the spikes, two at most, are left out at the beginning, and only spikes during the stimulus count.
    """
    times = observed.peak_times
    inside = (times >= observed.start[:, np.newaxis]) & (times <= observed.stop[:, np.newaxis])
    first = inside.argmax(axis=1) if times.shape[1] else np.zeros(len(times), int)
    left_out = np.minimum(np.floor(0.1 * inside.sum(axis=1)), 2).astype(int)
    counted = inside & (np.arange(times.shape[1]) >= (first + left_out)[:, np.newaxis])
    values = np.diff(np.where(counted, times, np.nan), axis=1)
    index = (values[:, 1:] - values[:, :-1]) / (values[:, 1:] + values[:, :-1])
    return observed.mean_of(index)


ISI_CV = Feature("ISI_CV", "", isi_cv)
ADAPTATION_INDEX = Feature("adaptation_index", "", adaptation_index)
