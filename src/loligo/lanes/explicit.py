"""A step of the explicit method of order 5(4) for many neurons at once.

The sums of the stages are traced, and the membrane's slopes are called. Each is done for all lanes before the next, so
that the code of a step is short and a processor that waits for one lane can work on others. For implicit steps,
`loligo.lanes.stiff` replaces this module.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loligo.integrate.step_control import AT_BOUNDARY
from loligo.integrate.tsit5 import DENSE, REAL_STABILITY, A
from loligo.integrate.tsit5 import ERROR as ERROR_WEIGHTS
from loligo.kernel.calling import Pointer, called, shifted
from loligo.kernel.entries import inlined
from loligo.lanes.dimension import N
from loligo.lanes.machine import Quartic
from loligo.lanes.memory import Rows, over_lanes
from loligo.lanes.rows import (
    DRIVE,
    ERROR,
    FIRST_DERIVATIVE,
    K0,
    K1,
    K2,
    K3,
    K4,
    K5,
    K6,
    NEW,
    SLOPES,
    STAGE,
    STEP,
    STIFFNESS,
    W,
    Y,
    lane_of,
)
from loligo.lanes.sums import in_halves, scale_of
from loligo.lanes.vectors import Vector

MEAN_WEIGHTS = np.array([DENSE[p] / (p + 2) for p in range(4)]).sum(axis=0)
DENSE_1, DENSE_2, DENSE_3, DENSE_4 = (tuple(map(float, row)) for row in DENSE)


def of_slopes(weights: Any, work: Rows, i: int = 0) -> Any:
    """Return a weighted sum of the slopes of a variable."""
    return in_halves(weights, lambda j: work[SLOPES[j] + i * W])


def going_on(weights: Any, state: int) -> Any:
    """Return a function that sets the rows of a state to that before the step plus the step times a sum of slopes."""

    def stage(work: Rows, _clock: Any, _tolerance: Any, _unused: Any) -> None:
        h = work[STEP]
        for i in range(N):
            work[state + i * W] = h * of_slopes(weights, work, i) + work[Y + i * W]

    return over_lanes(stage, W, W)


to_stage_1, to_stage_2, to_stage_3, to_stage_4, to_stage_5 = (going_on(A[j], STAGE) for j in range(1, 6))
to_end = going_on(A[6], NEW)


def measure_error(work: Rows, _clock: Any, tolerance: Vector, _unused: Any) -> None:
    """Set ERROR to the square of a step's error, 1 being just acceptable."""
    h = work[STEP]
    error: Any = 0.0
    for i in range(N):
        part = h * of_slopes(ERROR_WEIGHTS[0], work, i) * scale_of(i, work)
        error = part * part + error
    work[ERROR] = error * tolerance


all_measure_error = over_lanes(measure_error, W, W)


@inlined
def slopes_at(slopes: int, work: Pointer, drive: int, state: int, out: int) -> None:
    """Set the rows of a slope to the slope at a state, with the stimulus in the row ``drive``."""
    called(slopes, (work, shifted(work, drive), shifted(work, state), shifted(work, out)))


@inlined
def all_attempt(slopes: int, _stages: int, work: Pointer, clock: Pointer, tolerance: Any, unused: Any) -> None:
    """Try a step of every lane: set NEW, the slopes, and ERROR."""
    to_stage_1(work, clock, tolerance, unused)
    slopes_at(slopes, work, DRIVE + W, STAGE, K1)
    to_stage_2(work, clock, tolerance, unused)
    slopes_at(slopes, work, DRIVE + 2 * W, STAGE, K2)
    to_stage_3(work, clock, tolerance, unused)
    slopes_at(slopes, work, DRIVE + 3 * W, STAGE, K3)
    to_stage_4(work, clock, tolerance, unused)
    slopes_at(slopes, work, DRIVE + 4 * W, STAGE, K4)
    to_stage_5(work, clock, tolerance, unused)
    slopes_at(slopes, work, DRIVE + 5 * W, STAGE, K5)
    to_end(work, clock, tolerance, unused)
    slopes_at(slopes, work, DRIVE + 6 * W, NEW, K6)
    all_measure_error(work, clock, tolerance, unused)


def watch_stiffness(work: Rows, _clock: Any, _unused: Any, _unused_too: Any) -> None:
    """Set STIFFNESS to a positive number where a step is at the border of stability."""
    h = work[STEP]
    rise: Any = 0.0
    run: Any = 1e-30
    for i in range(N):
        part = work[K6 + i * W] - work[K5 + i * W]
        rise = part * part + rise
        part = work[NEW + i * W] - work[STAGE + i * W]
        run = part * part + run
    work[STIFFNESS] = h * h * rise - run * (AT_BOUNDARY * REAL_STABILITY) ** 2


def mean_v(work: Rows, k: int) -> Any:
    """Return the mean of a potential over a step."""
    return work[Y + k * W] + work[STEP] * of_slopes(MEAN_WEIGHTS, work, k)


def shape_v(work: Rows, k: int) -> tuple[Any, Any, Any]:
    """Return the three inner Bernstein control points of a potential on a step."""
    h, v0, v1 = work[STEP], work[Y + k * W], work[NEW + k * W]
    last = of_slopes(DENSE[3], work, k)
    begin, end = h * work[K0 + k * W], h * work[K6 + k * W]
    middle = (v0 + v1) * 0.5 + (begin - end + h * last) * (1 / 6)
    return begin * 0.25 + v0, middle, v1 - end * 0.25


@inlined
def dense_v(work: Pointer, place: int) -> Quartic:
    """Return the polynomial of a potential on a step, in powers of theta, which goes from 0 to 1."""
    h = float(work[STEP + lane_of(place)])
    k0, k1 = h * float(work[K0 + place]), h * float(work[K1 + place])
    k2, k3 = h * float(work[K2 + place]), h * float(work[K3 + place])
    k4, k5 = h * float(work[K4 + place]), h * float(work[K5 + place])
    k = (k0, k1, k2, k3, k4, k5, h * float(work[K6 + place]))
    d2, d3, d4 = sum_of_seven(DENSE_2, k), sum_of_seven(DENSE_3, k), sum_of_seven(DENSE_4, k)
    return Quartic(np.float64(work[Y + place]), DENSE_1[0] * k0, d2, d3, d4)


@inlined
def dense_derivative(work: Pointer, lane: int, direction: int) -> Quartic:
    """Return the polynomial of a derivative of v on a step."""
    return dense_v(work, (FIRST_DERIVATIVE + direction) * W + lane)


@inlined
def sum_of_seven(w: tuple[float, ...], k: tuple[float, ...]) -> float:
    """Return a weighted sum, computed as two separate halves."""
    return (w[0] * k[0] + w[1] * k[1] + w[2] * k[2]) + (w[3] * k[3] + w[4] * k[4] + w[5] * k[5] + w[6] * k[6])
