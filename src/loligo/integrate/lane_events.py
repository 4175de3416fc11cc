"""What happens to a lane now and then: a crossing of the spike level, a peak, the border of a window of time.

This text stands between `lane_control` and `lane_loop` in a program for lanes. On a step, v is the polynomial
``v0 + d1 theta + d2 theta**2 + d3 theta**3 + d4 theta**4`` of the dense output, with theta from 0 to 1.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from loligo.integrate.lane_control import BEGINS
from loligo.integrate.lane_rows import (  # type: ignore[import-not-found]  # made by lane_step.rows_source
    INSIDE,
    K0,
    K6,
    LOWEST,
    MEAN,
    NEW,
    NEXT,
    PAST,
    STEP,
    WAIT,
    F,
    W,
)  # fmt: skip
from loligo.kernel.calling import INLINED

# a lane's own notes, whole numbers: its member, the piece of its stimulus, its window, spikes so far
MEMBER, PIECE, PHASE, SPIKES = np.arange(4)
# and real numbers: the highest peak of the present spike, when v passed half of it, when and where it began
TOP, HALF_TIME, BEGIN_TIME, BEGIN = np.arange(4)


@njit(**INLINED)
def root(v0, d1, d2, d3, d4, level, low, high):
    """Return where a step's polynomial in theta reaches a level, between two places on either side of it.

    Newton's method from where the chord reaches it, and halving where it would leave the bracket. It ends at the first
    move below 1e-7: as moves are squared from one to the next, what is left is rounding.
    """
    at_low = v0 + low * (d1 + low * (d2 + low * (d3 + low * d4))) - level
    at_high = v0 + high * (d1 + high * (d2 + high * (d3 + high * d4))) - level
    theta = (low * at_high - high * at_low) / (at_high - at_low)
    if not low < theta < high:
        theta = 0.5 * (low + high)
    for _ in range(60):
        square = theta * theta  # in short chains: a core waits for them
        value = (v0 - level + theta * d1) + square * (d2 + theta * d3 + square * d4)
        slope = (d1 + theta * 2.0 * d2) + square * (3.0 * d3 + theta * 4.0 * d4)
        if (value < 0.0) == (at_low < 0.0):
            low = theta
        else:
            high = theta
        move = value / slope
        if low <= theta - move <= high:
            theta -= move
            if abs(move) < 1e-7:
                break
        else:
            theta = 0.5 * (low + high)
            if high - low < 1e-14:
                break
    return theta


@njit(**INLINED)
def flat(d1, d2, d3, d4, low, high):
    """Return where a step's polynomial is level, between two places where its slope has different signs."""
    return root(d1, 2.0 * d2, 3.0 * d3, 4.0 * d4, 0.0, 0.0, low, high)


@njit(**INLINED)
def partial_mean(v0, d1, d2, d3, d4, step, theta):
    """Return the integral of v over the first part of a step."""
    inner = d2 / 3.0 + theta * (d3 / 4.0 + theta * d4 / 5.0)
    return step * theta * (v0 + theta * (0.5 * d1 + theta * inner))


@njit(**INLINED)
def pass_marks(clock, lane, v0, d1, d2, d3, d4, begin, step, marks, notes, totals):
    """Go over to the next of the windows (before, base, stimulus, after) where a step crosses their borders."""
    while begin + step >= clock[NEXT + lane]:
        theta = min(max((clock[NEXT + lane] - begin) / step, 0.0), 1.0) if step > 0.0 else 0.0
        here = v0 + theta * (d1 + theta * (d2 + theta * (d3 + theta * d4)))
        part = partial_mean(v0, d1, d2, d3, d4, step, theta)
        if notes[PHASE] == 1:
            totals[1] = (clock[MEAN + lane] + part) / (marks[1] - marks[0]) if marks[1] > marks[0] else np.nan
        if notes[PHASE] == 2:
            totals[0] = min(clock[LOWEST + lane], here)
        notes[PHASE] += 1
        clock[INSIDE + lane] = 1.0 if notes[PHASE] != 2 else 0.0
        clock[MEAN + lane] = -part * clock[INSIDE + lane]  # `advance` adds the whole step
        clock[LOWEST + lane] = here if notes[PHASE] == 2 else -np.inf
        clock[NEXT + lane] = marks[notes[PHASE]] if notes[PHASE] < 3 else np.inf


