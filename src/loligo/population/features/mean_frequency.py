"""The number of spikes that peak during the stimulus, divided by the time from its start to the last of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from loligo.population.features.feature import Feature, compiled, during

if TYPE_CHECKING:
    from loligo.population.features.observed import Observed


@compiled
def mean_frequency(observed: Observed) -> float:
    """Return the mean frequency in Hz, like eFEL's ``mean_frequency``.

    NaN for a member that is silent throughout, 0 if all spikes peak before or after the stimulus.
    """
    count, last, silent = 0, observed.start, True
    for spike, time in enumerate(observed.peak_times):
        silent = silent and math.isnan(time)
        if during(observed, spike):
            count, last = count + 1, time
    if silent or (count and last == observed.start):  # a peak at the very start of the stimulus
        return math.nan
    return 1e3 * count / (last - observed.start) if count else 0.0


MEAN_FREQUENCY = Feature("mean_frequency", "Hz", mean_frequency)
