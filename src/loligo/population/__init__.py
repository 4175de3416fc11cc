"""Many membranes at once: members that differ in numbers, run in lanes, with features instead of traces."""

from loligo.population.features import FEATURES
from loligo.population.population import Population

__all__ = ["FEATURES", "Population"]
