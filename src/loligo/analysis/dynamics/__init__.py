"""Why a membrane fires: its equilibria and limit cycles over a parameter, and where they change."""

from loligo.analysis.dynamics.bifurcations import bifurcation
from loligo.analysis.dynamics.branch import Branch, Point
from loligo.analysis.dynamics.curves.bifurcation_sets import bifurcation_set
from loligo.analysis.dynamics.curves.sets import BifurcationCurve, BifurcationSet, SpecialPoint
from loligo.analysis.dynamics.diagram import Diagram
from loligo.analysis.dynamics.planes.phase import phase_plane
from loligo.analysis.dynamics.planes.portrait import PhasePlane

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
