"""The numbers with respect to which a run is differentiated, on which its compiled code depends."""

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
        Count of numbers of the stimulus; the next columns.
    started : int
        Count of initial values, which add no forcing; the last columns.
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
        """Count of numbers that define the drives of S."""
        return len(Drive._fields) * self.driven
