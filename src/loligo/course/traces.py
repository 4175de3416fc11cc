"""Numbers with a unit, which scripts written for Brian2 can divide and compare.

``rec.vm[0] / b2.mV`` and ``rec.vm / b2.volt`` give plain numbers in mV and V. A Brian2 quantity is recognised
by its attributes; Brian2 itself is never imported. In all other respects a trace is an ordinary array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from loligo._errors import UnitError
from loligo._units import CURRENT, MS, MV

if TYPE_CHECKING:
    from collections.abc import Iterator

_VOLT: Final = {"length": 2, "mass": 1, "time": -3, "current": -1}
_DIMENSIONS: Final = ("length", "mass", "time", "current", "temperature", "substance", "luminosity")

# SI value of each unit, for each dimension by which it may be divided; a current may be per cm² or for 1 cm²
_SI: Final = {
    MS: (({"time": 1}, 1e-3),),
    MV: ((_VOLT, 1e-3),),
    CURRENT: (({"current": 1}, 1e-6), ({"current": 1, "length": -2}, 1e-2)),
}

_KEEP_UNIT: Final = frozenset(
    {np.add, np.subtract, np.negative, np.positive, np.absolute, np.maximum, np.minimum, np.fmax, np.fmin}
)
_MATCHING: Final = _KEEP_UNIT | {np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal}


class Reading(np.float64):
    """One number of a `Trace`."""

    unit: str

    def __new__(cls, value: float, unit: str) -> Self:  # noqa: D102
        reading = super().__new__(cls, value)
        reading.unit = unit
        return reading

    def __truediv__(self, other: Any) -> Any:
        if is_quantity(other):
            return np.float64(self) * in_units_of(other, self.unit)
        return np.float64(self) / other

    def __add__(self, other: Any) -> Any:
        return _with_unit(np.float64(self) + _plain(other, self.unit), self.unit)

    def __sub__(self, other: Any) -> Any:
        return _with_unit(np.float64(self) - _plain(other, self.unit), self.unit)

    def __lt__(self, other: Any) -> Any:
        return np.float64(self) < _plain(other, self.unit)

    def __le__(self, other: Any) -> Any:
        return np.float64(self) <= _plain(other, self.unit)

    def __gt__(self, other: Any) -> Any:
        return np.float64(self) > _plain(other, self.unit)

    def __ge__(self, other: Any) -> Any:
        return np.float64(self) >= _plain(other, self.unit)

    def __eq__(self, other: object) -> Any:
        return np.float64(self) == _plain(other, self.unit)

    def __ne__(self, other: object) -> Any:
        return np.float64(self) != _plain(other, self.unit)

    __hash__ = np.float64.__hash__

    def __reduce__(self) -> Any:
        return Reading, (float(self), self.unit)


class Trace(np.ndarray[Any, Any]):
    """An array with a unit.

    Parameters
    ----------
    values : array
        Any shape.
    unit : str
        ms, mV or µA/cm².

    Examples
    --------
    >>> trace = Trace(np.array([1.0, -2.0]), "mV")
    >>> trace[1:].unit, float(trace.max())
    ('mV', 1.0)
    """

    unit: str

    def __new__(cls, values: Any, unit: str) -> Self:  # noqa: D102
        trace = np.asarray(values, dtype=float).view(cls)
        trace.unit = unit
        return trace

    def __array_finalize__(self, source: Any) -> None:
        self.unit = getattr(source, "unit", "")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Convert quantities to plain numbers, and keep the unit if the result has the same unit."""
        unit = next((x.unit for x in (*inputs, *kwargs.get("out", ())) if isinstance(x, Trace)), "")
        if ufunc is np.true_divide and isinstance(inputs[0], Trace) and is_quantity(inputs[-1]):
            ufunc, inputs = np.multiply, (inputs[0], in_units_of(inputs[1], unit))
        elif ufunc in _MATCHING:
            inputs = tuple(_plain(x, unit) for x in inputs)
        plain = [x.view(np.ndarray) if isinstance(x, Trace) else x for x in inputs]
        if "out" in kwargs:
            kwargs["out"] = tuple(x.view(np.ndarray) if isinstance(x, Trace) else x for x in kwargs["out"])
        result = getattr(ufunc, method)(*plain, **kwargs)
        return _with_unit(result, unit) if ufunc in _KEEP_UNIT else result

    def __getitem__(self, key: Any) -> Any:
        return _with_unit(super().__getitem__(key), self.unit)

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    def mean(self, *args: Any, **kwargs: Any) -> Any:
        """Return the mean, in the same unit."""
        return _with_unit(self.view(np.ndarray).mean(*args, **kwargs), self.unit)

    def __reduce__(self) -> Any:
        return Trace, (self.view(np.ndarray).copy(), self.unit)


def is_quantity(value: Any) -> bool:
    """Return whether a value looks like a Brian2 quantity."""
    return hasattr(getattr(value, "dim", None), "get_dimension")


def in_units_of(quantity: Any, unit: str) -> Any:
    """Return the factor from ``unit`` to ``quantity``.

    Raises
    ------
    UnitError
        The dimensions differ.
    """
    value = np.asarray(quantity, dtype=float)[()]
    for dimension, si in _SI.get(unit, ()):
        if all(quantity.dim.get_dimension(name) == dimension.get(name, 0) for name in _DIMENSIONS):
            return si / value
    raise UnitError(f"These numbers are in {unit or 'no unit'}, which do not convert to {quantity!r}.")


def _plain(value: Any, unit: str) -> Any:
    """Return a quantity as plain numbers in a unit, and anything else unchanged."""
    return 1 / in_units_of(value, unit) if is_quantity(value) else value


def _with_unit(result: Any, unit: str) -> Any:
    if isinstance(result, np.ndarray):
        return Trace(result, unit)
    return Reading(float(result), unit) if isinstance(result, np.floating) else result
