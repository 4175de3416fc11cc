"""Levenberg and Marquardt's method within bounds, in coordinates that go from 0 to 1.

Levenberg 1944, doi:10.1090/qam/10666; Marquardt 1963, doi:10.1137/0111030. The damped step stays within the bounds:
coordinates are held at a bound while this lowers the sum, so every step leads downwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Evaluate = Callable[[Vector], "Quadratic | None"]

FIRST_DAMPING: Final = 1e-2
NEAR_DAMPING: Final = 1e-6  # initial damping near a minimum
WEAKEST_DAMPING: Final = 1e-12
STRONGEST_DAMPING: Final = 1e10
NEGLIGIBLE: Final = 1e-11  # relative to the sum of squares: if the predicted decrease is smaller, this is the minimum
NEAR: Final = 1e-4  # relative to the sum of squares: if the predicted decrease is smaller, the minimum is near
MOST_EVALUATIONS: Final = 300


@dataclass(frozen=True, eq=False)
class Quadratic:
    """A sum of squares at a point.

    Attributes
    ----------
    cost : float
        Value of the sum.
    gradient : array (n,)
        Half the derivative of the sum.
    curvature : array (n, n)
        Half its Gauss-Newton second derivative: products of first derivatives.
    """

    cost: float
    gradient: Vector
    curvature: Vector


@dataclass(frozen=True, eq=False)
class Minimum:
    """The end of a descent: the point, its sum of squares, the number of evaluations, and whether it converged."""

    point: Vector
    quadratic: Quadratic
    evaluations: int
    converged: bool


def descended(
    evaluate: Evaluate,
    point: Vector,
    here: Quadratic,
    most: int = MOST_EVALUATIONS,
    negligible: float = NEGLIGIBLE,
    damping: float = FIRST_DAMPING,
    least: float = 0.0,
) -> Minimum:
    """Minimise from a point.

    Parameters
    ----------
    evaluate : callable
        Returns a `Quadratic`, or None if the sum of squares is not finite; `StopIteration` ends the descent.
    point : array (n,)
        Coordinates from 0 to 1.
    here : Quadratic
        The quadratic model at the point.
    most : int
        Largest number of evaluations.
    negligible : float
        Relative to the sum of squares: the descent ends if the predicted decrease is smaller.
    damping : float
        Damping of the first step.
    least : float
        The descent also ends if the predicted decrease is smaller than this, whatever the sum of squares.
    """
    evaluations, scale = 1, np.zeros(point.size)
    while evaluations < most:
        scale = np.maximum(np.diag(here.curvature), 0.1 * scale)
        step = bounded_step(here, damping * np.where(scale > 0.0, scale, 1.0), -point, 1.0 - point)
        promised = -float(2.0 * here.gradient @ step + step @ here.curvature @ step)
        if promised <= max(negligible * here.cost, least) and damping <= FIRST_DAMPING:
            return Minimum(point, here, evaluations, converged=True)
        try:
            there = evaluate(point + step)
        except StopIteration:
            break
        evaluations += 1
        gained = -np.inf if there is None else here.cost - there.cost
        if there is not None and gained > 0.0:
            point, here = np.clip(point + step, 0.0, 1.0), there
            damping *= 0.1 if gained > 0.75 * promised else 0.5 if gained > 0.25 * promised else 2.0
            damping = max(damping, WEAKEST_DAMPING)
        else:
            damping *= 4.0
            if damping > STRONGEST_DAMPING:
                return Minimum(point, here, evaluations, converged=True)
    return Minimum(point, here, evaluations, converged=False)


def bounded_step(here: Quadratic, damping: Vector, low: Vector, high: Vector) -> Vector:
    """Return the step to the minimum of a quadratic, damped on its diagonal, between two bounds.

    Parameters
    ----------
    here : Quadratic
    damping : array (n,)
        Above 0.
    low, high : array (n,)
        Bounds of the step, with 0 between them.
    """
    matrix = here.curvature + np.diag(damping)
    step, free = np.zeros(damping.size), np.ones(damping.size, dtype=bool)
    for _ in range(4 * damping.size):
        slope = here.gradient + matrix[:, ~free] @ step[~free]
        step[free] = np.linalg.solve(matrix[np.ix_(free, free)], -slope[free])
        beyond = free & ((step < low) | (step > high))
        if beyond.any():
            step = np.clip(step, low, high)
            free &= ~beyond
            continue
        pull = here.gradient + matrix @ step
        loose = ~free & (((step <= low) & (pull < 0.0)) | ((step >= high) & (pull > 0.0)))
        if not loose.any():
            break
        free[np.argmax(np.where(loose, np.abs(pull), 0.0))] = True
    return step
