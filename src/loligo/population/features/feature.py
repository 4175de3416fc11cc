"""The definition of a feature: a name, a unit, and a compiled function of the `Observed` of a member."""

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
        The meanings of the numbers 0, 1, ...
    """

    name: str
    unit: str
    compute: Callable[[Observed], float] | None
    words: tuple[str, ...] = ()


def compiled(function: Function) -> Function:
    """Mark a function that programs of features may call; Python can call it directly."""
    marked: Function = register_jitable(error_model="numpy")(function)
    return marked


@compiled
def during(observed: Observed, spike: int) -> bool:
    """Return whether a spike peaks during the stimulus, including its start and stop."""
    return bool(observed.start <= observed.peak_times[spike] <= observed.stop)
