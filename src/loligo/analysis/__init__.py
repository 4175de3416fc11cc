"""Questions to a membrane, each answered with its error."""

from loligo.analysis.threshold import Threshold, threshold

__all__ = ["Threshold", "threshold"]
