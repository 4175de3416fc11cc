"""x/(exp(x) - 1) and its first three derivatives are right to rounding, through the hole and across the series' end."""

import mpmath
import pytest

from loligo.dynamics.series import SERIES_RADIUS, exprelr

PLACES = (-60.0, -7.0, -SERIES_RADIUS, -0.999, -0.3, -1e-9, 0.0, 1e-9, 0.5, 0.999, SERIES_RADIUS, 1.001, 3.0, 25.0)


@pytest.mark.parametrize("order", range(4))
def test_against_sixty_digits(order):
    with mpmath.workdps(60):
        for x in PLACES:
            exact = mpmath.diff(lambda t: t / mpmath.expm1(t) if t else mpmath.mpf(1), mpmath.mpf(x), order)
            assert abs(exprelr(order, x) - exact) < 3e-15 * max(1, abs(x))
