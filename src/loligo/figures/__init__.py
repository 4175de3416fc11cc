"""Figures from plain arrays: this room knows matplotlib and no other room of loligo.

matplotlib itself is imported when the first figure is drawn.
"""

from loligo.figures.palette import colour
from loligo.figures.panels import time_panels
from loligo.figures.rates import rate_panels

__all__ = ["colour", "rate_panels", "time_panels"]
