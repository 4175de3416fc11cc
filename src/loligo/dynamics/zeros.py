"""Curves of solutions of n equations in n + 1 unknowns: a state, free parameters, and further unknowns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from loligo.dynamics.continuation import Ending, Problem, StepSizes, followed_both_ways, located
from loligo.dynamics.newton import polished
from loligo.dynamics.system import Equations, furthest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MAX_NEWTON_STEP: Final = 4.0  # scaled: a longer Newton step fails; equilibria are closer to each other than this
ROOT_WIDTH: Final = 1e-15  # scaled: width of the bracket, along a curve, in which a special point is located
SAME_DISTANCE: Final = 1e-6  # scaled distance: points closer together than this are the same


class Place(NamedTuple):
    """A point of a curve with its unit tangent, both arrays (unknowns,)."""

    x: NDArray[np.float64]
    tangent: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Path:
    """Points of one curve in order.

    Attributes
    ----------
    points : array (points, unknowns)
    tangents : array (points, unknowns)
        Unit tangents at these points.
    notes : tuple of str
        Why the curve stops inside the range.
    """

    points: Array
    tangents: Array
    notes: tuple[str, ...] = ()


class Zeros(ABC):
    """Equations whose solutions are a curve in unknowns of size one.

    The unknowns are the scaled state, the free parameters in ``equations.units``, and further unknowns of the
    equations.

    Parameters
    ----------
    equations : Equations
    words : str
        Description of the curve, for notes: "A branch of equilibria".
    """

    def __init__(self, equations: Equations, words: str) -> None:
        self.equations, self.words = equations, words
        self.place_size = equations.size + equations.units.size  # number of states and parameters, which locate a point

    @abstractmethod
    def residual(self, x: Array, fixed: Array) -> Array:
        """Return the residual of the equations, shape (n,)."""

    @abstractmethod
    def derivative(self, x: Array, fixed: Array) -> Array:
        """Return the derivative of `residual`, shape (n, n + 1)."""

    def fixed(self, near: Array) -> Array:
        """Return data that the equations need from a nearby point, such as a direction that fixes a phase."""
        return near

    def values(self, x: Array) -> Array:
        """Return the free parameters, shape (parameters,)."""
        pair: Array = x[self.equations.size : self.place_size] * self.equations.units
        return pair

    def state(self, x: Array) -> Array:
        """Return the unscaled state."""
        return self.equations.state(x[: self.equations.size], self.values(x))

    def slopes(self, x: Array) -> Array:
        """Return dz/dt [1/ms]."""
        slopes: Array = self.equations.slopes(x[None, : self.equations.size], self.values(x))[0]
        return slopes

    def jacobian(self, x: Array) -> Array:
        """Return the derivative of dz/dt with respect to the state [1/ms]."""
        matrix: Array = self.equations.jacobians(x[None, : self.equations.size], self.values(x))[0]
        return matrix

    def by_parameters(self, x: Array) -> Array:
        """Return the derivative of dz/dt with respect to the parameters, in their units, shape (n, parameters)."""
        units = self.equations.units
        slopes: Array = self.equations.by_parameters(x[None, : self.equations.size], self.values(x))[0] * units
        return slopes

    def corrected(self, guess: Array, normal: Array) -> Array | None:
        """Return the point of the curve in the plane through a guess with a given normal, by Newton's method."""
        fixed = self.fixed(guess)

        def step_at(x: Array) -> Array:
            left = np.append(self.residual(x, fixed), normal @ (x - guess))
            return np.asarray(np.linalg.solve(np.vstack([self.derivative(x, fixed), normal]), left), dtype=np.float64)

        return polished(guess, step_at, max_step=MAX_NEWTON_STEP)

    def tangent(self, x: Array, along: Array) -> Array:
        """Return the unit tangent that does not point against ``along``."""
        own: Array = np.linalg.svd(self.derivative(x, self.fixed(x)))[2][-1]
        return own if own @ along >= 0 else -own

    def between(self, x: Array, tangent: Array, s: float) -> Array | None:
        """Return the point at the length ``s`` along the tangent at ``x``."""
        return self.corrected(x + s * tangent, tangent)

    def with_parameter(self, guess: Array, value: float, k: int = 0) -> Array | None:
        """Return the point near a guess at which a parameter has a value."""
        place = self.equations.size + k
        near, normal = guess.copy(), np.zeros(guess.size)
        near[place], normal[place] = value / self.equations.units[k], 1.0
        return self.corrected(near, normal)

    def on(self, path: Path, x: Array) -> bool:
        """Tell whether a point lies on a known curve."""
        n = self.place_size
        offsets = np.linalg.norm(path.points[:, :n] - x[:n], axis=1)
        for k in np.argsort(offsets)[:3]:
            if offsets[k] > 2 * Branch.sizes.longest:
                break
            at, normal = path.points[k].copy(), path.tangents[k].copy()
            normal[n:] = 0.0
            at[:n] += normal[:n] * float(normal[:n] @ (x[:n] - at[:n])) / float(normal @ normal)
            there = self.corrected(at, normal)
            if there is None:  # as at a double zero eigenvalue, where the equations are singular
                there = at
            if np.abs(there[:n] - x[:n]).max() < SAME_DISTANCE:
                return True
        return False


