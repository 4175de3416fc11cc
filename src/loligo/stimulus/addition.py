"""The sum of stimuli in normal form: lines are added without rounding, so terms that have ended leave exactly zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import StimulusError
from loligo.stimulus.pieces import Pieces, Wave

if TYPE_CHECKING:
    from numpy.typing import NDArray

MANTISSA: Final = 53  # number of bits of the mantissa of a float


def added(parts: Sequence[Pieces]) -> Pieces:
    """Return the sum of stimuli that are given on the same time interval.

    The cost is that of sorting all edges, for any number of stimuli. Each value and slope is the exact sum, rounded
    once, so the order of the stimuli does not affect the sum.

    Parameters
    ----------
    parts : sequence of Pieces
        Terms of the sum, at least one.

    Raises
    ------
    StimulusError
        A value is not finite, or the sum overflows.
    """
    starts = np.concatenate([part.edges[:-1] for part in parts])
    order = np.argsort(starts, kind="stable")
    times = starts[order]
    last = np.flatnonzero(np.append(np.diff(times) > 0, True))  # ends of groups of pieces that begin together
    first = np.cumsum([0, *(part.constant.size for part in parts[:-1])])  # piece of each stimulus
    constant, slope = _lines(parts, starts, order, first, last)
    offsets, waves = _waves(parts, starts, order, last)
    return Pieces(np.append(times[last], parts[0].edges[-1]), constant, slope, offsets, waves)


def _lines(
    parts: Sequence[Pieces],
    starts: NDArray[np.float64],
    order: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return values and slopes at the edges, in integer arithmetic: floats are multiples of powers of two."""
    constants = np.concatenate([part.constant for part in parts])
    slopes = np.concatenate([part.slope for part in parts])
    if not (np.isfinite(constants).all() and np.isfinite(slopes).all()):
        raise StimulusError("A stimulus of this sum overflows: make its values smaller.")
    time_places, slope_places = _places(starts), _places(slopes)
    places = max(_places(constants), time_places + slope_places)
    spare = places - time_places - slope_places
    time, slope = _whole(starts, time_places), _whole(slopes, slope_places)
    intercept = _whole(constants, places) - (slope * time << spare)
    total_slope = _running(slope, order, first)[last]
    total = _running(intercept, order, first)[last] + (total_slope * time[order[last]] << spare)
    try:
        return (total / (1 << places)).astype(float), (total_slope / (1 << slope_places)).astype(float)
    except OverflowError as error:
        raise StimulusError("The sum of these stimuli overflows: make their values smaller.") from error


def _running(values: NDArray[Any], order: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[Any]:
    """Return the sum over the stimuli after each piece in ``order``; a piece replaces the one before it."""
    change = values.copy()
    change[1:] -= values[:-1]
    change[first] = values[first]
    total: NDArray[Any] = np.add.accumulate(change[order])
    return total


def _places(x: NDArray[np.float64]) -> int:
    """Return a number of binary places that is sufficient for all these numbers."""
    exponents = np.frexp(x[x != 0])[1]
    return max(MANTISSA - int(exponents.min(initial=MANTISSA)), 0)


def _whole(x: NDArray[np.float64], places: int) -> NDArray[Any]:
    """Return ``x 2**places`` as an array of Python integers."""
    mantissa, exponent = np.frexp(x)
    shift = np.where(x == 0, 0, exponent.astype(np.int64) + (places - MANTISSA))
    whole: NDArray[Any] = np.ldexp(mantissa, MANTISSA).astype(np.int64).astype(object) << shift.astype(object)
    return whole


def _waves(
    parts: Sequence[Pieces], starts: NDArray[np.float64], order: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the waves of each piece of the sum, those of earlier stimuli first."""
    if not any(part.waves.size for part in parts):
        return np.zeros(last.size + 1, np.int64), np.empty((0, 4))
    own = [piece.waves for part in parts for piece in part.listed()]
    stimulus = np.repeat(np.arange(len(parts)), [part.constant.size for part in parts]).tolist()
    begins, edges = starts.tolist(), iter(last.tolist())
    active: dict[int, tuple[float, tuple[Wave, ...]]] = {}
    offsets, waves, edge = [0], [], next(edges)
    for place, piece in enumerate(order.tolist()):
        active.pop(stimulus[piece], None)
        if own[piece]:
            active[stimulus[piece]] = begins[piece], own[piece]
        if place == edge:
            now = begins[piece]
            waves += [wave.later(now - begin) for _, (begin, all_) in sorted(active.items()) for wave in all_]
            offsets.append(len(waves))
            edge = next(edges, -1)
    return np.array(offsets, np.int64), np.array(waves, dtype=float).reshape(-1, 4)
