"""From a recording to a membrane: parameters within bounds, with their errors."""

from loligo.fitting.bounds import Bound
from loligo.fitting.fit import fit
from loligo.fitting.profile import Profile
from loligo.fitting.result import Fit

__all__ = ["Bound", "Fit", "Profile", "fit"]
