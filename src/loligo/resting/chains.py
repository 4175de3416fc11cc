"""Bounds of the steady occupancies of Markov chains whose rates lie between bounds, and of their derivatives.

Let Q be the generator of a chain whose rates differ by D from the middle of their bounds, and let m and G be the steady
occupancies and the group inverse of the generator there. Then the steady occupancies p and their derivatives satisfy

``p = m - p D G``,  ``p' = -p Q' G - p' D G``,

so bounds of p and p' on the right give bounds on the left, which are narrow if D is small. In the sum over rates each
rate is multiplied by a difference of two rows of G, so fast transitions between two states do not widen the bounds.

Meyer CD (1980) The condition of a finite Markov chain and perturbation bounds for the limiting probabilities. SIAM J
Alg Disc Meth 1:273-283, doi:10.1137/0601031.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.kernel.markov import generators, steady_occupancies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from loligo.kernel.intervals import Bounds

    Array = NDArray[np.float64]

BOUND_ROUNDS: Final = 6  # number of times that the upper bounds of occupancies are narrowed
ROUNDING: Final = 1e-12  # relative to a value: larger than the rounding error of any operation in this module


class Chains:
    """The chains of one scheme on several cells, one on each.

    Parameters
    ----------
    ways : sequence of (int, int)
        The states that each rate leads from and to.
    states : int
    rates : (array (cells, ways), array (cells, ways))
        The lower and upper bounds of the rates [1/ms].
    """

    def __init__(self, ways: Sequence[tuple[int, int]], states: int, rates: Bounds) -> None:
        low, high = rates
        self._known = np.all((low >= 0.0) & np.isfinite(high), axis=1)
        low, high = (np.where(self._known[:, None], bound, 1.0) for bound in (low, high))
        middle = 0.5 * (low + high)
        self._reach = (np.maximum(high - middle, middle - low)) * (1.0 + ROUNDING)
        self._begin = np.array([begin for begin, _ in ways])
        self._end = np.array([end for _, end in ways])
        q = generators(middle, ways, states)
        self._middle = steady_occupancies(q)
        self._known &= np.isfinite(self._middle).all(axis=1)
        q[~self._known], self._middle[~self._known] = np.eye(states)[::-1] + np.eye(states), 1.0 / states
        diagonal = np.arange(states)
        q[:, diagonal, diagonal] = 0.0
        q[:, diagonal, diagonal] = -q.sum(axis=2)
        scale = np.maximum(np.abs(q).max(axis=(1, 2)), np.finfo(float).tiny)[:, None, None]
        q /= scale
        self._inverse, regular = _inverses(q - self._middle[:, None, :])
        self._known &= regular
        away = q @ self._inverse - (np.eye(states) - self._middle[:, None, :])
        self._left_over = np.abs(away) + ROUNDING * (np.abs(q) @ np.abs(self._inverse) + 1.0)
        flow = np.abs(self._middle[:, None, :] @ q) + ROUNDING * (self._middle[:, None, :] @ np.abs(q))
        self._off = (flow @ np.abs(self._inverse))[:, 0] + ROUNDING * self._middle
        self._inverse /= scale

    @cached_property
    def _apart(self) -> Array:
        """The differences between the rows of the inverse at the two ends of each way, shape (cells, ways, states)."""
        return self._inverse[:, self._end] - self._inverse[:, self._begin]

    @cached_property
    def occupancies(self) -> Bounds:
        """The bounds of the steady occupancies, shape (cells, states), within [0, 1]."""
        low, high = np.zeros_like(self._middle), np.ones_like(self._middle)
        for _ in range(BOUND_ROUNDS):
            beside = np.maximum(high - self._middle, self._middle - low)
            reach = np.einsum("cw,cwj->cj", high[:, self._begin] * self._reach, np.abs(self._apart))
            reach = (reach + np.einsum("ci,cij->cj", beside, self._left_over) + self._off) * (1.0 + ROUNDING)
            low, high = np.maximum(low, self._middle - reach), np.minimum(high, self._middle + reach)
        known = self._known[:, None] & np.isfinite(low) & np.isfinite(high)
        return np.where(known, low, 0.0), np.where(known, high, 1.0)

    def derivatives(self, slopes: Bounds) -> Bounds:
        """Bound the derivatives of the steady occupancies.

        Parameters
        ----------
        slopes : (array (cells, ways), array (cells, ways))
            The bounds of the derivatives of the rates.

        Returns
        -------
        (array (cells, states), array (cells, states))
            Infinite where there is no bound.
        """
        least, most = (bound[:, self._begin] for bound in self.occupancies)
        low = np.minimum(least * slopes[0], most * slopes[0])[:, :, None]
        high = np.maximum(least * slopes[1], most * slopes[1])[:, :, None]
        ends = -low * self._apart, -high * self._apart
        first, last = np.minimum(*ends).sum(axis=1), np.maximum(*ends).sum(axis=1)
        slack = ROUNDING * np.maximum(*map(np.abs, ends)).sum(axis=1)
        first, last = first - slack, last + slack
        pushed = self._left_over.copy()
        for way, state in enumerate(self._begin):
            pushed[:, state] += self._reach[:, way, None] * np.abs(self._apart[:, way])
        size = np.maximum(np.abs(first), np.abs(last))
        known = self._known & np.isfinite(size).all(axis=1) & np.isfinite(pushed).all(axis=(1, 2))
        around = _geometric(np.where(known[:, None, None], pushed, 0.0), np.where(known[:, None], size, 0.0))
        known &= np.isfinite(around).all(axis=1)
        return np.where(known[:, None], first - around, -np.inf), np.where(known[:, None], last + around, np.inf)


def _inverses(matrices: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return the inverse of each matrix (the identity for a singular one), and which matrices are regular."""
    regular = np.linalg.slogdet(matrices)[0] != 0.0
    own = np.where(regular[:, None, None], matrices, np.eye(matrices.shape[1]))
    return np.linalg.inv(own), regular


def _geometric(matrix: Array, row: Array) -> Array:
    """Return ``r N + r N N + ...`` for each non-negative row r and matrix N; infinite where the series diverges."""
    whole = np.eye(matrix.shape[1]) - matrix
    inverse, regular = _inverses(whole)
    converges = regular & (inverse.sum(axis=1) > 0.0).all(axis=1)  # 1 (I - N)^-1 > 0, so that I - N is an M-matrix
    summed = np.einsum("ci,cij,cjk->ck", row, inverse, matrix) * (1.0 + ROUNDING)
    return np.where(converges[:, None] & (summed >= 0.0), summed, np.inf)
