"""Newton's method in unknowns of size one, until rounding is all that is left."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SMALL_STEP: Final = 1e-9  # size of a step below which only rounding is left to gain


def polished(
    guess: Array,
    step_at: Callable[[Array], Array],
    *,
    furthest: float,
    rounded: float,
    most_steps: int,
    scale: Array | float = 1.0,
) -> Array | None:
    """Return the root near a guess, or None where the method fails.

    Parameters
    ----------
    guess : array (unknowns,)
    step_at : callable
        Returns what is to be taken away from the unknowns, shape (unknowns,).
    furthest : float
        The size of a step that has lost its way.
    rounded : float
        The size of a step that is rounding.
    most_steps : int
    scale : array (unknowns,) or float
        In which the size of a step is measured.
    """
    x, last = guess, math.inf
    for _ in range(most_steps):
        try:
            with np.errstate(all="ignore"):
                step = step_at(x)
        except np.linalg.LinAlgError:
            return None
        size = float(np.abs(step / scale).max())
        if not math.isfinite(size) or size > furthest:
            return None
        if size >= last and last < SMALL_STEP:
            return x
        x, last = x - step, size
        if size < rounded:
            return x
    return x if last < SMALL_STEP else None
