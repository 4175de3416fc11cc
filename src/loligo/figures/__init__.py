"""Figures from plain arrays: this room knows matplotlib and no other room of loligo.

matplotlib itself is imported when the first figure is drawn.
"""

from loligo.figures.bifurcations import bifurcation_diagram
from loligo.figures.families import family
from loligo.figures.maps import grid_map, nearest_map
from loligo.figures.palette import colour
from loligo.figures.panels import time_panels
from loligo.figures.rates import rate_panels
from loligo.figures.scatters import scatter_panels
from loligo.figures.shades import Shades, shades_of

__all__ = [
    "Shades",
    "bifurcation_diagram",
    "colour",
    "family",
    "grid_map",
    "nearest_map",
    "rate_panels",
    "scatter_panels",
    "shades_of",
    "time_panels",
]
