"""States of a membrane under a current that is raised slowly from a stable rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loligo._errors import RestError
from loligo.dynamics.firing.resting_branch import RestingBranch
from loligo.dynamics.firing.settling import Settled
from loligo.resting import rest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loligo.dynamics.firing.grid import Grid, Measures
    from loligo.dynamics.firing.settling import Settler
    from loligo.membrane import Membrane

LADDER: Final = 12  # a stable rest is searched for down to -2**LADDER times the natural current


class Rising:
    """States under currents that are raised slowly from a stable rest.

    Parameters
    ----------
    settler : Settler
    grid : Grid
    membrane : Membrane
    own : Measures
    """

    def __init__(self, settler: Settler, grid: Grid, membrane: Membrane, own: Measures) -> None:
        self._settler, self._grid, self._membrane, self._own = settler, grid, membrane, own
        self._branches: dict[float, RestingBranch | None] = {}
        self._passed: dict[tuple[float, int], NDArray[np.float64]] = {}
        self._starts: set[float] = set()
        self._unfound = False

    @property
    def note(self) -> str:
        """A note on the currents from which the current has been raised so far."""
        parts = [f"up: raised from the stable rest at {_listed(self._starts)} µA/cm²."] if self._starts else []
        if self._unfound:
            parts.append("up: where no lower current with a stable rest was found, runs start next to an unstable one.")
        parts += [f"up: {branch.note}" for branch in self._branches.values() if branch is not None and branch.note]
        return " ".join(parts)

    def at(self, current: float) -> Settled:
        """Return the state that is reached at a current [µA/cm²].

        A stable rest is searched for at zero current, then at successive doublings of the natural current below zero.
        """
        branch = self._branch(current)
        if branch is None:
            self._unfound = True
            return self._settler(current, self._unstable(current))
        self._starts.add(branch.start.current)
        if branch.holds(current):
            return Settled(branch.state_at(current), settled=True, rests=True)
        k, first = self._grid.below(current), self._grid.above(branch.lost_at) + 1
        if k < first:  # no current of the grid lies between the loss of stability and this current
            return self._settler(current, branch.left)
        return self._settler(current, self._settler.moved(self._grid.at(k), current, self._passing(branch, first, k)))

    def _passing(self, branch: RestingBranch, first: int, last: int) -> NDArray[np.float64]:
        """Return the state at a current of the grid, reached through the currents before it."""
        for k in range(first, last + 1):
            key = branch.start.current, k
            if key in self._passed:
                continue
            here = self._grid.at(k)
            if k == first:
                self._passed[key] = self._settler.ramped(branch.lost_at, here, branch.left)
            else:
                before = self._passed[branch.start.current, k - 1]
                self._passed[key] = self._settler.moved(self._grid.at(k - 1), here, before)
        return self._passed[branch.start.current, last]

    def _branch(self, current: float) -> RestingBranch | None:
        """Return the equilibria that begin at a lower current with a stable rest, or at the current itself."""
        for doubling in range(-1, LADDER + 1):
            start = -self._own.current * 2.0**doubling if doubling >= 0 else 0.0
            if start <= current and (branch := self._from(start)) is not None:
                return branch
        return self._from(current)

    def _from(self, start: float) -> RestingBranch | None:
        if start not in self._branches:
            try:
                found = rest(self._membrane, start)
                stable = found.stable
            except RestError:
                stable = False
            self._branches[start] = RestingBranch(self._settler, found, self._own.current) if stable else None
        return self._branches[start]

    def _unstable(self, current: float) -> NDArray[np.float64]:
        try:
            return rest(self._membrane, current).state
        except RestError:
            return self._own.zero.state


def _listed(currents: set[float]) -> str:
    return " and ".join(f"{current:g}" for current in sorted(currents))