class Branch(Problem[Place]):
    """A curve of zeros, followed in one direction until it leaves the ranges or the domain, or closes."""

    sizes = StepSizes(first=0.02, longest=0.2, least_cosine=0.95, most_points=5000)

    def __init__(self, zeros: Zeros, start: Place) -> None:
        self.zeros, self.start = zeros, start
        self.potentials = furthest(zeros.equations.membrane)

    def stepped(self, base: Place, length: float) -> Place | None:
        """Return the point at a given length along the tangent of another."""
        there = self.zeros.between(*base, length)
        return None if there is None else Place(there, self.zeros.tangent(there, base.tangent))

    def cosine(self, base: Place, there: Place) -> float:
        """Return the cosine of the angle between two tangents."""
        return float(there.tangent @ base.tangent)

    def turned(self, point: Place) -> Place:
        """Return a point with the opposite tangent."""
        return Place(point.x, -point.tangent)

    def inside(self, point: Place) -> bool:
        """Tell whether the parameters are in their ranges."""
        return self.zeros.equations.inside(self.zeros.values(point.x))

    def border(self, base: Place, there: Place) -> Place | None:
        """Return the point at which the curve leaves the ranges, between a point inside and one outside."""
        zeros = self.zeros
        share, k, end = zeros.equations.border(zeros.values(base.x), zeros.values(there.x))
        found = zeros.with_parameter(base.x + share * (there.x - base.x), end, k) if share >= 0 else None
        if found is None or np.abs(found - base.x).max() <= SAME_DISTANCE:
            return None
        found[zeros.equations.size + k] = end / zeros.equations.units[k]
        return Place(found, zeros.tangent(found, base.tangent))

    def returned(self, base: Place, there: Place, length: float) -> bool:
        """Tell whether the last point is less than a step from the first, with a tangent in the same direction."""
        n = self.zeros.place_size
        near = np.linalg.norm(there.x[:n] - self.start.x[:n]) < length
        return bool(near and there.tangent[:n] @ self.start.tangent[:n] > 0)

    def ends_after(self, points: Sequence[Place]) -> Ending[Place] | None:
        """End where v is beyond any potential of the membrane."""
        (x, _), (lowest, highest) = points[-1], self.potentials
        if lowest <= x[0] * self.zeros.equations.scale[0] <= highest:
            return None
        return Ending(note=self.stopped(points[-1], f"v leaves the range from {lowest:g} to {highest:g} mV"))

    def stopped(self, point: Place, why: str) -> str:
        """Return a note that says where the curve ends and why."""
        equations = self.zeros.equations
        where = f"{equations.said(self.zeros.values(point.x))}, v = {point.x[0] * equations.scale[0]:.4g} mV"
        return f"{self.zeros.words} stops at {where}: {why}."


def begun(zeros: Zeros, start: Array) -> Place:
    """Return a point with the tangent along which the sum of its parameters grows."""
    upwards = np.zeros(start.size)
    upwards[zeros.equations.size : zeros.place_size] = 1.0
    return Place(start, zeros.tangent(start, upwards))


def followed(branch: Callable[[Place], Branch], zeros: Zeros, start: Array) -> Path:
    """Follow a curve in both directions from one of its points, first towards larger values of its parameters.

    Parameters
    ----------
    branch : callable
        Returns the problem that begins at a place.
    zeros : Zeros
    start : array (unknowns,)
    """
    track = followed_both_ways(branch, begun(zeros, start))
    points, tangents = (np.array(part) for part in zip(*track.points, strict=True))
    return Path(points, tangents, track.notes)


def crossings(
    zeros: Zeros, path: Path, values: Sequence[float], test: Callable[[Array, Array], float]
) -> Iterator[tuple[int, Array]]:
    """Yield, in order, the sign changes of a test function: the index of the point before, and the root.

    Parameters
    ----------
    zeros : Zeros
    path : Path
    values : sequence of float
        Values of the test function at the points.
    test : callable
        A function of the tangent at the previous point, and of the unknowns.
    """
    for k, ends in enumerate(pairwise(values)):
        x, t = path.points[k], path.tangents[k]
        if ends[0] * ends[1] < 0:
            length = float(t @ (path.points[k + 1] - x))
            found = located(partial(zeros.between, x, t), partial(test, t), (0.0, length), ends, ROOT_WIDTH)
            if found is not None:
                yield k, found
