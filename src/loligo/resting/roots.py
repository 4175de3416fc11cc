"""The root of a function of one variable inside a bracket."""

from __future__ import annotations

import math
from collections.abc import Callable


def bracketed_root(
    function: Callable[[float], float], a: float, b: float, at_a: float, at_b: float, *, width: float
) -> float:
    """Return where a function changes sign, by inverse quadratic interpolation and bisection inside a bracket.

    Parameters
    ----------
    function : callable
        Returns NaN where it cannot be computed, which ends the search.
    a, b : float
        The ends of the bracket.
    at_a, at_b : float
        The values of the function at ``a`` and at ``b``, of opposite signs.
    width : float
        The largest allowed width of the final bracket.

    Returns
    -------
    float
        The end of the last bracket with the smaller value; NaN after a NaN.

    Source
    ------
    Chandrupatla TR (1997) A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function
    without using derivatives. Adv Eng Softw 28:145-149, doi:10.1016/S0965-9978(96)00051-8.
    """
    share, before, at_before = 0.5, a, at_a
    for turn in range(60):
        x = a + share * (b - a)
        value = function(x)
        if math.isnan(value):
            return math.nan
        before, at_before = a, at_a
        if (value > 0) != (at_a > 0):
            before, at_before, b, at_b = b, at_b, a, at_a
        a, at_a = x, value
        best = a if abs(at_a) < abs(at_b) else b
        near = width / (2 * abs(b - a)) if b != a else 1.0
        if near > 0.5 or value == 0.0:
            return best
        xi, phi = (a - b) / (before - b), (at_a - at_b) / (at_before - at_b)
        share = 0.5
        if turn % 4 == 3:  # only bisection approaches a jump
            continue
        if 1 - math.sqrt(1 - xi) < phi < math.sqrt(xi) and at_before not in (at_a, at_b):
            share = at_a / (at_b - at_a) * at_before / (at_b - at_before)
            share += (before - a) / (b - a) * at_a / (at_before - at_a) * at_b / (at_before - at_b)
        share = min(max(share, near), 1 - near)
    return best
