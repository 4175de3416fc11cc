"""A recorded current, used as a stimulus."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from loligo._errors import StimulusError, UnitError, unknown_name
from loligo._units import CURRENT, MS, number, numbers, positive
from loligo.stimulus.pieces import Piece, Pieces
from loligo.stimulus.stimulus import UNITS, Stimulus, common_unit


@dataclass(frozen=True, init=False)
class Samples(Stimulus):
    """A current given by its values at equal intervals; zero before the first and after the last.

    Parameters
    ----------
    values : array_like (n,)
        Values of the current [µA/cm²], two or more.
    dt : float
        Interval [ms].
    start : float
        Time of the first value [ms].
    between : {"line", "hold"}
        Connect the values by straight lines, or hold each until the next.
    factor : float
        Factor that multiplies all values; `loligo.threshold` varies it.
    unit : {"", "µA/cm²", "mV"}
        The unit of a current or of the command of a voltage clamp; "" for plain numbers, which may be either. Values
        that carry a unit need no ``unit``.

    Raises
    ------
    StimulusError
        Fewer than two values are given, or one is NaN or infinite (the message says which).
    UnitError
        The values are in another unit than these, or than ``unit``.

    Examples
    --------
    >>> Samples([0.0, 4.0, 0.0], dt=1.0)([0.5, 1.0, 1.5]).tolist()
    [2.0, 4.0, 2.0]
    """

    values: tuple[float, ...]
    dt: float
    start: float = 0.0
    between: Literal["line", "hold"] = "line"
    factor: float = 1.0
    unit: str = field(default="", repr=False, compare=False)

    def __init__(
        self,
        values: Any,
        *,
        dt: float,
        start: float = 0.0,
        between: Literal["line", "hold"] = "line",
        factor: float = 1.0,
        unit: str = "",
    ) -> None:
        if unit not in ("", *UNITS):
            raise unknown_name("unit of Samples", unit, UNITS)
        array, own_unit = _in_a_unit(values)
        if array.ndim != 1 or array.size < 2:
            raise StimulusError(
                f"Samples needs at least two values in a one-dimensional array; got an array of shape {array.shape}."
            )
        bad = np.flatnonzero(~np.isfinite(array))
        if bad.size:
            raise StimulusError(
                f"Value {bad[0]} of the recorded stimulus is {array[bad[0]]} ({bad.size} such values in all): "
                "first fill the gaps in the recording, or cut them out."
            )
        if between not in ("line", "hold"):
            raise StimulusError(f"between must be 'line' or 'hold'; got {between!r}.")
        own = {
            "values": tuple(array.tolist()),
            "dt": positive(dt, MS, "dt of Samples"),
            "start": positive(start, MS, "start of Samples", zero=True),
            "between": between,
            "factor": number(factor, "", "factor of Samples"),
            "unit": common_unit({own_unit, unit}, "Samples"),
        }
        for key, value in own.items():
            object.__setattr__(self, key, value)

    @property
    def stop(self) -> float:
        """Time of the last value, or the end of its hold [ms]."""
        return self.start + self.dt * (len(self.values) - (self.between == "line"))

    @property
    def amplitude_is_factor(self) -> bool:
        """A recording is scaled as a whole."""
        return True

    def with_amplitude(self, amplitude: float) -> Samples:
        """Return the recording with a new factor."""
        return replace(self, factor=amplitude)

    def scaled(self, factor: float) -> Samples:
        """Return the recording times an additional factor."""
        return replace(self, factor=self.factor * factor)

    def joined(self, end: float) -> Pieces:
        """Return the arrays of the normal form on ``[0, end]``."""
        values = self.factor * np.array(self.values)
        return between_knots(values, self.dt, self.start, self.stop, end, hold=self.between == "hold")

    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]``."""
        return self.joined(end).listed()


def _in_a_unit(values: Any) -> tuple[NDArray[np.float64], str]:
    """Return values in µA/cm² or mV, and the unit in which they were given, or ""."""
    found: dict[str, NDArray[np.float64]] = {}
    for unit in UNITS:
        with suppress(UnitError):
            found[unit] = numbers(values, unit, "the values of Samples")
    if not found:
        return numbers(values, CURRENT, "the values of Samples"), ""
    return next(iter(found.values())), next(iter(found)) if len(found) == 1 else ""


def between_knots(
    values: NDArray[np.float64], dt: float, start: float, stop: float, end: float, *, hold: bool = False
) -> Pieces:
    """Return the normal form of a current given at equal intervals from ``start`` on, zero from ``stop`` on."""
    times = start + dt * np.arange(values.size)
    slopes = np.zeros(values.size) if hold else np.append(np.diff(values) / dt, 0.0)
    inside = times < min(stop, end)
    edges, constant, slope = times[inside], values[inside], slopes[inside]
    if start > 0:
        edges, constant, slope = (np.append(0.0, array) for array in (edges, constant, slope))
    if stop < end:
        edges, constant, slope = np.append(edges, stop), np.append(constant, 0.0), np.append(slope, 0.0)
    offsets = np.zeros(constant.size + 1, dtype=np.int64)
    return Pieces(np.append(edges, end), constant, slope, offsets, np.empty((0, 4)))
