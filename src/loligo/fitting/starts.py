"""Where the searches of a fit begin: a number of points, or given values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._units import numbers, whole
from loligo.fitting.links import base

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.bounds import Box
    from loligo.membrane import Membrane

MOST_STARTS: Final = 100_000


def starts_of(starts: Any, box: Box, membrane: Membrane, *, regressed: bool = False) -> Any:
    """Return the number of starts, or the coordinates of given ones, shape (starts, n).

    Raises
    ------
    ArgumentError, UnknownNameError
        Starts are neither a number (0 only if a regression gives a start) nor values within the bounds.
    """
    if isinstance(starts, (int, np.integer)) and not isinstance(starts, bool):
        if not starts and not regressed:
            raise ArgumentError(
                "starts must be 1 or more; starts=0 is allowed only under current clamp, where a regression gives a "
                "start."
            )
        return whole(starts, "starts", least=0 if regressed else 1, most=MOST_STARTS)
    given = _by_name(starts, box, membrane) if _has_names(starts) else starts
    values = np.atleast_2d(numbers(given, "", "starts"))
    if values.ndim != 2 or values.shape[1] != len(box.names) or not np.isfinite(values).all() or not len(values):
        raise ArgumentError(
            f"starts must be a number of starts, or an array of values of shape (starts, {len(box.names)}): "
            f"{', '.join(box.names)}."
        )
    outside = (values < box.low) | (values > box.high)
    if outside.any():
        row, column = np.argwhere(outside)[0]
        raise ArgumentError(
            f"Start {row} has {box.names[column]} = {values[row, column]:g}, outside its bounds "
            f"{box.low[column]:g} to {box.high[column]:g}."
        )
    return box.point(values)


def _has_names(starts: Any) -> bool:
    """Return whether values are given by name: as a DataFrame, a mapping, or a Series with names."""
    labels = getattr(starts, "index", ()) if hasattr(starts, "items") else ()
    return isinstance(starts, Mapping) or hasattr(starts, "columns") or any(isinstance(one, str) for one in labels)


def _by_name(starts: Any, box: Box, membrane: Membrane) -> NDArray[np.float64]:
    """Return the columns of a table in the order of the box, shape (starts, n)."""
    columns = dict(starts.items())
    for name in columns:
        if name not in box.names:
            raise unknown_name("parameter that is varied (a column of starts)", str(name), box.names)
    if len(columns) < len(starts.keys()):
        raise ArgumentError("The columns of starts must have different names.")
    missing = [name for name in box.names if name not in columns]
    if missing:
        raise ArgumentError(f"The table of starts has no column {', '.join(missing)}: give a value of each parameter.")
    found = [
        np.atleast_1d(numbers(columns[name], membrane.parameters[base(name)].unit, f"the column {name} of starts"))
        for name in box.names
    ]
    if len({one.shape for one in found}) > 1 or found[0].ndim != 1:
        raise ArgumentError("The columns of starts must have the same length.")
    return np.stack(found, axis=1)
