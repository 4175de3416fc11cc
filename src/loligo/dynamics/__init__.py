"""Why a membrane fires: its equilibria and limit cycles over a parameter, and where they change."""

from loligo.dynamics.bifurcations import bifurcation
from loligo.dynamics.branch import Branch, Point
from loligo.dynamics.curves.bifurcation_sets import bifurcation_set
from loligo.dynamics.curves.sets import BifurcationCurve, BifurcationSet, SpecialPoint
from loligo.dynamics.diagram import Diagram
from loligo.dynamics.firing.curve import FIBranch, FICurve
from loligo.dynamics.planes.phase import phase_plane
from loligo.dynamics.planes.portrait import PhasePlane

__all__ = [
    "BifurcationCurve",
    "BifurcationSet",
    "Branch",
    "Diagram",
    "FIBranch",
    "FICurve",
    "PhasePlane",
    "Point",
    "SpecialPoint",
    "bifurcation",
    "bifurcation_set",
    "phase_plane",
]
