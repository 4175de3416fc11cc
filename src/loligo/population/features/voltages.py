"""Features of v beside the spikes, as eFEL's of these names; silence has them too.

``minimum_voltage``: the lowest v during the stimulus; NaN if it begins after the run has ended.
``voltage_base``: the mean of v over the last tenth of the time before the stimulus; NaN if it begins at 0.
``steady_state_voltage``: the mean of v from the stop of the stimulus to the end of the run; NaN if it stops no sooner.
"""

from loligo.population.features.feature import Feature

MINIMUM_VOLTAGE = Feature("minimum_voltage", "mV", lambda observed: observed.minimum)
VOLTAGE_BASE = Feature("voltage_base", "mV", lambda observed: observed.base)
STEADY_STATE_VOLTAGE = Feature("steady_state_voltage", "mV", lambda observed: observed.steady)
