"""Two variables of a membrane as a planar system, with all others given by laws.

A law gives another variable at a point of the plane: its steady state there, a number, or a linear function of y. The
derivatives in the plane follow from the membrane's symbolic Jacobian by the chain rule, so they are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.kernel import compiled
from loligo.resting import home_of
from loligo.resting.settling import settled
from loligo.resting.slaved import Steady

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

    Array = NDArray[np.float64]

STEADY: Final = "steady"
Law = float | tuple[float, float] | str
ROWS: Final = 20_000  # number of points evaluated at once: more would need much memory


class PhaseSystem:
    """The planar system ``d(x, y)/dt`` over rows of points, shape (rows, 2).

    Parameters
    ----------
    membrane : Membrane
    x, y : str
        Two of its variables.
    laws : mapping of str to float, (float, float) or "steady"
        Law of every other variable: a number, ``a + b y``, or its steady state.
    current : float
        [µA/cm²]
    """

    def __init__(self, membrane: Membrane, x: str, y: str, laws: Mapping[str, Law], current: float) -> None:
        self._kernel, self._q = compiled(membrane)
        self._current = current
        names = membrane.variables
        self.axes = [names.index(x), names.index(y)]
        self._start = np.zeros(len(names))
        self._slope = np.zeros(len(names))
        count = len(membrane.states)
        if count:
            self._start[-count:] = home_of(membrane, current)
        for name, law in laws.items():
            if isinstance(law, tuple):
                self._start[names.index(name)], self._slope[names.index(name)] = law
            elif not isinstance(law, str):
                self._start[names.index(name)] = law
        self._steady = [names.index(name) for name, law in laws.items() if law == STEADY]
        first = len(names) - count
        self._gates = [k for k in self._steady if k < first]
        searched = [k for k in self._steady if k >= first]
        self._searched = bool(searched)
        self._problem, self._home = Steady(membrane, current, self._gates, searched), self._start[searched]

    def states(self, points: Array) -> Array:
        """Return the whole state at each point, shape (rows, variables); NaN where a state has no steady value."""
        rows = self._start + points[:, 1:] * self._slope
        rows[:, self.axes] = points
        if self._searched:
            return self._settled(rows)
        return self._problem.filled(rows, np.zeros((len(rows), 0))) if self._gates else rows

    def slopes(self, points: Array) -> Array:
        """Return d(x, y)/dt at each point, per ms, shape (rows, 2)."""
        parts = [points[k : k + ROWS] for k in range(0, max(len(points), 1), ROWS)]
        with np.errstate(all="ignore"):
            found = [self._kernel.slopes(self._current, self.states(part), self._q)[:, self.axes] for part in parts]
        return np.concatenate(found)

    def jacobians(self, points: Array) -> Array:
        """Return the derivatives of `slopes`, shape (rows, 2, 2)."""
        with np.errstate(all="ignore"):
            full = self._full(self.states(points))
            along = np.zeros((len(points), full.shape[1], 2))  # how the state follows x and y
            along[:, self.axes[0], 0] = along[:, self.axes[1], 1] = 1.0
            along[:, :, 1] += self._slope
            steady = self._steady
            if steady:
                inner = full[:, steady][:, :, steady]
                along[:, steady] = -np.linalg.solve(inner, full[:, steady] @ along)
        plane: Array = full[:, self.axes] @ along
        return plane

    def _full(self, rows: Array) -> Array:
        n = rows.shape[1]
        return self._kernel.along(self._kernel.jacobian_address, rows, self._q, n * n).reshape(-1, n, n)

    def _settled(self, rows: Array) -> Array:
        """Set the steady further states, and then the gates, to their steady values at each row."""
        x = settled(self._problem, rows, np.tile(self._home, (len(rows), 1)), patient=True)
        return self._problem.filled(rows, x)
