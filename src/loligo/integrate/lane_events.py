"""What happens to a lane now and then: a crossing of the spike level, a peak, the border of a window of time.

This text stands between `lane_roots` and `lane_rest` in a program for lanes. On a step, v is the polynomial
``v0 + d1 theta + d2 theta**2 + d3 theta**3 + d4 theta**4`` of the dense output, with theta from 0 to 1. What happens on
a step is noted (`note`), and its roots are sought with those of other lanes and other steps; `answer` records them, in
the order in which they were noted. Only peaks and lows are answered at once: they say what the lane looks for next.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from loligo.integrate.lane_control import BEGINS
from loligo.integrate.lane_roots import (
    BEFORE,
    D1,
    D2,
    D3,
    D4,
    EXACT,
    LANE,
    RECORD,
    TOGETHER,
    V0,
    WHAT,
    WHOLE,
    all_solve,
    flat,
    found,
    height,
    root,
    seek,
)  # fmt: skip
from loligo.integrate.lane_rows import (  # type: ignore[import-not-found]  # made by lane_step.rows_source
    BEGIN,
    BEGIN_TIME,
    FORGOT,
    HALF_TIME,
    INSIDE,
    K0,
    K6,
    LOWEST,
    MEAN,
    NEW,
    NEXT,
    NOW,
    NUMBERS,
    TOP,
    WAIT,
    F,
    W,
    Y,
)  # fmt: skip
from loligo.kernel.calling import INLINED
from loligo.kernel.lanes import shifted

# a lane's own notes, whole numbers: its member, the piece of its stimulus, its window, spikes so far
MEMBER, PIECE, PHASE, SPIKES = W * np.arange(4)
# what a root is sought for: v crosses the spike level; rises fast; is lowest; highest; half of the way up, and down
CROSSES, RISES, LOWS, PEAKS, HALF_UP, HALF_DOWN = np.arange(6)


@njit(**INLINED)
def partial_mean(v0, d1, d2, d3, d4, step, theta):
    """Return the integral of v over the first part of a step."""
    inner = d2 / 3.0 + theta * (d3 / 4.0 + theta * d4 / 5.0)
    return step * theta * (v0 + theta * (0.5 * d1 + theta * inner))


@njit(**INLINED)
def pass_marks(clock, lane, v0, d1, d2, d3, d4, begin, step, marks, k, notes, totals, m):
    """Go over to the next of the windows (before, base, stimulus, after) where a step crosses their borders."""
    while begin + step >= clock[NEXT + lane]:
        theta = min(max((clock[NEXT + lane] - begin) / step, 0.0), 1.0) if step > 0.0 else 0.0
        here = height(v0, d1, d2, d3, d4, theta)
        part = partial_mean(v0, d1, d2, d3, d4, step, theta)
        if notes[PHASE + lane] == 1:
            length = marks[k, 1] - marks[k, 0]
            totals[m, 1] = (clock[MEAN + lane] + part) / length if length > 0.0 else np.nan
        if notes[PHASE + lane] == 2:
            totals[m, 0] = min(clock[LOWEST + lane], here)
        notes[PHASE + lane] += 1
        clock[INSIDE + lane] = 1.0 if notes[PHASE + lane] != 2 else 0.0
        clock[MEAN + lane] = -part * clock[INSIDE + lane]  # `average` adds the whole step
        clock[LOWEST + lane] = min(here, v0 + d1 + d2 + d3 + d4) if notes[PHASE + lane] == 2 else -np.inf
        clock[NEXT + lane] = marks[k, notes[PHASE + lane]] if notes[PHASE + lane] < 3 else np.inf


@njit(**INLINED)
def half_up(sought, count, clock, past, lane, record, slot, slots, half, begin, since, v1, f1):
    """Seek when v passed a potential on its way up, going back from a step that begins at ``begin``, v1, slope f1.

    Returns how many roots are sought now: one more, or as many as before if v did not pass it after ``since``. Where
    the steps that are remembered do not reach back so far, the lane's FORGOT is set. On each of them v is the cubic
    with the right ends and slopes.
    """
    after = begin
    for back in range(1, slots):
        at = 3 * W * ((slot - back) & (slots - 1)) + lane
        step = float(past[at])
        if step > 0.0:  # it was accepted
            before, v0, f0 = after - step, float(past[at + W]), float(past[at + 2 * W])
            if v0 < half <= v1:
                rise, d1, end = v1 - v0, step * f0, step * f1
                d2, d3 = 3.0 * rise - 2.0 * d1 - end, d1 + end - 2.0 * rise
                seek(sought, count, HALF_UP, lane, record, v0, d1, d2, d3, 0.0, half, 0.0, 0.0, 1.0, before, step)
                return count + 1
            if before <= since:
                return count
            after, v1, f1 = before, v0, f0
    clock[FORGOT + lane] = 1.0
    return count


@njit(**INLINED)
def begin_spike(clock, lane, notes, records, members, kept):
    """Count a spike, and begin its record, in which nothing is known yet; return where that is, -1 if none is kept."""
    spike = notes[SPIKES + lane]
    notes[SPIKES + lane], clock[TOP + lane] = spike + 1, -np.inf
    if spike >= kept:
        return -1
    record = NUMBERS * (spike * members + notes[MEMBER + lane])
    for number in range(NUMBERS):
        records[record + number] = np.nan
    return record


@njit(**INLINED)
def record_peak(clock, lane, records, record, before, at, here):
    """Record the highest peak of a spike so far; return half of its height."""
    clock[TOP + lane] = here
    if record >= before and not clock[BEGIN_TIME + lane] > records[record - before + 1]:
        clock[BEGIN + lane] = np.nan  # that was the spike before: this one rises slowly
    records[record + 1], records[record + 2], records[record + 3] = at, here, clock[BEGIN + lane]
    return 0.5 * (clock[BEGIN + lane] + here)


@njit(**INLINED)
def peak_at_edge(clock, work, lane, sought, count, past, slot, slots, rising, notes, records, members, kept):
    """Record a peak at an edge of the stimulus, to which v rises and from which it falls.

    Returns how many roots are sought now: one more where it is known when v rises through half of the height.
    """
    spike, here = notes[SPIKES + lane] - 1, float(work[Y + lane])
    if not 0 <= spike < kept or here <= clock[TOP + lane]:
        return count
    at, before = clock[NOW + lane], NUMBERS * members
    record = NUMBERS * (spike * members + notes[MEMBER + lane])
    half, up = record_peak(clock, lane, records, record, before, at, here), count
    if half > -np.inf:  # its begin is known; the step that has ended is remembered, too
        since = clock[BEGIN_TIME + lane]
        up = half_up(sought, count, clock, past, lane, record, slot + 1, slots, half, at, since, here, rising)
    work[WAIT + lane] = F(half) if up > count else F(-np.inf)
    return up


@njit(**INLINED)
def answer(work, clock, sought, count, past, slot, slots, level, records, before):
    """Find the roots that are sought and record what they are of; return how many are sought thereby.

    ``before`` is how far back the record of a member's spike before begins.
    """
    for first in range(0, count, TOGETHER):
        all_solve(shifted(sought, first), sought, 0.0, 0.0)
    more = 0
    for k in range(count):
        what, lane, record = sought[WHAT + k], int(sought[LANE + k]), int(sought[RECORD + k])
        theta, here = found(sought, k)
        begin, step = sought[BEFORE + k], sought[WHOLE + k]
        at = begin + theta * step
        if what == CROSSES:
            records[record] = at
        elif what == RISES:
            clock[BEGIN + lane], clock[BEGIN_TIME + lane] = here, at
        elif what == LOWS:
            clock[LOWEST + lane] = min(clock[LOWEST + lane], here)
        elif what == HALF_UP:
            clock[HALF_TIME + lane] = at
        elif what == HALF_DOWN:
            records[record + 4] = at - clock[HALF_TIME + lane]
        else:
            v0, d1, d2, d3, d4 = sought[V0 + k], sought[D1 + k], sought[D2 + k], sought[D3 + k], sought[D4 + k]
            up = more
            if here >= level and here > clock[TOP + lane]:
                half = record_peak(clock, lane, records, record, before, at, here)
                if v0 < half:
                    seek(sought, more, HALF_UP, lane, record, v0, d1, d2, d3, d4, half, 0.0, 0.0, theta, begin, step)
                    up += 1
                elif half > -np.inf:  # its begin is known
                    f0, since = float(work[K0 + lane]), clock[BEGIN_TIME + lane]
                    up = half_up(sought, more, clock, past, lane, record, slot, slots, half, begin, since, v0, f0)
                work[WAIT + lane] = F(half) if up > more else F(-np.inf)
            if work[NEW + lane] < work[WAIT + lane]:  # and down again within the same step
                if up > more:
                    sought[EXACT + more] = 0.0
                    place, here = found(sought, more)
                    clock[HALF_TIME + lane] = sought[BEFORE + more] + place * sought[WHOLE + more]
                half = 0.5 * (records[record + 3] + records[record + 2])
                down = begin + step * root(v0, d1, d2, d3, d4, half, theta, 1.0)
                records[record + 4], work[WAIT + lane] = down - clock[HALF_TIME + lane], F(-np.inf)
            else:
                more = up
    return more


@njit(**INLINED)
def begins_within(d1, d2, d3, d4, fast):
    """Return between which places dv/dt rises past a value that it has passed, or not, at both ends of a step.

    That is behind its minimum, or before its maximum; twice the same place where it does not rise past it.
    """
    bend, end, after = 2.0 * d2, 2.0 * d2 + 6.0 * d3 + 12.0 * d4, d1 + 2.0 * d2 + 3.0 * d3 + 4.0 * d4
    if (d1 < fast) != (after < fast) or bend * end >= 0.0 or (bend < 0.0) != (d1 >= fast):
        return 0.0, 0.0
    turn = flat(bend, 3.0 * d3, 4.0 * d4, 0.0, 0.0, 1.0)
    there = d1 + turn * (2.0 * d2 + turn * (3.0 * d3 + turn * 4.0 * d4))
    if (there < fast) == (d1 < fast):
        return 0.0, 0.0
    return (turn, 1.0) if d1 >= fast else (0.0, turn)


@njit(**INLINED)
def note(work, clock, lane, sought, count, begin, step, v0, d1, d2, d3, d4, level, notes, records, members, kept):
    """Note what a step brings of a spike: its crossing, its begin, its peak, and its width at half its height.

    Returns how many roots are sought now: up to four more.
    """
    f0, f1, v1 = float(work[K0 + lane]), float(work[K6 + lane]), work[NEW + lane]
    if v0 < level <= v1:
        record = begin_spike(clock, lane, notes, records, members, kept)
        if record >= 0:
            seek(sought, count, CROSSES, lane, record, v0, d1, d2, d3, d4, level, 0.0, 0.0, 1.0, begin, step)
            count += 1
    spike = notes[SPIKES + lane] - 1  # the present one
    record, recorded = NUMBERS * (spike * members + notes[MEMBER + lane]), 0 <= spike < kept
    low, high = (0.0, 1.0) if f0 < BEGINS <= f1 else begins_within(d1, d2, d3, d4, BEGINS * step)
    if low < high:
        seek(sought, count, RISES, lane, record, v0, d1, d2, d3, d4, BEGINS * step, 1.0, low, high, begin, step)
        count += 1
    if f0 <= 0.0 < f1 or (f0 > 0.0 >= f1 and recorded):
        what = LOWS if f0 <= 0.0 else PEAKS
        seek(sought, count, what, lane, record, v0, d1, d2, d3, d4, 0.0, 1.0, 0.0, 1.0, begin, step)
        count += 1
    if v1 < work[WAIT + lane] and not f0 > 0.0 >= f1:
        work[WAIT + lane] = F(-np.inf)
        if recorded:
            half = 0.5 * (records[record + 3] + records[record + 2])
            seek(sought, count, HALF_DOWN, lane, record, v0, d1, d2, d3, d4, half, 0.0, 0.0, 1.0, begin, step)
            count += 1
    return count


@njit(**INLINED)
def crossing(v0, d1, d2, d3, d4, level):
    """Return where v crosses the level upwards on a step that begins and ends on one side of it, or -1."""
    theta = flat(d1, d2, d3, d4, 0.0, 1.0)
    here = height(v0, d1, d2, d3, d4, theta)
    if v0 < level:
        return root(v0, d1, d2, d3, d4, level, 0.0, theta) if here >= level else -1.0
    return root(v0, d1, d2, d3, d4, level, theta, 1.0) if here < level else -1.0
