"""A step of Rodas5P for many neurons at once: the part without the Jacobian, compiled once per number of variables.

The stages are in `loligo.lanes.stiff_membrane`. This module replaces `loligo.lanes.explicit`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loligo.integrate.rodas5p import DENSE
from loligo.kernel.calling import Pointer, called, shifted
from loligo.kernel.entries import inlined
from loligo.lanes.dimension import POTENTIALS, N
from loligo.lanes.machine import Quartic
from loligo.lanes.memory import Rows, over_lanes
from loligo.lanes.rows import (
    DRIVE,
    ERROR,
    FALL,
    FIRST_DERIVATIVE,
    K1,
    K4,
    K6,
    NEW,
    PARTS,
    POLYNOMIALS,
    REGISTER,
    STEP,
    STIFFNESS,
    W,
    Y,
)
from loligo.lanes.sums import combined, scale_of
from loligo.lanes.vectors import Vector, greatest

CHECK_WEIGHT = 1.2  # weight of the error of the dense output; the error at the end of a step has the weight 1
C0, C1, C2 = (tuple(map(float, row)) for row in DENSE)


def coefficients(work: Rows, k: int) -> list[Any]:
    """Return the coefficients of a potential on a step, in powers of theta, from the dense output of Rodas5P."""
    return [combined(row, lambda j: work[PARTS + (j * POLYNOMIALS + k) * W]) for row in DENSE]


def measure_error(work: Rows, _clock: Any, tolerance: Vector, _unused: Any) -> None:
    """Set ERROR to the square of a step's error, 1 being just acceptable, and FALL to the slopes at its end."""
    error: Any = 0.0
    for i in range(N):
        scale = scale_of(i, work)
        part = work[K1 + i * W] * scale
        error = part * part + error
        part = work[K4 + i * W] * scale * CHECK_WEIGHT
        error = part * part + error
    work[ERROR] = error * tolerance
    for k in range(POTENTIALS):
        c0, c1, c2 = coefficients(work, k)
        change = work[NEW + k * W] - work[Y + k * W]
        work[FALL + k * W] = (change - c0 - c1 - c2) / greatest(work[STEP], 1e-30)


all_measure_error = over_lanes(measure_error, W, REGISTER)


@inlined
def all_attempt(slopes: int, stages: int, work: Pointer, clock: Pointer, tolerance: Any, unused: Any) -> None:
    """Try a step of every lane: set NEW, the slope there, and ERROR."""
    called(stages, (work, work, work, work))
    called(slopes, (work, shifted(work, DRIVE + 7 * W), shifted(work, NEW), shifted(work, K6)))
    all_measure_error(work, clock, tolerance, unused)


def watch_stiffness(work: Rows, _clock: Any, _unused: Any, _unused_too: Any) -> None:
    """Set STIFFNESS to a negative number: stability limits no step."""
    work[STIFFNESS] = work[STEP].constant(-1.0)


def mean_v(work: Rows, k: int) -> Any:
    """Return the mean of a potential over a step."""
    c0, c1, c2 = coefficients(work, k)
    return (work[Y + k * W] + work[NEW + k * W]) * 0.5 + c0 * (1 / 6) + c1 * (1 / 12) + c2 * (1 / 20)


def shape_v(work: Rows, k: int) -> tuple[Any, Any, Any]:
    """Return the three inner Bernstein control points of a potential on a step."""
    v0, v1 = work[Y + k * W], work[NEW + k * W]
    change = v1 - v0
    c0, c1, c2 = coefficients(work, k)
    middle = (change + c0) * 0.5 + (c1 - c0) * (1 / 6) + v0
    return (change + c0) * 0.25 + v0, middle, v1 - (change - c0 - c1 - c2) * 0.25


@inlined
def dense_v(work: Pointer, place: int) -> Quartic:
    """Return the polynomial of a potential on a step, in powers of theta, which goes from 0 to 1."""
    return _dense(work, place, place)


@inlined
def dense_derivative(work: Pointer, lane: int, direction: int) -> Quartic:
    """Return the polynomial of a derivative of v on a step."""
    return _dense(work, (FIRST_DERIVATIVE + direction) * W + lane, (POTENTIALS + direction) * W + lane)


@inlined
def _dense(work: Pointer, place: int, parts: int) -> Quartic:
    """Return the polynomial of a variable on a step, from its indices among the variables and among the parts."""
    v0, v1 = float(work[Y + place]), float(work[NEW + place])
    c0, c1, c2 = _sum_of_parts(C0, work, parts), _sum_of_parts(C1, work, parts), _sum_of_parts(C2, work, parts)
    return Quartic(np.float64(v0), v1 - v0 + c0, c1 - c0, c2 - c1, -c2)


@inlined
def _sum_of_parts(weights: tuple[float, ...], work: Pointer, place: int) -> float:
    total = weights[0] * float(work[PARTS + place])
    for j in range(1, 8):
        total += weights[j] * float(work[PARTS + j * POLYNOMIALS * W + place])
    return total
