"""Finding where a function of v changes sign or touches zero, on a grid that is refined where it may do so.

On an interval of width h, a function with second divided differences up to c is within c h²/4 of the line between its
ends, and it can have an extremum only if its ends differ by less than 2 c h². Intervals on which it may have an
extremum and reach zero are cut into four, down to a millionth of the scale of v; so close roots are separated, even
near a fold. Intervals at one end of which the function has no value are cut as well: there may be a root before it
ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Function = Callable[[Array, Array], tuple[Array, Array]]

TURN_FACTOR: Final = 4.0  # f may turn if it changes by at most this times c h²: twice the necessary value; c is rough
REACH_FACTOR: Final = 1.0  # f may reach zero if it is at most this times c h² at an end: four times the necessary value
PARTS: Final = 4
SHORTEST_INTERVAL: Final = 1e-6  # in scales of v: an interval that is no longer is not refined
MOST_INTERVALS: Final = 2_000  # largest number of intervals that are refined at the same time


@dataclass(frozen=True, eq=False)
class Intervals:
    """Intervals of v, with the function and the further states at their ends, and the curvature on them.

    Attributes
    ----------
    v : array (intervals, 2)
        The ends of each interval [mV].
    f : array (intervals, 2)
        The function at both ends.
    x : array (intervals, 2, states)
        The further states at both ends.
    curvature : array (intervals,)
        The largest second divided difference near each interval.
    """

    v: Array
    f: Array
    x: Array
    curvature: Array

    def __getitem__(self, chosen: Any) -> Intervals:
        return Intervals(self.v[chosen], self.f[chosen], self.x[chosen], self.curvature[chosen])

    def joined(self, others: list[Intervals]) -> Intervals:
        """Return the union of these intervals and others."""
        fields = ("v", "f", "x", "curvature")
        return Intervals(*(np.concatenate([getattr(one, name) for one in (self, *others)]) for name in fields))


def along(grid: Array, f: Array, x: Array) -> Intervals:
    """Return the intervals of a grid, v (points,), f (points,), x (points, states), with a value of f at an end."""
    curvature = np.zeros(grid.size - 1)
    if grid.size > 2:
        bends = np.pad(_second_differences(grid, f), 2)  # bends of the triples around points -1, 0, 1, ...
        near = np.stack([bends[k : k + grid.size - 1] for k in range(4)])
        curvature = np.nanmax(np.where(np.isfinite(near), near, 0.0), axis=0)
    pairs = Intervals(
        np.stack([grid[:-1], grid[1:]], axis=1),
        np.stack([f[:-1], f[1:]], axis=1),
        np.stack([x[:-1], x[1:]], axis=1),
        curvature,
    )
    return pairs[np.isfinite(pairs.f).any(axis=1)]


def refined(intervals: Intervals, function: Function, v_scale: float) -> tuple[Intervals, Intervals, bool]:
    """Refine intervals until each contains at most one zero.

    Parameters
    ----------
    intervals : Intervals
    function : callable
        Function of v (rows,) and guesses of x (rows, states) that returns its values and x; NaN where it has no value.
    v_scale : float

    Returns
    -------
    (Intervals, Intervals, bool)
        Intervals with a change of sign; the finest ones that come close to zero without one; whether all could be
        refined.
    """
    crossed, near, all_of_them = [], [], True
    while len(intervals.v):
        lost = np.isnan(intervals.f).any(axis=1)
        open_ = _undecided(intervals) | lost
        finest = intervals.v[:, 1] - intervals.v[:, 0] <= SHORTEST_INTERVAL * v_scale
        crossed.append(intervals[_changes(intervals) & (~open_ | finest)])
        near.append(intervals[open_ & finest & ~_changes(intervals) & ~lost])
        going = np.flatnonzero(open_ & ~finest)
        if going.size > MOST_INTERVALS:
            all_of_them = False
            rest = np.setdiff1d(going, going[:MOST_INTERVALS])
            crossed.append(intervals[rest[_changes(intervals[rest])]])
            going = going[:MOST_INTERVALS]
        intervals = _cut(intervals[going], function)
    empty = intervals
    return empty.joined(crossed), empty.joined(near), all_of_them


def _changes(intervals: Intervals) -> NDArray[np.bool_]:
    changed: NDArray[np.bool_] = (intervals.f[:, 0] >= 0.0) != (intervals.f[:, 1] >= 0.0)
    return changed & ~np.isnan(intervals.f).any(axis=1)


def _undecided(intervals: Intervals) -> NDArray[np.bool_]:
    bend = intervals.curvature * (intervals.v[:, 1] - intervals.v[:, 0]) ** 2
    turns = np.abs(intervals.f[:, 1] - intervals.f[:, 0]) <= TURN_FACTOR * bend
    reaches = np.abs(intervals.f).min(axis=1) <= REACH_FACTOR * bend
    undecided: NDArray[np.bool_] = turns & (bend > 0.0) & (_changes(intervals) | reaches)
    return undecided


def _cut(intervals: Intervals, function: Function) -> Intervals:
    """Cut each interval into four."""
    count = len(intervals.v)
    if not count:
        return intervals
    ends = np.where(np.isfinite(intervals.x), intervals.x, intervals.x[:, ::-1])  # the other end if one has no value
    shares = np.arange(PARTS + 1) / PARTS
    v = intervals.v[:, :1] + shares * (intervals.v[:, 1:] - intervals.v[:, :1])
    x = ends[:, :1] + shares[:, None] * (ends[:, 1:] - ends[:, :1])
    f = np.empty_like(v)
    v[:, -1], f[:, 0], f[:, -1] = intervals.v[:, 1], intervals.f[:, 0], intervals.f[:, 1]
    inner, states = slice(1, PARTS), x.shape[2]
    values, found = function(v[:, inner].ravel(), x[:, inner].reshape(count * (PARTS - 1), states))
    f[:, inner], x[:, inner] = values.reshape(count, -1), found.reshape(count, PARTS - 1, states)
    bends = np.abs(_second_differences(v.T, f.T)).T
    curvature = np.repeat(np.nanmax(np.where(np.isfinite(bends), bends, 0.0), axis=1), PARTS)
    parts = Intervals(
        np.stack([v[:, :-1].ravel(), v[:, 1:].ravel()], axis=1),
        np.stack([f[:, :-1].ravel(), f[:, 1:].ravel()], axis=1),
        np.stack([x[:, :-1].reshape(count * PARTS, states), x[:, 1:].reshape(count * PARTS, states)], axis=1),
        curvature,
    )
    return parts[np.isfinite(parts.f).any(axis=1)]


def _second_differences(v: Array, f: Array) -> Array:
    """Return the size of second divided differences along the first axis."""
    slopes = np.diff(f, axis=0) / np.diff(v, axis=0)
    bends: Array = np.abs(np.diff(slopes, axis=0) / (v[2:] - v[:-2]))
    return bends
