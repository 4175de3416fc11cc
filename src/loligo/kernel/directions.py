"""In what a run is differentiated: all that the compiled code of its derivatives depends on beside the structure."""

from __future__ import annotations

from dataclasses import dataclass

from loligo.stimulus.gradient import Drive


@dataclass(frozen=True)
class Directions:
    """In what a run is differentiated.

    Attributes
    ----------
    parameters : tuple of str
        Of the membrane; the first columns of S.
    driven : int
        How many numbers of the stimulus; the next columns.
    started : int
        How many initial values, which force nothing; the last columns.
    """

    parameters: tuple[str, ...] = ()
    driven: int = 0
    started: int = 0

    @property
    def count(self) -> int:
        """The columns of S."""
        return len(self.parameters) + self.driven + self.started

    @property
    def drive_numbers(self) -> int:
        """How many numbers say what drives S."""
        return len(Drive._fields) * self.driven
