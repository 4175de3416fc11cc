"""Nullclines, on which one of two variables does not change: curves that are exact at every point, with their folds.

A grid finds the curves, whatever their number and shape. Then every crossing of a grid line is moved onto the curve by
a bracketed search along that line, and the points at which a curve turns back in x or y are located and inserted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.newton import polished
from loligo.resting.roots import bracketed_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from loligo.dynamics.planes.phase_system import PhaseSystem

    Array = NDArray[np.float64]

MOST_STEPS: Final = 100
NARROW: Final = 1e-15  # width of the bracket at which the search along a grid line ends, as a fraction of a cell
TURNED: Final = 1e-13  # error of a located fold, as a fraction of the way between two points
APART: Final = 1e-9  # fraction of the axes: folds closer together than this count as one


@dataclass(frozen=True, eq=False)
class Nullcline:
    """The curves on which one variable does not change.

    Attributes
    ----------
    variable : str
        Name of the variable that does not change on the nullcline.
    curves : tuple of array (points, 2)
        x and y along each connected piece; a closed piece ends where it begins.
    folds : array (folds, 2)
        The points at which x or y has an extremum along a curve: the knees of the nullcline.
    residual : float
        The largest rate of change left at any point [units of the variable per ms].
    """

    variable: str
    curves: tuple[Array, ...]
    folds: Array
    residual: float

    def __len__(self) -> int:
        return sum(len(curve) for curve in self.curves)

    def __repr__(self) -> str:
        return (
            f"<Nullcline of {self.variable}: {len(self.curves)} curves of {len(self)} points, {len(self.folds)} folds, "
            f"residual {self.residual:.1e}>"
        )


class Zero:
    """The zero set of one component of a plane's slope, in coordinates from 0 to 1."""

    def __init__(self, plane: PhaseSystem, component: int, low: Array, width: Array) -> None:
        self.plane, self.component, self.low, self.width = plane, component, low, width

    def __call__(self, unit: Array) -> Array:
        """Return the slope at points, shape (rows,)."""
        values: Array = self.plane.slopes(self.low + unit * self.width)[:, self.component]
        return values

    def gradient(self, unit: Array) -> Array:
        """Return its derivatives at points, shape (rows, 2)."""
        values: Array = self.plane.jacobians(self.low + unit * self.width)[:, self.component] * self.width
        return values

    def near(self, unit: Array) -> Array | None:
        """Return the point of the curve next to a given one, by Newton steps along the gradient; None if they fail."""

        def step_at(z: Array) -> Array:
            slope = self.gradient(z[None])[0]
            step: Array = self(z[None])[0] / (slope @ slope) * slope
            return step

        return polished(unit, step_at, max_step=0.1)


def nullcline(zero: Zero, variable: str, values: Array) -> Nullcline:
    """Return a nullcline from the values of its slope on a grid.

    Parameters
    ----------
    zero : Zero
    variable : str
    values : array (rows, columns)
        The slope on an even grid: y along rows, x along columns.
    """
    pieces = [_refined(zero, line, values) for line in _contours(values)]
    curves, folds = [], []
    for piece in pieces:
        curve, own = _with_folds(zero, piece)
        curves.append(curve)
        folds += own
    together = np.concatenate(curves) if curves else np.empty((0, 2))
    left = float(np.abs(zero(together)).max()) if len(together) else 0.0
    placed = tuple(zero.low + curve * zero.width for curve in curves)
    return Nullcline(variable, placed, zero.low + np.array(folds).reshape(-1, 2) * zero.width, left)


def _contours(values: Array) -> list[Array]:
    """Return the lines along which a grid of values changes its sign, in places of the grid, column first."""
    from contourpy import LineType, contour_generator

    generator = contour_generator(z=np.ma.masked_invalid(values), line_type=LineType.Separate)
    return [np.asarray(line) for line in generator.lines(0.0)]


