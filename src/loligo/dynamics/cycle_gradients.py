"""Derivatives of special cycles and periods with respect to parameters: the implicit function theorem at collocation.

The equations of collocation are differentiated on one mesh with respect to the states, the period, the parameter of
the diagram and all others, by symbolic derivatives of the membrane. To first order a cycle follows the parameters by
these linearised equations. It stays special if the smallest singular value of a matrix stays zero: at a fold, the
matrix of the linearised equations of a closed curve; at a period doubling, that of a direction that returns with the
opposite sign. With psi and v its singular vectors and L the linearised equations along the cycle, this value changes by
psi dL v, which requires the second derivatives of the membrane's equations. They are symbolic, too.

The cycle is solved on finer and finer meshes until the derivatives no longer change.

Source
------
Kuznetsov YA (2004) Elements of applied bifurcation theory, 3rd ed., Springer, section 10.3,
doi:10.1007/978-1-4757-3978-7.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from loligo._errors import ArgumentError
from loligo.dynamics.collocation import condensed
from loligo.dynamics.newton import converged
from loligo.dynamics.orbits import STAGES, Loop, Mesh, Orbit, halved
from loligo.dynamics.system import PARTS_OF_RANGE
from loligo.resting.gradient import Derivatives

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.system import System

    Array = NDArray[np.float64]

MAX_NEWTON_STEP: Final = 3.0  # scaled: a longer Newton step leads to another cycle
LAST_NEWTON_STEP: Final = 1e-10  # scaled: length of Newton's last step
ROUNDING_STEP: Final = 1e-7  # scaled: largest step that rounding may leave, since second derivatives magnify rounding
AGREEMENT: Final = 1e-8  # fraction of the largest derivative: two meshes agree if they differ by less
LEAST_AGREEMENT: Final = 1e-6  # agreement that suffices if the mesh cannot be refined further
MAX_CELLS: Final = 2000


class Found(NamedTuple):
    """A cycle on one mesh; its derivatives by name, shape (answers, names), and the size of each row, (answers,)."""

    cycle: Orbit
    gradients: Array
    sizes: Array


class Linearised:
    """The collocation equations of a cycle, with their derivatives with respect to parameters.

    Every unknown is a linear function of the changes in the first state, the period and the parameters (that of the
    diagram last), and of 1.

    Parameters
    ----------
    system : System
    cycle : Orbit
        Near a solution.
    names : tuple of str
        Parameters of the membrane, or "I".
    """

    def __init__(self, system: System, cycle: Orbit, names: tuple[str, ...]) -> None:
        mesh, loop = cycle.mesh, cycle.loop
        self.shape = n_cells, _, n = len(loop.starts), STAGES, system.size
        rows = loop.inner.reshape(-1, n)
        self.system, self.cycle, self.count = system, cycle, len(names) + 1
        self.flow = system.slopes(rows, loop.value).reshape(self.shape)
        self.jacobians = system.jacobians(rows, loop.value).reshape(n_cells, STAGES, n, n)
        self._level, self._states = system.level_set(loop.value), system.state(rows, loop.value)
        self._derivatives = Derivatives(system.membrane_at(loop.value), (*names, system.parameter))
        self.forces = self._slopes_by_parameters()
        _, first, last, self.right, self.starts, self.inner = self.condensed(self.forces)
        self.returned = first + last
        self.phase = mesh.functional(self.flow, self.inner)

    def condensed(self, terms: Array, sign: float = 1.0) -> tuple[float, Array, Array, Array, Array, Array]:
        """Return the condensed equations for given derivatives of the slopes and a sign with which states return."""
        return condensed(
            self.cycle.mesh, self.cycle.loop, self.flow, self.jacobians, terms, np.full(self.shape[2], sign)
        )

    def length(self, unit: float) -> Array:
        """Return the functional ``<change, tangent>``, of a parameter with a unit."""
        mesh, loop, tangent = self.cycle.mesh, self.cycle.loop, self.cycle.tangent
        spread = 1.0 + np.einsum("ij,ijn->", mesh.weights, (loop.inner - loop.inner.mean(axis=(0, 1))) ** 2)
        row: Array = mesh.functional(tangent.inner, self.inner) / spread
        row[self.returned.shape[0]] += tangent.period / loop.period**2
        row[-2] += tangent.value / unit**2
        return row

    def changes(self, rows: list[Array], sought: list[int], wanted: Array) -> Array:
        """Return the changes of a cycle with each given number, with the prescribed values, and by its residual.

        Parameters
        ----------
        rows : list of array
            Functionals of all unknowns besides the equations, with zero as their value unless prescribed.
        sought : list of int
            The unknowns that follow from the others.
        wanted : array (rows,)
            Derivatives of the homogeneous equations.

        Returns
        -------
        array (unknowns, columns)
        """
        lines = np.vstack([np.column_stack([self.returned, -self.right]), *rows])
        width = lines.shape[1]
        given = np.setdiff1d(np.arange(width - 1), np.arange(width)[sought])
        ends = np.append(np.zeros(self.returned.shape[0]), wanted)
        found = np.zeros((width, given.size + 2))
        found[sought] = np.linalg.solve(lines[:, sought], np.column_stack([-lines[:, given], ends, -lines[:, -1]]))
        found[given, np.arange(given.size)] = 1.0
        found[-1, -1] = 1.0
        return found

    def step(self, change: Array) -> Loop:
        """Return a change of the cycle from the changes of the first state, the period and the parameters, and 1."""
        n = self.returned.shape[0]
        return Loop(self.starts @ change, self.inner @ change, float(change[n]), float(change[-2]))

    def turns(self, moved: Array, changes: Array) -> Array:
        """Return the changes of the Jacobian, shape (cells, stages, n, n, columns).

        Parameters
        ----------
        moved : array (cells, stages, n, columns)
            Changes of the states.
        changes : array (parameters, as many columns as parameters)
        """
        still = self._turned(np.zeros_like(moved))
        turns: Array = self._turned(moved) - still + still @ changes
        return turns

    def _turned(self, moved: Array) -> Array:
        """Return the changes of the Jacobian with each parameter, while states move by the columns of ``moved``."""
        cells, stages, n = self.shape
        columns = moved.reshape(-1, n, self.count) * self.system.scale[:, None]
        whole = self._level.lift @ columns
        found = np.array([self._derivatives.turns(*one) for one in zip(self._states, whole, strict=True)])
        scaled = self._level.jacobian(found) * (self.system.scale / self.system.scale[:, None])
        turned: Array = np.moveaxis(scaled, 1, -1).reshape(cells, stages, n, n, self.count)
        return turned

    def _slopes_by_parameters(self) -> Array:
        current = self.system.current_at(self.cycle.loop.value)
        found = np.array([self._derivatives.slopes(current, state) for state in self._states])
        parts = self._level.part(found.swapaxes(1, 2)) / self.system.scale
        slopes: Array = parts.swapaxes(1, 2).reshape(*self.shape, self.count)
        return slopes


def special_cycle_gradient(system: System, cycle: Orbit, sign: float, names: tuple[str, ...]) -> Array:
    """Return the derivatives of value and period [ms] of a fold (sign 1) or period doubling (-1), shape (2, names).

    Raises
    ------
    ArgumentError
        The derivatives do not converge on finer meshes.
    """
    Linearised(system, cycle, names)  # refuses unknown names, because Newton's method treats errors as divergence
    return _refined(cycle, lambda start: _special(system, start, sign, names))


def period_gradient(system: System, mesh: Mesh, loop: Loop, names: tuple[str, ...]) -> Array:
    """Return the derivatives of a cycle's period [ms] by name, then by the diagram's parameter, (names + 1,).

    The parameter of the diagram keeps its value while other parameters change.

    Raises
    ------
    ArgumentError
        The derivatives do not converge on finer meshes, as at a fold.
    """
    cycle = Orbit(mesh, loop, loop.inner, loop.times(0.0), np.empty(0, dtype=complex), 0.0)
    Linearised(system, cycle, names)  # refuses unknown names, as in the function above
    gradient: Array = _refined(cycle, lambda start: _regular(system, start, names))[0]
    return gradient


def _refined(start: Orbit, found: Callable[[Orbit], Found]) -> Array:
    """Return derivatives on a mesh so fine that they no longer change when every cell is halved."""
    last, away = found(start), math.inf
    while 2 * len(last.cycle.mesh.widths) <= MAX_CELLS and away > AGREEMENT:
        finer = found(last.cycle.on(halved(last.cycle.mesh)))
        away = float((np.abs(finer.gradients - last.gradients).max(axis=1) / finer.sizes).max())
        last = finer
    if not away < LEAST_AGREEMENT:
        raise ArgumentError(
            f"The derivatives of the cycle of period {start.loop.period:.6g} ms are unknown: halving the cells of "
            f"a mesh of {len(last.cycle.mesh.widths)} still changes them by {away:.1g} of the largest."
        )
    return last.gradients


def _converged(cycle: Orbit, stepped: Callable[[Orbit], tuple[Loop, Array, Array]], unit: float) -> Found:
    """Solve for a cycle by Newton's method, and return it with the derivatives before its last step."""

    def improved(here: Orbit) -> tuple[Orbit, float, tuple[Array, Array]]:
        step, gradients, sizes = stepped(here)
        size = max(float(np.abs(step.inner).max()), abs(step.period) / here.loop.period, abs(step.value) / unit)
        return replace(here, loop=here.loop.plus(step)), size, (gradients, sizes)

    found = converged(cycle, improved, max_step=MAX_NEWTON_STEP, tolerance=LAST_NEWTON_STEP, rounding=ROUNDING_STEP)
    if found is None:
        raise ArgumentError(
            f"The cycle of period {cycle.loop.period:.6g} ms was not found again on a mesh of "
            f"{len(cycle.mesh.widths)} cells, so its derivatives are unknown."
        )
    there, _, (gradients, sizes) = found
    return Found(there, gradients, sizes)