@njit(**INLINED)
def remembered(tolerance):
    """Return of how many steps the beginnings are kept, so that half of the way up a spike is among them."""
    return 2 ** int(np.ceil(5.0 + max(0.25 * np.log2(1e-4 / tolerance), 0.0)))


@njit(**INLINED)
def rise_time(clock, lane, slot, slots, half, begin, since):
    """Return when v passed a potential on its way up, going back from the step that starts at ``begin``; NaN if never.

    Between two remembered steps v is the cubic with the right ends and slopes.
    """
    after, v1, f1 = begin, clock[PAST + 3 * W * slot + W + lane], clock[PAST + 3 * W * slot + 2 * W + lane]
    for back in range(1, slots):
        at = PAST + 3 * W * ((slot - back) & (slots - 1)) + lane
        before, v0, f0 = clock[at], clock[at + W], clock[at + 2 * W]
        if v0 < half <= v1:
            step, rise = after - before, v1 - v0
            d1, end = step * f0, step * f1
            theta = root(v0, d1, 3.0 * rise - 2.0 * d1 - end, d1 + end - 2.0 * rise, 0.0, half, 0.0, 1.0)
            return before + theta * step
        if before <= since:
            break
        after, v1, f1 = before, v0, f0
    return np.nan


@njit(**INLINED)
def observe(work, clock, lane, slot, slots, begin, v0, d1, d2, d3, d4, level, spikes, memos, record):
    """Record what a step brings of a spike: its begin, its peak, and its width at half its height."""
    step = float(work[STEP + lane])
    f0, f1 = float(work[K0 + lane]), float(work[K6 + lane])
    if f0 < BEGINS <= f1:
        theta = root(d1, 2.0 * d2, 3.0 * d3, 4.0 * d4, 0.0, BEGINS * step, 0.0, 1.0)
        memos[BEGIN] = v0 + theta * (d1 + theta * (d2 + theta * (d3 + theta * d4)))
        memos[BEGIN_TIME] = begin + theta * step
    theta = 0.0
    if (f0 > 0.0) != (f1 > 0.0):
        theta = flat(d1, d2, d3, d4, 0.0, 1.0)
        here = v0 + theta * (d1 + theta * (d2 + theta * (d3 + theta * d4)))
        if f0 <= 0.0:
            clock[LOWEST + lane] = min(clock[LOWEST + lane], here)
        elif here >= level and 0 < spikes <= record.shape[0] and here > memos[TOP]:
            memos[TOP] = here
            if spikes > 1 and not memos[BEGIN_TIME] > record[spikes - 2, 1]:
                memos[BEGIN] = np.nan  # that was the spike before: this one rises slowly
            record[spikes - 1, 1], record[spikes - 1, 2] = begin + theta * step, here
            record[spikes - 1, 3] = memos[BEGIN]
            half = 0.5 * (memos[BEGIN] + here)
            if v0 < half:
                memos[HALF_TIME] = begin + step * root(v0, d1, d2, d3, d4, half, 0.0, theta)
            else:
                memos[HALF_TIME] = rise_time(clock, lane, slot, slots, half, begin, memos[BEGIN_TIME])
            work[WAIT + lane] = F(half) if memos[HALF_TIME] == memos[HALF_TIME] else F(-np.inf)
    if float(work[NEW + lane]) < float(work[WAIT + lane]):
        if 0 < spikes <= record.shape[0]:
            half = 0.5 * (record[spikes - 1, 3] + record[spikes - 1, 2])
            fall = begin + step * root(v0, d1, d2, d3, d4, half, theta, 1.0)
            record[spikes - 1, 4] = fall - memos[HALF_TIME]
        work[WAIT + lane] = F(-np.inf)


@njit(**INLINED)
def crossing(v0, d1, d2, d3, d4, v1, level):
    """Return where on the step v crosses the level upwards, or -1; an extreme may lie inside."""
    if v0 < level <= v1:
        return root(v0, d1, d2, d3, d4, level, 0.0, 1.0)
    theta = flat(d1, d2, d3, d4, 0.0, 1.0)
    here = v0 + theta * (d1 + theta * (d2 + theta * (d3 + theta * d4)))
    if v0 < level:
        return root(v0, d1, d2, d3, d4, level, 0.0, theta) if here >= level else -1.0
    return root(v0, d1, d2, d3, d4, level, theta, 1.0) if here < level else -1.0
