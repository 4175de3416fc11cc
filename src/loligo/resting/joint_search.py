"""Joint search for equilibria in v and all further states, for those that the search along v cannot find.

If further states have a steady value at every v, dv/dt is a function of v. But a state may be steady at only one v: for
example, if it integrates v or another state, or grows or decays in proportion to itself until another state reaches a
level. At that v the state may have any value, and dv/dt = 0 determines which. Such equilibria are found by Newton's
method in v and all further states, from many starting points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.resting.conserved import Sums
from loligo.resting.settling import GUESS_FACTORS, STATE_SIZES, newton, starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.resting.slaved import Slaved

    Array = NDArray[np.float64]

POTENTIALS: Final = 21  # number of potentials in the range at which all variables start together
SAME_EQUILIBRIUM: Final = 1e-6  # relative to the scale of v, and to a state: closer results count as one
CONVERGED_RESIDUAL: Final = 1e-6  # largest residual of a converged state, relative to the terms that cancel in it
LEAST_SINGULAR_VALUE: Final = 1e-9  # a smaller singular value is rounding; rows and columns are scaled to 1


class Together:
    """The equations of v and the further states, all of which must vanish (a `loligo.resting.settling.Problem`).

    Parameters
    ----------
    slaved : Slaved
    """

    def __init__(self, slaved: Slaved) -> None:
        self._slaved = slaved
        self.count = 1 + slaved.count
        self.guess = np.concatenate([[0.0], slaved.guess])
        self.minimum = np.concatenate([[-np.inf], slaved.minimum])
        sums = slaved.sums
        rows = np.column_stack([np.zeros(len(sums.rows)), sums.rows])
        self.sums = Sums(rows, 1 + sums.pivots, sums.levels)

    def equations(self, _: Array, y: Array) -> Array:
        """Return dv/dt and the residuals of the further states, shape (rows, 1 + states)."""
        slope, left = self._slaved.slopes(y[:, 0], y[:, 1:])
        return np.concatenate([slope[:, None], left], axis=1)

    def derivatives(self, _: Array, y: Array) -> Array:
        """Return the derivative of `equations` in v and the states."""
        return self._slaved.jacobians(y[:, 0], y[:, 1:])


def turns(slaved: Slaved, points: Array, x: Array) -> Array:
    """Return the indices of points after which a branch of settled states x (points, states) meets another branch.

    The sign of the determinant of their Jacobian is the degree of a solution. The degrees of all solutions in the
    domain add up to a constant as v changes, unless one enters from outside; so where the sign changes along one
    branch, the branch crosses another, which may exist only at that v.
    """
    if not slaved.count:
        return np.empty(0, dtype=np.intp)
    matrices = slaved.derivatives(points, x)
    size = np.maximum(np.abs(matrices).max(axis=2), 1e-300)
    scaled = matrices / size[:, :, None]
    scaled /= np.maximum(np.abs(scaled).max(axis=1), 1e-300)[:, None, :]
    scaled[~np.isfinite(scaled).all(axis=(1, 2))] = 0.0
    regular = np.linalg.svd(scaled, compute_uv=False)[:, -1] > LEAST_SINGULAR_VALUE
    signs = np.where(regular, np.sign(np.linalg.det(scaled)), 0.0)
    known = np.flatnonzero(signs)
    changes: Array = known[:-1][signs[known[1:]] != signs[known[:-1]]]
    return changes


def from_everywhere(slaved: Slaved, points: Array, low: float, high: float) -> tuple[Array, Array]:
    """Return v and the further states that Newton's method reaches from points in a range; they are not yet verified.

    Newton's method starts from the guesses at every point of a grid, which separates neighbouring equilibria, and from
    all starting values at some points.
    """
    rows, near = starts(slaved), points[(points >= low) & (points <= high)]
    v = np.linspace(low, high, POTENTIALS)
    begins = np.concatenate([np.tile(rows, (v.size, 1)), np.tile(slaved.guess, (near.size, 1))])
    return _reached(slaved, np.concatenate([np.repeat(v, len(rows)), near]), begins)


def from_turns(slaved: Slaved, points: Array, x: Array, after: Array) -> tuple[Array, Array]:
    """Return v and states that Newton's method reaches from points where two branches of settled states meet.

    Newton's method starts from the settled states at these points, with one state in turn set to many different sizes.
    """
    v, begins = [], []
    for at in after:
        for k in range(slaved.count):
            guess = slaved.guess[k] or 1.0
            sizes = np.array([*STATE_SIZES, *(guess * factor for factor in GUESS_FACTORS)])
            sizes = np.concatenate([sizes, -sizes])
            sizes = sizes[sizes >= slaved.minimum[k]]
            rows = np.tile(x[at], (sizes.size, 1))
            rows[:, k] = sizes
            v.append(np.full(sizes.size, points[at]))
            begins.append(rows)
    if not v:
        return np.empty(0), np.empty((0, slaved.count))
    return _reached(slaved, np.concatenate(v), np.concatenate(begins))


def _reached(slaved: Slaved, v: Array, x: Array) -> tuple[Array, Array]:
    """Return the distinct points at which Newton's method converges."""
    together = Together(slaved)
    y, _ = newton(together, v, np.column_stack([v, x]))
    y = y[np.isfinite(y).all(axis=1)]
    least = np.concatenate([[slaved.membrane.v_scale], np.full(slaved.count, 1e-280)])
    terms = (np.abs(together.derivatives(v, y)) @ np.maximum(np.abs(y), least)[:, :, None])[:, :, 0]
    y = y[(np.abs(together.equations(v, y)) <= CONVERGED_RESIDUAL * terms).all(axis=1)]
    size = np.maximum(np.abs(y), least)
    kept: list[int] = []
    for k in range(len(y)):
        if not any(
            (np.abs(y[k] - y[other]) <= SAME_EQUILIBRIUM * np.maximum(size[k], size[other])).all() for other in kept
        ):
            kept.append(k)
    return y[kept, 0], y[kept, 1:]
