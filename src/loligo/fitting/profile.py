"""Profile likelihoods: the lowest sum of squares with one parameter held, followed outward from the best fit.

Venzon and Moolgavkar 1988, doi:10.2307/2347496; Raue and others 2009, doi:10.1093/bioinformatics/btp358.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from loligo._errors import ArgumentError, FitError, TimeLimitError
from loligo._units import number
from loligo.fitting.descent import Quadratic, descended

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from loligo.fitting.bounds import Box

    Vector = NDArray[np.float64]

FURTHEST: Final = 10.83  # deviance beyond which a profile ends: a level of 99.9 %
STEP: Final = 0.7  # spacing of points, measured in the square root of the deviance
MOST_POINTS: Final = 60  # largest number of points on each side
SHORTEST, LONGEST = 1e-9, 0.1  # shortest and longest step, in widths of the box
FURTHER: Final = 60  # largest number of evaluations of the search for a better fit
BETTER: Final = 0.1  # decrease of the deviance that makes another fit the better one: 95 % limits are at 3.84
ELSEWHERE: Final = 1e-6  # widths of the box: points closer together than this differ by rounding


@dataclass(frozen=True, eq=False)
class Profile:
    """The profile likelihood of one parameter.

    Attributes
    ----------
    name, unit : str
    values : array (points,)
        Values of the parameter, increasing, in its unit.
    deviance : array (points,)
        Twice the loss of log likelihood relative to the best fit: 0 at the best fit, 3.84 at the ends of a 95 %
        interval.
    others : dict of str to array (points,)
        The best values of the other parameters.
    bounded : (bool, bool)
        Whether the profile ends at the lower and upper bound, before the fit becomes significantly worse.
    """

    name: str
    unit: str
    values: Vector
    deviance: Vector
    others: dict[str, Vector]
    bounded: tuple[bool, bool]

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the confidence interval: where the deviance reaches the quantile of chi squared, or a bound."""
        from scipy.special import chdtri

        limit = math.sqrt(float(chdtri(1, 1 - level)))
        root, best = np.sqrt(np.maximum(self.deviance, 0.0)), int(np.argmin(self.deviance))
        ends = []
        for side in (slice(best, None, -1), slice(best, None)):
            r, v = root[side], self.values[side]
            beyond = np.flatnonzero(r >= limit)
            if not beyond.size:
                ends.append(float(v[-1]))
                continue
            k = int(beyond[0])
            ends.append(
                float(v[k - 1] + (v[k] - v[k - 1]) * (limit - r[k - 1]) / (r[k] - r[k - 1])) if k else float(v[0])
            )
        return ends[0], ends[1]

    def plot(self, panels: Any = None, *, figure: Figure | None = None) -> Figure:
        """Draw the deviance against the parameter, with the limits for 95 and 99 %, and the other parameters.

        Parameters
        ----------
        panels : sequence of matplotlib Axes, optional
            Axes to draw on: for the deviance and, if there are other parameters, for these.
        figure : matplotlib Figure, optional
            An empty figure, instead of ``panels``; by default a new pyplot figure.

        Returns
        -------
        matplotlib Figure

        Raises
        ------
        ValueError
            ``panels`` has a different number of axes.
        """
        from loligo.figures import profile_panels

        unit = f" [{self.unit}]" if self.unit else ""
        label = f"{self.name}{unit}"
        return profile_panels(self.values, self.deviance, label, self.others, self.interval(), panels, figure)


class Squares(Protocol):
    """A sum of squares over a box."""

    @property
    def box(self) -> Box:
        """The bounds."""
        ...

    def quadratic(self, point: Vector) -> Quadratic | None:
        """Return the quadratic model around a point."""
        ...


def profiled(problem: Squares, best: Vector, name: str, unit: str, scale: float) -> Profile:
    """Follow the profile of a parameter in both directions, until the fit is significantly worse or to a bound.

    ``scale`` divides the deviance: the variance of residuals in units of the noise.

    Raises
    ------
    FitError
        The best fit is not finite, or there is a better one along the profile, given in `FitError.values`.
    TimeLimitError, KeyboardInterrupt
        A time limit or Ctrl-C stopped the calculation; an unfinished profile is not kept.
    """
    try:
        return _followed(problem, best, name, unit, scale)
    except TimeLimitError as error:
        raise TimeLimitError(
            f"The time limit has passed along the profile of {name}: allow more time, or take intervals without "
            "profiles, which need no search."
        ) from error


