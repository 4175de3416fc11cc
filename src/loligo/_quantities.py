"""Ground: converting quantities of other libraries to plain numbers in loligo's units.

Values of pint, quantities, astropy.units, unyt and Brian2 are recognised by their attributes; none of these is
imported. Any other value with a unit is rejected, since its numbers alone would be ambiguous.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import ArgumentError, UnitError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ZERO_CELSIUS: Final = 273.15  # 0 °C in K
CELSIUS: Final = "°C"
PLAIN: Final = (float, int, bool)

# the libraries' spellings of loligo's units; the first that a library accepts is used
_PINT: Final = {
    "ms": ("millisecond",),
    "mV": ("millivolt",),
    "µA/cm²": ("microampere / centimeter ** 2",),
    "mS/cm²": ("millisiemens / centimeter ** 2",),
    "µF/cm²": ("microfarad / centimeter ** 2",),
    "kHz": ("kilohertz",),
    CELSIUS: ("degree_Celsius",),
    "nA": ("nanoampere",),
    "pF": ("picofarad",),
    "MΩ": ("megaohm",),
    "cm²": ("centimeter ** 2",),
    "": ("dimensionless",),
}
_OTHERS: Final = {
    "µA/cm²": ("uA/cm**2",),
    "mS/cm²": ("mA/(V*cm**2)",),  # unyt lacks siemens
    "µF/cm²": ("uF/cm**2",),
    CELSIUS: ("degC", "deg_C"),
    "MΩ": ("Mohm", "Mohms", "MΩ"),
    "cm²": ("cm**2",),
    "": ("dimensionless", "", "rad"),
}
# Brian2 stores numbers in SI units: the powers of each dimension, and the factor from SI
_DIMENSIONS: Final = ("length", "mass", "time", "current", "temperature", "substance", "luminosity")
_SI: Final[dict[str, tuple[dict[str, int], float]]] = {
    "ms": ({"time": 1}, 1e3),
    "mV": ({"length": 2, "mass": 1, "time": -3, "current": -1}, 1e3),
    "µA/cm²": ({"current": 1, "length": -2}, 1e2),
    "mS/cm²": ({"length": -4, "mass": -1, "time": 3, "current": 2}, 1e-1),
    "µF/cm²": ({"length": -4, "mass": -1, "time": 4, "current": 2}, 1e2),
    "kHz": ({"time": -1}, 1e-3),
    CELSIUS: ({"temperature": 1}, 1.0),
    "nA": ({"current": 1}, 1e9),
    "pF": ({"length": -2, "mass": -1, "time": 4, "current": 2}, 1e12),
    "MΩ": ({"length": 2, "mass": 1, "time": -3, "current": -2}, 1e-6),
    "cm²": ({"length": 2}, 1e4),
    "": ({}, 1.0),
}


def magnitude(value: Any, unit: str, name: str) -> Any:
    """Convert a quantity to a plain value in ``unit``; a value without a unit is returned unchanged.

    Parameters
    ----------
    value : object
        Lists and tuples are not examined: see `elements`.
    unit : str
        The unit in loligo's spelling; ``""`` for a pure number.
    name : str
        The name of the value, for the error message.

    Raises
    ------
    UnitError
        The quantity has another dimension than ``unit``, or comes from an unknown library.
    ArgumentError
        A value is masked; the message says where.
    """
    if type(value) in PLAIN:
        return value
    plain = _converted(value, unit, name)
    _refuse_masked(plain, name)
    return plain


def elements(values: Any, unit: str, name: str) -> Any:
    """Return the values with every quantity among the elements converted; masked elements are rejected.

    Parameters
    ----------
    values : object
        Lists and tuples of any depth, and arrays of objects, are examined.
    unit, name : str
        As for `magnitude`.

    Raises
    ------
    UnitError, ArgumentError
        As for `magnitude`; the message names the element.
    """
    if getattr(getattr(values, "dtype", None), "kind", "") == "O" and getattr(values, "ndim", 0):
        values = values.tolist()
    if not isinstance(values, (list, tuple)) or {type(one) for one in values} <= set(PLAIN):
        return values
    return [elements(magnitude(one, unit, f"{name}[{k}]"), unit, f"{name}[{k}]") for k, one in enumerate(values)]


def _converted(value: Any, unit: str, name: str) -> Any:
    try:
        if hasattr(getattr(value, "dim", None), "get_dimension"):
            return _from_si(value, unit)
        if hasattr(value, "rescale") and hasattr(value, "magnitude"):
            return _rescaled(value, unit)
        if hasattr(value, "to") and hasattr(value, "magnitude"):
            return _first_taken(value.to, _PINT.get(unit, (unit,))).magnitude
        if hasattr(value, "to") and hasattr(value, "value") and (hasattr(value, "unit") or hasattr(value, "units")):
            return _from_array_library(value, unit)
    except Exception as error:
        raise _refusal(value, unit, name) from error
    return _unlabelled(value, unit, name)


def _from_si(value: Any, unit: str) -> Any:
    """Convert a Brian2 value, whose numbers are in SI units even if it is printed in others."""
    import numpy as np

    powers, factor = _SI[unit]
    if any(value.dim.get_dimension(dimension) != powers.get(dimension, 0) for dimension in _DIMENSIONS):
        raise ValueError
    plain = np.asarray(value, dtype=np.float64)
    return (plain - ZERO_CELSIUS if unit == CELSIUS else factor * plain)[()]


def _rescaled(value: Any, unit: str) -> Any:
    """Convert a value of the library quantities, in which degrees Celsius are temperature differences."""
    if unit == CELSIUS and str(value.dimensionality) != "degC":
        raise ValueError
    return _first_taken(value.rescale, _spellings(unit)).magnitude


def _from_array_library(value: Any, unit: str) -> Any:
    """Convert a value of astropy or unyt."""
    if unit != CELSIUS:
        return _first_taken(value.to, _spellings(unit)).value
    try:
        return _first_taken(value.to, _spellings(unit)).value
    except Exception:  # noqa: BLE001 - astropy takes kelvins for degrees only where it is told to
        return value.to("K").value - ZERO_CELSIUS


def _spellings(unit: str) -> tuple[str, ...]:
    return _OTHERS.get(unit, (unit, unit.replace("µ", "u").replace("²", "**2")))


def _first_taken(convert: Any, spellings: tuple[str, ...]) -> Any:
    for spelling in spellings[:-1]:
        try:
            return convert(spelling)
        except Exception:  # noqa: BLE001, S112 - each library has its own errors; the next spelling may be its
            continue
    return convert(spellings[-1])


def _unlabelled(value: Any, unit: str, name: str) -> Any:
    """Return a value that has no unit, or is labelled with the wanted unit; reject other labels."""
    labels = [getattr(value, "unit", None), getattr(value, "units", None), getattr(value, "dimensionality", None)]
    labels.append(getattr(getattr(value, "dtype", None), "units", None))  # a pint-pandas column
    attributes = getattr(value, "attrs", None)
    if isinstance(attributes, Mapping):
        labels.append(attributes.get("units") if isinstance(attributes.get("units"), str) else None)
    data = getattr(value, "data", None)
    if not isinstance(data, memoryview):  # an xarray array may contain a quantity
        labels += [getattr(data, "units", None), getattr(data, "unit", None)]
    for label in labels:
        if label is not None and not (isinstance(label, str) and _same(label, unit)):
            raise _refusal(value, unit, name)
    return value


def _same(label: str, unit: str) -> bool:
    spelled = label.strip().replace("μ", "µ").replace("**2", "²").replace("^2", "²").replace("2", "²")
    spelled = "µ" + spelled[1:] if spelled[:1] == "u" else spelled
    return spelled.replace("degC", CELSIUS) in ("", unit)


def _refuse_masked(value: Any, name: str) -> None:
    mask = _mask(value)
    if mask is None or not mask.any():
        return
    places = [", ".join(map(str, place)) for place in zip(*mask.nonzero(), strict=True)] if mask.ndim else [""]
    where = f"{name}[{places[0]}]" if places[0] else name
    more = f", as are {len(places) - 1} more" if len(places) > 1 else ""
    raise ArgumentError(f"{where} is masked{more}: fill masked values in, or leave them out.")


def _mask(value: Any) -> NDArray[np.bool_] | None:
    """Return the mask of a numpy.ma, astropy or pandas array; None for other values."""
    import numpy as np

    mask = getattr(value, "mask", None)
    if mask is not None and not callable(mask):
        return np.asarray(mask, dtype=bool)
    missing = getattr(getattr(value, "dtype", None), "na_value", None)
    if type(missing).__name__ == "NAType" and hasattr(value, "isna"):
        return np.asarray(value.isna(), dtype=bool)
    return np.asarray(True) if type(value).__name__ == "NAType" else None


def _refusal(value: Any, unit: str, name: str) -> UnitError:
    wanted = f"in {unit} or a unit that converts to it" if unit else "a plain number"
    text = " ".join(str(value).split())
    shown = text if len(text) < 80 else f"{text[:76]} ..."
    return UnitError(f"{name} must be {wanted}; got {shown} ({type(value).__module__}.{type(value).__name__}).")
