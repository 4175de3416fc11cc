"""Curves of Hopf points and saddle-nodes from the points where a diagram has them, as they are shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from loligo.dynamics.branch import HOPF, SADDLE_NODE
from loligo.dynamics.curves.conditions import KINDS, Conditions
from loligo.dynamics.curves.double_point_errors import errors
from loligo.dynamics.curves.double_points import (
    LEAST_KAPPA,
    DoublePoint,
    coefficients,
    double_points,
    exact_coefficient,
    left_of_double_zero,
)
from loligo.dynamics.curves.paths import followed, on, sharpened
from loligo.dynamics.curves.sets import BAUTIN, BOGDANOV_TAKENS, BifurcationCurve, SpecialPoint
from loligo.dynamics.zeros import Path

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane

    Array = NDArray[np.float64]

SAME_DOUBLE_ZERO = 1e-5  # of the ranges: two double zero eigenvalues so near are one


def equilibrium_curves(
    plane: ParameterPlane, starts: list[tuple[str, Array, Array]], say: Callable[[str], object]
) -> tuple[list[BifurcationCurve], list[SpecialPoint], list[str]]:
    """Follow every curve once.

    Parameters
    ----------
    plane : ParameterPlane
    starts : list of (kind, array (variables,), array (2,))
        Bifurcations to start from: plain state and both parameters.
    say : callable
        Called with one line on what is being followed.
    """
    curves: list[BifurcationCurve] = []
    points: list[SpecialPoint] = []
    notes: list[str] = []
    known: list[tuple[Conditions, Path]] = []

    def follow(conditions: Conditions, guess: Array, words: str) -> None:
        start = sharpened(conditions, guess, 1)
        if start is None:
            notes.append(f"No curve of {conditions.word} could be followed from {words}.")
            return
        alike = (one for one in known if one[0].kind == conditions.kind)
        if any(on(own, path, _as(own, conditions, start)) for own, path in alike):
            return
        say(f"{conditions.word} from {words}")
        path = followed(conditions, start)
        known.append((conditions, path))
        curve, found, doubts = _shown(conditions, path)
        curves.append(curve)
        points.extend(one for one in found if not any(_same(plane, one, other) for other in points))
        notes.extend((*path.notes, *doubts))

    for kind, state, p in starts:
        if kind in KINDS:
            conditions = Conditions(plane, kind)
            follow(conditions, conditions.begun(state, p), plane.said(p))
    for point in [one for one in points if one.kind == BOGDANOV_TAKENS]:
        p = np.array(point.values)
        words = f"the Bogdanov-Takens point at {plane.said(p)}"
        hopf, fold = Conditions(plane, HOPF), Conditions(plane, SADDLE_NODE)
        follow(hopf, hopf.begun_at_double_zero(point.state, p), words)
        follow(fold, fold.begun(point.state, p), words)
    return curves, points, notes


def _as(own: Conditions, other: Conditions, x: Array) -> Array:
    """Return an unknown of one curve with the unit of kappa of another."""
    if not own.turning:
        return x
    changed = x.copy()
    changed[-1] *= other.unit / own.unit
    return changed


def _same(plane: ParameterPlane, one: SpecialPoint, other: SpecialPoint) -> bool:
    """Tell whether a double zero eigenvalue was met on both of its curves."""
    apart = np.abs(np.subtract(one.values, other.values)) / plane.widths
    return one.kind == other.kind and bool((apart < SAME_DOUBLE_ZERO).all())


def _shown(conditions: Conditions, path: Path) -> tuple[BifurcationCurve, list[SpecialPoint], list[str]]:
    """Return a curve with its special points in their places, and notes on points whose error cannot be told."""
    turning = conditions.turning
    sizes = coefficients(conditions, path) if turning else np.full(len(path.points), np.nan)
    found = list(double_points(conditions, path, sizes))
    rows = [(x, size, "") for x, size in zip(path.points, sizes, strict=True)]
    points: list[SpecialPoint] = []
    notes: list[str] = []
    for one in reversed(found):
        point = _point(conditions, one)
        if not math.isfinite(point.error):
            where = conditions.plane.said(np.array(point.values))
            notes.append(f"A {one.kind} point near {where} is left out: its error cannot be told.")
            continue
        points.insert(0, point)
        rows.insert(one.after + 1, (one.x, point.coefficient, one.kind))
    if turning:
        rows = [row for row in rows if row[0][-1] > LEAST_KAPPA or row[2] == BOGDANOV_TAKENS]
    values = np.array([conditions.values(x) for x, _, _ in rows])
    states = np.array([conditions.state(x) for x, _, _ in rows])
    curve = BifurcationCurve(
        kind=conditions.kind,
        x=values[:, 0],
        y=values[:, 1],
        states=states,
        v_min=states[:, 0],
        v_max=states[:, 0],
        periods=np.array([_period(conditions, x, mark) for x, _, mark in rows]),
        coefficients=np.array([size for _, size, _ in rows]),
        residuals=np.array(
            [conditions.left(x) if mark != BOGDANOV_TAKENS else _residual(conditions, mark, x) for x, _, mark in rows]
        ),
        marks=tuple(mark for _, _, mark in rows),
        errors=np.full((len(rows), 2), np.nan),
    )
    return curve, points, notes


def _period(conditions: Conditions, x: Array, mark: str) -> float:
    if conditions.kind != HOPF:
        return math.nan
    return math.inf if mark == BOGDANOV_TAKENS else 2 * math.pi / math.sqrt(conditions.kappa(x))


def _residual(conditions: Conditions, kind: str, x: Array) -> float:
    if kind != BOGDANOV_TAKENS:
        return conditions.left(x)
    n = conditions.plane.size
    f = float(np.abs(conditions.plane.slopes(x[None, :n], conditions.values(x))[0]).max())
    return max(f, *(abs(one) for one in left_of_double_zero(conditions, x)))


def _point(conditions: Conditions, one: DoublePoint) -> SpecialPoint:
    plane, kind, x = conditions.plane, one.kind, one.x
    first, second = (float(value) for value in conditions.values(x))
    eigenvalues = np.linalg.eigvals(conditions.jacobian(x)).astype(complex)
    period = _period(conditions, x, kind)
    off = errors(conditions, x, one.test)
    by_first, by_second = off[plane.size : plane.size + 2] * plane.units
    return SpecialPoint(
        kind=kind,
        values=(first, second),
        errors=(float(by_first + np.spacing(abs(first))), float(by_second + np.spacing(abs(second)))),
        residual=_residual(conditions, kind, x),
        state=conditions.state(x),
        period=math.nan if math.isinf(period) else period,
        eigenvalues=eigenvalues[np.argsort(-eigenvalues.real, kind="stable")],
        coefficient=exact_coefficient(conditions, x) if kind == BAUTIN else math.nan,
        v_error=float(off[0] * plane.scale[0]),
    )
