"""Bifurcations and branches of limit cycles as values, with extrema and stability."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.dynamics.branch import DOUBLING, FOLD, HOMOCLINIC, SADDLE_NODE, TORUS, Branch, Point, of_rows
from loligo.dynamics.cycles import drift
from loligo.dynamics.events import Event, Lost, Unsearched, events
from loligo.dynamics.resolution import finer_orbit, resolved
from loligo.dynamics.verification import doubt, left_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.continuation import Track
    from loligo.dynamics.cycles import CycleCurve
    from loligo.dynamics.orbits import Orbit

PLACES_PER_CELL: Final = 16  # number of places in a cell at which extrema are sought
CIRCLE_WIDTH: Final = 1e-5  # a multiplier that lies outside the unit circle by no more counts as on it
SEARCH_WORK_LIMIT: Final = 200_000  # cells times variables, summed over all steps of the search along a branch
RESERVE_SHARE: Final = 0.5  # fraction of the effort reserved for visible folds, and as much again for period doublings
SPENT: Final = "work limit reached; raise effort= to continue"
NOT_AGAIN: Final = "it was not found again on a finer mesh"
# fraction of the range: a homoclinic orbit this close to a saddle-node passes through it
SADDLE_NODE_DISTANCE: Final = 1e-5


def cycle_points(
    curve: CycleCurve,
    track: Track[Orbit],
    others: tuple[Point, ...],
    known: tuple[Point, ...] = (),
    effort: float = 1.0,
) -> tuple[tuple[Point, ...], Branch, tuple[str, ...]]:
    """Return the bifurcations of a branch of cycles, the branch with them inserted, and what stopped the search.

    Parameters
    ----------
    curve : CycleCurve
    track : Track[Orbit]
    others : tuple of Point
        The bifurcations of equilibria, to tell a saddle-node on an invariant circle from another homoclinic orbit.
    known : tuple of Point
        The Hopf points or period doublings at the two ends of the branch, if any, for their marks.
    effort : float
        The work limit of the search, as a multiple of the default.
    """
    found: list[Event] = []
    notes: list[str] = []
    most = curve.work + effort * SEARCH_WORK_LIMIT
    branch = resolved(curve, track, most)
    track = branch.track
    for event in events(curve, branch, most, RESERVE_SHARE * effort * SEARCH_WORK_LIMIT):
        if isinstance(event, Lost):
            notes.append(left_out(curve.system, event.kind, event.value, NOT_AGAIN if event.tried else SPENT))
            continue
        if isinstance(event, Unsearched):
            notes.append(_unsearched(curve, track, event))
            continue
        why = doubt(curve.system, _point(curve, event))
        if why:
            notes.append(why)
        else:
            found.append(event)
    found.sort(key=lambda event: event.after)
    marks = [""] * len(track.points)
    for point in known:
        for end in (0, -1):
            if track.points[end].loop.value == point.value:
                marks[end] = point.kind
    points = [_point(curve, event) for event in found]
    for end, what in ((-1, track.ending.kind), (0, track.beginning.kind)):
        if what == HOMOCLINIC:
            point = _homoclinic(curve, track.points[end], others)
            why = doubt(curve.system, point)
            if why:
                notes.append(why)
            else:
                points.append(point)
                marks[end] = HOMOCLINIC
    rows = [_row(curve, orbit, mark) for orbit, mark in zip(track.points, marks, strict=True)]
    for event in reversed(found):
        rows.insert(track.strides[event.after].position + 1, _row(curve, event.orbit, event.kind))
    return tuple(points), of_rows(Branch, "cycles", rows), tuple(notes)


def _unsearched(curve: CycleCurve, track: Track[Orbit], event: Unsearched) -> str:
    """Return a note on the part of a branch that was not searched for some event."""
    ends = [
        f"{curve.system.said(orbit.loop.value)} (period {orbit.loop.period:.5g} ms)"
        for orbit in (track.points[event.start], track.points[-1])
    ]
    share = f"{len(track.points) - event.start} of the {len(track.points)} points"
    part = f"{share} of a branch of limit cycles, from {ends[0]} to {ends[1]}"
    return f"{event.what} were not looked for on {part}: {SPENT}."


def extrema(unit: float, orbit: Orbit) -> tuple[float, float]:
    """Return the lowest and the highest v of a cycle [mV], in whose states v is in the given unit [mV]."""
    ends = orbit.mesh.ends
    times = (ends[:-1, None] + np.diff(ends)[:, None] * np.linspace(0, 1, PLACES_PER_CELL, endpoint=False)).ravel()
    v = orbit.along(times)[:, 0] * unit
    return float(_peak(times, v, -1.0)), float(_peak(times, v, 1.0))


def _peak(times: NDArray[np.float64], v: NDArray[np.float64], sign: float) -> float:
    """Return an extremum of samples, interpolated by a parabola through three of them."""
    k = int(np.argmax(sign * v))
    t = np.array([times[k - 1] - (k == 0), times[k], times[(k + 1) % len(times)] + (k + 1 == len(times))]) - times[k]
    y = np.array([v[k - 1], v[k], v[(k + 1) % len(v)]])
    width = t[2] - t[0]
    if np.ptp(y) == 0.0:
        return float(y[1])
    slopes = (y[1] - y[0]) / (t[1] - t[0]), (y[2] - y[1]) / (t[2] - t[1])
    bend = (slopes[1] - slopes[0]) / width
    tilt = slopes[0] - bend * t[0]
    return float(y[1] - tilt**2 / (4 * bend)) if bend else float(y[1])


def _unstable(orbit: Orbit, mark: str) -> int:
    """Count the multipliers outside the unit circle, without the trivial and the critical ones."""
    others = orbit.multipliers[1:]
    if mark in (FOLD, "Hopf"):
        others = np.delete(others, np.argmin(np.abs(others - 1)))
    elif mark == DOUBLING:
        others = np.delete(others, np.argmin(np.minimum(np.abs(others + 1), np.abs(others - 1))))  # 1: traversed twice
    elif mark == TORUS:
        nearest = np.argsort(np.abs(np.abs(others) - 1) + (others.imag == 0))
        others = np.delete(others, nearest[:2])
    return int((np.abs(others) > 1 + CIRCLE_WIDTH).sum())


def _point(curve: CycleCurve, event: Event) -> Point:
    orbit = event.orbit
    low, high = extrema(curve.system.scale[0], orbit)
    before = extrema(curve.system.scale[0], event.coarse)
    return Point(
        kind=event.kind,
        value=orbit.loop.value,
        residual=orbit.residual,
        error=event.error,
        state=curve.system.state(orbit.loop.starts[0], orbit.loop.value),
        v_min=low,
        v_max=high,
        period=orbit.loop.period,
        multipliers=orbit.multipliers,
        v_error=max(abs(low - before[0]), abs(high - before[1])),
        period_error=abs(orbit.loop.period - event.coarse.loop.period),
        cycle=orbit,
    )


def _homoclinic(curve: CycleCurve, orbit: Orbit, others: tuple[Point, ...]) -> Point:
    low, high = extrema(curve.system.scale[0], orbit)
    value, error = orbit.loop.value, abs(drift(orbit))
    finer = finer_orbit(curve, orbit)
    moved = math.nan if finer is None else abs(finer.loop.value - value)
    note = f"the period grows without bound, here {orbit.loop.period:.4g} ms"
    # near a saddle-node the period is proportional to 1/sqrt(p - p0), so p still changes by half the drift
    end = value + drift(orbit) / 2
    if any(
        p.kind == SADDLE_NODE and abs(p.value - end) < max(error, SADDLE_NODE_DISTANCE * curve.system.width)
        for p in others
    ):
        note, value, error = f"saddle-node on an invariant circle: {note}", end, error / 2
    return Point(
        kind=HOMOCLINIC,
        value=value,
        residual=orbit.residual,
        error=error + moved,
        state=curve.system.state(orbit.loop.starts[0], orbit.loop.value),
        v_min=low,
        v_max=high,
        period=math.inf,
        multipliers=orbit.multipliers,
        note=note,
        cycle=orbit,
    )


def _row(curve: CycleCurve, orbit: Orbit, mark: str) -> tuple[Any, ...]:
    """Return a cycle as a row of its branch."""
    value, state = orbit.loop.value, curve.system.state(orbit.loop.starts[0], orbit.loop.value)
    low, high = extrema(curve.system.scale[0], orbit)
    unstable, cycle = _unstable(orbit, mark), (orbit.mesh, orbit.loop)
    return value, state, low, high, orbit.loop.period, orbit.multipliers, unstable, mark, cycle
