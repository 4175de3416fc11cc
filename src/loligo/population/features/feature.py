"""What a feature is: a name, a unit, and a function of what was observed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.observed import Observed


@dataclass(frozen=True)
class Feature:
    """One number of each member.

    Attributes
    ----------
    name : str
        The column of the table; eFEL's name where eFEL has the feature.
    unit : str
    compute : callable
        From `Observed` to an array (members,).
    shapes : bool
        Whether more than the number of spikes must be recorded for it.
    """

    name: str
    unit: str
    compute: Callable[[Observed], NDArray[Any]]
    shapes: bool = True
