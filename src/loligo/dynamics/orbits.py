"""One limit cycle by collocation at Gauss points: its numbers, its mesh, its polynomials.

The time of one period runs from 0 to 1 over a mesh. In every cell the solution is the polynomial whose slope meets the
equations at the Gauss points, which is the implicit Runge-Kutta method of Gauss: of order twice the number of its
points at the ends of cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.polynomial import Polynomial

if TYPE_CHECKING:
    from numpy.typing import NDArray

STAGES: Final = 4
LEAST_DENSITY: Final = 0.05  # smallest density of cells, as a fraction of the mean density
FULL_SPREAD: Final = 4.0  # scaled range of a variable along a cycle: below it, errors are taken relative to the range
LEAST_WEIGHT_SHARE: Final = 0.01  # of FULL_SPREAD: smaller ranges, hardly more than rounding, count as this


def _tableau(stages: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the Gauss points on (0, 1), the matrix of the method and its weights."""
    points, weights = np.polynomial.legendre.leggauss(stages)
    c = (points + 1) / 2
    integrals = np.array([[x ** (k + 1) / (k + 1) for k in range(stages)] for x in c])
    return c, integrals @ np.linalg.inv(np.vander(c, increasing=True)), weights / 2


C, A, B = _tableau(STAGES)
NODES: Final = np.append(0.0, C)  # nodes of a cell's polynomial: its start and its Gauss points


def _lagrange(nodes: NDArray[np.float64]) -> list[Polynomial]:
    """Return the polynomials that are 1 at one node and 0 at the others."""
    found = []
    for k, x in enumerate(nodes):
        own = Polynomial.fromroots(np.delete(nodes, k))
        found.append(own / own(x))
    return found


BASIS: Final = _lagrange(NODES)
HIGHEST: Final = np.array([one.coef[STAGES] for one in BASIS])  # the coefficient of the highest power


@dataclass(frozen=True, eq=False)
class Mesh:
    """The ends of cells between 0 and 1.

    Attributes
    ----------
    ends : array (cells + 1,)
    """

    ends: NDArray[np.float64]

    @cached_property
    def widths(self) -> NDArray[np.float64]:
        """The widths of the cells, shape (cells,)."""
        return np.diff(self.ends)

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Weights of an integral over the Gauss points, shape (cells, stages)."""
        return self.widths[:, None] * B

    @property
    def times(self) -> NDArray[np.float64]:
        """The Gauss points, shape (cells, stages)."""
        return self.ends[:-1, None] + self.widths[:, None] * C

    def functional(self, direction: NDArray[np.float64], changes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the functional ``integral <change, direction>`` of what changes are linear in.

        Parameters
        ----------
        direction : array (cells, stages, variables)
        changes : array (cells, stages, variables, unknowns)
            The changes for 1 in each unknown.

        Returns
        -------
        array (unknowns,)
        """
        weighted = self.weights[..., None] * direction
        row: NDArray[np.float64] = weighted.ravel() @ changes.reshape(weighted.size, -1)
        return row


@dataclass(frozen=True, eq=False)
class Loop:
    """A closed curve, or a direction in the space of closed curves, with a period and a parameter.

    Attributes
    ----------
    starts : array (cells, variables)
        Scaled states at the beginnings of the cells.
    inner : array (cells, stages, variables)
        Scaled states at the Gauss points.
    period : float
        [ms]
    value : float
        Value of the parameter.
    """

    starts: NDArray[np.float64]
    inner: NDArray[np.float64]
    period: float
    value: float

    def plus(self, other: Loop, factor: float = 1.0) -> Loop:
        """Return the sum of this loop and a multiple of another."""
        return Loop(
            self.starts + factor * other.starts,
            self.inner + factor * other.inner,
            self.period + factor * other.period,
            self.value + factor * other.value,
        )

    def times(self, factor: float) -> Loop:
        """Return the direction multiplied by a factor."""
        return Loop(factor * self.starts, factor * self.inner, factor * self.period, factor * self.value)

    @property
    def nodes(self) -> NDArray[np.float64]:
        """The known states of every cell, shape (cells, 1 + stages, variables)."""
        return np.concatenate([self.starts[:, None], self.inner], axis=1)


