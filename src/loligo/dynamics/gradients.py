"""By how much a bifurcation moves with parameters: the implicit function theorem at its defining equations.

With lambda the parameter of the diagram, p another, w and q the left and right critical vectors:

* saddle-node: ``w f = 0`` to first order, so ``dlambda/dp = -(w df/dp) / (w df/dlambda)``;
* Hopf point: the growth rate stays zero, ``d(Re mu)/dp = Re (w dJ/dp q) / (w q)`` with J along the equilibrium;
* fold of cycles: as a saddle-node of the map over a period, whose derivatives are those of a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from loligo.kernel import compiled
from loligo.resting.gradient import CURRENT_NAME, Derivatives
from loligo.resting.level_set import LevelSet
from loligo.simulation.current import recorded
from loligo.simulation.engine import scales
from loligo.stimulus import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

    Array = NDArray[np.float64]

TOLERANCE: Final = 1e-12  # of the runs over a period
ARCS: Final = 20  # of a period


class Place(NamedTuple):
    """Where a point lies: of which diagram, at which value, with which state and period [ms]."""

    membrane: Membrane
    parameter: str
    value: float
    current: float
    state: Array
    period: float

    def at_value(self) -> tuple[Membrane, float]:
        """Return the membrane and the constant current there."""
        if self.parameter == CURRENT_NAME:
            return self.membrane, self.value
        return self.membrane.replace(**{self.parameter: self.value}), self.current


def saddle_node_gradient(place: Place, names: tuple[str, ...]) -> Array:
    """Return the derivatives of a saddle-node, shape (names,)."""
    matrix, forces, _ = _linearised(place, names)
    sides, _, _ = np.linalg.svd(matrix)
    return _ratio(sides[:, -1] @ forces)


def hopf_gradient(place: Place, names: tuple[str, ...]) -> Array:
    """Return the derivatives of a Hopf point, shape (names,)."""
    matrix, forces, level = _linearised(place, names)
    membrane, _ = place.at_value()
    size = scales(membrane)[0][level.free]
    moved = level.lift @ (np.linalg.solve(matrix, -forces) * size[:, None])
    turns = Derivatives(membrane, (*names, place.parameter)).turns(place.state, moved)
    turned = level.jacobian(turns) * (size / size[:, None])
    values, right = np.linalg.eig(matrix)
    turning = np.flatnonzero(values.imag > 0)
    k = turning[np.argmin(np.abs(values[turning].real))]
    left = np.linalg.inv(right)[k]
    return _ratio(np.array([(left @ one @ right[:, k]).real for one in turned]))


def fold_gradient(place: Place, names: tuple[str, ...]) -> Array:
    """Return the derivatives of a fold of cycles, shape (names,).

    The period is cut into `ARCS`, so that no displacement grows over all of it: the ends of each arc are the start of
    the next, and the left null vector of all these equations takes the place of w.
    """
    membrane, current = place.at_value()
    level, n = LevelSet.of(membrane), len(membrane.variables)
    size = scales(membrane)[0][level.free]
    kernel, q = compiled(membrane)
    state, count = place.state, size.size
    matrix, forces = np.zeros((ARCS * count, ARCS * count + 1)), []
    for k in range(ARCS):
        state, final = _along_arc(place, state, names)
        here, there = slice(k * count, (k + 1) * count), slice((k + 1) % ARCS * count, ((k + 1) % ARCS + 1) * count)
        matrix[here, here] += level.jacobian(final[:, :n]) * (size / size[:, None])
        matrix[here, there] -= np.eye(count)
        matrix[here, -1] = level.part(kernel.rhs(current, state, q)) / size
        forces.append(level.part(final[:, n:].T).T / size[:, None])
    matrix[:, -1] /= np.linalg.norm(matrix[:, -1])
    sides, _, _ = np.linalg.svd(matrix)
    return _ratio(sides[:, -1] @ np.concatenate(forces))


def _along_arc(place: Place, state: Array, names: tuple[str, ...]) -> tuple[Array, Array]:
    """Return the end of an arc, and its derivatives in the start, in parameters and in that of the diagram."""
    membrane, current = place.at_value()
    wanted = [f"initial_{name}" for name in membrane.variables]
    wanted += ["amplitude" if name == CURRENT_NAME else name for name in (*names, place.parameter)]
    run = recorded(
        membrane, Step(current), place.period / ARCS, initial=state, tolerance=TOLERANCE, sampling=None,
        sensitivities=wanted,
    )  # fmt: skip
    return run.final, np.stack([run.sensitivity(name).final for name in wanted], axis=1)


def _linearised(place: Place, names: tuple[str, ...]) -> tuple[Array, Array, LevelSet]:
    """Return Jacobian and df/dp in variables of size one, the parameter of the diagram last, and where sums stay."""
    membrane, current = place.at_value()
    kernel, q = compiled(membrane)
    level = LevelSet.of(membrane)
    size = scales(membrane)[0][level.free]
    forces = Derivatives(membrane, (*names, place.parameter)).slopes(current, place.state)
    matrix = level.jacobian(kernel.jacobian(place.state, q)) * (size / size[:, None])
    return matrix, level.part(forces.T).T / size[:, None], level


def _ratio(changes: Array) -> Array:
    """Return by how much the last parameter has to change for each of the others."""
    return np.asarray(-changes[:-1] / changes[-1])
