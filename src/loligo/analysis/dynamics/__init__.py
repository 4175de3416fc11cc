"""Why a membrane fires: its equilibria and limit cycles over a parameter, and where they change."""

from loligo.analysis.dynamics.bifurcations import bifurcation
from loligo.analysis.dynamics.diagram import Branch, Diagram, Point

__all__ = ["Branch", "Diagram", "Point", "bifurcation"]
