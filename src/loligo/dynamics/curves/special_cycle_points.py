"""Curves of special cycles as values, with the cusps at which two folds meet."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from loligo.dynamics.branch import of_rows
from loligo.dynamics.collocation import SHARP_NEWTON_STEP
from loligo.dynamics.continuation import located
from loligo.dynamics.curves.homoclinic_errors import errors as homoclinic_errors
from loligo.dynamics.curves.multiplier_conditions import FOLDS
from loligo.dynamics.curves.sets import CYCLE_CUSP, UNKNOWN_ERRORS, BifurcationCurve, SpecialPoint
from loligo.dynamics.curves.special_cycles import (
    SpecialCycle,
    Weights,
    corrected,
    normalised,
    stepped,
)
from loligo.dynamics.cycle_points import NOT_AGAIN, extrema
from loligo.dynamics.orbits import halved
from loligo.dynamics.resolution import LEAST_ERROR, LOCATED_WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane

    Array = NDArray[np.float64]
    Numbers = tuple[float, float, Array, float, float, float, float, float]


def shown(
    plane: ParameterPlane, cycles: tuple[SpecialCycle, ...], ends: tuple[SpecialPoint | None, ...]
) -> tuple[BifurcationCurve, list[SpecialPoint], list[str]]:
    """Return a curve with its special points inserted, and notes on those that are not found on a finer mesh."""
    condition = cycles[0].condition
    rows = []
    for special in cycles:
        errors = homoclinic_errors(plane, special) if condition.holds_period else UNKNOWN_ERRORS
        rows.append((*_numbers(plane, special), "", errors))
    points: list[SpecialPoint] = []
    notes: list[str] = []
    for k, coarse, finer in reversed(_cusps(plane, cycles) if condition is FOLDS else []):
        if finer is None:
            notes.append(f"A {CYCLE_CUSP} near {plane.said(coarse.here.pair)} is left out: {NOT_AGAIN}.")
            continue
        numbers = _numbers(plane, finer)
        rows.insert(k + 1, (*numbers, CYCLE_CUSP, UNKNOWN_ERRORS))
        points.insert(0, _cusp(plane, numbers, finer, _numbers(plane, coarse)))
    for place, end in ((0, ends[0]), (len(rows) + 1, ends[1])):
        if end is not None:
            numbers = (*end.values, end.state, end.v, end.v, end.period, math.nan, end.residual)
            rows.insert(place, (*numbers, end.kind, end.errors))
    return of_rows(BifurcationCurve, condition.kind, rows), points, notes


def _cusps(
    plane: ParameterPlane, cycles: tuple[SpecialCycle, ...]
) -> list[tuple[int, SpecialCycle, SpecialCycle | None]]:
    """Return the cusps, where both parameters turn: index of the cycle before, cusp, cusp on halved cells."""
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
    """Return the cycle at which the change in both parameters passes zero, within a given length along the curve."""

    def point_at(s: float) -> SpecialCycle | None:
        return stepped(plane, base, s, tolerance=SHARP_NEWTON_STEP)

    def test(there: SpecialCycle) -> float:
        return float(there.tangent.pair / plane.units @ direction)

    far = point_at(length)
    values = test(base), math.nan if far is None else test(far)
    cusp = located(point_at, test, (0.0, length), values, LOCATED_WIDTH) if values[0] * values[1] < 0 else None
    if cusp is None or np.linalg.norm(cusp.tangent.pair / plane.units) > 1e-3 * np.linalg.norm(direction):
        return None
    return cusp


def _numbers(plane: ParameterPlane, special: SpecialCycle) -> Numbers:
    """Return the first fields of a special cycle's row."""
    loop, pair = special.here.loop, special.here.pair
    low, high = extrema(plane.scale[0], special.cycle)
    state = plane.state(loop.starts[0, : plane.size], pair)
    return loop.value, special.here.second, state, low, high, loop.period, math.nan, special.residual


def _cusp(plane: ParameterPlane, numbers: Numbers, special: SpecialCycle, coarse: Numbers) -> SpecialPoint:
    """Return a cusp found with halved cells; its error is its shift when they were halved."""
    least = LEAST_ERROR * np.maximum(np.abs(numbers[:2]), plane.units)
    first, second = np.maximum(np.abs(np.subtract(numbers[:2], coarse[:2])), least)
    return SpecialPoint(
        kind=CYCLE_CUSP,
        values=(numbers[0], numbers[1]),
        errors=(float(first), float(second)),
        residual=special.residual,
        state=numbers[2],
        period=numbers[5],
        eigenvalues=np.full(special.flow.shape[-1], np.nan, complex),
        v_error=float(abs(numbers[2][0] - coarse[2][0])),
    )
