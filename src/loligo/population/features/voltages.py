"""Features of v beside the spikes."""

from loligo.population.features.feature import Feature

MINIMUM_VOLTAGE = Feature("minimum_voltage", "mV", lambda observed: observed.minimum)
VOLTAGE_BASE = Feature("voltage_base", "mV", lambda observed: observed.base)
STEADY_STATE_VOLTAGE = Feature("steady_state_voltage", "mV", lambda observed: observed.steady)
