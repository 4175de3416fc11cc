"""Why a membrane fires: its equilibria and limit cycles over a parameter, and where they change."""

from loligo.analysis.dynamics.bifurcation_sets import bifurcation_set
from loligo.analysis.dynamics.bifurcations import bifurcation
from loligo.analysis.dynamics.diagram import Branch, Diagram, Point
from loligo.analysis.dynamics.phase import phase_plane
from loligo.analysis.dynamics.portrait import PhasePlane
from loligo.analysis.dynamics.sets import BifurcationCurve, BifurcationSet, SpecialPoint

__all__ = [
    "BifurcationCurve",
    "BifurcationSet",
    "Branch",
    "Diagram",
    "PhasePlane",
    "Point",
    "SpecialPoint",
    "bifurcation",
    "bifurcation_set",
    "phase_plane",
]