def _regular(system: System, cycle: Orbit, names: tuple[str, ...]) -> Found:
    """Return the cycle near another that has its value, and the derivatives of its period, shape (1, names + 1)."""
    n = system.size

    def stepped(cycle: Orbit) -> tuple[Loop, Array, Array]:
        linear = Linearised(system, cycle, names)
        changes = linear.changes([linear.phase], [*range(n + 1)], np.zeros(1))
        gradients = changes[n : n + 1, :-2]
        return linear.step(changes[:, -1]), gradients, np.abs(gradients).max(axis=1)

    return _converged(cycle, stepped, 1.0)


def _special(system: System, cycle: Orbit, sign: float, names: tuple[str, ...]) -> Found:
    """Return the special cycle near another, and the derivatives of its value and period, shape (2, names).

    The response to each parameter is orthogonal to the branch's tangent; along the tangent the cycle moves until it is
    special.
    """
    n, unit = system.size, system.width / PARTS_OF_RANGE

    def stepped(cycle: Orbit) -> tuple[Loop, Array, Array]:
        linear = Linearised(system, cycle, names)
        rows = [linear.phase, linear.length(unit)]
        changes = linear.changes(rows, [*range(n + 1), -2], np.array([0.0, 1.0]))
        value, moves = critical_value(linear, sign, changes[:, :-1])
        along = changes[:, -2]
        step = linear.step(changes[:, -1] - along * value / moves[-1])
        answers = changes[[-2, n]]  # value and period
        gradients = answers[:, :-2] - np.outer(answers[:, -2], moves[:-1] / moves[-1])
        value, period = np.abs(gradients).max(axis=1)
        return step, gradients, np.array([value, max(period, value / unit * cycle.loop.period)])

    return _converged(cycle, stepped, unit)


