"""How often v crosses the spike level upwards in the whole run, as often as `loligo.simulate` finds spikes.

eFEL's ``spike_count`` leaves out a last spike that has not come down when the run ends; here it is counted.
"""

from loligo.population.features.feature import Feature

SPIKE_COUNT = Feature("spike_count", "", None)
