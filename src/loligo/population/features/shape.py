"""Features of the shape of spikes: means over the spikes of a member, NaN where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.population.features.feature import Feature
from loligo.population.observed import BEGIN, PEAK, WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.observed import Observed


def peak_voltage(observed: Observed) -> NDArray[np.float64]:
    """Return the mean of the highest v of every spike of the run; as eFEL's ``peak_voltage``, whose mean it is."""
    return observed.mean_of(observed.column(PEAK))


def ap_amplitude(observed: Observed) -> NDArray[np.float64]:
    """Return the mean height of a peak above where its spike begins; as eFEL's ``AP_amplitude``, whose mean it is.

    A spike begins where v rises by 10 mV/ms for the last time before its peak. The mean is over the spikes that peak
    during the stimulus: NaN if one of them never rises so fast and so has no begin.
    """
    height = np.where(observed.during, observed.column(PEAK) - observed.column(BEGIN), np.nan)
    whole = np.isfinite(height).sum(axis=1) == observed.during.sum(axis=1)
    return np.where(whole, observed.mean_of(height), np.nan)


def ap_duration_half_width(observed: Observed) -> NDArray[np.float64]:
    """Return the mean width of spikes half-way between begin and peak; as eFEL's feature, whose mean it is.

    The mean is over the spikes that peak at the start of the stimulus or later, also after its stop, and that have a
    begin (see `ap_amplitude`) and fall to half their height before the run ends. eFEL looks for the fall only as long
    as v falls by more than 12 mV/ms, so where spikes fall more slowly it gives less.
    """
    later = observed.peak_times >= observed.start[:, np.newaxis]
    return observed.mean_of(np.where(later, observed.column(WIDTH), np.nan))


PEAK_VOLTAGE = Feature("peak_voltage", "mV", peak_voltage)
AP_AMPLITUDE = Feature("AP_amplitude", "mV", ap_amplitude)
AP_DURATION_HALF_WIDTH = Feature("AP_duration_half_width", "ms", ap_duration_half_width)
