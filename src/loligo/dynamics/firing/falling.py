"""States of a membrane under a current that is lowered slowly, or reached along a stable cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from loligo.dynamics.branch import Branch
    from loligo.dynamics.firing.grid import Grid
    from loligo.dynamics.firing.settling import Settled, Settler


class Falling:
    """The fastest firing at a current that is lowered slowly from the top, or reached along a stable cycle.

    Parameters
    ----------
    settler : Settler
    grid : Grid
    top : int
        The index of the current of the grid from which the current is lowered.
    start : array (variables,)
        The state at that current.
    cycles : tuple of Branch
        Branches of cycles of a bifurcation diagram over the current.
    """

    def __init__(
        self, settler: Settler, grid: Grid, top: int, start: NDArray[np.float64], cycles: tuple[Branch, ...] = ()
    ) -> None:
        self._settler, self._grid, self._top = settler, grid, top
        self._passed = {top: start}
        self._cycles = cycles

    def at(self, current: float) -> Settled:
        """Return the result at a current [µA/cm²].

        The current is lowered from the top only where no cycle of the diagram leads to firing.
        """
        found = [one for branch in self._cycles if (one := self._along(branch, current)) is not None]
        if not any(one.steady > 0 for one in found):
            found.append(self._lowered(current))
        return max(found, key=lambda one: (one.steady, one.oscillation))

    def _along(self, branch: Branch, current: float) -> Settled | None:
        """Return the cycle that runs settle to when they start on a branch's stable cycles next to a current."""
        found = None
        for state in _seeds(branch, current):
            one = self._settler(current, state)
            if not one.rests:
                return one
            found = found or one
        return found

    def _lowered(self, current: float) -> Settled:
        last = min(self._grid.above(current), self._top)
        for k in range(self._top - 1, last - 1, -1):
            if k not in self._passed:
                self._passed[k] = self._settler.moved(self._grid.at(k + 1), self._grid.at(k), self._passed[k + 1])
        return self._settler(current, self._settler.moved(self._grid.at(last), current, self._passed[last]))


def _seeds(branch: Branch, current: float) -> Iterator[NDArray[np.float64]]:
    """Yield a state of each stable cycle next to a current, starting with the nearest."""
    values, stable = branch.values, branch.stable
    across = (values[:-1] - current) * (values[1:] - current) <= 0
    ends = np.flatnonzero(across & stable[:-1] & stable[1:])
    places = np.unique(np.concatenate([ends, ends + 1]))
    for k in places[np.argsort(np.abs(values[places] - current), kind="stable")]:
        yield branch.states[k]
