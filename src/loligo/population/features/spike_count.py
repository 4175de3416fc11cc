"""The number of upward crossings of the spike level in the whole run, the same as the spikes of `loligo.simulate`.

eFEL's ``spike_count`` leaves out a last spike from which v has not come down when the run ends; here it counts.
"""

from loligo.population.features.feature import Feature

SPIKE_COUNT = Feature("spike_count", "", None)
