"""Questions to a membrane, each answered with its error."""

from loligo.analysis.dynamics import BifurcationSet, Diagram, PhasePlane, bifurcation, bifurcation_set, phase_plane
from loligo.analysis.fi import fi_curve
from loligo.analysis.firing.curve import FIBranch, FICurve
from loligo.analysis.refractory import Refractoriness, refractoriness
from loligo.analysis.strength import StrengthDuration, strength_duration
from loligo.analysis.threshold import Threshold, threshold

__all__ = [
    "BifurcationSet",
    "Diagram",
    "FIBranch",
    "FICurve",
    "PhasePlane",
    "Refractoriness",
    "StrengthDuration",
    "Threshold",
    "bifurcation",
    "bifurcation_set",
    "fi_curve",
    "phase_plane",
    "refractoriness",
    "strength_duration",
    "threshold",
]
