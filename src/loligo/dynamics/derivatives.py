"""Second and third derivatives of a membrane's equations along a direction, from their symbolic form.

``F2(u) = d²/dt² f(x + t u)`` and ``F3(u) = d³/dt³ f(x + t u)`` at t = 0 are read off the Taylor series in t of the
symbolic right-hand side, which `loligo.dynamics.series` takes node by node, exactly. The symmetric forms
B(u, w) and C(u, w, z) follow by polarisation.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.dynamics.series import series, stimulus, taylor
from loligo.kernel import structure_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.kernel import Structure
    from loligo.kernel.equations import Equations
    from loligo.membrane import Membrane
    from loligo.resting.level_set import LevelSet

    Real = NDArray[np.float64]
    Complex = NDArray[Any]


class Forms:
    """The symmetric forms of second and third order at one state.

    Parameters
    ----------
    membrane : Membrane
    state : array (variables,)
        State in unscaled units.
    parameters : array
        The numbers of the membrane in the kernel's order.
    level_set : LevelSet
        The states to which directions belong, which are those of free variables.
    """

    def __init__(self, membrane: Membrane, state: Real, parameters: Real, level_set: LevelSet) -> None:
        self._equations = _equations(
            structure_of(membrane), tuple((n, p.value) for n, p in membrane.parameters.items())
        )
        self._state, self._parameters, self._level_set = state, parameters, level_set

    def quadratic(self, u: Complex, w: Complex) -> Complex:
        """Return B(u, w) for complex directions."""
        a, b, c, d = u.real, u.imag, w.real, w.imag
        return self._two(a, c) - self._two(b, d) + 1j * (self._two(a, d) + self._two(b, c))

    def cubic(self, q: Complex) -> Complex:
        """Return C(q, q, conj(q))."""
        a, b = q.real, q.imag
        aaa, bbb, plus, minus = (self._pure(u)[1] for u in (a, b, a + b, a - b))
        abb, aab = (plus + minus - 2 * aaa) / 6, (plus - minus - 2 * bbb) / 6
        total: Complex = aaa + abb + 1j * (aab + bbb)
        return total

    def _two(self, u: Real, w: Real) -> Real:
        both: Real = (self._pure(u + w)[0] - self._pure(u - w)[0]) / 4
        return both

    def _pure(self, u: Real) -> Real:
        equations, level = self._equations, self._level_set
        leaves = {x: series(value) for x, value in zip(equations.parameters, self._parameters, strict=True)}
        for x, value, slope in zip(equations.variables, self._state, level.lift @ u, strict=True):
            leaves[x] = series(value, slope)
        leaves[stimulus()] = series(0.0)  # linear: it does not enter the second and third derivatives
        with np.errstate(over="ignore"):  # a logistic far from its middle
            terms = np.array([taylor(equations.rhs[k], leaves) for k in level.free])
        return np.stack([2 * terms[:, 2], 6 * terms[:, 3]])


@lru_cache(maxsize=32)
def _equations(structure: Structure, numbers: tuple[tuple[str, float], ...]) -> Equations:
    """Return the symbolic equations of a structure."""
    from loligo.kernel.equations import equations_of

    return equations_of(structure, dict(numbers))
