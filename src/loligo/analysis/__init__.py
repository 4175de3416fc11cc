"""Analyses of a membrane, each of which returns a result with its error."""

from loligo.analysis.fi import fi_curve
from loligo.analysis.refractory import Refractoriness, refractoriness
from loligo.analysis.strength import StrengthDuration, strength_duration
from loligo.analysis.threshold import Threshold, threshold

__all__ = [
    "Refractoriness",
    "StrengthDuration",
    "Threshold",
    "fi_curve",
    "refractoriness",
    "strength_duration",
    "threshold",
]
