"""What a feature is: a name, a unit, and a compiled function of what was observed of a member."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from numba.extending import register_jitable

if TYPE_CHECKING:
    from loligo.population.features.observed import Observed

    Function = TypeVar("Function", bound=Callable[..., object])


@dataclass(frozen=True)
class Feature:
    """One number of each member.

    Attributes
    ----------
    name : str
        The column of the table; eFEL's name where eFEL has the feature.
    unit : str
    compute : callable, optional
        A `compiled` function from `Observed` to a float. None for the number of spikes: if no other feature is
        requested, lanes record nothing.
    words : tuple of str
        What the numbers 0, 1, ... stand for.
    """

    name: str
    unit: str
    compute: Callable[[Observed], float] | None
    words: tuple[str, ...] = ()


def compiled(function: Function) -> Function:
    """Mark a function that programs of features may call; Python may call it as it is."""
    marked: Function = register_jitable(error_model="numpy")(function)
    return marked


@compiled
def during(observed: Observed, spike: int) -> bool:
    """Tell whether a spike peaks during the stimulus, its ends included."""
    return bool(observed.start <= observed.peak_times[spike] <= observed.stop)
