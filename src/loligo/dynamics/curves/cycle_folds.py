"""A fold of cycles in two parameters: the cycle and its critical direction, solved for together by collocation.

Where cycles fold, the linearised equations have a periodic solution beside the cycle's own velocity: with T the period,

    u' = T f(u, p),        v' = T (J v + sigma f),

v the direction in which the cycle may be changed and ``sigma T`` the change of its period. Both are one system of
twice as many variables with the parameters sigma and p, to which the elimination of
`loligo.dynamics.collocation` applies as it is. Four numbers close it: the phase of u, that of v, the length of
(v, sigma), and the place on the curve.

Source
------
Doedel EJ, Govaerts W, Kuznetsov YA (2003) Computation of periodic solution bifurcations in ODEs using bordered systems.
SIAM J Numer Anal 41:401-435, doi:10.1137/S0036142902400779.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.collocation import condensed, converged, directed
from loligo.dynamics.orbits import STAGES, Loop, Mesh, Orbit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane

    Array = NDArray[np.float64]

JACOBIAN_DIFFERENCE: Final = 1e-5  # scaled: the step of differences of J
LAST_NEWTON_STEP: Final = 1e-7  # scaled: Newton's last step; what is left is about its square
SHARP_NEWTON_STEP: Final = 1e-9  # the same at a special point


@dataclass(frozen=True, eq=False)
class Change:
    """A cycle with its critical direction and parameters, or a change of them.

    Attributes
    ----------
    loop : Loop
        Of twice as many variables: u and v. Its value is the first parameter.
    sigma : float
        [1/ms]
    second : float
        The second parameter.
    """

    loop: Loop
    sigma: float
    second: float

    def plus(self, other: Change, factor: float = 1.0) -> Change:
        """Return this moved along another."""
        loop = self.loop.plus(other.loop, factor)
        return Change(loop, self.sigma + factor * other.sigma, self.second + factor * other.second)

    def times(self, factor: float) -> Change:
        """Return a direction of another length."""
        return Change(self.loop.times(factor), factor * self.sigma, factor * self.second)

    @property
    def period(self) -> float:
        """Of the cycle [ms]."""
        return self.loop.period

    @property
    def pair(self) -> Array:
        """Both parameters."""
        return np.array([self.loop.value, self.second])


@dataclass(frozen=True, eq=False)
class FoldCycle:
    """A fold of cycles on its mesh.

    Attributes
    ----------
    mesh : Mesh
    here, tangent : Change
    flow : array (cells, stages, variables)
        A direction of length one along the cycle, in whose phase the next one is held.
    residual : float
        What Newton's last step left, in scaled variables.
    """

    mesh: Mesh
    here: Change
    tangent: Change
    flow: Array
    residual: float

    @property
    def orbit(self) -> Orbit:
        """The cycle with its critical direction as an orbit of twice as many variables, for meshes."""
        return Orbit(self.mesh, self.here.loop, self.flow, self.tangent.loop, np.ones(0, complex), self.residual)

    @property
    def cycle(self) -> Orbit:
        """The cycle alone."""
        n = self.flow.shape[-1]
        loop = replace(self.here.loop, starts=self.here.loop.starts[:, :n], inner=self.here.loop.inner[..., :n])
        return Orbit(self.mesh, loop, self.flow, loop, np.ones(0, complex), self.residual)

    def on(self, mesh: Mesh) -> FoldCycle:
        """Return the same on another mesh, by its polynomials."""
        moved = self.orbit.on(mesh)
        here, tangent = replace(self.here, loop=moved.loop), replace(self.tangent, loop=moved.tangent)
        return replace(self, mesh=mesh, here=here, tangent=tangent, flow=moved.flow)


class Weights:
    """What states, period and parameters count in the length of a direction at a fold."""

    def __init__(self, plane: ParameterPlane, fold: FoldCycle) -> None:
        n = plane.size
        self.mesh, self.n = fold.mesh, n
        u = fold.here.loop.inner[..., :n]
        mean = np.einsum("ij,ijn->n", fold.mesh.weights, u)
        spread = 1 + float(np.einsum("ij,ijn->", fold.mesh.weights, (u - mean) ** 2))
        self.parts = np.append(np.full(n, 1 / spread), np.ones(n))
        self.period = fold.here.loop.period
        self.units = plane.units

    def numbers(self, one: Change) -> Array:
        """Return period, sigma and parameters, each in its unit."""
        return np.array([one.loop.period / self.period, one.sigma * self.period, *(one.pair / self.units)])

    def product(self, a: Change, b: Change) -> float:
        """Return the inner product of two directions."""
        inner = np.einsum("ij,ijn,ijn,n->", self.mesh.weights, a.loop.inner, b.loop.inner, self.parts)
        return float(inner) + float(self.numbers(a) @ self.numbers(b))

    def row(self, linear: LinearisedFold, direction: Change) -> Array:
        """Return the inner product with a direction as a functional of what `LinearisedFold` leaves unknown."""
        weighted = direction.loop.inner * self.parts
        row: Array = np.einsum("ij,ija,ijab->b", self.mesh.weights, weighted, linear.inner, optimize=True)
        scales = np.array([1 / self.period, self.period, *(1 / self.units)])
        row[-5:-1] += self.numbers(direction) * scales
        return row


class LinearisedFold:
    """The equations around a guess, condensed to the first state, the period, sigma, both parameters and 1."""

    def __init__(self, plane: ParameterPlane, mesh: Mesh, here: Change) -> None:
        n, cells, p = plane.size, len(here.loop.starts), here.pair
        rows = here.loop.inner.reshape(-1, 2 * n)
        u, v = np.ascontiguousarray(rows[:, :n]), rows[:, n:]
        f, J = plane.slopes(u, p), plane.jacobians(u, p)
        step = JACOBIAN_DIFFERENCE / max(float(np.linalg.norm(v, axis=1).max()), 1e-6)
        bent = (plane.jacobians(u + step * v, p) - plane.jacobians(u - step * v, p)) / (2 * step)
        slopes, jacobians = plane.by_parameters(u, p), plane.jacobians_by_parameters(u, p)
        flow = np.concatenate([f, np.einsum("rab,rb->ra", J, v) + here.sigma * f], axis=1)
        matrix = np.zeros((len(u), 2 * n, 2 * n))
        matrix[:, :n, :n] = matrix[:, n:, n:] = J
        matrix[:, n:, :n] = bent + here.sigma * J
        by_values = np.zeros((len(u), 2 * n, 3))
        by_values[:, n:, 0] = f
        by_values[:, :n, 1:] = slopes
        by_values[:, n:, 1:] = np.einsum("rabk,rb->rak", jacobians, v) + here.sigma * slopes
        shape = cells, STAGES, 2 * n
        small = condensed(
            mesh, here.loop, flow.reshape(shape), matrix.reshape(*shape, 2 * n), by_values.reshape(*shape, 3)
        )
        self.residual, self.first, self.last, self.right, self.starts, self.inner = small
        self.flow = f.reshape(cells, STAGES, n)

    def solved(self, rows: list[tuple[Array, float]], *, homogeneous: bool) -> Change:
        """Return the change that fulfils the equations and four further ones."""
        size = self.first.shape[0]
        one = 0.0 if homogeneous else 1.0
        matrix = np.zeros((size + 4, size + 4))
        matrix[:size, :size] = self.first + self.last
        matrix[:size, size:] = -self.right[:, :4]
        right = np.append(one * self.right[:, 4], np.zeros(4))
        for k, (row, wanted) in enumerate(rows):
            matrix[size + k] = row[:-1]
            right[size + k] = wanted - one * row[-1]
        solution = np.append(np.linalg.solve(matrix, right), one)
        period, sigma, first, second = (float(x) for x in solution[size : size + 4])
        return Change(Loop(self.starts @ solution, self.inner @ solution, period, first), sigma, second)


def corrected(
    plane: ParameterPlane, guess: FoldCycle, normal: Change, *, tolerance: float = LAST_NEWTON_STEP
) -> FoldCycle | None:
    """Return the fold of cycles in the plane through a guess with a normal, or None where Newton's method fails.

    The last step is below ``tolerance``, in scaled variables, and the error about its square.
    """
    mesh, weights, n = guess.mesh, Weights(plane, guess), plane.size
    phases = [np.zeros_like(guess.here.loop.inner) for _ in range(2)]
    phases[0][..., :n] = phases[1][..., n:] = guess.flow
    critical = _critical(guess.here, n)

    def solved(here: Change) -> tuple[Change, float, tuple[LinearisedFold, list[Array]]]:
        away = here.plus(guess.here, -1.0)
        linear = LinearisedFold(plane, mesh, here)
        lines = [np.einsum("ij,ija,ijab->b", mesh.weights, one, linear.inner, optimize=True) for one in phases]
        drift = float(np.einsum("ij,ijn,ijn->", mesh.weights, away.loop.inner, phases[0]))
        slip = float(np.einsum("ij,ijn,ijn->", mesh.weights, here.loop.inner, phases[1]))
        lines += [weights.row(linear, critical), weights.row(linear, normal)]
        wanted = [-drift, -slip, 1 - weights.product(here, critical), -weights.product(away, normal)]
        step = linear.solved(list(zip(lines, wanted, strict=True)), homogeneous=False)
        size = max(float(np.abs(step.loop.inner).max()), float(np.abs(weights.numbers(step)).max()))
        return step, size, (linear, lines)

    found = converged(guess.here, solved, tolerance)
    if found is None:
        return None
    here, size, (linear, lines) = found
    try:
        along = linear.solved(list(zip(lines, (0.0, 0.0, 0.0, 1.0), strict=True)), homogeneous=True)
    except (np.linalg.LinAlgError, ValueError):
        return None
    fold = replace(guess, here=here, residual=size)
    tangent = directed(along, Weights(plane, fold).product, normal)
    return None if tangent is None else replace(fold, tangent=tangent, flow=unit_flow(mesh, linear.flow))


def stepped(
    plane: ParameterPlane, fold: FoldCycle, s: float, *, tolerance: float = LAST_NEWTON_STEP
) -> FoldCycle | None:
    """Return the fold a length along the tangent."""
    return corrected(plane, replace(fold, here=fold.here.plus(fold.tangent, s)), fold.tangent, tolerance=tolerance)


def normalised(plane: ParameterPlane, fold: FoldCycle) -> FoldCycle:
    """Return a fold whose critical direction and tangent have the length one."""
    weights, n = Weights(plane, fold), plane.size
    own = _critical(fold.here, n)
    length = math.sqrt(weights.product(own, own))
    loop = fold.here.loop
    scaled = replace(
        loop,
        starts=np.concatenate([loop.starts[:, :n], loop.starts[:, n:] / length], axis=1),
        inner=np.concatenate([loop.inner[..., :n], loop.inner[..., n:] / length], axis=-1),
    )
    here = Change(scaled, fold.here.sigma / length, fold.here.second)
    size = math.sqrt(weights.product(fold.tangent, fold.tangent))
    tangent = fold.tangent.times(1 / size) if size else fold.tangent
    return replace(fold, here=here, tangent=tangent)


def unit_flow(mesh: Mesh, flow: Array) -> Array:
    """Return a direction of length one along a cycle."""
    length: Array = np.sqrt(np.einsum("ij,ijn,ijn->", mesh.weights, flow, flow))
    return flow / length


def _critical(here: Change, n: int) -> Change:
    """Return v and sigma alone."""
    loop = here.loop
    starts, inner = loop.starts.copy(), loop.inner.copy()
    starts[:, :n], inner[..., :n] = 0.0, 0.0
    return Change(Loop(starts, inner, 0.0, 0.0), here.sigma, 0.0)
