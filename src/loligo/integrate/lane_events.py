"""What happens to a lane now and then: a crossing of the spike level, a peak, the border of a window of time.

This text stands between `lane_roots` and `lane_rest` in a program for lanes. On a step, v is the polynomial
``v0 + d1 theta + d2 theta**2 + d3 theta**3 + d4 theta**4`` of the dense output, with theta from 0 to 1. What happens on
a step is noted (`note`), and its roots are sought with those of other lanes and other steps; `answer` records
them, in the order in which they were noted. Only peaks and lows are answered at once: they say what the lane looks for
next.
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
    bends,
    found,
    height,
    lowest_between,
    part_of,
    root,
    seek,
    turns,
)  # fmt: skip
from loligo.integrate.lane_rows import (  # type: ignore[import-not-found]  # made by lane_step.rows_source
    ARMED,
    BEGIN,
    BEGIN_TIME,
    FALL,
    FORGOT,
    HALF_TIME,
    INSIDE,
    LOWEST,
    MEAN,
    NEW,
    NEXT,
    NOW,
    NUMBERS,
    REARM,
    RISE,
    TOP,
    WAIT,
    F,
    W,
    Y,
)  # fmt: skip
from loligo.kernel.calling import INLINED, kept_apart
from loligo.kernel.lanes import shifted

# a lane's own notes, whole numbers: its member, the piece of its stimulus, its window, spikes so far,
# and what is added to its status
MEMBER, PIECE, PHASE, SPIKES, BESIDE = W * np.arange(5)
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
    kept_apart()
    while begin + step >= clock[NEXT + lane]:
        theta = min(max((clock[NEXT + lane] - begin) / step, 0.0), 1.0) if step > 0.0 else 0.0
        part = partial_mean(v0, d1, d2, d3, d4, step, theta)
        if notes[PHASE + lane] == 1:
            length = marks[k, 1] - marks[k, 0]
            totals[m, 1] = (clock[MEAN + lane] + part) / length if length > 0.0 else np.nan
        if notes[PHASE + lane] == 2:
            totals[m, 0] = min(clock[LOWEST + lane], lowest_between(v0, d1, d2, d3, d4, 0.0, theta))
        notes[PHASE + lane] += 1
        clock[INSIDE + lane] = 1.0 if notes[PHASE + lane] != 2 else 0.0
        clock[MEAN + lane] = -part * clock[INSIDE + lane]  # `average` adds the whole step
        clock[LOWEST + lane] = -np.inf
        if notes[PHASE + lane] == 2:
            clock[LOWEST + lane] = lowest_between(v0, d1, d2, d3, d4, theta, 1.0)
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
def fires(work, lane, v0, v1, level):
    """Tell whether a spike begins on a step, or a part of it, that goes from v0 to v1.

    It crosses the level upwards, and since the last spike v has been below the level by more than what a method may err
    by: where v lingers at the level, no error makes a spike.
    """
    if v0 < float(work[REARM + lane]):
        work[ARMED + lane] = F(1.0)
    if not (v0 < level <= v1 and work[ARMED + lane] > F(0.0)):
        return False
    work[ARMED + lane] = F(0.0)
    return True


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
    if record >= before and not clock[BEGIN_TIME + lane] >= records[record - before + 1]:
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
def end_spike(work, clock, lane, notes, records, members, kept):
    """End the descent of a spike where v is set below half of its height."""
    if work[Y + lane] < work[WAIT + lane]:
        work[WAIT + lane] = F(-np.inf)
        spike = notes[SPIKES + lane] - 1
        if 0 <= spike < kept:
            record = NUMBERS * (spike * members + notes[MEMBER + lane])
            records[record + 4] = clock[NOW + lane] - clock[HALF_TIME + lane]


@njit(**INLINED)
def answer(work, clock, sought, count, past, slot, slots, level, records, before):
    """Find the roots that are sought and record what they are of; return how many are sought thereby.

    ``before`` is how far back the record of a member's spike before begins.
    """
    kept_apart()
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
                    at_start, f0, since = float(work[Y + lane]), float(work[RISE + lane]), clock[BEGIN_TIME + lane]
                    began = clock[NOW + lane]  # the whole step, of which this may be a part
                    up = half_up(sought, more, clock, past, lane, record, slot, slots, half, began, since, at_start, f0)
                work[WAIT + lane] = F(half) if up > more else F(-np.inf)
            if v0 + d1 + d2 + d3 + d4 < work[WAIT + lane]:  # and down again within the same step
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
def rises_within(d1, d2, d3, d4, fast):
    """Return between which places dv/dt last rises past a value on a step; twice the same place where it does not."""
    one, two, end = d1 + d2 * (2.0 / 3.0), d1 + d2 * (4.0 / 3.0) + d3, d1 + 2.0 * d2 + 3.0 * d3 + 4.0 * d4
    # dv/dt passes a value no more often than its control points
    slow, slows = d1 < fast, end < fast
    if (slow != (one < fast)) + ((one < fast) != (two < fast)) + ((two < fast) != slows) < 2:
        return (0.0, 1.0) if slow and not slows else (0.0, 0.0)
    first, second = bends(2.0 * d2, 6.0 * d3, 12.0 * d4)
    low, before, places = 0.0, d1, (0.0, 0.0)
    for high in (first, second, 1.0):
        after = d1 + high * (2.0 * d2 + high * (3.0 * d3 + high * 4.0 * d4))
        if before < fast <= after and low < high:
            places = (low, high)
        low, before = high, after
    return places


@njit(**INLINED)
def folded(d1, d2, d3, d4):
    """Tell whether v turns more than once on a step."""
    one, two, end = d1 + d2 * (2.0 / 3.0), d1 + d2 * (4.0 / 3.0) + d3, d1 + 2.0 * d2 + 3.0 * d3 + 4.0 * d4
    # v turns no more often than its slope's control points change their sign
    if ((d1 > 0.0) != (one > 0.0)) + ((one > 0.0) != (two > 0.0)) + ((two > 0.0) != (end > 0.0)) < 2:
        return False
    before, count = d1, 0
    for high in bends(2.0 * d2, 6.0 * d3, 12.0 * d4):
        after = d1 + high * (2.0 * d2 + high * (3.0 * d3 + high * 4.0 * d4))
        count += 1 if (before > 0.0) != (after > 0.0) else 0
        before = after
    return count + (1 if (before > 0.0) != (end > 0.0) else 0) > 1


@njit(**INLINED)
def note(
    work, clock, lane, sought, count, begin, step, v0, d1, d2, d3, d4, v1, f0, rise, f1, inner, level, notes, records,
    members, kept,
):  # fmt: skip
    """Note what a step brings of a spike: its crossing, its begin, its peak, and its width at half its height.

    On the step, or the part of it, v goes from v0 to v1 and turns once at most, between ``inner`` and the end. Its
    slope is f0 before, has the sign of ``rise`` where the step begins, and is f1 where it ends. Returns how many roots
    are sought now: up to five more.
    """
    kept_apart()
    if fires(work, lane, v0, v1, level):
        record = begin_spike(clock, lane, notes, records, members, kept)
        if record >= 0:
            seek(sought, count, CROSSES, lane, record, v0, d1, d2, d3, d4, level, 0.0, 0.0, 1.0, begin, step)
            count += 1
    spike = notes[SPIKES + lane] - 1  # the present one
    record, recorded = NUMBERS * (spike * members + notes[MEMBER + lane]), 0 <= spike < kept
    low, high = rises_within(d1, d2, d3, d4, BEGINS * step)
    if low < high or f0 < BEGINS <= d1 / step:
        seek(sought, count, RISES, lane, record, v0, d1, d2, d3, d4, BEGINS * step, 1.0, low, high, begin, step)
        count += 1
    joint = f0 > 0.0 >= rise  # it turns where the step before has ended
    peaks = recorded and (joint or rise > 0.0 >= f1)
    if peaks:
        low, high = (0.0, 0.0) if joint else (inner, 1.0)
        seek(sought, count, PEAKS, lane, record, v0, d1, d2, d3, d4, 0.0, 1.0, low, high, begin, step)
        count += 1
    if rise <= 0.0 < f1 and begin + step < clock[NEXT + lane]:  # at a border of a window, `pass_marks` sees it
        seek(sought, count, LOWS, lane, record, v0, d1, d2, d3, d4, 0.0, 1.0, inner, 1.0, begin, step)
        count += 1
    if v1 < work[WAIT + lane] and not peaks:
        work[WAIT + lane] = F(-np.inf)
        if recorded:
            half = 0.5 * (records[record + 3] + records[record + 2])
            seek(sought, count, HALF_DOWN, lane, record, v0, d1, d2, d3, d4, half, 0.0, 0.0, 1.0, begin, step)
            count += 1
    return count


@njit(**INLINED)
def note_parts(
    work, clock, lane, sought, count, begin, step, v0, d1, d2, d3, d4, past, slot, slots, level, notes, records,
    members, kept,
):  # fmt: skip
    """Note, part by part and each answered at once, what a step brings on which v may turn several times."""
    kept_apart()
    low, before = 0.0, v0
    f0, f1 = float(work[RISE + lane]), float(work[FALL + lane])
    first, second, third = turns(d1, d2, d3, d4)
    for high in (first, second, third, 1.0):
        if low < high:
            after = float(work[NEW + lane]) if high == 1.0 else height(v0, d1, d2, d3, d4, high)
            upward = 1.0 if after > before else -1.0
            begins, ends = f0 if low == 0.0 else upward, f1 if high == 1.0 else -upward
            rise = d1 if low == 0.0 else upward
            _, e1, e2, e3, e4 = part_of(v0, d1, d2, d3, d4, low, high)
            count = note(
                work, clock, lane, sought, count, begin + low * step, (high - low) * step, before, e1, e2, e3, e4,
                after, begins, rise, ends, 1.0 if high < 1.0 else 0.0, level, notes, records, members, kept,
            )  # fmt: skip
            count = answer(work, clock, sought, count, past, slot, slots, level, records, NUMBERS * members)
            low, before = high, after
    return count


@njit(**INLINED)
def spikes_within(work, lane, v0, d1, d2, d3, d4, v1, level):
    """Return how many spikes begin on a step."""
    kept_apart()
    before, spikes = v0, 0
    for place in turns(d1, d2, d3, d4):
        if place < 1.0:
            after = height(v0, d1, d2, d3, d4, place)
            spikes += 1 if fires(work, lane, before, after, level) else 0
            before = after
    return spikes + (1 if fires(work, lane, before, v1, level) else 0)
