"""Features of the shape of spikes: means over the spikes of a member, NaN where there is none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from loligo.population.features.feature import Feature, compiled, during

if TYPE_CHECKING:
    from loligo.population.features.observed import Observed


@compiled
def peak_voltage(observed: Observed) -> float:
    """Return the mean of the highest v of every spike of the run; as eFEL's ``peak_voltage``, whose mean it is."""
    total, count = 0.0, 0
    for peak in observed.peaks:
        if not math.isnan(peak):
            total, count = total + peak, count + 1
    return total / count if count else math.nan


@compiled
def ap_amplitude(observed: Observed) -> float:
    """Return the mean height of a peak above where its spike begins; as eFEL's ``AP_amplitude``, whose mean it is.

    A spike begins where v rises by 10 mV/ms for the last time before its peak. The mean is over the spikes that peak
    during the stimulus: NaN if one of them never rises so fast and so has no begin.
    """
    total, count = 0.0, 0
    for spike in range(len(observed.peaks)):
        if during(observed, spike):
            total, count = total + observed.peaks[spike] - observed.begins[spike], count + 1
    return total / count if count else math.nan


@compiled
def ap_duration_half_width(observed: Observed) -> float:
    """Return the mean width of spikes half-way between begin and peak; as eFEL's feature, whose mean it is.

    The mean is over the spikes that peak at the start of the stimulus or later, also after its stop, and that have a
    begin (see `ap_amplitude`) and fall to half their height before the run ends. eFEL looks for the fall only as long
    as v falls by more than 12 mV/ms, so where spikes fall more slowly it gives less.
    """
    total, count = 0.0, 0
    for spike, width in enumerate(observed.widths):
        if observed.peak_times[spike] >= observed.start and not math.isnan(width):
            total, count = total + width, count + 1
    return total / count if count else math.nan


PEAK_VOLTAGE = Feature("peak_voltage", "mV", peak_voltage)
AP_AMPLITUDE = Feature("AP_amplitude", "mV", ap_amplitude)
AP_DURATION_HALF_WIDTH = Feature("AP_duration_half_width", "ms", ap_duration_half_width)
