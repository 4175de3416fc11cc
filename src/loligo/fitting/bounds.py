"""Bounds of the parameters of a fit, and the coordinates from 0 to 1 in which it searches."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._units import is_pair, number
from loligo.fitting.links import base, in_sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

WIDE: Final = 100.0  # a scale is logarithmic if the ratio of the bounds is at least this
AT_LOW, AT_HIGH = 1e-15, 1.0 - 1e-12  # a coordinate from 0 to 1 that is not between these is at its bound, to rounding
SCALES: Final = ("", "linear", "log")
PER: Final = ("", "sweep")


@dataclass(frozen=True)
class Bound:
    """The bounds and the scale of a parameter in a fit.

    Parameters
    ----------
    low, high : float
        The bounds, in the unit of the parameter.
    scale : {"", "linear", "log"}
        Scale on which values are varied: by default logarithmic if both bounds are positive, at least a factor of 100
        apart, and the parameter does not occur in an exponent (as the slope of a rate does); linear otherwise.
    per : {"", "sweep"}
        "sweep": each sweep has its own value, within the same bounds. The values are called ``E_leak[0]``,
        ``E_leak[1]``, ... in the order of the sweeps.

    Raises
    ------
    ArgumentError
        The bounds are not finite or not in order, the scale is unknown, or a logarithmic scale has a bound of 0 or
        less.

    Examples
    --------
    >>> Bound(20, 500)
    Bound(low=20.0, high=500.0, scale='', per='')
    """

    low: float
    high: float
    scale: str = ""
    per: str = ""

    def __post_init__(self) -> None:
        low, high = number(self.low, "", "low of Bound"), number(self.high, "", "high of Bound")
        if not low < high:
            raise ArgumentError(f"Bounds must go from a lower to a higher value; got {low:g} to {high:g}.")
        if self.scale not in SCALES:
            raise ArgumentError(f"scale must be 'linear' or 'log'; got {self.scale!r}.")
        if self.per not in PER:
            raise ArgumentError(f"per must be 'sweep', or '' for one value for all sweeps; got {self.per!r}.")
        if self.scale == "log" and low <= 0:
            raise ArgumentError(f"A logarithmic scale needs bounds above 0; got {low:g} to {high:g}.")
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)


@dataclass(frozen=True, eq=False)
class Box:
    """The bounds of all varied parameters.

    Attributes
    ----------
    names : tuple of str
    low, high : array (n,)
    logarithmic : array of bool (n,)
    """

    names: tuple[str, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    logarithmic: NDArray[np.bool_]

    @property
    def bounds(self) -> dict[str, Bound]:
        """The lower and upper bound and the scale of each value."""
        rows = zip(self.names, self.low.tolist(), self.high.tolist(), self.logarithmic.tolist(), strict=True)
        return {name: Bound(low, high, "log" if log else "linear") for name, low, high, log in rows}

    def values(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values of the parameters at a point from 0 to 1, shape (..., n)."""
        plain = self.low + point * (self.high - self.low)
        with np.errstate(invalid="ignore", divide="ignore"):
            raised = self.low * (self.high / self.low) ** point
        return np.clip(np.where(self.logarithmic, raised, plain), self.low, self.high)

    def point(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the coordinates of values, from 0 to 1 between their bounds."""
        plain = (values - self.low) / (self.high - self.low)
        with np.errstate(invalid="ignore", divide="ignore"):
            raised = np.log(values / self.low) / np.log(self.high / self.low)
        return np.asarray(np.where(self.logarithmic, raised, plain))

    def at_bounds(self, point: NDArray[np.float64]) -> list[str]:
        """Return the parameters that are at a bound."""
        return [name for name, at in zip(self.names, point, strict=True) if at <= AT_LOW or at >= AT_HIGH]

    def slopes(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the derivative of each value with respect to its coordinate."""
        with np.errstate(invalid="ignore", divide="ignore"):
            raised = values * np.log(self.high / self.low)
        return np.asarray(np.where(self.logarithmic, raised, self.high - self.low))


def box_of(membrane: Membrane, bounds: Mapping[str, Any], exponents: Collection[str], sweeps: int = 1) -> Box:
    """Return the box of bounds given to `loligo.fit`; ``exponents`` have a linear scale unless another is given.

    A parameter with one value for each sweep has an axis for each.

    Raises
    ------
    ArgumentError, UnitError, UnknownNameError
        There are no bounds, a parameter is unknown, or bounds are invalid.
    """
    if not isinstance(bounds, Mapping) or not bounds:
        raise ArgumentError(
            f"bounds must map parameters to a lower and an upper bound, e.g. {{'g_Na': (20, 500)}}; got {bounds!r:.80}."
        )
    found: dict[str, Bound] = {}
    for name, given in bounds.items():
        if name not in membrane.parameters:
            raise unknown_name(f"parameter of {membrane.name}", name, membrane.parameters)
        own = _bound(membrane, name, given)
        for value in (own.low, own.high):
            membrane.replace(**{name: value})  # refuses, say, a conductance below 0
        found |= dict.fromkeys([in_sweep(name, k) for k in range(sweeps)] if own.per else [name], own)
    logarithmic = [
        one.scale == "log" or (not one.scale and base(name) not in exponents and 0 < WIDE * one.low <= one.high)
        for name, one in found.items()
    ]
    return Box(
        tuple(found),
        np.array([one.low for one in found.values()]),
        np.array([one.high for one in found.values()]),
        np.array(logarithmic),
    )


def _bound(membrane: Membrane, name: str, given: Any) -> Bound:
    if isinstance(given, Bound):
        return given
    if not is_pair(given):
        raise ArgumentError(f"The bounds of {name} must be two numbers, e.g. (20, 500), or a Bound; got {given!r:.80}.")
    unit = membrane.parameters[name].unit
    low, high = (number(value, unit, f"a bound of {name}") for value in given)
    if not (low < high and math.isfinite(high - low)):
        raise ArgumentError(f"The bounds of {name} must go from a lower to a higher value; got {low:g} to {high:g}.")
    return Bound(low, high)
