"""Second and third derivatives of a membrane's equations along a direction, from their symbolic form.

``F2(u) = d²/dt² f(x + t u)`` and ``F3(u) = d³/dt³ f(x + t u)`` at t = 0; the symmetric forms B(u, w) and C(u, w, z)
follow by polarisation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.kernel import structure_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.kernel import Structure
    from loligo.membrane import Membrane

    Real = NDArray[np.float64]
    Complex = NDArray[np.complex128]

NEAR = 1.0  # where x/(exp(x) - 1) and its derivatives are summed as a series
# B_k/k!, the coefficients of x/(exp(x) - 1); they fall by (2 pi)**-2 from one even power to the next
SERIES = (
    1.0, -1 / 2, 1 / 12, 0.0, -1 / 720, 0.0, 1 / 30240, 0.0, -1 / 1209600, 0.0, 1 / 47900160, 0.0,
    -691 / 1307674368000, 0.0, 1 / 74724249600, 0.0, -3617 / 10670622842880000, 0.0, 43867 / 5109094217170944000,
    0.0, -174611 / 802857662698291200000, 0.0, 77683 / 14101100039391805440000, 0.0,
    -236364091 / 1693824136731743669452800000,
)  # fmt: skip


def exprelr(order: int, x: float) -> float:
    """Return the derivative of ``x/(exp(x) - 1)`` of an order from 0 to 3, to rounding."""
    if abs(x) < NEAR:
        polynomial = np.polynomial.Polynomial(SERIES)
        return float(polynomial.deriv(int(order))(x) if order else polynomial(x))
    values = [x / np.expm1(x)]
    g = values[0]
    if order > 0:  # x g' = g - x g - g²
        values.append(g * (1 - x - g) / x)
    if order > 1:  # and its derivatives
        values.append(-(g + (x + 2 * g) * values[1]) / x)
    if order > 2:
        values.append(-(2 * values[1] * (1 + values[1]) + (1 + x + 2 * g) * values[2]) / x)
    return float(values[int(order)])


class Forms:
    """The symmetric forms of second and third order at one state.

    Parameters
    ----------
    membrane : Membrane
    state : array (variables,)
        In plain units.
    parameters : array
        The numbers of the membrane in the kernel's order.
    """

    def __init__(self, membrane: Membrane, state: Real, parameters: Real) -> None:
        structure = structure_of(membrane)
        self._along = _directional(structure, tuple((n, p.value) for n, p in membrane.parameters.items()))
        self._state, self._parameters = state, parameters

    def quadratic(self, u: Complex, w: Complex) -> Complex:
        """Return B(u, w) for complex directions."""
        a, b, c, d = u.real, u.imag, w.real, w.imag
        return self._two(a, c) - self._two(b, d) + 1j * (self._two(a, d) + self._two(b, c))

    def cubic(self, q: Complex) -> Complex:
        """Return C(q, q, conj(q))."""
        a, b = q.real, q.imag
        aaa, bbb, plus, minus = (self._pure(u)[1] for u in (a, b, a + b, a - b))
        abb, aab = (plus + minus - 2 * aaa) / 6, (plus - minus - 2 * bbb) / 6
        return aaa + abb + 1j * (aab + bbb)

    def _two(self, u: Real, w: Real) -> Real:
        return (self._pure(u + w)[0] - self._pure(u - w)[0]) / 4

    def _pure(self, u: Real) -> Real:
        with np.errstate(over="ignore"):  # a logistic far from its middle
            values = self._along(*self._state, *u, *self._parameters)
        return np.array(values, dtype=float).reshape(2, -1)


@lru_cache(maxsize=32)
def _directional(structure: Structure, numbers: tuple[tuple[str, float], ...]) -> Callable[..., Any]:
    """Return the function of state, direction and parameters that gives F2 and F3, one after the other."""
    import sympy as sp

    from loligo.kernel.equations import equations_of

    equations = equations_of(structure, dict(numbers))
    t = sp.Dummy("t", real=True)
    directions = [sp.Dummy(f"u_{x.name}", real=True) for x in equations.variables]
    moved = {x: x + t * u for x, u in zip(equations.variables, directions, strict=True)}
    seconds = [sp.diff(f.xreplace(moved), t, 2) for f in equations.rhs]
    outputs = [*seconds, *(sp.diff(f, t) for f in seconds)]
    # every variable keeps its place through a dummy: names of users may be words of Python
    arguments = [*equations.variables, *directions, *equations.parameters]
    plain = {x: sp.Dummy(f"x{k}", real=True) for k, x in enumerate(arguments)}
    ready = [f.xreplace({t: sp.Integer(0)}).xreplace(plain) for f in outputs]
    return sp.lambdify(list(plain.values()), ready, modules=[{"exprelr": exprelr}, "numpy"], cse=True)  # type: ignore[no-any-return]
