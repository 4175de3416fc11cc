"""How often v crosses the spike level upwards."""

from loligo.population.features.feature import Feature

SPIKE_COUNT = Feature("spike_count", "", lambda observed: observed.spikes, shapes=False)
