"""Figures from plain arrays: this room knows matplotlib and no other room of loligo. Names load on first use.

matplotlib itself is imported when the first figure is drawn.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loligo.figures.bifurcations import bifurcation_diagram
    from loligo.figures.cycle_frequencies import frequencies_over
    from loligo.figures.families import family
    from loligo.figures.fits import feature_panels, fit_panels, profile_panels
    from loligo.figures.maps import grid_map, nearest_map
    from loligo.figures.palette import colour
    from loligo.figures.panels import measured_panels, time_panels
    from loligo.figures.parameter_planes import parameter_plane
    from loligo.figures.phases import phase_portrait
    from loligo.figures.rates import rate_panels
    from loligo.figures.scatters import scatter_panels
    from loligo.figures.schemes import scheme_graph
    from loligo.figures.shades import Shades, shades_of
    from loligo.figures.shown import show

_ROOM_OF = {
    "Shades": "shades",
    "bifurcation_diagram": "bifurcations",
    "colour": "palette",
    "family": "families",
    "feature_panels": "fits",
    "fit_panels": "fits",
    "frequencies_over": "cycle_frequencies",
    "grid_map": "maps",
    "measured_panels": "panels",
    "nearest_map": "maps",
    "parameter_plane": "parameter_planes",
    "phase_portrait": "phases",
    "profile_panels": "fits",
    "rate_panels": "rates",
    "scatter_panels": "scatters",
    "scheme_graph": "schemes",
    "shades_of": "shades",
    "show": "shown",
    "time_panels": "panels",
}

__all__ = [
    "Shades",
    "bifurcation_diagram",
    "colour",
    "family",
    "feature_panels",
    "fit_panels",
    "frequencies_over",
    "grid_map",
    "measured_panels",
    "nearest_map",
    "parameter_plane",
    "phase_portrait",
    "profile_panels",
    "rate_panels",
    "scatter_panels",
    "scheme_graph",
    "shades_of",
    "show",
    "time_panels",
]


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'loligo.figures' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"loligo.figures.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value
