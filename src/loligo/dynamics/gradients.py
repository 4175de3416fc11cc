"""Derivatives of a bifurcation with respect to parameters: the implicit function theorem at its defining equations.

With lambda the parameter of the diagram, p another, w and q the left and right critical vectors:

* saddle-node: ``w f = 0`` to first order, so ``dlambda/dp = -(w df/dp) / (w df/dlambda)``;
* Hopf point: the growth rate stays zero, ``d(Re mu)/dp = Re (w dJ/dp q) / (w q)`` with J along the equilibrium;
* folds and period doublings of cycles: the same for the collocation equations, see `cycle_gradients`.

The period follows: of a Hopf point it is ``2 pi / Im mu``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from loligo.dynamics.cycle_gradients import special_cycle_gradient
from loligo.dynamics.system import System
from loligo.kernel import compiled
from loligo.resting.gradient import CURRENT_NAME, Derivatives
from loligo.resting.level_set import LevelSet
from loligo.simulation.engine import scales

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.orbits import Orbit
    from loligo.membrane import Membrane

    Array = NDArray[np.float64]


class Place(NamedTuple):
    """The place of a point: its diagram, its value, and its state or cycle."""

    membrane: Membrane
    parameter: str
    span: tuple[float, float]
    value: float
    current: float
    state: Array
    cycle: Orbit | None

    def at_value(self) -> tuple[Membrane, float]:
        """Return the membrane and the constant current there."""
        if self.parameter == CURRENT_NAME:
            return self.membrane, self.value
        return self.membrane.replace(**{self.parameter: self.value}), self.current


def saddle_node_gradient(place: Place, names: tuple[str, ...]) -> Array:
    """Return the derivatives of a saddle-node, with NaN for those of the period, shape (2, names)."""
    matrix, forces, _ = _linearised(place, names)
    sides, _, _ = np.linalg.svd(matrix)
    moves = sides[:, -1] @ forces
    return np.stack([-moves[:-1] / moves[-1], np.full(len(names), math.nan)])


def hopf_gradient(place: Place, names: tuple[str, ...]) -> Array:
    """Return the derivatives of value and period [ms] of a Hopf point, shape (2, names)."""
    matrix, forces, level = _linearised(place, names)
    membrane, _ = place.at_value()
    size = scales(membrane)[0][level.free]
    moved = level.lift @ (np.linalg.solve(matrix, -forces) * size[:, None])
    turns = Derivatives(membrane, (*names, place.parameter)).turns(place.state, moved)
    turned = level.jacobian(turns) * (size / size[:, None])
    values, right = np.linalg.eig(matrix)
    oscillating = np.flatnonzero(values.imag > 0)
    k = oscillating[np.argmin(np.abs(values[oscillating].real))]
    left = np.linalg.inv(right)[k]
    moves = np.array([left @ one @ right[:, k] for one in turned])
    found = -moves[:-1].real / moves[-1].real
    speeds = moves[:-1].imag + found * moves[-1].imag
    return np.stack([found, -2 * math.pi * speeds / values[k].imag ** 2])


def fold_gradient(place: Place, names: tuple[str, ...]) -> Array:
    """Return the derivatives of value and period [ms] of a fold of cycles, shape (2, names)."""
    return _cycle_gradient(place, 1.0, names)


def doubling_gradient(place: Place, names: tuple[str, ...]) -> Array:
    """Return the derivatives of value and period [ms] of a period doubling, shape (2, names)."""
    return _cycle_gradient(place, -1.0, names)


def _cycle_gradient(place: Place, sign: float, names: tuple[str, ...]) -> Array:
    if place.cycle is None:
        raise ValueError("a bifurcation of cycles without its cycle")
    system = System(place.membrane, place.parameter, place.span, place.current)
    return special_cycle_gradient(system, place.cycle, sign, names)


def _linearised(place: Place, names: tuple[str, ...]) -> tuple[Array, Array, LevelSet]:
    """Return the Jacobian and df/dp in scaled variables, the diagram's parameter last, and the level set."""
    membrane, current = place.at_value()
    kernel, q = compiled(membrane)
    level = LevelSet.of(membrane)
    size = scales(membrane)[0][level.free]
    forces = Derivatives(membrane, (*names, place.parameter)).slopes(current, place.state)
    matrix = level.jacobian(kernel.jacobian(place.state, q)) * (size / size[:, None])
    return matrix, level.part(forces.T).T / size[:, None], level
