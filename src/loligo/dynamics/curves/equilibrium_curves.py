"""Curves of Hopf points and saddle-nodes in two parameters, started at those of a diagram."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.dynamics.branch import HOPF, of_rows
from loligo.dynamics.criticality import sorted_eigenvalues
from loligo.dynamics.curves.conditions import (
    EQUILIBRIUM_CONDITIONS,
    BifurcationBranch,
    Conditions,
    HopfConditions,
    SaddleNodeConditions,
)
from loligo.dynamics.curves.double_point_errors import errors
from loligo.dynamics.curves.double_points import (
    LEAST_KAPPA,
    DoublePoint,
    coefficients,
    double_points,
    exact_coefficient,
    left_of_double_zero,
)
from loligo.dynamics.curves.sets import BAUTIN, BOGDANOV_TAKENS, UNKNOWN_ERRORS, BifurcationCurve, SpecialPoint
from loligo.dynamics.zeros import Path, followed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane

    Array = NDArray[np.float64]

SAME_DOUBLE_ZERO = 1e-5  # fraction of the ranges: two double zero eigenvalues closer together than this are one


def equilibrium_curves(
    plane: ParameterPlane, starts: list[tuple[str, Array, Array]], say: Callable[[str], object]
) -> tuple[list[BifurcationCurve], list[SpecialPoint], list[str]]:
    """Follow every curve once.

    Parameters
    ----------
    plane : ParameterPlane
    starts : list of (kind, array (variables,), array (2,))
        Bifurcations to start from: unscaled state and both parameters.
    say : callable
        Called with a one-line description of what is being followed.
    """
    curves: list[BifurcationCurve] = []
    points: list[SpecialPoint] = []
    notes: list[str] = []
    known: list[tuple[Conditions, Path]] = []

    def follow(conditions: Conditions, guess: Array, words: str) -> None:
        start = conditions.with_parameter(guess, float(conditions.values(guess)[1]), 1)
        if start is None:
            notes.append(f"No curve of {conditions.plural} could be followed from {words}.")
            return
        alike = (one for one in known if one[0].kind == conditions.kind)
        if any(own.on(path, own.likewise(conditions, start)) for own, path in alike):
            return
        say(f"{conditions.plural} from {words}")
        path = followed(partial(BifurcationBranch, conditions), conditions, start)
        known.append((conditions, path))
        curve, found, doubts = _shown(conditions, path)
        curves.append(curve)
        points.extend(one for one in found if not any(_same(plane, one, other) for other in points))
        notes.extend((*path.notes, *doubts))

    for kind, state, p in starts:
        if kind in EQUILIBRIUM_CONDITIONS:
            conditions = EQUILIBRIUM_CONDITIONS[kind](plane)
            follow(conditions, conditions.begun(state, p), plane.said(p))
    for point in [one for one in points if one.kind == BOGDANOV_TAKENS]:
        p = np.array(point.values)
        words = f"the Bogdanov-Takens point at {plane.said(p)}"
        hopf, fold = HopfConditions(plane), SaddleNodeConditions(plane)
        follow(hopf, hopf.begun_at_double_zero(point.state, p), words)
        follow(fold, fold.begun(point.state, p), words)
    return curves, points, notes


def _same(plane: ParameterPlane, one: SpecialPoint, other: SpecialPoint) -> bool:
    """Tell whether two curves met the same double zero eigenvalue."""
    apart = np.abs(np.subtract(one.values, other.values)) / plane.widths
    return one.kind == other.kind and bool((apart < SAME_DOUBLE_ZERO).all())


def _shown(conditions: Conditions, path: Path) -> tuple[BifurcationCurve, list[SpecialPoint], list[str]]:
    """Return a curve with its special points inserted, and notes on points whose error is unknown."""
    sizes = coefficients(conditions, path) if conditions.oscillating else np.full(len(path.points), np.nan)
    found = list(double_points(conditions, path, sizes))
    rows = [(x, size, "") for x, size in zip(path.points, sizes, strict=True)]
    points: list[SpecialPoint] = []
    notes: list[str] = []
    for one in reversed(found):
        point = _point(conditions, one)
        if not math.isfinite(point.error):
            where = conditions.plane.said(np.array(point.values))
            notes.append(f"A {one.kind} point near {where} is left out: its error is unknown.")
            continue
        points.insert(0, point)
        rows.insert(one.after + 1, (one.x, point.coefficient, one.kind))
    least = LEAST_KAPPA * conditions.unit  # keeps all saddle-nodes, whose kappa is NaN
    rows = [row for row in rows if not conditions.kappa(row[0]) <= least or row[2] == BOGDANOV_TAKENS]
    return of_rows(BifurcationCurve, conditions.kind, [_row(conditions, *row) for row in rows]), points, notes


def _row(conditions: Conditions, x: Array, size: float, mark: str) -> tuple[Any, ...]:
    """Return a bifurcation as a row of its curve."""
    state, period, residual = conditions.state(x), _period(conditions, x, mark), _residual(conditions, mark, x)
    return *conditions.values(x), state, state[0], state[0], period, size, residual, mark, UNKNOWN_ERRORS


def _period(conditions: Conditions, x: Array, mark: str) -> float:
    if conditions.kind != HOPF:
        return math.nan
    return math.inf if mark == BOGDANOV_TAKENS else 2 * math.pi / math.sqrt(conditions.kappa(x))


def _residual(conditions: Conditions, kind: str, x: Array) -> float:
    if kind != BOGDANOV_TAKENS:
        return conditions.left(x)
    f = float(np.abs(conditions.slopes(x)).max())
    return max(f, *(abs(one) for one in left_of_double_zero(conditions, x)))


def _point(conditions: Conditions, one: DoublePoint) -> SpecialPoint:
    plane, kind, x = conditions.plane, one.kind, one.x
    first, second = (float(value) for value in conditions.values(x))
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
        eigenvalues=sorted_eigenvalues(conditions.jacobian(x)),
        coefficient=exact_coefficient(conditions, x) if kind == BAUTIN else math.nan,
        v_error=float(off[0] * plane.scale[0]),
    )
