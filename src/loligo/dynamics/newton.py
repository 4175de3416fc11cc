"""Newton's method in unknowns of size one, to a tolerance or until only rounding error is left."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Solution = TypeVar("Solution")
Linear = TypeVar("Linear")

MAX_NEWTON_STEPS: Final = 12  # the method converges in half as many steps, or not to the solution wanted
ROUNDING_STEP: Final = 1e-15  # size of a step that is only rounding
SMALL_STEP: Final = 1e-9  # size of a step below which, as a rule, only rounding is left to gain
SAFE_STEP: Final = 0.5  # a step smaller than this may be larger than the one before
MAX_STEP_GROWTH: Final = 2.0  # largest ratio of any other step to the one before: with more growth the method diverges


def converged(
    here: Solution,
    improved: Callable[[Solution], tuple[Solution, float, Linear]],
    *,
    max_step: float,
    tolerance: float = ROUNDING_STEP,
    rounding: float = SMALL_STEP,
) -> tuple[Solution, float, Linear] | None:
    """Return the solution to which Newton's method converges from a guess, or None if it fails.

    Parameters
    ----------
    here
        The guess.
    improved : callable
        Returns the result of a step from a guess, the size of the step, and the equations around the guess. A size that
        is not finite means that there is no solution.
    max_step : float
        A step of this size or more leads to another solution: the method fails.
    tolerance : float
        The last step must be smaller than this, or so small that only rounding is left.
    rounding : float
        The size of a step below which only rounding is left to gain.

    Returns
    -------
    (solution, float, equations) or None
        The solution, the size of the last step, and the equations before it.
    """
    last, found = math.inf, None
    for _ in range(MAX_NEWTON_STEPS):
        try:
            with np.errstate(all="ignore"):
                there, size, linear = improved(here)
        except (np.linalg.LinAlgError, ValueError):
            return None
        if not size <= max_step or (size > SAFE_STEP and size > MAX_STEP_GROWTH * last):
            return None
        if size >= last and last < rounding:
            return found
        here, last, found = there, size, (there, size, linear)
        if size < tolerance:
            return found
    return found if last < rounding else None


def polished(
    guess: Array, step_at: Callable[[Array], Array], *, max_step: float, scale: Array | float = 1.0
) -> Array | None:
    """Return the root near a guess, exact to rounding, or None if the method fails.

    Parameters
    ----------
    guess : array (unknowns,)
    step_at : callable
        Returns what to subtract from the unknowns, shape (unknowns,).
    max_step : float
        A step of this size or more leads to another solution: the method fails.
    scale : array (unknowns,) or float
        Unit in which the size of a step is measured.
    """

    def improved(x: Array) -> tuple[Array, float, None]:
        step = step_at(x)
        return x - step, float(np.abs(step / scale).max()), None

    found = converged(guess, improved, max_step=max_step)
    return None if found is None else found[0]
