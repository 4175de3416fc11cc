"""The stages of Rodas5P, which need the membrane's Jacobian, compiled with the membrane and called by address.

The matrix of a step is ``1/(h gamma) - J``. Structural zeros are skipped: gates depend on v but not on one another, so
elimination with the potentials last costs a few operations per variable instead of their number cubed. There is no
pivoting: if a pivot vanishes, the error is NaN and the step is tried again with another length.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types

from loligo.integrate.rodas5p import DENSE, GAMMA, TIME_SLOPES, A, C
from loligo.kernel.calling import Pointer
from loligo.kernel.entries import entry_by_address
from loligo.lanes.dimension import DIRECTIONS, HOLDING, POTENTIALS, N
from loligo.lanes.example import jacobian
from loligo.lanes.membrane import ROWS, free_slopes, held_row
from loligo.lanes.memory import Rows, over_lanes
from loligo.lanes.rows import (
    CHECKED,
    DRIVE,
    FIRST_DERIVATIVE,
    K0,
    K1,
    K4,
    K5,
    K6,
    NEW,
    PARTS,
    POLYNOMIALS,
    RATE,
    REGISTER,
    STAGE,
    STEP,
    W,
    Y,
)
from loligo.lanes.sums import combined
from loligo.lanes.vectors import greatest, select, where_any

STAGES = 8
STIFF_FROM = 20.0  # up to this product of step and rate, the error at a step's end also bounds that of the dense output
Factors = tuple[list[list[Any]], list[Any], list[tuple[int, int, Any]]]


def free_jacobian(work: Rows, y: Rows) -> list[list[Any]]:
    """Return the entries of the Jacobian, with 0 in the rows of held variables and None for structural zeros."""
    entries = jacobian(work, y)
    if not HOLDING:
        return entries
    return [
        [None if x is None else select(held_row(work, i), x.constant(0.0), x) for x in row]
        for i, row in enumerate(entries)
    ]


def factorised(entries: list[list[Any]], shift: Any) -> Factors:
    """Eliminate from the last variable to the potentials; return remaining rows, inverse pivots and multipliers."""
    n = len(entries)
    # an entry that is not finite, such as the derivative of a square root at 0 where a step ended, is left out
    rows: list[list[Any]] = [
        [None if entry is None else select(abs(entry) < 3e38, -entry, 0.0) for entry in row] for row in entries
    ]
    for i in range(n):
        rows[i][i] = shift if rows[i][i] is None else rows[i][i] + shift
    inverse: list[Any] = [None] * n
    multipliers = []
    for k in range(n - 1, -1, -1):
        inverse[k] = 1.0 / rows[k][k]
        for i in range(k):
            if rows[i][k] is None:
                continue
            factor = rows[i][k] * inverse[k]
            multipliers.append((i, k, factor))
            for j in range(k):
                if rows[k][j] is not None:
                    change = factor * rows[k][j]
                    rows[i][j] = -change if rows[i][j] is None else rows[i][j] - change
    return rows, inverse, multipliers


def solved(factors: Factors, right: list[Any]) -> list[Any]:
    """Solve for one right-hand side."""
    rows, inverse, multipliers = factors
    right = list(right)
    for i, k, factor in multipliers:
        right[i] = right[i] - factor * right[k]
    solution: list[Any] = []
    for i in range(len(rows)):
        value = right[i]
        for j in range(i):
            if rows[i][j] is not None:
                value = value - rows[i][j] * solution[j]
        solution.append(value * inverse[i])
    return solution


def at(parts: list[list[Any]], i: int) -> Callable[[int], Any]:
    """Return the contribution of each stage to one variable."""
    return lambda j: parts[j][i]


def stages(work: Rows, _unused: Any, _unused_too: Any, _unused_as_well: Any) -> None:
    """Set the new state, its error in the rows K1, and the error of the dense output in the rows K4."""
    h = greatest(work[STEP], 1e-30)
    per_h = 1.0 / h
    entries = free_jacobian(work, work.after(Y))
    factors = factorised(entries, per_h * (1 / GAMMA))
    work[K6] = work[DRIVE] + 1.0
    free_slopes(work, work.after(K6), work.after(Y), work.after(K1))
    in_time = [(work[K1 + i * W] - work[K0 + i * W]) * work[RATE] * h for i in range(N)]
    parts: list[list[Any]] = []
    for stage in range(STAGES):
        if stage == 0:
            right = [work[K0 + i * W] for i in range(N)]
        else:
            for i in range(N):
                work[STAGE + i * W] = combined(A[stage, :stage], at(parts, i)) + work[Y + i * W]
            free_slopes(work, work.after(DRIVE + stage * W), work.after(STAGE), work.after(K1))
            coupling = [combined(C[stage, :stage], at(parts, i)) for i in range(N)]
            right = [coupling[i] * per_h + work[K1 + i * W] for i in range(N)]
        weight = float(TIME_SLOPES[stage])
        if weight:
            right = [in_time[i] * weight + right[i] for i in range(N)]
        parts.append(solved(factors, right))
        for k in range(POTENTIALS):
            work[PARTS + (stage * POLYNOMIALS + k) * W] = parts[stage][k]
        for d in range(DIRECTIONS):
            work[PARTS + (stage * POLYNOMIALS + POTENTIALS + d) * W] = parts[stage][FIRST_DERIVATIVE + d]
    for i in range(N):
        work[NEW + i * W] = work[STAGE + i * W] + parts[STAGES - 1][i]
        work[K1 + i * W] = parts[STAGES - 1][i]
        work[K4 + i * W] = h.constant(0.0)
    stiff = h < 0.0
    for i, row in enumerate(entries):
        if row[i] is not None:
            stiff = stiff | (abs(row[i]) * h > STIFF_FROM)
    with where_any(stiff):
        for k in range(len(CHECKED)):
            check(work, per_h, factors, parts, stiff, k)


def check(work: Rows, per_h: Any, factors: Factors, parts: list[list[Any]], stiff: Any, k: int) -> None:
    """Set the rows K4 to the error of the dense output at a place inside the step, where a variable is stiff.

    The error of the dense output of a stiff variable that decays, or follows its drive, may be some 10^4 times the
    error at the ends of the step. The error is the defect of the polynomial in the equations, times the inverse of the
    step's matrix.
    """
    place, fall = CHECKED[k], []
    for i in range(N):
        c0, c1, c2 = (combined(row, at(parts, i)) for row in DENSE)
        change = work[NEW + i * W] - work[Y + i * W]
        inner = ((c2 * place + c1) * place + c0) * (1 - place) + change
        work[STAGE + i * W] = inner * place + work[Y + i * W]
        slope = c0 * (1 - 2 * place) + c1 * (2 * place - 3 * place**2) + c2 * (3 * place**2 - 4 * place**3)
        fall.append((slope + change) * per_h)
    free_slopes(work, work.after(DRIVE + (STAGES + k) * W), work.after(STAGE), work.after(K5))
    right = [work[K5 + i * W] - fall[i] for i in range(N)]
    for i, value in enumerate(solved(factors, right)):
        worst = value if k == 0 else greatest(abs(value), abs(work[K4 + i * W]))
        work[K4 + i * W] = select(stiff, worst, 0.0)


stages_of_lanes = over_lanes(stages, W, REGISTER)


@entry_by_address(types.void(ROWS, ROWS, ROWS, ROWS))
def all_stages(work: Pointer, unused: Pointer, unused_too: Pointer, unused_as_well: Pointer) -> None:
    """Compute the stages of an implicit step."""
    stages_of_lanes(work, unused, unused_too, unused_as_well)
