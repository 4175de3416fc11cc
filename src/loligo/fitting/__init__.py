"""From a recording to a membrane: parameters within bounds, with their errors."""

from loligo.fitting.acceptance import Accepted, accept
from loligo.fitting.bounds import Bound
from loligo.fitting.feature_fit import fit_features
from loligo.fitting.feature_result import FeatureFit
from loligo.fitting.feature_targets import FeatureTargets
from loligo.fitting.fit import fit
from loligo.fitting.profile import Profile
from loligo.fitting.result import Fit
from loligo.fitting.simulator import Simulator, simulator

__all__ = [
    "Accepted", "Bound", "FeatureFit", "FeatureTargets", "Fit", "Profile", "Simulator", "accept", "fit", "fit_features",
    "simulator",
]  # fmt: skip
