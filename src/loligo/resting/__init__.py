"""The rest of a membrane: the state in which nothing changes, to machine precision."""

from loligo.integrate.status import DISPLACED_BY
from loligo.resting.departure import departure, start_at, start_at_rest, stays_unstable, unfed_states
from loligo.resting.equilibrium import Rest, rest, rest_or_reason, settled_along, settled_at, settles, why_no_rest
from loligo.resting.scales import home_of, state_scales

__all__ = [
    "DISPLACED_BY", "Rest", "departure", "home_of", "rest", "rest_or_reason", "settled_along", "settled_at", "settles",
    "start_at", "start_at_rest", "state_scales", "stays_unstable", "unfed_states", "why_no_rest",
]  # fmt: skip
