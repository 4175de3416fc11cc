"""Features of v besides the spikes, like those of the same names in eFEL; silent members have them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loligo.population.features.feature import Feature, compiled

if TYPE_CHECKING:
    from loligo.population.features.observed import Observed


@compiled
def minimum_voltage(observed: Observed) -> float:
    """Return the lowest v during the stimulus; NaN if it begins after the run has ended."""
    return observed.minimum


@compiled
def voltage_base(observed: Observed) -> float:
    """Return the mean of v over the last tenth of the time before the stimulus; NaN if it begins at 0."""
    return observed.base


@compiled
def steady_state_voltage(observed: Observed) -> float:
    """Return the mean of v from the stop of the stimulus to the end of the run; NaN if the run ends first."""
    return observed.steady


MINIMUM_VOLTAGE = Feature("minimum_voltage", "mV", minimum_voltage)
VOLTAGE_BASE = Feature("voltage_base", "mV", voltage_base)
STEADY_STATE_VOLTAGE = Feature("steady_state_voltage", "mV", steady_state_voltage)
