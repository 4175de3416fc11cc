"""Features of the shape of spikes: means over the spikes of a member, NaN if it has none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from loligo.population.features.feature import Feature, compiled, during

if TYPE_CHECKING:
    from loligo.population.features.observed import Observed


@compiled
def peak_voltage(observed: Observed) -> float:
    """Return the mean peak v over all spikes of the run: the mean of eFEL's ``peak_voltage``."""
    total, count = 0.0, 0
    for peak in observed.peaks:
        if not math.isnan(peak):
            total, count = total + peak, count + 1
    return total / count if count else math.nan


@compiled
def ap_amplitude(observed: Observed) -> float:
    """Return the mean height of peaks above the beginning of their spikes: the mean of eFEL's ``AP_amplitude``.

    A spike begins where v rises by 10 mV/ms for the last time before its peak. The mean is over the spikes that peak
    during the stimulus; the mean is NaN if one of these spikes never rises so fast and so has no beginning.
    """
    total, count = 0.0, 0
    for spike in range(len(observed.peaks)):
        if during(observed, spike):
            total, count = total + observed.peaks[spike] - observed.begins[spike], count + 1
    return total / count if count else math.nan


@compiled
def ap_duration_half_width(observed: Observed) -> float:
    """Return the mean width of spikes halfway between beginning and peak: the mean of eFEL's feature.

    The mean is over the spikes that peak at the start of the stimulus or later, also after its stop, and that have a
    beginning (see `ap_amplitude`) and fall to half their height before the run ends. eFEL searches for the fall only
    while v falls by more than 12 mV/ms, so it gives smaller widths for spikes that fall more slowly.
    """
    total, count = 0.0, 0
    for spike, width in enumerate(observed.widths):
        if observed.peak_times[spike] >= observed.start and not math.isnan(width):
            total, count = total + width, count + 1
    return total / count if count else math.nan


PEAK_VOLTAGE = Feature("peak_voltage", "mV", peak_voltage)
AP_AMPLITUDE = Feature("AP_amplitude", "mV", ap_amplitude)
AP_DURATION_HALF_WIDTH = Feature("AP_duration_half_width", "ms", ap_duration_half_width)
