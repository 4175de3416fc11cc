"""Ground: the fixed units, and the conversion of a quantity with a unit to a plain float.

Everything inside loligo is a plain float in ms, mV, µA/cm², mS/cm², µF/cm², kHz or °C. `_quantities` converts values
that carry a unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self

from loligo._errors import ArgumentError, UnitError
from loligo._quantities import elements, magnitude

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MS: Final = "ms"
MV: Final = "mV"
CURRENT: Final = "µA/cm²"
CONDUCTANCE: Final = "mS/cm²"
CAPACITANCE: Final = "µF/cm²"
KHZ: Final = "kHz"
CELSIUS: Final = "°C"
ABSOLUTE_ZERO: Final = -273.15  # absolute zero in °C
COUNTABLE: Final = 2**53  # up to here, every whole number is exact as a float


def number(value: Any, unit: str, name: str, *, finite: bool = True) -> float:
    """Return ``value`` as a float in ``unit``.

    Parameters
    ----------
    value : float or quantity
        A plain number is taken to be in ``unit`` already.
    unit : str
        One of the units of this module, ``""`` for a pure number.
    name : str
        The name of the number, for the error message.
    finite : bool
        Reject infinity (NaN is always rejected).

    Raises
    ------
    UnitError
        The dimension is wrong, or the value is not a number.
    ArgumentError
        The value is NaN, masked, infinite where it must be finite, or a temperature below absolute zero.
    """
    plain = magnitude(value, unit, name)
    if isinstance(plain, (bool, str, bytes)):
        raise UnitError(f"{name} must be a number{_in(unit)}; got {value!r}.{_without_quotes(value)}")
    try:
        result = float(plain)
    except OverflowError:
        result = math.inf
    except (TypeError, ValueError) as error:
        raise UnitError(f"{name} must be a single number{_in(unit)}; got {value!r}.{_as_one_number(value)}") from error
    if math.isnan(result) or (finite and math.isinf(result)):
        raise ArgumentError(f"{name} must be a finite number{_in(unit)}; got {result}.")
    if unit == CELSIUS and result < ABSOLUTE_ZERO:
        raise ArgumentError(f"{name} must be {ABSOLUTE_ZERO} °C (absolute zero) or more; got {result:g} °C.")
    return result


class Labelled(float):
    """A number that was given in one of several possible units; it is rejected where another unit is required.

    Attributes
    ----------
    unit : str
        The unit of the number.
    """

    unit: str

    def __new__(cls, value: float, unit: str) -> Self:
        """Return a number in a unit."""
        made = super().__new__(cls, value)
        made.unit = unit
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Labelled, (float(self), self.unit)

    def __mul__(self, factor: Any) -> Any:
        product = float(self) * factor
        return Labelled(product, self.unit) if isinstance(factor, (float, int)) else product


def labelled(value: Any, units: tuple[str, ...], name: str, *, finite: bool = True) -> float:
    """Convert ``value`` to whichever of several units fits its dimension; a value without a unit stays a float.

    Raises
    ------
    UnitError, ArgumentError
        As for `number` in the first of the units.
    """
    if isinstance(value, Labelled) and value.unit in units:
        return Labelled(number(float(value), value.unit, name, finite=finite), value.unit)
    found: dict[str, float] = {}
    for unit in units:
        with suppress(UnitError):
            found[unit] = number(value, unit, name, finite=finite)
    if len(found) == 1:
        ((unit, plain),) = found.items()
        return Labelled(plain, unit)
    return found[units[0]] if found else number(value, units[0], name, finite=finite)


def numbers(values: Any, unit: str, name: str) -> NDArray[np.float64]:
    """Return ``values`` as an array of floats in ``unit``, of any shape; NaN and infinity are allowed.

    Lists, tuples and arrays of objects may also contain quantities, each with its own unit.

    Raises
    ------
    UnitError
        The dimension is wrong, or the values are not real numbers or have rows of different lengths.
    ArgumentError
        A value is masked.
    """
    import numpy as np

    plain = elements(magnitude(values, unit, name), unit, name)
    try:
        array = np.asarray(plain)
        if array.dtype.kind in "iufO":  # NumPy would convert text and complex numbers in its own ways
            return np.array(array, dtype=np.float64)
    except (TypeError, ValueError):
        pass
    raise UnitError(f"{name} must be numbers{_in(unit)}; got {_shortened(values)}.")


def is_pair(given: Any) -> bool:
    """Return whether these are two values: a tuple, list or array of two, but no text."""
    array = getattr(given, "ndim", 0) == 1 and hasattr(given, "tolist")
    return (array or (isinstance(given, Sequence) and not isinstance(given, (str, bytes)))) and len(given) == 2


def positive(value: Any, unit: str, name: str, *, zero: bool = False) -> float:
    """Return ``value`` as a float in ``unit`` that is greater than zero (or zero, when allowed).

    Raises
    ------
    UnitError, ArgumentError
        As for `number`; also if the value is negative, or zero where that is not allowed.
    """
    result = number(value, unit, name)
    if result < 0 or (result == 0 and not zero):
        allowed = "zero or more" if zero else "greater than zero"
        raise ArgumentError(f"{name} must be {allowed}{_in(unit)}; got {result:g}.")
    return result


def whole(value: Any, name: str, *, least: int = 1, most: int | None = None) -> int:
    """Return ``value`` as an integer from ``least`` to ``most``.

    Raises
    ------
    UnitError, ArgumentError
        As for `number`; also if the value is not an integer or is out of range.
    """
    result = number(value, "", name)
    if result != int(result) or result < least:
        raise ArgumentError(f"{name} must be a whole number, {least} or more; got {result:g}.")
    if most is not None and result > most:
        raise ArgumentError(f"{name} must be {most:,} or less; got {result:g}.")
    return int(value) if isinstance(value, int) else int(result)


def interval(given: Any, unit: str, name: str, example: str) -> tuple[float, float]:
    """Return the two ends of a range in ``unit``, the lower one first.

    Raises
    ------
    UnitError, ArgumentError
        As for `number`; also if there are not two values, or the first is not less than the second.
    """
    try:
        low, high = given
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{name} must be two values, such as {example}; got {_shortened(given)}.") from error
    ends = number(low, unit, f"the lower end of {name}"), number(high, unit, f"the upper end of {name}")
    if not ends[0] < ends[1]:
        raise ArgumentError(
            f"{name} must go from a lower to a higher value, such as {example}; got ({ends[0]:g}, {ends[1]:g})."
        )
    return ends


def _without_quotes(value: Any) -> str:
    """Return what to write instead of ``"120"``."""
    found = re.match(r"\s*[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?", value) if isinstance(value, str) else None
    return f" Write {found[0].strip().replace(',', '.')} without quotes." if found else ""


def _as_one_number(value: Any) -> str:
    """Return what to write instead of ``0,3`` and ``120.0,``, which Python reads as tuples, and ``[7]``."""
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, int) for one in value):
        return f" Write {value[0]}.{value[1]}, with a decimal point."
    if getattr(value, "size", None) == 1 or (isinstance(value, (tuple, list)) and len(value) == 1):
        only = value.tolist() if hasattr(value, "tolist") else value
        while isinstance(only, (tuple, list)) and len(only) == 1:
            only = only[0]
        without = "without the trailing comma" if isinstance(value, tuple) else "without brackets"
        return f" Write {only!r}, {without}." if isinstance(only, (int, float)) else ""
    return ""


def _shortened(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) < 80 else f"{text[:76]} ..."


def _in(unit: str) -> str:
    return f" in {unit}" if unit else ""
