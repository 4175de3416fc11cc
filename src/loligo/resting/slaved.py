"""A membrane with v held and gates at their steady states: the remaining equations for v and the further states.

Everything is evaluated over rows: v of shape (rows,), further states x of shape (rows, states). Evaluations have no
side effects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.kernel import compiled
from loligo.resting.conserved import conserved_sums, no_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.kernel import Kernel
    from loligo.membrane import Membrane

    Array = NDArray[np.float64]


class Slaved:
    """The equations of a membrane under a constant current, with gates at their steady states.

    Parameters
    ----------
    membrane : Membrane
    current : float
        [µA/cm²]

    Attributes
    ----------
    sums : Sums
        The conserved sums, with their values at the guesses.
    minimum : array (states,)
        The lowest value of each further state.
    """

    def __init__(self, membrane: Membrane, current: float) -> None:
        self.kernel, self.q = compiled(membrane)
        self.membrane, self.current = membrane, current
        self.size, self.count = len(membrane.variables), len(membrane.states)
        self.first = self.size - self.count
        self.guess = np.array([state.initial for state in membrane.states])
        self.minimum = np.array([state.minimum for state in membrane.states])
        self.sums = conserved_sums(membrane)
        self._kept = [0, *range(self.first, self.size)]

    def states(self, v: Array, x: Array) -> Array:
        """Return whole states with every gate at its steady state, shape (rows, variables)."""
        rows = np.zeros((v.size, self.size))
        rows[:, 0], rows[:, self.first :] = v, x
        return self.kernel.steady(rows, self.q) if self.first > 1 else rows

    def slopes(self, v: Array, x: Array) -> tuple[Array, Array]:
        """Return dv/dt, shape (rows,), and the residuals of the further states, shape (rows, states).

        A residual is the time derivative; for the pivot of each conserved sum it is the distance from the level of the
        sum.
        """
        found = self.kernel.slopes(self.current, self.states(v, x), self.q)
        left = found[:, self.first :].copy()
        if self.sums.pivots.size:
            left[:, self.sums.pivots] = x @ self.sums.rows.T - self.sums.levels
        return found[:, 0], left

    def equations(self, v: Array, x: Array) -> Array:
        """Return the residuals of the further states, shape (rows, states)."""
        return self.slopes(v, x)[1]

    def derivatives(self, v: Array, x: Array) -> Array:
        """Return the derivative of `equations` in the further states, shape (rows, states, states)."""
        return self.jacobians(v, x)[:, 1:, 1:]

    def jacobians(self, v: Array, x: Array) -> Array:
        """Return the derivatives of `slopes` in v and x, with slaved gates, shape (rows, n, n), n = 1 + states."""
        inner = followed(self.kernel, self.q, self.states(v, x), self._kept, list(range(1, self.first)))
        if self.sums.pivots.size:
            inner[:, 1 + self.sums.pivots, :] = 0.0
            inner[:, 1 + self.sums.pivots[:, None], 1 + np.arange(self.count)] = self.sums.rows
        return inner


class Steady:
    """The equations of some variables at their steady states; rows of whole states give the others.

    If only some occupancies of a kinetic scheme are slaved, the others keep the values of the rows.

    Parameters
    ----------
    membrane : Membrane
    current : float
        [µA/cm²]
    gates, states : list of int
        Indices of the slaved gates and of the slaved further states, respectively.
    """

    def __init__(self, membrane: Membrane, current: float, gates: list[int], states: list[int]) -> None:
        self.kernel, self.q = compiled(membrane)
        self.current, self._gates, self._states = current, gates, states
        own = [[membrane.variables.index(name) for name in scheme.variables] for scheme in membrane.schemes]
        self._beside_others = [few for all_of in own if 0 < len(few := [k for k in all_of if k in gates]) < len(all_of)]
        first = len(membrane.variables) - len(membrane.states)
        chosen = [membrane.states[k - first] for k in states]
        self.count = len(states)
        self.guess = np.array([state.initial for state in chosen])
        self.minimum = np.array([state.minimum for state in chosen])
        self.sums = conserved_sums(membrane) if len(chosen) == len(membrane.states) else no_sums(self.count)

    def filled(self, rows: Array, x: Array) -> Array:
        """Return whole states with these values of the slaved states, and the slaved gates settled."""
        rows = rows.copy()
        rows[:, self._states] = x
        if self._gates:
            rows[:, self._gates] = self.kernel.steady(rows, self.q)[:, self._gates]
        for few in self._beside_others:
            matrix = self.kernel.jacobians(rows, self.q)[:, few][:, :, few]
            slopes = self.kernel.slopes(self.current, rows, self.q)[:, few]
            rows[:, few] -= np.linalg.solve(matrix, slopes[:, :, None])[:, :, 0]
        return rows

    def equations(self, rows: Array, x: Array) -> Array:
        """Return the residuals of the slaved states, shape (rows, states)."""
        found: Array = self.kernel.slopes(self.current, self.filled(rows, x), self.q)[:, self._states]
        if self.sums.pivots.size:
            found[:, self.sums.pivots] = x @ self.sums.rows.T - self.sums.levels
        return found

    def derivatives(self, rows: Array, x: Array) -> Array:
        """Return the derivative of `equations` in these states, shape (rows, states, states)."""
        inner = followed(self.kernel, self.q, self.filled(rows, x), self._states, self._gates)
        if self.sums.pivots.size:
            inner[:, self.sums.pivots] = self.sums.rows
        return inner


def followed(kernel: Kernel, q: Array, rows: Array, kept: list[int], gates: list[int]) -> Array:
    """Return the derivatives of the slopes of some variables in each other, with gates slaved to them."""
    n = rows.shape[1]
    full = kernel.along(kernel.jacobian_address, rows, q, n * n).reshape(-1, n, n)
    inner: Array = full[:, kept][:, :, kept]
    if gates:
        following = full[:, gates][:, :, kept]
        if kernel.structure.schemes:
            follows = _solved(full[:, gates][:, :, gates], following)
        else:
            follows = following / np.diagonal(full, axis1=1, axis2=2)[:, gates][:, :, None]
        inner = inner - full[:, kept][:, :, gates] @ follows
    return inner


def _solved(matrices: Array, right: Array) -> Array:
    """Return the solutions of linear systems; NaN for a singular one (a scheme without a unique steady state)."""
    found: Array = np.full_like(right, np.nan)
    try:
        found[:] = np.linalg.solve(matrices, right)
    except np.linalg.LinAlgError:
        regular = np.flatnonzero(np.linalg.slogdet(matrices)[0] != 0.0)
        found[regular] = np.linalg.solve(matrices[regular], right[regular])
    return found
