"""What an experiment does to variables during a run: hold them, set them."""

from loligo.intervention.intervention import Hold, Intervention, Reset, after, begin_of, checked, edges_of, shown, until

__all__ = ["Hold", "Intervention", "Reset", "after", "begin_of", "checked", "edges_of", "shown", "until"]