def _refined(zero: Zero, line: Array, values: Array) -> Array:
    """Move every point of a contour along its grid line onto the curve; return points with coordinates from 0 to 1."""
    cells = np.array(values.shape[::-1]) - 1
    low, high = np.array([_ends(point, values) for point in line]).transpose(1, 0, 2)
    below, above = (values[end[:, 1].astype(int), end[:, 0].astype(int)] for end in (low, high))
    share = _roots(lambda rows, s: zero((low + s[:, None] * (high - low))[rows] / cells), below, above)
    placed: Array = (low + share[:, None] * (high - low)) / cells
    return placed


def _ends(point: Array, values: Array) -> tuple[Array, Array]:
    """Return the two neighbours on the grid between which a contour passes at a point of a grid line."""
    nearest = np.clip(np.rint(point), 0, np.array(values.shape[::-1]) - 1)
    along = int(np.argmax(np.abs(point - nearest)))  # the other coordinate is that of the line
    unit = np.eye(2)[along]
    here = values[int(nearest[1]), int(nearest[0])]
    side = 1.0 if point[along] > nearest[along] else -1.0
    for other in (nearest + side * unit, nearest - side * unit):
        column, row = (int(c) for c in other)
        inside = 0 <= row < values.shape[0] and 0 <= column < values.shape[1]
        if inside and (values[row, column] < 0) != (here < 0):
            return nearest, other
    return nearest, nearest


def _roots(function: Callable[[NDArray[np.intp], Array], Array], at_0: Array, at_1: Array) -> Array:
    """Return the roots in [0, 1] of several functions of one variable, found together by the Illinois method."""
    best, size = np.where(np.abs(at_0) <= np.abs(at_1), 0.0, 1.0), np.minimum(np.abs(at_0), np.abs(at_1))
    rows = np.flatnonzero((at_0 < 0) != (at_1 < 0))
    a, b, at_a, at_b = np.zeros(rows.size), np.ones(rows.size), at_0[rows], at_1[rows]
    for _ in range(MOST_STEPS):
        if not rows.size:
            break
        c = b - at_b * (b - a) / (at_b - at_a)
        c = np.where((c > np.minimum(a, b)) & (c < np.maximum(a, b)), c, (a + b) / 2)
        whole = best.copy()
        whole[rows] = c
        at_c = function(rows, whole)
        better = np.abs(at_c) < size[rows]
        best[rows[better]], size[rows[better]] = c[better], np.abs(at_c)[better]
        same = (at_c < 0) == (at_b < 0)
        a, at_a = np.where(same, a, b), np.where(same, at_a / 2, at_b)
        b, at_b = c, at_c
        go_on = (at_c != 0) & (np.abs(b - a) > NARROW)
        rows, a, b, at_a, at_b = rows[go_on], a[go_on], b[go_on], at_a[go_on], at_b[go_on]
    return best


def _with_folds(zero: Zero, curve: Array) -> tuple[Array, list[Array]]:
    """Insert the points at which a curve turns back, between those where its direction changes sign."""
    slopes = zero.gradient(curve)
    found: list[tuple[float, Array]] = []
    for component in (0, 1):
        turns = np.flatnonzero(slopes[:-1, component] * slopes[1:, component] < 0)
        for k in turns.tolist():
            fold = _fold(zero, curve[k], curve[k + 1], component, slopes[k, component], slopes[k + 1, component])
            if fold is not None:
                share, point = fold
                found.append((k + share, point))
    found.sort(key=lambda one: one[0])
    places = np.array([int(at) + 1 for at, _ in found], dtype=int)
    folds = [point for _, point in found]
    whole = np.insert(curve, places, np.array(folds).reshape(-1, 2), axis=0) if folds else curve
    distinct: list[Array] = []
    for point in folds:
        if all(np.abs(point - other).max() > APART for other in distinct):
            distinct.append(point)
    return whole, distinct


def _fold(zero: Zero, p: Array, q: Array, component: int, at_p: float, at_q: float) -> tuple[float, Array] | None:
    """Return the point between two neighbours where the curve is parallel to an axis, and its fraction of the way."""

    def direction(share: float) -> float:
        there = zero.near(p + share * (q - p))
        return math.nan if there is None else float(zero.gradient(there[None])[0, component])

    share = bracketed_root(direction, 0.0, 1.0, at_p, at_q, width=TURNED)
    point = None if math.isnan(share) else zero.near(p + share * (q - p))
    return None if point is None else (share, point)
