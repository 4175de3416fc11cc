"""Coordinates on the states that share the values of all conserved sums.

Each sum is solved for one further state, its pivot. The other variables are free. There are as many equations as free
variables, and their Jacobian lacks the zero eigenvalue that each sum causes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.resting.conserved import NEGLIGIBLE_SUM, Sums, conserved_sums

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

    from loligo.membrane import Membrane

    Array = NDArray[np.float64]

REMEMBERED: Final = 64  # number of level sets that are kept in memory


class LevelSet:
    """The states x with ``rows @ x = levels``, given by their free variables y: ``x = lift @ y + offset``.

    Parameters
    ----------
    first : int
        The index of the first further state among the variables.
    sums : Sums

    Attributes
    ----------
    free : array of int (free,)
        The variables that are not pivots; v and all gates are among them.
    lift : array (variables, free)
        The derivative of each variable with respect to each free one.
    """

    def __init__(self, first: int, sums: Sums) -> None:
        size = first + sums.rows.shape[1]
        self._pivots, self._levels = first + sums.pivots, sums.levels
        self.free = np.setdiff1d(np.arange(size), self._pivots)
        follow = np.zeros((self._pivots.size, size))
        follow[:, first:] = -sums.rows
        self.lift = np.eye(size)[:, self.free]
        self.lift[self._pivots] = follow[:, self.free]

    @classmethod
    def of(cls, membrane: Membrane) -> LevelSet:
        """Return the level set of a membrane that contains the guesses of its states."""
        return cls(_first(membrane), conserved_sums(membrane))

    def whole(self, y: Array) -> Array:
        """Return the states with these free variables, shape (..., variables)."""
        if not self._pivots.size:
            return y
        states: Array = y @ self.lift.T
        states[..., self._pivots] += self._levels
        return states

    def part(self, x: Array) -> Array:
        """Return the free variables of states or slopes, shape (..., free)."""
        chosen: Array = x[..., self.free] if self._pivots.size else x
        return chosen

    def jacobian(self, derivatives: Array) -> Array:
        """Return the Jacobian of the free variables from that of all variables, shape (..., free, free)."""
        if not self._pivots.size:
            return derivatives
        reduced: Array = (derivatives @ self.lift)[..., self.free, :]
        return reduced


class LevelSets:
    """The level sets of a membrane as its parameters change.

    Parameters
    ----------
    membrane : Membrane
    places : sequence of Sums
        The conserved sums at several values of the parameters. A sum is used if it is conserved at all of them.

    Attributes
    ----------
    vary : bool
        Whether coefficients of sums depend on the parameters.
    """

    def __init__(self, membrane: Membrane, places: Sequence[Sums]) -> None:
        self._first = _first(membrane)
        self._known: dict[Hashable, LevelSet] = {}
        fewest = min(places, key=lambda sums: len(sums.rows))
        self._pivots = fewest.pivots
        kept = [row for row in range(len(fewest.rows)) if all(_holds(fewest.rows[row], other) for other in places)]
        self.vary = len(kept) < len(fewest.rows) and all(_solvable(sums, self._pivots) for sums in places)
        self._one = LevelSet(self._first, Sums(fewest.rows[kept], fewest.pivots[kept], fewest.levels[kept]))

    def at(self, values: Hashable, sums: Callable[[], Sums]) -> LevelSet:
        """Return the level set at values of the parameters; sums are recomputed if coefficients depend on these."""
        if not self.vary:
            return self._one
        if values not in self._known:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            self._known[values] = self._made(sums())
        return self._known[values]

    def _made(self, sums: Sums) -> LevelSet:
        if not _solvable(sums, self._pivots):
            return self._one
        change = np.linalg.inv(sums.rows[:, self._pivots])
        return LevelSet(self._first, Sums(change @ sums.rows, self._pivots, change @ sums.levels))


def _first(membrane: Membrane) -> int:
    return len(membrane.variables) - len(membrane.states)


def _holds(row: Array, sums: Sums) -> bool:
    """Return whether a sum is a combination of others."""
    left = row - row[sums.pivots] @ sums.rows
    return bool((np.abs(left) <= NEGLIGIBLE_SUM * np.abs(row).max()).all())


def _solvable(sums: Sums, pivots: NDArray[np.intp]) -> bool:
    """Return whether there are as many sums as pivots, and whether the sums can be solved for the pivots."""
    matrix = sums.rows[:, pivots]
    return len(sums.rows) == pivots.size and bool(abs(np.linalg.det(matrix)) > np.sqrt(NEGLIGIBLE_SUM))
