"""Spikes that peak during the stimulus, over the time from its start to the last of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.population.features.feature import Feature

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.observed import Observed


def mean_frequency(observed: Observed) -> NDArray[np.float64]:
    """Return it in Hz for every member; 0 where no spike peaks during the stimulus."""
    times = observed.peak_times
    start, stop = observed.start[:, np.newaxis], observed.stop[:, np.newaxis]
    inside = (times >= start) & (times <= stop)
    count = inside.sum(axis=1)
    last = np.where(inside, times, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(count > 0, 1e3 * count / np.where(count > 0, last - observed.start, 1.0), 0.0)


MEAN_FREQUENCY = Feature("mean_frequency", "Hz", mean_frequency)
