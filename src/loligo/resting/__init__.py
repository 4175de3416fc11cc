"""The rest of a membrane: where nothing changes, found to machine precision."""

from loligo.resting.equilibrium import Rest, rest, settles

__all__ = ["Rest", "rest", "settles"]