@dataclass(frozen=True, eq=False)
class Orbit:
    """A limit cycle on its mesh, with the flow that fixes its phase.

    Attributes
    ----------
    mesh : Mesh
    loop : Loop
    flow : array (cells, stages, variables)
        The derivative with respect to scaled time that fixes the phase of the next orbit.
    tangent : Loop
        The direction in which the branch continues.
    multipliers : array (variables,)
        Floquet multipliers, the trivial one first.
    residual : float
        Residual after Newton's last step, in scaled variables.
    signs : array (variables,) or float
        The factors with which the variables return after a period.
    """

    mesh: Mesh
    loop: Loop
    flow: NDArray[np.float64]
    tangent: Loop
    multipliers: NDArray[np.complex128]
    residual: float
    signs: NDArray[np.float64] | float = 1.0

    def on(self, mesh: Mesh) -> Orbit:
        """Return the same orbit on another mesh, by evaluating its polynomials."""
        at_starts, at_inner = (_places(self.mesh, times) for times in (mesh.ends[:-1], mesh.times))

        def moved(loop: Loop) -> Loop:
            return replace(loop, starts=_values(loop.nodes, *at_starts), inner=_values(loop.nodes, *at_inner))

        flow = _values(self.flow, *at_inner, basis=_FLOW_BASIS)
        return replace(self, mesh=mesh, loop=moved(self.loop), tangent=moved(self.tangent), flow=flow)

    @property
    def stable(self) -> bool:
        """Whether all multipliers but the trivial one lie inside the unit circle."""
        return bool((np.abs(self.multipliers[1:]) <= 1).all())

    def along(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scaled states at times between 0 and 1, shape (times, variables)."""
        return _values(self.loop.nodes, *_places(self.mesh, times))


_FLOW_BASIS: Final = _lagrange(C)


def _places(mesh: Mesh, times: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the cell in which each time lies, and its position there between 0 and 1."""
    cells = np.clip(np.searchsorted(mesh.ends, times, side="right") - 1, 0, len(mesh.ends) - 2)
    return cells, (times - mesh.ends[cells]) / mesh.widths[cells]


def _values(
    nodes: NDArray[np.float64],
    cells: NDArray[np.intp],
    within: NDArray[np.float64],
    basis: list[Polynomial] | None = None,
) -> NDArray[np.float64]:
    """Evaluate the polynomials of cells."""
    weights = np.stack([one(within) for one in basis or BASIS], axis=-1)
    values: NDArray[np.float64] = np.einsum("...j,...jn->...n", weights, nodes[cells])
    return values


def roughness(orbit: Orbit) -> tuple[NDArray[np.float64], float]:
    """Return the density that the mesh should have in each cell, and the largest present error of a cell.

    The derivative of order ``STAGES + 1`` is estimated from the jumps of the derivative of order ``STAGES`` between
    cells. Where it is large, cells should be narrow: their error is this derivative times the width to the same power
    (de Boor's rule).
    """
    widths, order = orbit.mesh.widths, STAGES + 1
    spread = np.ptp(orbit.loop.starts, axis=0)
    weights = 1 / np.clip(spread / FULL_SPREAD, LEAST_WEIGHT_SHARE, 1.0)
    highest = np.einsum("j,ijn->in", HIGHEST, orbit.loop.nodes * weights) / widths[:, None] ** STAGES
    before = np.roll(highest, 1, axis=0)
    before[0] *= orbit.signs
    jumps = np.linalg.norm(highest - before, axis=1)
    spans = (widths + np.roll(widths, 1)) / 2
    slopes = jumps / spans  # at the start of each cell
    size = np.maximum(slopes, np.roll(slopes, -1))
    density = size ** (1 / order)
    total = float(density @ widths)
    error = float((size * widths**order).max())
    return np.maximum(density, LEAST_DENSITY * total) if total > 0 else np.ones_like(widths), error


def variance(mesh: Mesh, inner: NDArray[np.float64]) -> float:
    """Return the variance of states at the Gauss points over one period, summed over all variables."""
    away = inner - np.einsum("ij,ijn->n", mesh.weights, inner)
    return float(np.einsum("ij,ijn->", mesh.weights, away**2))


def overlap(a: Orbit, b: Orbit) -> float:
    """Return the inner product of two oscillations on one mesh: negative once a branch has passed its equilibrium."""
    one, other = (o.loop.inner - np.einsum("ij,ijn->n", o.mesh.weights, o.loop.inner) for o in (a, b))
    return float(np.einsum("ij,ijn,ijn->", a.mesh.weights, one, other))


def adapted(orbit: Orbit, cells: int) -> Mesh:
    """Return a mesh on which all cells have the same share of the error."""
    density, _ = roughness(orbit)
    smooth = (np.roll(density, 1) + 2 * density + np.roll(density, -1)) / 4
    load = np.append(0.0, np.cumsum(smooth * orbit.mesh.widths))
    ends = np.interp(np.linspace(0, load[-1], cells + 1), load, orbit.mesh.ends)
    ends[0], ends[-1] = 0.0, 1.0
    return Mesh(ends)


def halved(mesh: Mesh) -> Mesh:
    """Return a mesh with every cell cut in two."""
    middles = (mesh.ends[:-1] + mesh.ends[1:]) / 2
    return Mesh(np.sort(np.concatenate([mesh.ends, middles])))
