"""The numbers with respect to which a run is differentiated; its compiled code depends on them."""

from __future__ import annotations

from dataclasses import dataclass

from loligo.stimulus.gradient import Drive


@dataclass(frozen=True)
class Directions:
    """The numbers with respect to which a run is differentiated.

    Attributes
    ----------
    parameters : tuple of str
        Parameters of the membrane; the first columns of S.
    driven : int
        How many numbers of the stimulus; the next columns.
    started : int
        How many initial values, which add no forcing term; the last columns.
    """

    parameters: tuple[str, ...] = ()
    driven: int = 0
    started: int = 0

    @property
    def count(self) -> int:
        """The number of columns of S."""
        return len(self.parameters) + self.driven + self.started

    @property
    def drive_numbers(self) -> int:
        """The number of values that define the forcing of S by the stimulus."""
        return len(Drive._fields) * self.driven
