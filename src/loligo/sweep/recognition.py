"""Finding steps and ramps in the samples of a protocol, so that they can be applied as exact pieces."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import FileFormatError
from loligo.stimulus import Ramp, Samples, Step, Stimulus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Trace = NDArray[np.float64]
    Line = tuple[float, float, float]  # start [ms], value there, slope per ms

ROUNDING: Final = 1e-6  # relative to the range of a protocol: the largest single-precision rounding of a straight line
MOST_PIECES: Final = 200
UNEVEN: Final = 1e-3  # relative to a sampling interval: times that deviate by more are not evenly spaced


def recognised(t: Trace, values: Trace) -> Stimulus:
    """Return the steps and ramps that reproduce these samples, or else the samples themselves, each held.

    A step begins at the first sample that shows it. The result reproduces the samples to a millionth of their range.
    The last sample is held for one interval; after that the result is zero.

    Parameters
    ----------
    t : array (samples,)
        Increasing [ms].
    values : array (samples,)
        Values of a stimulus, or of a command relative to the holding potential.

    Raises
    ------
    FileFormatError
        The samples are not steps and ramps, and the times are not at equal intervals.
    """
    end = float(t[-1] + (t[-1] - t[-2]))
    lines = _lines(t, values)
    if lines is not None:
        found = played(lines, end)
        if np.abs(np.asarray(found(t)) - values).max() <= 4 * ROUNDING * max(np.ptp(values), np.abs(values).max()):
            return found
    dt = float(t[-1] - t[0]) / (t.size - 1)
    if np.abs(t - t[0] - dt * np.arange(t.size)).max() > UNEVEN * dt:
        raise FileFormatError(
            "The protocol is not made of steps and ramps, and its samples are not at equal intervals: interpolate it, "
            "or give the protocol itself to Sweep."
        )
    return Samples(values, dt=dt, start=float(t[0]), between="hold")


def played(lines: Sequence[Line], end: float) -> Stimulus:
    """Return steps and ramps for these lines, the last one up to ``end``; a step of 0 if all are zero."""
    terms: list[Stimulus] = []
    stops = [start for start, *_ in lines[1:]] + [end]
    for (start, value, slope), stop in zip(lines, stops, strict=True):
        if stop <= start:
            continue
        if value:
            terms.append(Step(value, start, stop))
        if slope:
            terms.append(Ramp(slope * (stop - start), start, stop))
    if not terms:
        return Step(0.0, 0.0, end)
    first, *others = terms
    return sum(others, first)


def _lines(t: Trace, values: Trace) -> list[Line] | None:
    """Return the lines between the samples where the slope changes; None if there are many."""
    near = ROUNDING * max(float(np.ptp(values)), float(np.abs(values).max()))
    slopes = np.diff(values) / np.diff(t)
    bend = np.abs(np.diff(slopes)) * np.minimum(np.diff(t)[:-1], np.diff(t)[1:])
    corners = np.flatnonzero(bend > near) + 1
    if corners.size > 2 * MOST_PIECES:
        return None
    lines: list[Line] = [(float(t[0]), float(values[0]), 0.0)]
    for p, q in pairwise([0, *corners.tolist(), t.size - 1]):
        if q == p + 1:  # a jump between two samples
            if abs(values[q] - values[p]) > near:
                lines.append((float(t[q]), float(values[q]), 0.0))
            continue
        rise = float(values[q] - values[p])
        slope = rise / float(t[q] - t[p]) if abs(rise) > near else 0.0
        start, value, _ = lines[-1]
        if start == t[p]:
            lines[-1] = (start, value, slope)
        elif slope or lines[-1][2]:
            lines.append((float(t[p]), float(values[p]), slope))
    return lines if len(lines) <= MOST_PIECES else None
