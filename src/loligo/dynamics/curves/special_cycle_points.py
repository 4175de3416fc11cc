"""Curves of special cycles as they are shown, with the cusps at which two folds meet."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.curves.fold_condition import FOLDS
from loligo.dynamics.curves.homoclinic_errors import errors as homoclinic_errors
from loligo.dynamics.curves.sets import CYCLE_CUSP, BifurcationCurve, SpecialPoint
from loligo.dynamics.curves.special_cycles import (
    SHARP_NEWTON_STEP,
    SpecialCycle,
    Weights,
    corrected,
    normalised,
    stepped,
)
from loligo.dynamics.cycle_points import NOT_AGAIN, extrema
from loligo.dynamics.orbits import halved
from loligo.dynamics.resolution import LEAST_ERROR
from loligo.resting.roots import bracketed_root

UNKNOWN: Final = (math.nan, math.nan)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane

    Array = NDArray[np.float64]
    Row = tuple[float, float, Array, float, float, float, float]


def shown(
    plane: ParameterPlane, cycles: tuple[SpecialCycle, ...], ends: tuple[SpecialPoint | None, ...]
) -> tuple[BifurcationCurve, list[SpecialPoint], list[str]]:
    """Return a curve with its special points in their places, and notes on those that a finer mesh does not show."""
    condition = cycles[0].condition
    rows = [(_row(plane, special), "") for special in cycles]
    errors = [homoclinic_errors(plane, special) if condition.holds_period else UNKNOWN for special in cycles]
    points: list[SpecialPoint] = []
    notes: list[str] = []
    for k, coarse, finer in reversed(_cusps(plane, cycles) if condition is FOLDS else []):
        if finer is None:
            notes.append(f"A {CYCLE_CUSP} near {plane.said(coarse.here.pair)} is left out: {NOT_AGAIN}.")
            continue
        row = _row(plane, finer)
        rows.insert(k + 1, (row, CYCLE_CUSP))
        errors.insert(k + 1, UNKNOWN)
        points.insert(0, _cusp(plane, row, finer, _row(plane, coarse)))
    for place, end in ((0, ends[0]), (len(rows) + 1, ends[1])):
        if end is not None:
            row = (*end.values, end.state, end.v, end.v, end.period, end.residual)
            rows.insert(place, (row, end.kind))
            errors.insert(place, end.errors)
    columns = zip(*(row for row, _ in rows), strict=True)
    x, y, states, low, high, periods, residuals = (np.array(column) for column in columns)
    curve = BifurcationCurve(
        kind=condition.kind,
        x=x,
        y=y,
        states=states,
        v_min=low,
        v_max=high,
        periods=periods,
        coefficients=np.full(len(rows), np.nan),
        residuals=residuals,
        marks=tuple(mark for _, mark in rows),
        errors=np.array(errors),
    )
    return curve, points, notes


def _cusps(
    plane: ParameterPlane, cycles: tuple[SpecialCycle, ...]
) -> list[tuple[int, SpecialCycle, SpecialCycle | None]]:
    """Return where both parameters turn round at once: after which cycle, the cusp, and with every cell cut in two."""
    found = []
    for k, (a, b) in enumerate(pairwise(cycles)):
        base = normalised(plane, a)
        direction = (b.tangent.pair - base.tangent.pair) / plane.units
        if not float(base.tangent.pair / plane.units @ (b.tangent.pair / plane.units)) < 0:
            continue
        length = Weights(plane, base).product(base.tangent, b.on(base.mesh).here.plus(base.here, -1.0))
        cusp = _turning(plane, base, direction, length)
        if cusp is None:
            continue
        finer = normalised(plane, base.on(halved(base.mesh)))
        begun = corrected(plane, finer, finer.tangent, tolerance=SHARP_NEWTON_STEP)
        found.append((k, cusp, None if begun is None else _turning(plane, begun, direction, length)))
    return found


def _turning(plane: ParameterPlane, base: SpecialCycle, direction: Array, length: float) -> SpecialCycle | None:
    """Return where the change of both parameters passes zero, within a length along the curve from a cycle."""

    def test(s: float) -> float:
        there = stepped(plane, base, s, tolerance=SHARP_NEWTON_STEP)
        return math.nan if there is None else float(there.tangent.pair / plane.units @ direction)

    at_a, at_b = test(0.0), test(length)
    s = bracketed_root(test, 0.0, length, at_a, at_b, width=1e-9) if at_a * at_b < 0 else math.nan
    cusp = None if math.isnan(s) else stepped(plane, base, s, tolerance=SHARP_NEWTON_STEP)
    if cusp is None or np.linalg.norm(cusp.tangent.pair / plane.units) > 1e-3 * np.linalg.norm(direction):
        return None
    return cusp


def _row(plane: ParameterPlane, special: SpecialCycle) -> Row:
    n = plane.size
    cycle, loop = special.cycle, special.here.loop
    low, high = extrema(plane.scale[0], cycle)
    state = plane.state(loop.starts[0, :n], special.here.pair)
    return loop.value, special.here.second, state, low, high, loop.period, special.residual


def _cusp(plane: ParameterPlane, row: Row, special: SpecialCycle, coarse: Row) -> SpecialPoint:
    """Return a cusp that was found with every cell cut in two, with how far that moved it."""
    least = LEAST_ERROR * np.maximum(np.abs(row[:2]), plane.units)
    first, second = np.maximum(np.abs(np.subtract(row[:2], coarse[:2])), least)
    return SpecialPoint(
        kind=CYCLE_CUSP,
        values=(row[0], row[1]),
        errors=(float(first), float(second)),
        residual=special.residual,
        state=row[2],
        period=row[5],
        eigenvalues=np.full(special.flow.shape[-1], np.nan, complex),
        v_error=float(abs(row[2][0] - coarse[2][0])),
    )
