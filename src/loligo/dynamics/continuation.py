"""One continuation: branches and curves of any kind, followed by pseudo-arclength.

A branch is a problem, which defines the point one step along a tangent, the angle by which the tangent turned, the base
of the next step, and where the branch ends. The step length is controlled here: a step that fails or turns too far is
halved, and a successful step is followed by a longer one.

Source
------
Keller HB (1977) Numerical solution of bifurcation and nonlinear eigenvalue problems. In: Applications of bifurcation
theory, Academic Press, 359-384.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from loligo.resting.roots import bracketed_root

Point = TypeVar("Point")

MAX_STEP_GROWTH: Final = 1.5  # largest ratio of a step to the successful one before it
MIN_STEP: Final = 1e-7  # in the units of a problem: a branch ends when its steps become this short
MIN_CLOSED_POINTS: Final = 4  # a branch with fewer points is not closed: its first steps are still near its start
ITSELF: Final = "itself"  # kind of the ending of a closed branch


@dataclass(frozen=True)
class StepSizes:
    """Limits on the steps of a branch, in the units of its problem.

    Attributes
    ----------
    first : float
        Length of the first step.
    longest : float
        Length of the longest step.
    least_cosine : float
        Smallest allowed cosine of the angle between neighbouring tangents.
    most_points : int
        Largest number of points in one direction of the branch.
    """

    first: float
    longest: float
    least_cosine: float
    most_points: int


@dataclass(frozen=True, eq=False)
class Ending(Generic[Point]):
    """The end of a branch, on one side.

    Attributes
    ----------
    points : tuple of points
        Further points at the end.
    note : str
        Why the branch was not followed further inside the range; "" if it ends there by itself.
    kind : str
        Kind of the ending: `ITSELF` if the branch is closed, or a name that the problem defines.
    """

    points: tuple[Point, ...] = ()
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, eq=False)
class Stride(Generic[Point]):
    """One step along a branch.

    Attributes
    ----------
    base : point
        Point from which the step is taken, prepared for the step.
    length : float
        Length of the step along the tangent at the base.
    there : point
        The point that the step leads to.
    position : int
        Index of the first of the two points of the branch between which it lies.
    backwards : bool
        Whether its base is the second of these points.
    """

    base: Point
    length: float
    there: Point
    position: int
    backwards: bool = False


@dataclass(frozen=True, eq=False)
class Track(Generic[Point]):
    """The points of one branch in order.

    Attributes
    ----------
    points : tuple of points
    strides : tuple of Stride
        The steps between them, for the search for events between points.
    beginning, ending : Ending
        How the branch ends on either side.
    """

    points: tuple[Point, ...]
    strides: tuple[Stride[Point], ...] = ()
    ending: Ending[Point] = field(default_factory=Ending)
    beginning: Ending[Point] = field(default_factory=Ending)

    @property
    def notes(self) -> tuple[str, ...]:
        """Why the branch stops inside the range, at its beginning and at its end."""
        return tuple(end.note for end in (self.beginning, self.ending) if end.note)


class Problem(ABC, Generic[Point]):
    """A branch that can be followed in one direction; each direction has its own problem."""

    sizes: StepSizes
    start: Point

    @abstractmethod
    def stepped(self, base: Point, length: float) -> Point | None:
        """Return the point at a given length along a tangent; None if Newton's method does not converge."""

    @abstractmethod
    def cosine(self, base: Point, there: Point) -> float:
        """Return the cosine of the angle between two tangents."""

    @abstractmethod
    def inside(self, point: Point) -> bool:
        """Tell whether the parameters are in their ranges."""

    @abstractmethod
    def border(self, base: Point, there: Point) -> Point | None:
        """Return the point at which the branch leaves the ranges, between two points; None if there is none."""

    @abstractmethod
    def returned(self, base: Point, there: Point, length: float) -> bool:
        """Tell whether a step passed the first point of the branch in the same direction."""

    @abstractmethod
    def turned(self, point: Point) -> Point:
        """Return a point with the opposite tangent."""

    @abstractmethod
    def stopped(self, point: Point, why: str) -> str:
        """Return a note that says where the branch ends and why."""

    def ends_before(self, points: Sequence[Point], base: Point, there: Point) -> Ending[Point] | None:
        """Return the ending of the branch if it ends before a new point, or None if it continues."""
        return None

    def ends_after(self, points: Sequence[Point]) -> Ending[Point] | None:
        """Return the ending of the branch at its last point, or None if the branch continues."""
        return None

    def stuck(self, points: Sequence[Point], base: Point) -> Ending[Point] | Point:
        """Return how the branch ends if no step succeeds, or a point, prepared differently, for another attempt."""
        return Ending(note=self.stopped(base, "Newton's method no longer converges"))

    def used_up(self, points: Sequence[Point], base: Point) -> Ending[Point]:
        """Return how the branch ends if it has the maximum number of points, or has reached its work limit."""
        return Ending(note=self.stopped(base, f"it has reached the limit of {len(points)} points"))

    def base(self, there: Point) -> Point:
        """Return a point prepared for the next step."""
        return there

    def affordable(self) -> bool:
        """Tell whether another step may be taken."""
        return True


