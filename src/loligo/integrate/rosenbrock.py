"""One step of the Rosenbrock method Rodas5P: order 5(4), stiffly accurate, dense output of order 4.

Each of eight stages solves a linear system with the membrane's symbolic Jacobian, so fast gates do not limit the
step. Steinebach G (2023) BIT Numer Math 63:27, doi:10.1007/s10543-023-00967-x.

A variable that is much faster than the step is accurate at both ends of any step, and its error estimate is small,
whatever it does in between; and if a wave drives a slow variable, the estimate may vanish by chance. In these cases the
defect of the dense output at two places counts as an error as well.
"""

from __future__ import annotations

import math

import numpy as np

from loligo.integrate.combination import weighted_one_by_one
from loligo.integrate.dimension import N
from loligo.integrate.drive import drive, drive_slope
from loligo.integrate.rodas5p import GAMMA, TABLEAU
from loligo.integrate.rows import ABSOLUTE, FREE, MASK, NEW, RELATIVE, START, ZERO, Y, slope_of, square, weigh
from loligo.kernel.calling import Matrix, Pointer, call_state_function
from loligo.kernel.entries import inlined

ORDER = TABLEAU.order
ENDS_WITH_SLOPE = False
STIFF_BOUNDARY = math.inf
CHECKED_FROM = 20.0  # above this product of h and the norm of the Jacobian, the dense output is checked
DENSE_ERROR_SHARE = 0.8  # weight of the check: the error of the dense output is at most 5 times the estimate
SHORTEST = 1e-300  # length of the shortest step [ms]: edges of a stimulus may be very close, but 1/h must be finite
STAGES = FREE  # first of the rows of eight stages
STATE = STAGES + 8 * N
RIGHT = STATE + N
TIME_SLOPE = RIGHT + N
PIVOTS = TIME_SLOPE + N
DENSE = PIVOTS + N  # first of the three rows of the dense output
MATRIX = DENSE + 3 * N  # first of the N rows of the matrix
SPEED = MATRIX + N * N  # place of one number, the norm of the Jacobian
SIZE = SPEED + 1
COUPLING, TIMES, TIME_WEIGHTS, DENSE_TABLE = np.array([8, 16, 17, 18])  # rows of the table after the matrix A


@inlined
def attempt(
    rhs: int, jacobian: int, s: float, h: float, c0: float, c1: float, waves: Matrix, q: Pointer, tolerance: float,
    table: Matrix, work: Pointer,
) -> float:  # fmt: skip
    """Try a step from row Y: set row NEW and return its error, 1 being just acceptable."""
    h = max(h, SHORTEST)
    call_state_function(jacobian, work, Y, q, MATRIX)
    fastest = 0.0
    for i in range(N):
        speed = 0.0
        for j in range(N):
            if not math.isfinite(work[MATRIX + N * i + j]):  # for example of a square root at 0, where a step may end
                work[MATRIX + N * i + j] = 0.0
            work[MATRIX + N * i + j] *= -work[MASK + i]
            speed += abs(work[MATRIX + N * i + j]) * (work[ABSOLUTE + j] + work[RELATIVE + j] * abs(work[Y + j]))
        fastest = max(fastest, speed / (work[ABSOLUTE + i] + work[RELATIVE + i] * abs(work[Y + i])))
        work[MATRIX + N * i + i] += 1.0 / (h * GAMMA)
    work[SPEED] = fastest
    if not _factorised(work):
        return math.inf
    # the right-hand side is linear in the stimulus: its derivative with respect to time is that of the stimulus alone
    slope_of(rhs, drive(c0, c1, waves, s) + 1.0, q, work, Y, TIME_SLOPE)
    rate = drive_slope(c1, waves, s)
    for i in range(N):
        work[TIME_SLOPE + i] = (work[TIME_SLOPE + i] - work[START + i]) * rate
        work[RIGHT + i] = work[START + i]
    stages = table.shape[1]
    for stage in range(stages):
        if stage:
            weighted_one_by_one(table, stage, work, STAGES, 1, stage, 1.0, Y, STATE)
            slope_of(rhs, drive(c0, c1, waves, s + table[TIMES, stage] * h), q, work, STATE, RIGHT)
            weighted_one_by_one(table, COUPLING + stage, work, STAGES, 1, stage, 1.0 / h, RIGHT, RIGHT)
        for i in range(N):
            work[RIGHT + i] += h * table[TIME_WEIGHTS, stage] * work[TIME_SLOPE + i]
        _solve(work, STAGES + N * stage)
    last = STAGES + N * (stages - 1)
    for i in range(N):
        work[NEW + i] = work[STATE + i] + work[last + i]
    weigh(work, tolerance)
    error = math.sqrt(square(work, last))
    if error <= 1.0 and (h * fastest > CHECKED_FROM or waves.shape[0] > 0):
        polynomials(table, work)
        error = max(error, defect(rhs, s, h, 0.3, c0, c1, waves, q, work))
        error = max(error, defect(rhs, s, h, 0.6, c0, c1, waves, q, work))
    return error


