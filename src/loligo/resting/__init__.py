"""The rest of a membrane: where nothing changes, found to machine precision."""

from loligo.resting.equilibrium import Rest, rest, rest_or_reason, settled_along, settled_at, settles
from loligo.resting.scales import home_of, state_scales

__all__ = ["Rest", "home_of", "rest", "rest_or_reason", "settled_along", "settled_at", "settles", "state_scales"]
