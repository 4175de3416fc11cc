"""The time from the start of the stimulus to the peak of the first spike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.population.features.feature import Feature, compiled

if TYPE_CHECKING:
    from loligo.population.features.observed import Observed


@compiled
def time_to_first_spike(observed: Observed) -> float:
    """Return the time in ms, like eFEL's ``time_to_first_spike``; NaN for a silent member.

    The first spike of the run counts, so the time is negative if that comes before the stimulus.
    """
    times = observed.peak_times
    return times[0] - observed.start if len(times) else np.nan


TIME_TO_FIRST_SPIKE = Feature("time_to_first_spike", "ms", time_to_first_spike)
