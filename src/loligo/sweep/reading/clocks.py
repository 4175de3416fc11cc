"""A stimulus and a response that were sampled at different times."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

TIME_SLACK: Final = (
    1e-3  # allowed difference between the times of a response and its stimulus, relative to a sampling interval
)


def at_times_of(t: Any, other: Any, later: float = 0.0) -> tuple[Any, Any]:
    """Return the times at which a stimulus is known, and the index of its sample there; each is held until the next.

    If the stimulus does not overlap with the response because it has a separate clock, both begin together.

    Parameters
    ----------
    t : array (samples,)
        Times of the response, at least two [ms].
    other : array (samples of the stimulus,)
        Times of the stimulus [ms].
    later : float
        Offset of the zero of the stimulus times [ms].
    """
    if not other.size:
        return np.zeros(t.size, dtype=bool), np.zeros(0, dtype=np.intp)
    beside = TIME_SLACK * float(np.diff(t).min())
    if later + other[0] <= t[-1] and later + other[-1] >= t[0]:
        other = other + later
    elif later:
        other = other - other[0] + t[0]
    if t.size == other.size and np.abs(t - other).max() <= beside:
        return slice(None), slice(None)
    last = other[-1] + (other[-1] - other[-2] if other.size > 1 else 0.0)
    inside = (t >= other[0] - beside) & (t < last - beside)
    return inside, np.searchsorted(other, t[inside] + beside, side="right") - 1


def same_times(t: Any, other: Any) -> bool:
    """Return whether two signals were sampled at the same times, to a thousandth of an interval."""
    if t.size != other.size or t.size < 2:
        return bool(t.size == other.size and (t == other).all())
    return bool(np.abs(t - other).max() <= TIME_SLACK * float(np.diff(t).min()))