def followed(problem: Problem[Point]) -> Track[Point]:
    """Follow a branch from its start along the tangent until it ends."""
    sizes, points = problem.sizes, [problem.start]
    strides: list[Stride[Point]] = []
    base, length = problem.start, sizes.first

    def ended(ending: Ending[Point]) -> Track[Point]:
        return Track((*points, *ending.points), tuple(strides), ending)

    while len(points) < sizes.most_points and problem.affordable():
        taken = advanced(problem, base, length)
        if taken is None and problem.affordable():
            rescue = problem.stuck(points, base)
            if isinstance(rescue, Ending):
                return ended(rescue)
            base, length = rescue, sizes.first
        if taken is None:
            continue
        there, length = taken
        if ending := problem.ends_before(points, base, there):
            return ended(ending)
        if not problem.inside(there):
            end = problem.border(base, there)
            return ended(Ending() if end is None else Ending((end,)))
        strides.append(Stride(base, length, there, len(points) - 1))
        points.append(there)
        if ending := problem.ends_after(points):
            return ended(ending)
        if len(points) > MIN_CLOSED_POINTS and problem.returned(base, there, length):
            return ended(Ending((problem.start,), kind=ITSELF))
        base, length = problem.base(there), min(sizes.longest, MAX_STEP_GROWTH * length)
    return ended(problem.used_up(points, base))


def advanced(problem: Problem[Point], base: Point, length: float) -> tuple[Point, float] | None:
    """Return the next point of a branch and the length of the step to it; the step is halved until one succeeds."""
    while length >= MIN_STEP and problem.affordable():
        there = problem.stepped(base, length)
        if there is not None and problem.cosine(base, there) >= problem.sizes.least_cosine:
            return there, length
        length /= 2
    return None


def followed_both_ways(problem: Callable[[Point], Problem[Point]], start: Point) -> Track[Point]:
    """Follow a branch in both directions from one of its points, and join the two halves.

    Parameters
    ----------
    problem : callable
        Returns the problem that begins at a point.
    start : point
        The first half goes along its tangent.
    """
    ahead = problem(start)
    forth = followed(ahead)
    if forth.ending.kind == ITSELF:
        return forth
    back = followed(problem(ahead.turned(start)))
    first = len(back.points) - 1
    strides = [replace(one, position=first - one.position - 1, backwards=True) for one in reversed(back.strides)]
    strides += [replace(one, position=one.position + first) for one in forth.strides]
    points = (*(ahead.turned(point) for point in reversed(back.points[1:])), *forth.points)
    return Track(points, tuple(strides), forth.ending, back.ending)


def located(
    point_at: Callable[[float], Point | None],
    test: Callable[[Point], float],
    ends: tuple[float, float],
    values: tuple[float, float],
    width: float,
) -> Point | None:
    """Return the point between two lengths along a tangent at which a test function changes its sign.

    Parameters
    ----------
    point_at : callable
        Returns the point at a length, or None.
    test : callable
    ends : (float, float)
        The two lengths.
    values : (float, float)
        Values of the test function at both ends.
    width : float
        Length below which the zero counts as located.
    """

    def along(s: float) -> float:
        there = point_at(s)
        return math.nan if there is None else test(there)

    s = bracketed_root(along, *ends, *values, width=width)
    return None if math.isnan(s) else point_at(s)
