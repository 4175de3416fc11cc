"""Figures from plain arrays: this room knows matplotlib and no other room of loligo.

matplotlib itself is imported when the first figure is drawn.
"""

from loligo.figures.bifurcations import bifurcation_diagram
from loligo.figures.cycle_frequencies import frequencies_over
from loligo.figures.families import family
from loligo.figures.maps import grid_map, nearest_map
from loligo.figures.palette import colour
from loligo.figures.panels import time_panels
from loligo.figures.parameter_planes import parameter_plane
from loligo.figures.phases import phase_portrait
from loligo.figures.rates import rate_panels
from loligo.figures.scatters import scatter_panels
from loligo.figures.shades import Shades, shades_of

__all__ = [
    "Shades",
    "bifurcation_diagram",
    "colour",
    "family",
    "frequencies_over",
    "grid_map",
    "nearest_map",
    "parameter_plane",
    "phase_portrait",
    "rate_panels",
    "scatter_panels",
    "shades_of",
    "time_panels",
]
