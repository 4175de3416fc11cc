"""Features of the shape of spikes: means over the spikes of a member."""

from __future__ import annotations

from loligo.population.features.feature import Feature
from loligo.population.observed import BEGIN, PEAK, WIDTH

PEAK_VOLTAGE = Feature("peak_voltage", "mV", lambda observed: observed.mean_of(observed.column(PEAK)))
AP_AMPLITUDE = Feature(
    "AP_amplitude", "mV", lambda observed: observed.mean_of(observed.column(PEAK) - observed.column(BEGIN))
)
AP_DURATION_HALF_WIDTH = Feature(
    "AP_duration_half_width", "ms", lambda observed: observed.mean_of(observed.column(WIDTH))
)