def _followed(problem: Squares, best: Vector, name: str, unit: str, scale: float) -> Profile:
    k = problem.box.names.index(name)
    here = problem.quadratic(best)
    if here is None:
        raise FitError(f"The profile of {name} cannot be followed: the best fit is not finite.")
    sides = [_side(problem, best, here, k, direction, scale) for direction in (-1.0, 1.0)]
    points = np.array([*(point for point, _ in reversed(sides[0][0])), best, *(point for point, _ in sides[1][0])])
    deviance = [*(d for _, d in reversed(sides[0][0])), 0.0, *(d for _, d in sides[1][0])]
    values = problem.box.values(points)
    others = {other: values[:, j] for j, other in enumerate(problem.box.names) if j != k}
    bounded = (sides[0][1], sides[1][1])
    return Profile(name, unit, values[:, k], np.array(deviance), others, bounded)


def _side(
    problem: Squares, best: Vector, here: Quadratic, k: int, direction: float, scale: float
) -> tuple[list[tuple[Vector, float]], bool]:
    """Return points and their deviances outward on one side, and whether they end at a bound."""
    free = np.arange(best.size) != k
    curvature = max(float(np.linalg.inv(_regular(here.curvature))[k, k]), 1e-30)
    step = float(np.clip(STEP * math.sqrt(curvature * scale), SHORTEST, LONGEST))
    found: list[tuple[Vector, float]] = []
    point, root = best.copy(), 0.0
    for _ in range(MOST_POINTS):
        place = float(np.clip(point[k] + direction * step, 0.0, 1.0))
        if place == point[k]:
            return found, True
        moved = _along(problem, point, k, place)

        def evaluate(part: Vector, moved: Vector = moved) -> Quadratic | None:
            whole = moved.copy()
            whole[free] = part
            there = problem.quadratic(whole)
            return None if there is None else _among(there, free)

        start = evaluate(moved[free])
        if start is None:
            step *= 0.3
            continue
        minimum = descended(evaluate, moved[free], start)
        deviance = (minimum.quadratic.cost - here.cost) / scale
        moved[free] = minimum.point
        if deviance < -BETTER and np.abs(moved - best).max() > ELSEWHERE:
            raise _better(problem, moved, here, k)
        gone = math.sqrt(max(deviance, 0.0)) - root
        if gone > 3 * STEP and step > SHORTEST:  # too far apart for linear interpolation
            step = max(step * max(STEP / gone, 0.1), SHORTEST)
            continue
        root, point = root + gone, moved.copy()
        found.append((point, deviance))
        if deviance > FURTHEST:
            return found, False
        step = float(np.clip(step * min(max(STEP / max(gone, 0.1 * STEP), 0.3), 3.0), SHORTEST, LONGEST))
    return found, False


def _better(problem: Squares, point: Vector, here: Quadratic, k: int) -> FitError:
    """Return the error for a better fit, after a further search from a point of a profile."""
    start = problem.quadratic(point)
    if start is None:
        raise RuntimeError("a point of a profile is not finite")
    found, names = descended(problem.quadratic, point, start, FURTHER), problem.box.names
    values = dict(zip(names, problem.box.values(found.point).tolist(), strict=True))
    shown = ", ".join(f"{name} = {value:.6g}" for name, value in values.items())
    starts = ", ".join(f"{value:.6g}" for value in values.values())
    return FitError(
        f"The fit is not the best: along the profile of {names[k]} the sum of squares falls from {here.cost:.4g} to "
        f"{found.quadratic.cost:.4g}, at {shown}. Fit again from there with starts=[[{starts}]], or with more starts= "
        "and evaluations=.",
        values=values,
    )


def _along(problem: Squares, point: Vector, k: int, place: float) -> Vector:
    """Return the other coordinates to first order when one coordinate is changed."""
    moved = point.copy()
    moved[k] = place
    here = problem.quadratic(point)
    if here is not None:
        free = np.arange(point.size) != k
        matrix = _regular(here.curvature[np.ix_(free, free)])
        moved[free] -= np.linalg.solve(matrix, here.curvature[free, k] * (place - point[k]))
    return np.clip(moved, 0.0, 1.0)


def _regular(matrix: Vector) -> Vector:
    diagonal = np.diag(matrix)
    return np.asarray(matrix + 1e-12 * np.diag(np.where(diagonal > 0, diagonal, 1.0)))


def _among(quadratic: Quadratic, free: NDArray[np.bool_]) -> Quadratic:
    return Quadratic(quadratic.cost, quadratic.gradient[free], quadratic.curvature[np.ix_(free, free)])


def checked_level(level: object) -> float:
    """Return the level of an interval.

    Raises
    ------
    ArgumentError
        The level is not between 0 and 1.
    """
    value = number(level, "", "level")
    if not 0 < value < 1:
        raise ArgumentError(f"level must be a probability between 0 and 1, e.g. 0.95; got {value:g}.")
    return value
