"""One step of an explicit Runge-Kutta method of order 8(5,3) with dense output of order 7.

Its coefficients (`loligo.integrate.dop853`) arrive as an argument: as constants, their loops would be unrolled
and take the compiler ten times as long, to no gain. Error estimate, dense output and stiffness test follow
Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed. 1993, sections II.5, II.6 and
volume II, section IV.2, doi:10.1007/978-3-540-78862-1.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from loligo.integrate.dimension import N, weighted
from loligo.integrate.drive import drive
from loligo.integrate.rows import ABSOLUTE, END, NEW, RELATIVE, START, ZERO, Y, slope_of
from loligo.kernel.calling import INLINED

ORDER = 8
ENDS_WITH_SLOPE = False  # the error does not need the slope at the new state
STIFF_BOUNDARY = 6.1  # the stability region on the negative real axis
DENSE_BOUNDARY = 9.0  # beyond it the extra stages of the dense output amplify what the error does not show
SLOPES = START  # sixteen slopes, of which the thirteenth is the one at the new state
STAGE = SLOPES + 16 * N
DENSE = STAGE + N  # seven rows
SIZE = DENSE + 7 * N
WEIGHTS, ERROR_5, ERROR_3, TIMES, DENSE_TABLE = np.arange(16, 21)  # rows of the table behind the matrix A


@njit(**INLINED)
def attempt(rhs, jacobian, s, h, c0, c1, waves, q, tolerance, table, work):
    """Try a step from row Y: set row NEW and return its error, 1 being just acceptable."""
    stages = table.shape[1] - 4
    for j in range(1, stages):
        weighted(table, j, work, SLOPES, j, h, Y, STAGE)
        slope_of(rhs, drive(c0, c1, waves, s + table[TIMES, j] * h), q, work, STAGE, SLOPES + N * j)
    weighted(table, WEIGHTS, work, SLOPES, stages, h, Y, NEW)
    weighted(table, ERROR_5, work, SLOPES, stages, 1.0, ZERO, DENSE)
    weighted(table, ERROR_3, work, SLOPES, stages, 1.0, ZERO, DENSE + N)
    fifth = third = 0.0
    for i in range(N):
        size = max(abs(work[Y + i]), abs(work[NEW + i]))
        scale = 1.0 / (tolerance * (work[ABSOLUTE + i] + work[RELATIVE + i] * size))
        fifth += (work[DENSE + i] * scale) ** 2
        third += (work[DENSE + N + i] * scale) ** 2
    blend = fifth + 0.01 * third
    return h * fifth / math.sqrt(blend) if blend != 0.0 else 0.0


@njit(**INLINED)
def stiffness(work, h):
    """Estimate h times the largest eigenvalue from the last stage and the new state."""
    slopes = states = 0.0
    for i in range(N):
        slopes += (work[END + i] - work[SLOPES + 11 * N + i]) ** 2
        states += (work[NEW + i] - work[STAGE + i]) ** 2
    return h * math.sqrt(slopes / states) if states > 0.0 else 0.0


@njit(**INLINED)
def dense(rhs, s, h, c0, c1, waves, q, table, work):
    """Compute three more slopes and the polynomials of the accepted step."""
    stages = table.shape[1] - 4
    for i in range(N):
        work[SLOPES + N * stages + i] = work[END + i]
    for j in range(stages + 1, table.shape[1]):
        weighted(table, j, work, SLOPES, j, h, Y, STAGE)
        slope_of(rhs, drive(c0, c1, waves, s + table[TIMES, j] * h), q, work, STAGE, SLOPES + N * j)
    for i in range(N):
        rise = work[NEW + i] - work[Y + i]
        work[DENSE + i] = rise
        work[DENSE + N + i] = h * work[START + i] - rise
        work[DENSE + 2 * N + i] = 2.0 * rise - h * (work[END + i] + work[START + i])
    for row in range(table.shape[0] - DENSE_TABLE):
        weighted(table, DENSE_TABLE + row, work, SLOPES, table.shape[1], h, ZERO, DENSE + N * (3 + row))


@njit(**INLINED)
def between(work, theta, i):
    """Return variable ``i`` at the fraction ``theta`` of the step."""
    other = 1.0 - theta
    value = work[DENSE + 6 * N + i]  # the innermost of seven brackets
    for row in range(5, -1, -1):
        value = work[DENSE + N * row + i] + (theta if row % 2 else other) * value
    return work[Y + i] + theta * value
