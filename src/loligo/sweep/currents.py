"""Measured currents in the units of a membrane: µA/cm², or nA of a whole cell."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import ArgumentError, UnitError
from loligo._units import CURRENT, numbers, positive

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NANOAMPERE: Final = "nA"
AREA: Final = "cm²"
OF_A_CELL: Final = {"fA": 1e-6, "pA": 1e-3, "nA": 1.0, "µA": 1e3, "mA": 1e6, "A": 1e9}  # each unit in nA
UNSAID: Final = "unsaid"  # basis of whole-cell currents from a file if the area of the membrane is unknown
PER: Final = ("", "area", "cell", UNSAID)
SAY_WHOSE: Final = (
    f"give area= of the membrane in cm² to convert it to {CURRENT}, or per='cell' to keep it in nA, for a membrane "
    "with conductances in µS and capacitance in nF"
)


def unit_named(unit: str) -> str:
    """Return a unit of currents in loligo's spelling.

    Raises
    ------
    UnitError
        The unit does not exist.
    """
    spelled = str(unit).strip().replace("μ", "µ").replace("^2", "²").replace("**2", "²").replace("cm2", "cm²")
    spelled = "µ" + spelled[1:] if spelled.startswith("u") else spelled
    if spelled != CURRENT and spelled not in OF_A_CELL:
        raise UnitError(f"unit must be {CURRENT}, or {', '.join(OF_A_CELL)} of a whole cell; got {unit!r}.")
    return spelled


def checked_basis(unit: str, per: str, area: Any) -> tuple[str, str, float | None]:
    """Check that the unit, the reference of currents (area or cell) and the area [cm²] are consistent; return them.

    Raises
    ------
    UnitError, ArgumentError
        The arguments are inconsistent; the message says what to give.
    """
    if per not in PER:
        raise ArgumentError(f"per must be 'area' or 'cell'; got {per!r}.")
    size = None if area is None else positive(area, AREA, "area")
    unit = unit_named(unit) if unit else ""
    if per == "cell" and (unit == CURRENT or size is not None):
        raise ArgumentError("per='cell' is for currents of a whole cell, in pA or nA: leave µA/cm² and area= out.")
    if size is None and unit in OF_A_CELL and per in ("", "area"):
        raise UnitError(f"A current in {unit} is one of a whole cell: {SAY_WHOSE}.")
    return unit, per, size


def scale_of(unit: str, per: str, area: float | None, what: str) -> tuple[float, str]:
    """Return the factor for plain numbers in a unit, and the reference of the result (area or cell).

    Raises
    ------
    UnitError
        An area is given, but no unit to tell whether it is needed.
    """
    if not unit and area is not None:
        raise UnitError(f"{what} has no unit: besides area=, give unit='pA', 'nA' or {CURRENT!r}.")
    if unit in OF_A_CELL:
        if area is None:
            return OF_A_CELL[unit], per
        return OF_A_CELL[unit] * 1e-3 / area, "area"  # 1 nA is 1e-3 µA
    return 1.0, "area" if unit == CURRENT else per or "area"


def plain_currents(values: Any, unit: str, what: str) -> tuple[NDArray[np.float64], str]:
    """Return currents as plain numbers, and their unit: that of the quantity, or else the given one.

    Raises
    ------
    UnitError, ArgumentError
        As for `numbers`; also if the quantity has a unit and a different one is given.
    """
    found = {}
    for own in (CURRENT, NANOAMPERE):
        with suppress(UnitError):
            found[own] = numbers(values, own, what)
    if len(found) != 1:
        return (found[CURRENT] if found else numbers(values, CURRENT, what)), unit
    ((own, plain),) = found.items()
    if unit and (unit == CURRENT) != (own == CURRENT):
        raise UnitError(f"{what} has a unit that converts to {own}, but unit= is {unit}.")
    return plain, own
