"""Brian2 currents, taken for 1 cm² of membrane: amperes, and a `TimedArray` over time.

They are recognised by their attributes; Brian2 itself is never imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import UnitError
from loligo.course.traces import is_quantity
from loligo.stimulus import Samples, Step

if TYPE_CHECKING:
    from loligo.stimulus import Stimulus

MICROAMPERES: float = 1e6  # µA in an ampere
MILLISECONDS: float = 1e3  # ms in a second


def ampere(value: Any) -> Any:
    """Return a Brian2 current, in amperes, as a number in µA; anything else unchanged."""
    return np.asarray(value, dtype=float)[()] * MICROAMPERES if is_quantity(value) and _is_current(value) else value


def is_timed(value: Any) -> bool:
    """Return whether a value looks like a Brian2 `TimedArray`."""
    return is_quantity(value) and hasattr(value, "values") and hasattr(value, "dt")


def stimulus_of(timed: Any) -> Stimulus:
    """Return a `TimedArray` as a stimulus: each value holds until the next one, and the last forever.

    Parameters
    ----------
    timed : TimedArray
        Currents [A], of shape (n,) or (n, 1).

    Raises
    ------
    UnitError
        Its values are not currents, or are those of several neurons.
    """
    values = np.asarray(timed.values, dtype=float)
    if not _is_current(timed) or values.size != len(values):
        raise UnitError(
            "curr must be a TimedArray of currents for one neuron: write b2.TimedArray(values * b2.uA, dt)."
        )
    dt = float(timed.dt) * MILLISECONDS
    held = MICROAMPERES * values.ravel()
    last = Step(held[-1], start=dt * (held.size - 1))
    if held.size == 1:
        return last
    before = Samples(np.append(held[:-1], 0.0), dt=dt, between="hold")
    return before + last if held[-1] else before


def _is_current(value: Any) -> bool:
    names = ("length", "mass", "time", "current", "temperature", "substance", "luminosity")
    return [float(value.dim.get_dimension(name)) for name in names] == [0, 0, 0, 1, 0, 0, 0]
