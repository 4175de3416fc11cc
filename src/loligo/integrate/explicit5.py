"""One step of an explicit Runge-Kutta method of order 5(4) with dense output of order 4.

Half the evaluations of `explicit` for a step: the quicker of the two while errors of 1e-4 ms in a spike are enough.
Its coefficients (`loligo.integrate.tsit5`) are those of Tsitouras; the stiffness test is that of `explicit`.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from loligo.integrate.dimension import N, weighted
from loligo.integrate.drive import drive
from loligo.integrate.rows import END, NEW, START, WEIGHT, ZERO, Y, slope_of, square, weigh
from loligo.kernel.calling import INLINED

ORDER = 5
ENDS_WITH_SLOPE = True  # the seventh slope is the one at the new state
STIFF_BOUNDARY = 3.5  # the stability region on the negative real axis
SLOPES = START  # seven slopes
STAGE = SLOPES + 7 * N
DENSE = STAGE + N  # four rows
SIZE = DENSE + 4 * N
WEIGHTS, ERROR, TIMES, DENSE_TABLE = np.arange(6, 10)  # rows of the table behind the matrix A


@njit(**INLINED)
def attempt(rhs, jacobian, s, h, c0, c1, waves, q, tolerance, table, work):
    """Try a step from row Y: set rows NEW and END and return its error, 1 being just acceptable."""
    last = table.shape[1] - 1
    for j in range(1, last):
        weighted(table, j, work, SLOPES, 1, j, h, Y, STAGE)
        slope_of(rhs, drive(c0, c1, waves, s + table[TIMES, j] * h), q, work, STAGE, SLOPES + N * j)
    weighted(table, WEIGHTS, work, SLOPES, 1, last, h, Y, NEW)
    slope_of(rhs, drive(c0, c1, waves, s + h), q, work, NEW, SLOPES + N * last)
    weigh(work, tolerance)
    weighted(table, ERROR, work, SLOPES, 1, last + 1, h, ZERO, DENSE)
    for i in range(N):
        work[END + i] = work[SLOPES + N * last + i]
    return math.sqrt(square(work, DENSE))


@njit(**INLINED)
def stiffness(work, h):
    """Estimate h times the largest eigenvalue from the last stage and the new state."""
    slopes = states = 0.0
    for i in range(N):
        slopes += ((work[END + i] - work[SLOPES + 5 * N + i]) * work[WEIGHT + i]) ** 2
        states += ((work[NEW + i] - work[STAGE + i]) * work[WEIGHT + i]) ** 2
    return h * math.sqrt(slopes / states) if states > 0.0 else 0.0


@njit(**INLINED)
def dense(rhs, s, h, c0, c1, waves, q, table, work):
    """Compute the polynomial of the step, which is as exact as the step (no further check)."""
    for row in range(table.shape[0] - DENSE_TABLE):
        weighted(table, DENSE_TABLE + row, work, SLOPES, 1, table.shape[1], h, ZERO, DENSE + N * row)
    return 0.0


@njit(**INLINED)
def between(work, theta, i):
    """Return variable ``i`` at the fraction ``theta`` of the step."""
    value = 0.0
    for row in range(3, -1, -1):
        value = theta * (work[DENSE + N * row + i] + value)
    return work[Y + i] + value
