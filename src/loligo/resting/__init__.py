"""The rest of a membrane: where nothing changes, found to machine precision."""

from loligo.resting.equilibrium import Rest, rest, settled_at, settles

__all__ = ["Rest", "rest", "settled_at", "settles"]
