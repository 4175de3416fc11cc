"""Initial states of members that start at rest: the lanes of a scratch block examine many potentials at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from loligo.kernel.calling import called, shifted
from loligo.kernel.entries import inlined
from loligo.lanes.dimension import DIRECTIONS, POTENTIALS
from loligo.lanes.machine import Course
from loligo.lanes.memory import Rows, over_lanes
from loligo.lanes.rows import DRIVE, FIRST_DERIVATIVE, K0, K6, NEW, PARAMETERS, REGISTER, STAGE, F, W, Y

# in the scratch block, each lane has one potential, with the gates at their steady states
SMALL = float(np.finfo(F).eps) ** (1 / 3)  # displacement for which differences are most accurate
POTENTIAL, GATE = 10.0 * SMALL, SMALL  # displacements of v, in units of the grid of potentials, and of gates
NEAR = 0.1  # largest dv/dt at an equilibrium, relative to the change of dv/dt from one displacement below to one above


def begin_steady(work: Rows, _clock: Any, _unused: Any, _unused_too: Any) -> None:
    """Set each gate to 0, and to 1 in the new state, both at the same v."""
    for i in range(1, FIRST_DERIVATIVE):
        work[Y + i * W], work[NEW + i * W] = work[Y].constant(0.0), work[Y].constant(1.0)
    work[NEW] = work[Y]


def end_steady(work: Rows, _clock: Any, _unused: Any, _unused_too: Any) -> None:
    """Set each gate to its steady state.

    A gate's equation is linear in the gate, so its slopes at 0 and 1 give its steady state.
    """
    for i in range(1, FIRST_DERIVATIVE):
        work[Y + i * W] = work[K0 + i * W] / (work[K0 + i * W] - work[K6 + i * W])
    work[STAGE] = work[Y]


all_begin_steady, all_end_steady = (over_lanes(trace, W, REGISTER) for trace in (begin_steady, end_steady))


@inlined
def all_steady(c: Course) -> None:
    """Set the gates of each lane of the scratch block to their steady states at its v, and K0 to the slopes there."""
    scan = c.scan
    all_begin_steady(scan, c.clock, F(0.0), F(0.0))
    called(c.slopes, (scan, shifted(scan, DRIVE), shifted(scan, Y), shifted(scan, K0)))
    called(c.slopes, (scan, shifted(scan, DRIVE), shifted(scan, NEW), shifted(scan, K6)))
    all_end_steady(scan, c.clock, F(0.0), F(0.0))
    called(c.slopes, (scan, shifted(scan, DRIVE), shifted(scan, Y), shifted(scan, K0)))


@inlined
def narrow(c: Course, low: float, high: float, rising: bool) -> None:
    """Set the first lane to the equilibrium between two potentials, at which dv/dt rises or falls with v."""
    scan = c.scan
    for _ in range(20):
        width = (high - low) / (W + 1)
        for k in range(W):
            scan[Y + k] = F(low + (k + 1) * width)
        all_steady(c)
        below, beyond = low, high
        for k in range(W):
            at = float(scan[Y + k])
            if (scan[K0 + k] > F(0.0)) != rising:
                below = max(below, at)
            else:
                beyond = min(beyond, at)
        if below == low and beyond == high:
            break
        low, high = min(below, beyond), max(below, beyond)
    scan[Y] = F(0.5 * (low + high))
    all_steady(c)


@inlined
def beyond_zero(c: Course, low: float, high: float, sign: float, unit: float) -> float:
    """Return a potential between two at which dv/dt has the opposite sign to both ends, or NaN."""
    scan = c.scan
    while high - low > 1e-6 * unit:
        width = (high - low) / (W + 1)
        for k in range(W):
            scan[Y + k] = F(low + (k + 1) * width)
        all_steady(c)
        nearest, least = 0, np.inf
        for k in range(W):
            distance = sign * float(scan[K0 + k])
            if distance < 0.0:
                return float(scan[Y + k])
            if distance < least:
                nearest, least = k, distance
        low, high = low + nearest * width, low + (nearest + 2) * width
    return np.nan


@inlined
def decays(c: Course, unit: float) -> bool:
    """Return whether the equilibrium in the first lane is stable.

    Gates depend on one another only through v, so the characteristic polynomial of the Jacobian is built gate by gate.
    By the Routh criterion its zeros lie in the left half-plane if no number of the first column is negative.
    """
    scan = c.scan
    for j in range(FIRST_DERIVATIVE):
        scan[Y + j * W + 2] = scan[Y + j * W]
    feels, whole, gates = np.zeros(FIRST_DERIVATIVE), np.zeros(FIRST_DERIVATIVE + 2), np.zeros(FIRST_DERIVATIVE + 2)
    for i in range(FIRST_DERIVATIVE):
        for j in range(FIRST_DERIVATIVE):
            scan[Y + j * W] = scan[Y + j * W + 1] = scan[Y + j * W + 2]
        here = float(scan[Y + i * W])
        if i == 0:
            scan[Y], scan[Y + 1] = F(here + POTENTIAL * unit), F(here - POTENTIAL * unit)
        else:
            scan[Y + i * W], scan[Y + i * W + 1] = F(min(here + GATE, 1.0)), F(max(here - GATE, 0.0))
        called(c.slopes, (scan, shifted(scan, DRIVE), shifted(scan, Y), shifted(scan, K0)))
        change = float(scan[Y + i * W]) - float(scan[Y + i * W + 1])
        moves = (float(scan[K0]) - float(scan[K0 + 1])) / change
        if i == 0:
            whole[0], whole[1], gates[0] = 1.0, -moves, 1.0
            for j in range(1, FIRST_DERIVATIVE):
                feels[j] = (float(scan[K0 + j * W]) - float(scan[K0 + j * W + 1])) / change
        else:
            rate = (float(scan[K0 + i * W]) - float(scan[K0 + i * W + 1])) / change
            for power in range(i + 1, 0, -1):  # the highest power of each polynomial comes first
                whole[power] -= rate * whole[power - 1]
            for power in range(i):
                whole[power + 2] -= moves * feels[i] * gates[power]
            for power in range(i, 0, -1):
                gates[power] -= rate * gates[power - 1]
    for j in range(FIRST_DERIVATIVE):
        scan[Y + j * W] = scan[Y + j * W + 2]
    for first in range(FIRST_DERIVATIVE):
        if not whole[first + 1] > 0.0:
            return False
        ratio = whole[first] / whole[first + 1]
        for k in range(first + 2, FIRST_DERIVATIVE + 1, 2):
            whole[k] -= ratio * whole[k + 1]
    return True


@inlined
def is_rest(c: Course, unit: float) -> bool:
    """Return whether the first lane is at an equilibrium: finite, gates in [0, 1], and dv/dt zero up to rounding.

    dv/dt is compared with its change over a small displacement, so that a jump through zero does not count.
    """
    scan = c.scan
    here = scan[Y]
    scan[Y + 1], scan[Y + 2] = F(float(here) + POTENTIAL * unit), F(float(here) - POTENTIAL * unit)
    all_steady(c)
    left, change = abs(float(scan[K0])), abs(float(scan[K0 + 1]) - float(scan[K0 + 2]))
    for i in range(1, FIRST_DERIVATIVE):
        gate = float(scan[Y + i * W])
        if not (-GATE <= gate <= 1.0 + GATE):
            return False
    return left <= NEAR * change and np.isfinite(change)


@inlined
def find_derivatives(c: Course, lane: int) -> bool:
    """Put the derivatives of the rest, which solve ``J S = -df/dp``, in the first lane; return whether they are finite.

    The slope of S is ``J S + df/dp``. With S = 0 it is df/dp; with the derivatives of one variable set to 1 it is df/dp
    plus a column of J.
    """
    scan, n = c.scan, FIRST_DERIVATIVE
    matrix = np.zeros((n, n + DIRECTIONS))
    for column in range(-1, n):
        for i in range(n):
            for d in range(DIRECTIONS):
                scan[Y + (n + i * DIRECTIONS + d) * W] = F(1.0 if i == column else 0.0)
        called(c.slopes, (scan, shifted(scan, DRIVE), shifted(scan, Y), shifted(scan, K0)))
        for i in range(n):
            first = K0 + (n + i * DIRECTIONS) * W
            if column >= 0:
                matrix[i, column] = float(scan[first]) + matrix[i, n]
            for d in range(DIRECTIONS if column < 0 else 0):
                matrix[i, n + d] = -float(scan[first + d * W])
    for k in range(n):
        best = k + int(np.argmax(np.abs(matrix[k:, k])))
        for j in range(k, n + DIRECTIONS):
            matrix[k, j], matrix[best, j] = matrix[best, j], matrix[k, j]
        if not abs(matrix[k, k]) > 0.0:
            return False
        for i in range(n):
            factor = matrix[i, k] / matrix[k, k] if i != k else 0.0
            for j in range(k, n + DIRECTIONS):
                matrix[i, j] -= factor * matrix[k, j]
    finite = True
    for i in range(n):
        for d in range(DIRECTIONS):
            value = matrix[i, n + d] / matrix[i, i]
            c.work[Y + (n + i * DIRECTIONS + d) * W + lane] = F(value)
            finite = finite and np.isfinite(value)
    return finite


@inlined
def find_rest(c: Course, lane: int) -> tuple[float, float]:
    """Put the rest of a member, as `loligo.rest` defines it, into a lane; return whether it exists and is stable.

    The rest is the lowest stable equilibrium from -200 to 200 units of v, which are tenths of its scale, or the lowest
    if none is stable. Equilibria are sought between successive whole units, and beside units where dv/dt approaches
    zero and turns back. One at which dv/dt rises with v is never stable. If `is_rest` rejects the result,
    `loligo.rest` searches again.
    """
    if POTENTIALS > 1:  # a scan over one potential says nothing about the others
        return False, False
    work, scan, unit = c.work, c.scan, 0.1 * c.absolute[0]
    for i in range(c.prepared):
        for k in range(W):
            scan[PARAMETERS + i * W + k] = work[PARAMETERS + i * W + lane]
    for k in range(W):
        scan[DRIVE + k] = F(0.0)
    one, here, k, found = np.nan, np.nan, W, False
    bottom, top, upward = np.nan, np.nan, False  # bracket of the lowest, and whether dv/dt rises there
    for v in range(-200, 201):
        if k == W:
            for ahead in range(W):
                scan[Y + ahead] = F((v + ahead) * unit)
            all_steady(c)
            k = 0
        two, one, here = one, here, float(scan[K0 + k])
        k += 1
        low, turn, high = (v - 1.0) * unit, v * unit, v * unit
        falls, rises = one > 0.0 >= here, one <= 0.0 < here
        if not (falls or rises):
            if not (two * one > 0.0 and one * here > 0.0 and abs(one) < min(abs(two), abs(here))):
                continue
            k, low = W, (v - 2.0) * unit
            turn = beyond_zero(c, low, high, 1.0 if one > 0.0 else -1.0, unit)
            if np.isnan(turn):
                continue
            falls, rises = True, one < 0.0  # two equilibria, and dv/dt rises at the first
        if np.isnan(bottom):
            bottom, top, upward = low, turn, rises
        if falls:
            k = W
            narrow(c, turn if rises else low, high if rises else turn, False)
            found = decays(c, unit)
            if found:
                break
    if not found:
        if np.isnan(bottom):
            return False, False
        narrow(c, bottom, top, upward)
    if not is_rest(c, unit):
        return False, False
    for i in range(FIRST_DERIVATIVE):
        work[Y + i * W + lane] = scan[Y + i * W]
    if DIRECTIONS > 0 and not find_derivatives(c, lane):
        return False, False
    return True, found
