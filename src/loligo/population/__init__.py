"""Many membranes at once: members that differ in numbers, run in lanes, with features instead of traces."""

from loligo.population.estimate import Estimate
from loligo.population.features import FEATURES
from loligo.population.pictures import feature_map, fi_family, pairs
from loligo.population.population import Population
from loligo.population.store import StoredRun

__all__ = ["FEATURES", "Estimate", "Population", "StoredRun", "feature_map", "fi_family", "pairs"]
