"""Priors of parameters: normal distributions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from loligo._errors import ArgumentError, unknown_name
from loligo._units import is_pair, number, positive
from loligo.fitting.links import base

if TYPE_CHECKING:
    from loligo.fitting.bounds import Box
    from loligo.membrane import Membrane


def checked_priors(priors: Any, box: Box, membrane: Membrane) -> list[tuple[int, float, float]]:
    """Return the priors: the index of each coordinate, its mean and its standard deviation.

    Raises
    ------
    ArgumentError, UnitError, UnknownNameError
        A name is not varied, a value is not a pair of numbers, or a mean lies outside the bounds.
    """
    if priors is not None and not isinstance(priors, Mapping):
        raise ArgumentError(f"priors must map parameters to a mean and a standard deviation; got {priors!r:.80}.")
    found = []
    for name, pair in (priors or {}).items():
        own = [k for k, one in enumerate(box.names) if name in {one, base(one)}]
        if not own:
            raise unknown_name("parameter that is varied (priors)", name, box.names)
        unit = membrane.parameters[base(name)].unit
        if not is_pair(pair):
            raise ArgumentError(f"The prior of {name} must be a mean and a standard deviation; got {pair!r:.80}.")
        mean, deviation = pair
        centre = number(mean, unit, f"the mean of {name}")
        width = positive(deviation, unit, f"the standard deviation of {name}")
        low, high = float(box.low[own[0]]), float(box.high[own[0]])
        if not low <= centre <= high:
            raise ArgumentError(
                f"The mean of the prior of {name}, {centre:g}, lies outside its bounds {low:g} to {high:g}: correct it "
                "or widen the bounds."
            )
        found += [(k, centre, width) for k in own]
    return found
