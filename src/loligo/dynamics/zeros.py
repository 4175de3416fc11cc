"""Curves on which n equations in n + 1 unknowns hold: Newton's method, tangents, and where a function vanishes."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from loligo.dynamics.continuation import ITSELF, Problem, followed
from loligo.dynamics.newton import polished
from loligo.resting.roots import bracketed_root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MAX_NEWTON_STEPS: Final = 12
MAX_NEWTON_STEP: Final = 4.0  # scaled: a Newton step that leads further has lost its way
ROUNDING_STEP: Final = 1e-15  # Newton's step that is rounding


class Place(NamedTuple):
    """A point of a curve with its unit tangent, both arrays (unknowns,)."""

    x: NDArray[np.float64]
    tangent: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Path:
    """Points of one curve in order.

    Attributes
    ----------
    points, tangents : array (points, unknowns)
    notes : tuple of str
        Why it ends where nothing should end.
    """

    points: Array
    tangents: Array
    notes: tuple[str, ...]


class Zeros(ABC):
    """Equations whose solutions are a curve in unknowns of size one."""

    @abstractmethod
    def residual(self, x: Array, fixed: Array) -> Array:
        """Return what is left of the equations, shape (n,)."""

    @abstractmethod
    def derivative(self, x: Array, fixed: Array) -> Array:
        """Return the derivative of `residual`, shape (n, n + 1)."""

    def fixed(self, near: Array) -> Array:
        """Return what the equations take from a point nearby and keep, such as a direction that fixes a phase."""
        return near

    def corrected(self, guess: Array, normal: Array) -> Array | None:
        """Return the point of the curve in the plane through a guess with a normal, by Newton steps."""
        fixed = self.fixed(guess)

        def step_at(x: Array) -> Array:
            left = np.append(self.residual(x, fixed), normal @ (x - guess))
            return np.asarray(np.linalg.solve(np.vstack([self.derivative(x, fixed), normal]), left), dtype=np.float64)

        return polished(guess, step_at, furthest=MAX_NEWTON_STEP, rounded=ROUNDING_STEP, most_steps=MAX_NEWTON_STEPS)

    def tangent(self, x: Array, along: Array) -> Array:
        """Return the unit tangent that does not point against ``along``."""
        own: Array = np.linalg.svd(self.derivative(x, self.fixed(x)))[2][-1]
        return own if own @ along >= 0 else -own

    def between(self, x: Array, tangent: Array, s: float) -> Array | None:
        """Return the point a length ``s`` along the tangent at ``x``."""
        return self.corrected(x + s * tangent, tangent)

    def with_fixed(self, guess: Array, place: int) -> Array | None:
        """Return the point near a guess that shares one of its unknowns."""
        normal = np.zeros(guess.size)
        normal[place] = 1.0
        return self.corrected(guess, normal)


class Branch(Problem[Place]):
    """A curve of zeros as a problem of `loligo.dynamics.continuation`."""

    def __init__(self, zeros: Zeros) -> None:
        self.zeros = zeros

    def stepped(self, base: Place, length: float) -> Place | None:
        """Return the point a length along the tangent of another."""
        there = self.zeros.between(*base, length)
        return None if there is None else Place(there, self.zeros.tangent(there, base.tangent))

    def cosine(self, base: Place, there: Place) -> float:
        """Return the cosine of the angle between two tangents."""
        return float(there.tangent @ base.tangent)


def followed_both_ways(branch: Callable[[Place], Branch], start: Array, upwards: Array) -> Path:
    """Follow a curve from one of its points both ways and join the two halves.

    Parameters
    ----------
    branch : callable
        Returns the problem that begins at a place.
    start : array (unknowns,)
    upwards : array (unknowns,)
        The direction against which the first half does not go.
    """
    first = Place(start, branch(Place(start, upwards)).zeros.tangent(start, upwards))
    forth = followed(branch(first), first)
    halves, notes = [forth.points], [forth.ending.note]
    if forth.ending.kind != ITSELF:
        turned = Place(start, -first.tangent)
        back = followed(branch(turned), turned)
        halves.insert(0, [Place(x, -tangent) for x, tangent in reversed(back.points[1:])])
        notes.insert(0, back.ending.note)
    points, tangents = (np.array(part) for part in zip(*(place for half in halves for place in half), strict=True))
    return Path(points, tangents, tuple(note for note in notes if note))


def crossings(
    zeros: Zeros, path: Path, values: Sequence[float], test: Callable[[Array, Array], float], *, width: float
) -> Iterator[tuple[int, Array]]:
    """Yield, in order, where a test function changes its sign: after which point, and the root.

    Parameters
    ----------
    zeros : Zeros
    path : Path
    values : sequence of float
        Of the test function at the points.
    test : callable
        A function of the unknowns and of the tangent before them.
    width : float
        Of the root along the curve, scaled.
    """
    for k, (at_a, at_b) in enumerate(pairwise(values)):
        if not at_a * at_b < 0:
            continue
        x, t = path.points[k], path.tangents[k]

        def along(s: float, x: Array = x, t: Array = t) -> float:
            there = zeros.between(x, t, s)
            return math.nan if there is None else test(there, t)

        s = bracketed_root(along, 0.0, float(t @ (path.points[k + 1] - x)), at_a, at_b, width=width)
        found = None if math.isnan(s) else zeros.between(x, t, s)
        if found is not None:
            yield k, found