def critical_value(linear: Linearised, sign: float, changes: Array) -> tuple[float, Array]:
    """Return the smallest singular value of a cycle's linearised equations, and its derivatives along changes.

    Parameters
    ----------
    linear : Linearised
    sign : float
        1 for the equations of a closed curve, with the period; -1 for those of a direction that returns reversed.
    changes : array (n + 1 + parameters + 1, columns)
    """
    n, period = linear.returned.shape[0], linear.cycle.loop.period
    if sign > 0:
        matrix = np.vstack([np.column_stack([linear.returned, -linear.right[:, 0]]), linear.phase[: n + 1]])
        inner = linear.inner[..., : n + 1]
    else:
        _, first, last, _, _, inside = linear.condensed(linear.forces[..., :0], sign)
        matrix, inner = first + last, inside[..., :n]
    left, values, right = np.linalg.svd(matrix)
    psi, v = left[:, -1], right[-1]
    direction, longer = inner @ v, float(v[n:].sum() / period)
    moved = np.einsum("ijab,bc->ijac", linear.inner, changes)
    forced = np.einsum("ijab,ijbc->ijac", linear.jacobians, moved) + linear.forces @ changes[n + 1 : -1]
    terms = np.einsum("ijabc,ijb->ijac", linear.turns(moved, changes[n + 1 : -1]), direction)
    terms += np.einsum("ijab,ijb->ija", linear.jacobians, direction)[..., None] * changes[n] / period
    terms += longer * forced
    _, _, _, forces, _, inside = linear.condensed(terms, sign)
    pushed = forces[:, 1:-1]
    if sign > 0:
        phase = linear.cycle.mesh.functional(linear.flow, inside)
        pushed = np.vstack([pushed, -phase[n + 1 : -1]])
    return float(values[-1]), -psi @ pushed
