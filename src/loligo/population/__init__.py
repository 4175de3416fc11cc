"""Many membranes at once: members that differ in numbers, run in lanes, with features instead of traces.

``members`` defines the members, and ``plan`` what is done with each. ``blocks`` runs them in lanes, ``results`` builds
the columns of results, ``store`` keeps them and ``table`` returns them. ``workers`` distributes the blocks.
"""

from loligo.population.estimate import Estimate
from loligo.population.features import FEATURES
from loligo.population.pictures import feature_map, fi_family, pairs
from loligo.population.population import Population
from loligo.population.store import StoredRun

__all__ = ["FEATURES", "Estimate", "Population", "StoredRun", "feature_map", "fi_family", "pairs"]
