"""Features of the intervals between the peaks of spikes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from loligo.population.features.feature import Feature, compiled, during

if TYPE_CHECKING:
    from loligo.population.features.observed import Observed

SKIPPED, MOST_SKIPPED = 0.1, 2  # fraction and largest number of the first spikes that are left out, as in eFEL
FEWEST = 4  # smallest number of spikes that must remain for an adaptation index


@compiled
def isi_cv(observed: Observed) -> float:
    """Return the standard deviation of the intervals over their mean, like eFEL's ``ISI_CV``.

    All intervals of the run but the first are used, with n - 1 in the variance. NaN if that leaves fewer than two, that
    is, for fewer than four spikes.
    """
    times, total, count = observed.peak_times, 0.0, 0
    for spike in range(2, len(times)):
        interval = times[spike] - times[spike - 1]
        if not math.isnan(interval):
            total, count = total + interval, count + 1
    if count < 2:
        return math.nan
    mean, squares = total / count, 0.0
    for spike in range(2, len(times)):
        interval = times[spike] - times[spike - 1]
        if not math.isnan(interval):
            squares += (interval - mean) ** 2
    return math.sqrt(squares / (count - 1)) / mean


@compiled
def adaptation_index(observed: Observed) -> float:
    """Return the mean of (later - earlier)/(later + earlier) over successive intervals, like eFEL's feature.

    The spikes that peak during the stimulus count, without the first tenth of them (rounded, at most two). NaN
    if fewer than four remain.
    """
    times, inside = observed.peak_times, 0
    for spike in range(len(times)):
        inside += during(observed, spike)
    left_out = min(int(inside * SKIPPED + 0.5), MOST_SKIPPED)
    if inside - left_out < FEWEST:
        return math.nan
    total, passed, last, earlier = 0.0, 0, 0.0, 0.0
    for spike in range(len(times)):
        if during(observed, spike):
            passed += 1
            interval, last = times[spike] - last, times[spike]
            if passed > left_out + 2:
                total += (interval - earlier) / (interval + earlier)
            earlier = interval
    return total / (passed - left_out - 2)


ISI_CV = Feature("ISI_CV", "", isi_cv)
ADAPTATION_INDEX = Feature("adaptation_index", "", adaptation_index)
