"""One step of an explicit Runge-Kutta method of order 8(5,3) with dense output of order 7.

Its coefficients (`loligo.integrate.dop853`) are an argument: if they were constants, the loops over them would be
unrolled and take the compiler ten times as long, for no gain. Error estimate, dense output and stiffness test follow
Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed. 1993, sections II.5, II.6 and
volume II, section IV.2, doi:10.1007/978-3-540-78862-1.
"""

from __future__ import annotations

import math

from loligo.integrate.combination import weighted
from loligo.integrate.dimension import N
from loligo.integrate.dop853 import TABLEAU
from loligo.integrate.drive import drive
from loligo.integrate.rows import END, NEW, START, ZERO, Y, eigenvalue, slope_of, square, weigh
from loligo.kernel.calling import Matrix, Pointer, whole_numbers
from loligo.kernel.entries import inlined

ORDER = TABLEAU.order
ENDS_WITH_SLOPE = False  # the error estimate does not need the slope at the new state, so a step does not compute it
STIFF_BOUNDARY = 6.1  # end of the stability region on the negative real axis: h times an eigenvalue, without its sign
SLOPES = START  # first row of sixteen slopes, of which the thirteenth is the one at the new state
STAGE = SLOPES + 16 * N
DENSE = STAGE + N  # first of the seven rows of the dense output
SIZE = DENSE + 7 * N
STAGES, ALL_STAGES, LATE = 12, 16, 5  # after the first stage, only stages from LATE on have weights
# rows of the table after the matrix A
WEIGHTS, ERROR_5, ORDER_3, DIFFERENCE, DENSE_ERROR, WAVE_ERROR, TIMES, DENSE_TABLE = whole_numbers(16, 24)


@inlined
def attempt(
    rhs: int, _jacobian: int, s: float, h: float, c0: float, c1: float, waves: Matrix, q: Pointer, tolerance: float,
    table: Matrix, work: Pointer,
) -> float:  # fmt: skip
    """Try a step from row Y: set row NEW and return its error, 1 being just acceptable."""
    for j in range(1, STAGES):
        weighted(table, j, work, SLOPES, 1 if j < 5 else 3, j, h, Y, STAGE)
        slope_of(rhs, drive(c0, c1, waves, s + table[TIMES, j] * h), q, work, STAGE, SLOPES + N * j)
    weighted(table, WEIGHTS, work, SLOPES, LATE, STAGES, h, Y, NEW)
    weigh(work, tolerance)
    first, middle, last = table[ORDER_3, 0], table[ORDER_3, 8], table[ORDER_3, 11]
    for i in range(N):  # the increment of the step minus that of order 3
        lower = first * work[SLOPES + i] + middle * work[SLOPES + 8 * N + i] + last * work[SLOPES + 11 * N + i]
        work[DENSE + N + i] = work[NEW + i] - work[Y + i] - h * lower
    weighted(table, ERROR_5, work, SLOPES, LATE, STAGES, h, ZERO, DENSE)
    weighted(table, DIFFERENCE, work, SLOPES, LATE, STAGES - 1, h, ZERO, DENSE + 2 * N)
    fifth, third = square(work, DENSE), square(work, DENSE + N)
    blend = fifth + 0.01 * third
    return math.sqrt(max(fifth * fifth / blend if blend != 0.0 else 0.0, square(work, DENSE + 2 * N)))


@inlined
def stiffness(work: Pointer, h: float) -> float:
    """Estimate h times the largest eigenvalue from the last stage and the new state."""
    return h * eigenvalue(work, SLOPES + 11 * N, STAGE)


@inlined
def dense(
    rhs: int, s: float, h: float, c0: float, c1: float, waves: Matrix, q: Pointer, table: Matrix, work: Pointer
) -> float:
    """Compute three more slopes and the polynomials of the step; return their error, 1 being just acceptable."""
    for i in range(N):
        work[SLOPES + N * STAGES + i] = work[END + i]
    for j in range(STAGES + 1, ALL_STAGES):
        weighted(table, j, work, SLOPES, LATE, j, h, Y, STAGE)
        slope_of(rhs, drive(c0, c1, waves, s + table[TIMES, j] * h), q, work, STAGE, SLOPES + N * j)
    weighted(table, DENSE_ERROR, work, SLOPES, LATE, ALL_STAGES, h, ZERO, DENSE)
    error = square(work, DENSE)
    if waves.shape[0] > 0:
        weighted(table, WAVE_ERROR, work, SLOPES, LATE, ALL_STAGES, h, ZERO, DENSE)
        error = max(square(work, DENSE), error)
    for i in range(N):
        rise = work[NEW + i] - work[Y + i]
        work[DENSE + i] = rise
        work[DENSE + N + i] = h * work[START + i] - rise
        work[DENSE + 2 * N + i] = 2.0 * rise - h * (work[END + i] + work[START + i])
    for row in range(table.shape[0] - DENSE_TABLE):
        weighted(table, DENSE_TABLE + row, work, SLOPES, LATE, ALL_STAGES, h, ZERO, DENSE + N * (3 + row))
    return math.sqrt(error)


@inlined
def between(work: Pointer, theta: float, i: int) -> float:
    """Return variable ``i`` at the fraction ``theta`` of the step."""
    other = 1.0 - theta
    value = work[DENSE + 6 * N + i]  # the innermost bracket of seven
    for row in range(5, -1, -1):
        value = work[DENSE + N * row + i] + (theta if row % 2 else other) * value
    return work[Y + i] + theta * value