@inlined
def defect(
    rhs: int, s: float, h: float, theta: float, c0: float, c1: float, waves: Matrix, q: Pointer, work: Pointer
) -> float:
    """Return the dense output's share of the error at ``theta``: its defect, solved like a stage. Row STATE is lost."""
    for i in range(N):
        work[STATE + i] = between(work, theta, i)
    slope_of(rhs, drive(c0, c1, waves, s + theta * h), q, work, STATE, RIGHT)
    for i in range(N):
        a, b, c = work[DENSE + i], work[DENSE + N + i], work[DENSE + 2 * N + i]
        inner, turned = a + theta * (b + theta * c), b + 2.0 * theta * c
        rise = work[NEW + i] - work[Y + i] + (1.0 - 2.0 * theta) * inner + theta * (1.0 - theta) * turned
        work[RIGHT + i] -= work[MASK + i] * rise / h
    _solve(work, STATE)
    return DENSE_ERROR_SHARE * math.sqrt(square(work, STATE))


@inlined
def stiffness(work: Pointer, h: float) -> float:
    """Return a bound on h times the largest eigenvalue: a norm of the Jacobian in units of the error scales."""
    return h * work[SPEED]


@inlined
def dense(
    _rhs: int, _s: float, _h: float, _c0: float, _c1: float, _waves: Matrix, _q: Pointer, table: Matrix, work: Pointer
) -> float:
    """Compute the polynomials of the step, which `attempt` has checked."""
    polynomials(table, work)
    return 0.0


@inlined
def polynomials(table: Matrix, work: Pointer) -> None:
    """Compute the polynomials of the step."""
    for row in range(table.shape[0] - DENSE_TABLE):
        weighted_one_by_one(table, DENSE_TABLE + row, work, STAGES, 1, table.shape[1], 1.0, ZERO, DENSE + N * row)


@inlined
def between(work: Pointer, theta: float, i: int) -> float:
    """Return variable ``i`` at the fraction ``theta`` of the step."""
    other = 1.0 - theta
    inner = work[DENSE + i] + theta * (work[DENSE + N + i] + theta * work[DENSE + 2 * N + i])
    return other * work[Y + i] + theta * (work[NEW + i] + other * inner)


@inlined
def _factorised(work: Pointer) -> bool:
    """Factorise the matrix in place with partial pivoting; return whether it is regular."""
    for k in range(N):
        pivot = k
        for i in range(k + 1, N):
            if abs(work[MATRIX + N * i + k]) > abs(work[MATRIX + N * pivot + k]):
                pivot = i
        work[PIVOTS + k] = pivot
        if not abs(work[MATRIX + N * pivot + k]) > 0.0:
            return False
        if pivot != k:
            for j in range(N):
                above, below = work[MATRIX + N * k + j], work[MATRIX + N * pivot + j]
                work[MATRIX + N * k + j], work[MATRIX + N * pivot + j] = below, above
        for i in range(k + 1, N):
            work[MATRIX + N * i + k] /= work[MATRIX + N * k + k]
            for j in range(k + 1, N):
                work[MATRIX + N * i + j] -= work[MATRIX + N * i + k] * work[MATRIX + N * k + j]
    return True


@inlined
def _solve(work: Pointer, out: int) -> None:
    """Solve for row ``out`` with the factors of `_factorised`; the right-hand side is overwritten."""
    for k in range(N):
        pivot = int(work[PIVOTS + k])
        work[RIGHT + k], work[RIGHT + pivot] = work[RIGHT + pivot], work[RIGHT + k]
    for i in range(N):
        x = work[RIGHT + i]
        for j in range(i):
            x -= work[MATRIX + N * i + j] * work[out + j]
        work[out + i] = x
    for i in range(N - 1, -1, -1):
        x = work[out + i]
        for j in range(i + 1, N):
            x -= work[MATRIX + N * i + j] * work[out + j]
        work[out + i] = x / work[MATRIX + N * i + i]
