"""One step of an explicit Runge-Kutta method of order 5(4) with dense output of order 4.

A step needs half the evaluations of `explicit`: this method is faster if errors of 1e-4 ms in spike times are enough.
The coefficients (`loligo.integrate.tsit5`) are those of Tsitouras; the stiffness test is that of `explicit`.
"""

from __future__ import annotations

import math

from loligo.integrate.combination import weighted
from loligo.integrate.dimension import N
from loligo.integrate.drive import drive
from loligo.integrate.rows import END, NEW, START, ZERO, Y, eigenvalue, slope_of, square, weigh
from loligo.integrate.tsit5 import REAL_STABILITY, TABLEAU
from loligo.kernel.calling import Matrix, Pointer, whole_numbers
from loligo.kernel.entries import inlined

ORDER = TABLEAU.order
ENDS_WITH_SLOPE = True  # a step computes the slope at the new state, the seventh
STIFF_BOUNDARY = REAL_STABILITY
SLOPES = START  # first row of seven slopes
STAGE = SLOPES + 7 * N
DENSE = STAGE + N  # first of the four rows of the dense output
ERRORS = DENSE + 4 * N
SIZE = ERRORS + N
DEFECT_SHARE = 1 / 16  # weight of a defect: one of 16 tolerances corresponds to an error of up to 10 tolerances
WEIGHTS, ERROR, TIMES, DENSE_TABLE = whole_numbers(6, 10)  # rows of the table after the matrix A


@inlined
def attempt(
    rhs: int, _jacobian: int, s: float, h: float, c0: float, c1: float, waves: Matrix, q: Pointer, tolerance: float,
    table: Matrix, work: Pointer,
) -> float:  # fmt: skip
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


@inlined
def stiffness(work: Pointer, h: float) -> float:
    """Estimate h times the largest eigenvalue from the last stage and the new state."""
    return h * eigenvalue(work, SLOPES + 5 * N, STAGE)


@inlined
def dense(
    rhs: int, s: float, h: float, c0: float, c1: float, waves: Matrix, q: Pointer, table: Matrix, work: Pointer
) -> float:
    """Compute the polynomial of the step; return its error, 1 being just acceptable.

    The polynomial is as accurate as the step. But if a wave drives a slow membrane, the error estimate of the step may
    vanish by chance, so in that case the defect of the polynomial is checked at two places.
    """
    for row in range(table.shape[0] - DENSE_TABLE):
        weighted(table, DENSE_TABLE + row, work, SLOPES, 1, table.shape[1], h, ZERO, DENSE + N * row)
    if waves.shape[0] == 0:
        return 0.0
    early = defect(rhs, s, h, 0.2, c0, c1, waves, q, work)
    return max(early, defect(rhs, s, h, 0.8, c0, c1, waves, q, work))


@inlined
def defect(
    rhs: int, s: float, h: float, theta: float, c0: float, c1: float, waves: Matrix, q: Pointer, work: Pointer
) -> float:
    """Return the share of the dense output's error at ``theta``, from its defect. Overwrites rows STAGE and ERRORS."""
    for i in range(N):
        work[STAGE + i] = between(work, theta, i)
    slope_of(rhs, drive(c0, c1, waves, s + theta * h), q, work, STAGE, ERRORS)
    for i in range(N):
        a, b, c, d = work[DENSE + i], work[DENSE + N + i], work[DENSE + 2 * N + i], work[DENSE + 3 * N + i]
        work[ERRORS + i] = h * work[ERRORS + i] - (a + theta * (2.0 * b + theta * (3.0 * c + theta * 4.0 * d)))
    return DEFECT_SHARE * math.sqrt(square(work, ERRORS))


@inlined
def between(work: Pointer, theta: float, i: int) -> float:
    """Return variable ``i`` at the fraction ``theta`` of the step."""
    value = 0.0
    for row in range(3, -1, -1):
        value = theta * (work[DENSE + N * row + i] + value)
    return work[Y + i] + value
