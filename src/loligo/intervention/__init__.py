"""What an experiment does to variables during a run: hold them, set them."""

from loligo.intervention.intervention import Hold, Intervention, Reset, after, checked, edges_of, until

__all__ = ["Hold", "Intervention", "Reset", "after", "checked", "edges_of", "until"]
