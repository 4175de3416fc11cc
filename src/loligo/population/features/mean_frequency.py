"""Spikes that peak during the stimulus, over the time from its start to the last of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.population.features.feature import Feature

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.observed import Observed


def mean_frequency(observed: Observed) -> NDArray[np.float64]:
    """Return it in Hz for every member; as eFEL's ``mean_frequency``.

    NaN for a member that is silent throughout, 0 where all spikes peak before the stimulus or after it.
    """
    count = observed.during.sum(axis=1)
    last = np.where(observed.during, observed.peak_times, -np.inf).max(axis=1, initial=-np.inf)
    time = np.where(count > 0, last - observed.start, 1.0)
    with np.errstate(divide="ignore"):  # a peak at the very start of the stimulus
        frequency = np.where(time > 0, 1e3 * count / time, np.nan)
    return np.where(np.isfinite(observed.peak_times).any(axis=1), frequency, np.nan)


MEAN_FREQUENCY = Feature("mean_frequency", "Hz", mean_frequency)
