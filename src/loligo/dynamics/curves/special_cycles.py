"""Limit cycles in two parameters that satisfy a condition, solved by collocation with the condition's equations.

The cycle and its further variables (`loligo.dynamics.curves.cycle_conditions`) are one system with a number sigma and
both parameters, to which the elimination of `loligo.dynamics.collocation` applies as it is. Four equations complete it:
the phase of the cycle, the two equations of the condition, and the position on the curve.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.collocation import MAX_NEWTON_STEP, bordered, condensed, directed
from loligo.dynamics.curves.cycle_conditions import LAST_NUMBERS, CycleCondition, Functionals
from loligo.dynamics.newton import converged
from loligo.dynamics.orbits import STAGES, Loop, Mesh, Orbit, variance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane

    Array = NDArray[np.float64]

LAST_NEWTON_STEP: Final = 1e-7  # scaled: Newton's last step, shorter than for cycles since these points are results


@dataclass(frozen=True, eq=False)
class Change:
    """A cycle with further variables and parameters, or a change of them.

    Attributes
    ----------
    loop : Loop
        The cycle's variables, then the further ones. Its value is the first parameter.
    sigma : float
        [1/ms]
    second : float
        The second parameter.
    """

    loop: Loop
    sigma: float
    second: float

    def plus(self, other: Change, factor: float = 1.0) -> Change:
        """Return the sum of this and a multiple of another."""
        loop = self.loop.plus(other.loop, factor)
        return Change(loop, self.sigma + factor * other.sigma, self.second + factor * other.second)

    def times(self, factor: float) -> Change:
        """Return the direction multiplied by a factor."""
        return Change(self.loop.times(factor), factor * self.sigma, factor * self.second)

    @property
    def period(self) -> float:
        """The period of the cycle [ms]."""
        return self.loop.period

    @property
    def pair(self) -> Array:
        """Both parameters."""
        return np.array([self.loop.value, self.second])


@dataclass(frozen=True, eq=False)
class SpecialCycle:
    """A limit cycle that satisfies a condition, on its mesh.

    Attributes
    ----------
    condition : CycleCondition
    mesh : Mesh
    here, tangent : Change
    flow : array (cells, stages, variables)
        A direction of length one along the cycle, which fixes the phase of the next one.
    residual : float
        Residual after Newton's last step, in scaled variables.
    """

    condition: CycleCondition
    mesh: Mesh
    here: Change
    tangent: Change
    flow: Array
    residual: float

    @property
    def orbit(self) -> Orbit:
        """The cycle with its further variables as an orbit, for meshes."""
        signs = self.condition.signs(self.flow.shape[-1])
        return Orbit(self.mesh, self.here.loop, self.flow, self.tangent.loop, np.ones(0, complex), self.residual, signs)

    @property
    def cycle(self) -> Orbit:
        """The cycle alone."""
        n = self.flow.shape[-1]
        loop = replace(self.here.loop, starts=self.here.loop.starts[:, :n], inner=self.here.loop.inner[..., :n])
        return Orbit(self.mesh, loop, self.flow, loop, np.ones(0, complex), self.residual)

    def on(self, mesh: Mesh) -> SpecialCycle:
        """Return the same cycle on another mesh, by evaluating its polynomials."""
        moved = self.orbit.on(mesh)
        here, tangent = replace(self.here, loop=moved.loop), replace(self.tangent, loop=moved.tangent)
        return replace(self, mesh=mesh, here=here, tangent=tangent, flow=moved.flow)


class Weights:
    """Weights of states, period and parameters in the length of a direction at a special cycle."""

    def __init__(self, plane: ParameterPlane, special: SpecialCycle) -> None:
        n = plane.size
        self.mesh = special.mesh
        u = special.here.loop.inner[..., :n]
        spread = 1 + variance(special.mesh, u)
        self.parts = np.append(np.full(n, 1 / spread), np.ones(special.condition.further * n))
        self.period = special.here.loop.period
        self.units = plane.units

    def numbers(self, one: Change) -> Array:
        """Return period, sigma and parameters, each in its unit."""
        return np.array([one.loop.period / self.period, one.sigma * self.period, *(one.pair / self.units)])

    def product(self, a: Change, b: Change) -> float:
        """Return the inner product of two directions."""
        inner = np.einsum("ij,ijn,ijn,n->", self.mesh.weights, a.loop.inner, b.loop.inner, self.parts)
        return float(inner) + float(self.numbers(a) @ self.numbers(b))

    def row(self, linear: LinearisedSpecial, direction: Change) -> Array:
        """Return the inner product with a direction as a functional of the unknowns of `LinearisedSpecial`."""
        weighted = direction.loop.inner * self.parts
        row: Array = self.mesh.functional(weighted, linear.inner)
        scales = np.array([1 / self.period, self.period, *(1 / self.units)])
        row[LAST_NUMBERS] += self.numbers(direction) * scales
        return row


class LinearisedSpecial:
    """The equations around a guess, condensed to the first state, the period, sigma, both parameters and 1."""

    def __init__(self, plane: ParameterPlane, guess: SpecialCycle, here: Change) -> None:
        condition, cells, n = guess.condition, len(here.loop.starts), here.loop.inner.shape[-1]
        slopes = condition.slopes(plane, here.loop.inner.reshape(-1, n), here.sigma, here.pair)
        flow, jacobians, by_numbers = (
            part.reshape(cells, STAGES, *part.shape[1:]) for part in (slopes.flow, slopes.jacobians, slopes.by_numbers)
        )
        small = condensed(guess.mesh, here.loop, flow, jacobians, by_numbers, condition.signs(plane.size))
        self.residual, self.first, self.last, self.right, self.starts, self.inner = small
        self.flow = flow[..., : plane.size]

    def solved(self, rows: list[tuple[Array, float]], *, homogeneous: bool) -> Change:
        """Return the change that satisfies the equations and four further ones."""
        solution = bordered(self.first + self.last, self.right, rows, homogeneous=homogeneous)
        period, sigma, first, second = (float(x) for x in solution[LAST_NUMBERS])
        return Change(Loop(self.starts @ solution, self.inner @ solution, period, first), sigma, second)


def corrected(
    plane: ParameterPlane, guess: SpecialCycle, normal: Change, *, tolerance: float = LAST_NEWTON_STEP
) -> SpecialCycle | None:
    """Return the special cycle in the plane through a guess with a given normal, or None if Newton's method fails.

    The last step is below ``tolerance``, in scaled variables, and the error is about its square.
    """
    mesh, weights, n = guess.mesh, Weights(plane, guess), plane.size
    phase, slip = (np.zeros_like(guess.here.loop.inner) for _ in range(2))
    phase[..., :n] = guess.flow
    if guess.condition.further:
        slip[..., n:] = guess.flow
    own = _further(guess.here, n)

    def improved(here: Change) -> tuple[Change, float, tuple[LinearisedSpecial, list[Array]]]:
        away = here.plus(guess.here, -1.0)
        linear = LinearisedSpecial(plane, guess, here)
        phase_row, slip_row = (mesh.functional(one, linear.inner) for one in (phase, slip))
        functionals = Functionals(
            slip=(slip_row, -float(np.einsum("ij,ijn,ijn->", mesh.weights, here.loop.inner, slip))),
            length=(weights.row(linear, own), 1 - weights.product(here, own)),
            sigma=-here.sigma,
            period=-away.period,
        )
        rows = [
            (phase_row, -float(np.einsum("ij,ijn,ijn->", mesh.weights, away.loop.inner, phase))),
            *guess.condition.rows(functionals),
            (weights.row(linear, normal), -weights.product(away, normal)),
        ]
        step = linear.solved(rows, homogeneous=False)
        size = max(float(np.abs(step.loop.inner).max()), float(np.abs(weights.numbers(step)).max()))
        there = here.plus(step)
        return there, size if there.period > 0 else math.inf, (linear, [row for row, _ in rows])

    found = converged(guess.here, improved, max_step=MAX_NEWTON_STEP, tolerance=tolerance)
    if found is None:
        return None
    here, size, (linear, lines) = found
    try:
        along = linear.solved(list(zip(lines, (0.0, 0.0, 0.0, 1.0), strict=True)), homogeneous=True)
    except (np.linalg.LinAlgError, ValueError):
        return None
    special = replace(guess, here=here, residual=size)
    tangent = directed(along, Weights(plane, special).product, normal)
    return None if tangent is None else replace(special, tangent=tangent, flow=unit_flow(mesh, linear.flow))


def stepped(
    plane: ParameterPlane, special: SpecialCycle, s: float, *, tolerance: float = LAST_NEWTON_STEP
) -> SpecialCycle | None:
    """Return the special cycle at a given distance along the tangent."""
    guess = replace(special, here=special.here.plus(special.tangent, s))
    return corrected(plane, guess, special.tangent, tolerance=tolerance)


def normalised(plane: ParameterPlane, special: SpecialCycle) -> SpecialCycle:
    """Return a special cycle whose further variables and tangent have length one."""
    weights, n = Weights(plane, special), plane.size
    here = special.here
    if special.condition.further:
        own = _further(here, n)
        here = here.plus(own, 1 / math.sqrt(weights.product(own, own)) - 1)
    size = math.sqrt(weights.product(special.tangent, special.tangent))
    tangent = special.tangent.times(1 / size) if size else special.tangent
    return replace(special, here=here, tangent=tangent)


def unit_flow(mesh: Mesh, flow: Array) -> Array:
    """Return a direction of length one along a cycle."""
    length: Array = np.sqrt(np.einsum("ij,ijn,ijn->", mesh.weights, flow, flow))
    return flow / length


def _further(here: Change, n: int) -> Change:
    """Return the further variables and sigma without the cycle."""
    loop = here.loop
    starts, inner = loop.starts.copy(), loop.inner.copy()
    starts[:, :n], inner[..., :n] = 0.0, 0.0
    return Change(Loop(starts, inner, 0.0, 0.0), here.sigma, 0.0)
