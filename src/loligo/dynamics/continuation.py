"""One continuation: branches of any kind followed by pseudo-arclength.

A branch is a problem: it says what lies a step along the tangent of a point, how far the tangent turned on the way,
what the next step begins from, and where the branch ends. The length of steps is controlled here: a step that fails or
turns too far is halved, and each that succeeds may be followed by a longer one.

Source
------
Keller HB (1977) Numerical solution of bifurcation and nonlinear eigenvalue problems. In: Applications of bifurcation
theory, Academic Press, 359-384.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

Point = TypeVar("Point")

GROWTH: Final = 1.5  # of a step after one that succeeded
ITSELF: Final = "itself"  # where a closed branch ends


@dataclass(frozen=True)
class StepSizes:
    """How long the steps of a branch are, in the units of its problem.

    Attributes
    ----------
    first, shortest, longest : float
    least_cosine : float
        Of the angle between neighbouring tangents.
    most_points : int
    cautious : bool
        Whether the step after a halving keeps its length.
    """

    first: float
    shortest: float
    longest: float
    least_cosine: float
    most_points: int
    cautious: bool = False


@dataclass(frozen=True, eq=False)
class Ending(Generic[Point]):
    """How a branch ends.

    Attributes
    ----------
    points : tuple of points
        Further points at its end.
    note : str
        Why it ends where nothing should end.
    kind : str
        What is there: `ITSELF` where it is closed, or a name of the problem's own.
    """

    points: tuple[Point, ...] = ()
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, eq=False)
class Advance(Generic[Point]):
    """One step along a branch.

    Attributes
    ----------
    base : point
        From which, prepared for it.
    length : float
        How far along its tangent.
    there : point
        The next one.
    position : int
        The number of the point of the branch before it.
    """

    base: Point
    length: float
    there: Point
    position: int


@dataclass(eq=False)
class Half(Generic[Point]):
    """A branch as it was followed one way."""

    points: list[Point]
    advances: list[Advance[Point]] = field(default_factory=list)
    ending: Ending[Point] = field(default_factory=Ending)


class Problem(ABC, Generic[Point]):
    """A branch that can be followed one way; one is made for each way."""

    sizes: StepSizes

    @abstractmethod
    def stepped(self, base: Point, length: float) -> Point | None:
        """Return the point a length along the tangent of another; None where Newton's method does not converge."""

    @abstractmethod
    def cosine(self, base: Point, there: Point) -> float:
        """Return the cosine of the angle between two tangents."""

    @abstractmethod
    def stuck(self, points: Sequence[Point], base: Point) -> Ending[Point] | Point:
        """Return how the branch ends where no step succeeds, or a point prepared otherwise to try again from."""

    @abstractmethod
    def used_up(self, points: Sequence[Point], base: Point) -> Ending[Point]:
        """Return how the branch ends where it has as many points as it may have, or has reached its work limit."""

    def ends_at_once(self, start: Point) -> bool:
        """Tell whether the first step would leave the range."""
        return False

    def ends_before(self, points: Sequence[Point], base: Point, there: Point) -> Ending[Point] | None:
        """Return how the branch ends without a point that a step led to, or None where it goes on."""
        return None

    def ends_after(
        self,
        points: Sequence[Point],
        base: Point,
        length: float,
    ) -> Ending[Point] | None:
        """Return how the branch ends with the last of its points, or None where it goes on."""
        return None

    def base(self, there: Point) -> Point:
        """Return a point prepared for the next step."""
        return there

    def affordable(self) -> bool:
        """Tell whether another step may be taken."""
        return True


def followed(problem: Problem[Point], start: Point) -> Half[Point]:
    """Follow a branch from a point along its tangent until it ends."""
    sizes, half = problem.sizes, Half([start])
    base, length, rested = start, sizes.first, True
    if problem.ends_at_once(start):
        return half
    while len(half.points) < sizes.most_points and problem.affordable():
        there = problem.stepped(base, length)
        if there is None or problem.cosine(base, there) < sizes.least_cosine:
            length, rested = length / 2, False
            if length < sizes.shortest:
                rescue = problem.stuck(half.points, base)
                if isinstance(rescue, Ending):
                    return _ended(half, rescue)
                base, length = rescue, sizes.first
            continue
        if ending := problem.ends_before(half.points, base, there):
            return _ended(half, ending)
        half.advances.append(Advance(base, length, there, len(half.points) - 1))
        half.points.append(there)
        if ending := problem.ends_after(half.points, base, length):
            return _ended(half, ending)
        base = problem.base(there)
        length, rested = min(sizes.longest, GROWTH * length if rested or not sizes.cautious else length), True
    return _ended(half, problem.used_up(half.points, base))


def _ended(half: Half[Point], ending: Ending[Point]) -> Half[Point]:
    half.points += ending.points
    half.ending = ending
    return half
