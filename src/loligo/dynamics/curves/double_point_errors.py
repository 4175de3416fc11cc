"""The errors of a double point: its equations and its second condition, solved for their residuals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.conditions import Conditions

    Array = NDArray[np.float64]

DIFFERENCE: Final = 1e-4  # scaled step of the differences of the second condition
DIGITS_CHANGED: Final = 4.0  # last digits by which unknowns are changed, to see the rounding of the second condition


def errors(conditions: Conditions, x: Array, test: Callable[[Array], float]) -> Array:
    """Return the error of every unknown of a double point; infinite where it is unknown.

    The system of all equations, including the second condition, is solved for their residuals and for their changes
    with the last digits of the unknowns. The error thus includes the slope of the condition along the curve and the
    distance of the point from the curve.

    Parameters
    ----------
    conditions : Conditions
    x : array (unknowns,)
    test : callable
        The second condition as a function of the unknowns, zero at the point.
    """
    fixed = conditions.fixed(x)
    digits = 2 * np.finfo(float).eps * (np.abs(x) + 1.0)  # rounding of unknowns of size one and of their products
    try:
        gradient, left_of_test = _measured(test, x, digits)
        matrix = np.vstack([conditions.derivative(x, fixed), gradient])
        left = np.append(np.abs(conditions.residual(x, fixed)), left_of_test)
        found: Array = np.abs(np.linalg.inv(matrix)) @ (left + np.abs(matrix) @ digits)
    except (np.linalg.LinAlgError, ValueError):  # no oscillation near the point, or dependent equations
        return np.full(x.size, np.inf)
    return np.where(np.isfinite(found), found, np.inf)


def _measured(test: Callable[[Array], float], x: Array, digits: Array) -> tuple[Array, float]:
    """Return the gradient of the second condition, and its residual with its own rounding."""
    there, gradient, rounding = test(x), np.zeros(x.size), 0.0
    for k, unit in enumerate(np.eye(x.size)):
        near = DIGITS_CHANGED * digits[k]
        gradient[k] = (test(x + DIFFERENCE * unit) - test(x - DIFFERENCE * unit)) / (2 * DIFFERENCE)
        rounding = max(rounding, abs(test(x + near * unit) - there - gradient[k] * near))
    return gradient, abs(there) + rounding
