"""From the start of the stimulus to the peak of the first spike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.population.features.feature import Feature

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.observed import Observed


def time_to_first_spike(observed: Observed) -> NDArray[np.float64]:
    """Return it for every member, as eFEL's ``time_to_first_spike``: NaN for silence.

    It is the first spike of the run: negative where that comes before the stimulus.
    """
    times = observed.peak_times
    first = times[:, 0] if times.shape[1] else np.full(len(times), np.nan)
    return first - observed.start


TIME_TO_FIRST_SPIKE = Feature("time_to_first_spike", "ms", time_to_first_spike)
