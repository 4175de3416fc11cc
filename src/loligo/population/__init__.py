"""Many membranes at once: members that differ in numbers, run in lanes, with features instead of traces.

``members`` say who they are, a ``plan`` what is done with each, ``blocks`` run them in lanes, ``results`` are the
columns that come out, a ``store`` keeps them, and a ``table`` shows them. ``workers`` hand the blocks around.
"""

from loligo.population.estimate import Estimate
from loligo.population.features import FEATURES
from loligo.population.pictures import feature_map, fi_family, pairs
from loligo.population.population import Population
from loligo.population.store import StoredRun

__all__ = ["FEATURES", "Estimate", "Population", "StoredRun", "feature_map", "fi_family", "pairs"]
