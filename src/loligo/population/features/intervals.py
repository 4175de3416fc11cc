"""Features of the intervals between the peaks of spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.population.features.feature import Feature
from loligo.population.observed import added

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.observed import Observed

SKIPPED, MOST_SKIPPED = 0.1, 2  # of the spikes, at the beginning: eFEL's spike_skipf and max_spike_skip
FEWEST = 4  # spikes that must be left


def isi_cv(observed: Observed) -> NDArray[np.float64]:
    """Return the standard deviation of the intervals over their mean; as eFEL's ``ISI_CV``.

    Of all intervals of the run but the first, with n - 1 in the variance: NaN for fewer than two of them, that is for
    fewer than four spikes.
    """
    values = np.diff(observed.peak_times, axis=1)[:, 1:]
    there = np.isfinite(values)
    count = there.sum(axis=1)
    mean = observed.mean_of(values)
    squares = added(np.where(there, (values - mean[:, np.newaxis]) ** 2, 0.0))
    return np.where(count >= 2, np.sqrt(squares / np.maximum(count - 1, 1)) / mean, np.nan)


def adaptation_index(observed: Observed) -> NDArray[np.float64]:
    """Return the mean of (later - earlier)/(later + earlier) over neighbouring intervals; as eFEL's feature.

    Of the spikes that peak during the stimulus, without a tenth of them, rounded and two at most, at the beginning: NaN
    for fewer than four that are left.
    """
    times, inside = observed.peak_times, observed.during
    left_out = np.minimum((inside.sum(axis=1) * SKIPPED + 0.5).astype(int), MOST_SKIPPED)
    counted = inside & (np.cumsum(inside, axis=1) > left_out[:, np.newaxis])
    values = np.diff(np.where(counted, times, np.nan), axis=1)
    index = (values[:, 1:] - values[:, :-1]) / (values[:, 1:] + values[:, :-1])
    return np.where(counted.sum(axis=1) >= FEWEST, observed.mean_of(index), np.nan)


ISI_CV = Feature("ISI_CV", "", isi_cv)
ADAPTATION_INDEX = Feature("adaptation_index", "", adaptation_index)
