"""Rare events of a lane: a crossing of the spike level, a peak, the border of a time window.

The events of a step are noted (`note`), and their times are found as roots together with those of other lanes and
steps; `answer` records them, in the order in which they were noted. Peaks and minima are found at once, since they
decide which event the lane looks for next.
"""

from __future__ import annotations

import numpy as np

from loligo.kernel.calling import kept_apart, shifted, whole_numbers
from loligo.kernel.entries import inlined, part
from loligo.lanes.control import BEGINS, FOLDED
from loligo.lanes.dimension import DIRECTIONS, POTENTIALS
from loligo.lanes.explicit import dense_v
from loligo.lanes.gradients import record_gradient
from loligo.lanes.machine import Course, Quartic
from loligo.lanes.record import NUMBERS, SPIKE
from loligo.lanes.roots import (
    BEGAN,
    EXACT,
    PLACE_OF,
    RECORD,
    SOUGHT,
    TOGETHER,
    WHAT,
    WHOLE,
    all_solve,
    bends,
    found,
    height,
    part_of,
    polynomial,
    root,
    seek,
    slope_at,
    turns,
)  # fmt: skip
from loligo.lanes.rows import (
    ARMED,
    BEGIN,
    BEGIN_TIME,
    CAME,
    COUNT,
    FALL,
    FLAG,
    FORGOT,
    HALF_TIME,
    LOWEST,
    MEMBER,
    NEW,
    NEXT,
    NOW,
    REARM,
    REMEMBERED,
    RISE,
    SLOT,
    SPIKES,
    STEP,
    TOP,
    URGENT,
    WAIT,
    F,
    W,
    Y,
    lane_of,
    potential_of,
)  # fmt: skip
from loligo.lanes.windows import pass_marks

# purposes of a root: v crosses the spike level; rises fast; has a minimum; a maximum; is at half height, up and down
CROSSES, RISES, LOWS, PEAKS, HALF_UP, HALF_DOWN = whole_numbers(0, 6)


@inlined
def record_of(c: Course, place: int, spike: int) -> int:
    """Return the index at which the record of a spike begins, for a potential of a lane's member."""
    member = c.notes[MEMBER + lane_of(place)]
    return NUMBERS * (POTENTIALS * (spike * c.members + member) + potential_of(place))


@inlined
def level_of(c: Course, place: int) -> float:
    """Return the level of a potential's spikes."""
    return c.levels[potential_of(place)]


@inlined
def is_kept(c: Course, spike: int) -> bool:
    """Return whether a spike is recorded."""
    return 0 <= spike < c.kept


@inlined
def half_up(
    c: Course, place: int, record: int, count: int, slot: int, half: float, begin: float, v1: float, f1: float
) -> int:
    """Find when v rose past a potential, going back from a step that begins at ``begin`` with v1 and slope f1.

    Returns the number of roots now noted: one more, or unchanged if v has not passed the potential since the spike
    began. If the stored steps do not reach back so far, FORGOT is set. On each of them v is the cubic that has the
    step's values and slopes at both ends.
    """
    after, since, lane = begin, c.clock[BEGIN_TIME + place], lane_of(place)
    own = W + 2 * (place - lane)
    for back in range(1, c.slots):
        at = REMEMBERED * W * ((slot - back) & (c.slots - 1)) + lane
        step = float(c.ring[at])
        if step > 0.0:  # the step was accepted
            before, v0, f0 = after - step, float(c.ring[at + own]), float(c.ring[at + own + W])
            if v0 < half <= v1:
                rise, d1, end = v1 - v0, step * f0, step * f1
                cubic = Quartic(v0, d1, 3.0 * rise - 2.0 * d1 - end, d1 + end - 2.0 * rise, 0.0)
                seek(c.sought, count, HALF_UP, place, record, cubic, half, 0.0, 0.0, 1.0, before, step)
                return count + 1
            if before <= since:
                return count
            after, v1, f1 = before, v0, f0
    c.clock[FORGOT + place] = 1.0
    return count


@inlined
def fires(c: Course, place: int, v0: float, v1: float) -> bool:
    """Return whether a spike begins on a step, or a part of one, that goes from v0 to v1.

    A spike begins if v crosses the level upwards and, since the last spike, was below the level by more than the error
    of the method: while v lingers at the level, an error must not count as a spike.
    """
    if v0 < float(c.work[REARM + place]):
        c.work[ARMED + place] = F(1.0)
    if not (v0 < level_of(c, place) <= v1 and c.work[ARMED + place] > F(0.0)):
        return False
    c.work[ARMED + place] = F(0.0)
    return True


@inlined
def begin_spike(c: Course, place: int) -> int:
    """Count a spike and begin its record, which is still empty; return the record's index, or -1 if none is kept."""
    spike = c.notes[SPIKES + place]
    c.notes[SPIKES + place], c.clock[TOP + place] = spike + 1, -np.inf
    if spike >= c.kept:
        return -1
    record = record_of(c, place, spike)
    for number in range(NUMBERS):
        c.records[record + number] = np.nan
    return record


@inlined
def record_peak(c: Course, place: int, record: int, at: float, here: float) -> float:
    """Record the highest peak of a spike so far; return the potential at half of its height."""
    clock, records = c.clock, c.records
    before = NUMBERS * POTENTIALS * c.members  # distance back to the record of the spike before
    clock[TOP + place] = here
    if record >= before and not clock[BEGIN_TIME + place] >= records[record - before + SPIKE.peak_time]:
        clock[BEGIN + place] = np.nan  # the beginning is that of the spike before: this spike rises slowly
    records[record + SPIKE.peak_time], records[record + SPIKE.peak] = at, here
    records[record + SPIKE.begin] = clock[BEGIN + place]
    return 0.5 * (clock[BEGIN + place] + here)


@inlined
def peak_at_edge(c: Course, place: int) -> None:
    """Record a peak at an edge of the stimulus, where v stops rising and falls, and the half height on the way up."""
    spike, here = c.notes[SPIKES + place] - 1, float(c.work[Y + place])
    if is_kept(c, spike) and here > c.clock[TOP + place]:
        at, record, count = c.clock[NOW + lane_of(place)], record_of(c, place, spike), c.notes[COUNT]
        half, up = record_peak(c, place, record, at, here), count
        if half > -np.inf:  # the spike's beginning is known; the step that has ended is also stored
            up = half_up(c, place, record, count, c.notes[SLOT] + 1, half, at, here, c.clock[CAME + place])
        c.work[WAIT + place] = F(half) if up > count else F(-np.inf)
        c.notes[COUNT] = up
    answer(c)


@inlined
def end_spike(c: Course, place: int) -> None:
    """End the descent of a spike where v is set below half of its height."""
    if c.work[Y + place] < c.work[WAIT + place]:
        c.work[WAIT + place] = F(-np.inf)
        spike = c.notes[SPIKES + place] - 1
        if is_kept(c, spike):
            width = c.clock[NOW + lane_of(place)] - c.clock[HALF_TIME + place]
            c.records[record_of(c, place, spike) + SPIKE.width] = width


@inlined
def half_height(c: Course, record: int) -> float:
    """Return the potential halfway between the beginning and the peak of a spike."""
    return 0.5 * (c.records[record + SPIKE.begin] + c.records[record + SPIKE.peak])


@inlined
def answer_peak(c: Course, k: int, more: int, at: float, theta: float, here: float) -> int:
    """Record a peak, and note the half height on the way up, or find both half heights if the step has both.

    Returns the number of roots noted.
    """
    sought, clock, q = c.sought, c.clock, polynomial(c.sought, k)
    place, record = int(sought[PLACE_OF + k]), int(sought[RECORD + k])
    begin, step = sought[BEGAN + k], sought[WHOLE + k]
    up = more
    if here >= level_of(c, place) and here > clock[TOP + place]:
        half = record_peak(c, place, record, at, here)
        if q.v0 < half:
            seek(sought, more, HALF_UP, place, record, q, half, 0.0, 0.0, theta, begin, step)
            up += 1
        elif half > -np.inf:  # the spike's beginning is known
            began = clock[NOW + lane_of(place)]  # beginning of the whole step, of which this may be a part
            f0, v0 = float(c.work[RISE + place]), float(c.work[Y + place])
            up = half_up(c, place, record, more, c.notes[SLOT], half, began, v0, f0)
        c.work[WAIT + place] = F(half) if up > more else F(-np.inf)
    if not q.v0 + q.d1 + q.d2 + q.d3 + q.d4 < c.work[WAIT + place]:
        return up
    if up > more:  # and down again within the same step
        sought[EXACT + more] = 0.0
        passed, _ = found(sought, more)
        clock[HALF_TIME + place] = sought[BEGAN + more] + passed * sought[WHOLE + more]
    down = begin + step * root(q, half_height(c, record), theta, 1.0)
    c.records[record + SPIKE.width], c.work[WAIT + place] = down - clock[HALF_TIME + place], F(-np.inf)
    return more


@inlined
def answer(c: Course) -> None:
    """Find the noted roots and record them; roots that are noted meanwhile are left for later."""
    kept_apart()
    sought, clock, count = c.sought, c.clock, c.notes[COUNT]
    for first in range(0, count, TOGETHER):
        all_solve(shifted(sought, first), sought, 0.0, 0.0)
    more = 0
    for k in range(count):
        what, place, record = sought[WHAT + k], int(sought[PLACE_OF + k]), int(sought[RECORD + k])
        theta, here = found(sought, k)
        at = sought[BEGAN + k] + theta * sought[WHOLE + k]
        if what == CROSSES:
            c.records[record + SPIKE.crossing] = at
            if DIRECTIONS > 0:
                record_gradient(c, place, record, at)
        elif what == RISES:
            clock[BEGIN + place], clock[BEGIN_TIME + place] = here, at
        elif what == LOWS:
            clock[LOWEST + place] = min(clock[LOWEST + place], here)
        elif what == HALF_UP:
            clock[HALF_TIME + place] = at
        elif what == HALF_DOWN:
            c.records[record + SPIKE.width] = at - clock[HALF_TIME + place]
        else:
            more = answer_peak(c, k, more, at, theta, here)
    c.notes[COUNT] = more


@inlined
def rises_within(q: Quartic, fast: float) -> tuple[float, float]:
    """Return two places that bracket the last rise of dv/dt past a value on a step; the same place twice if none."""
    d1, d2, d3, d4 = q.d1, q.d2, q.d3, q.d4
    one, two, end = d1 + d2 * (2.0 / 3.0), d1 + d2 * (4.0 / 3.0) + d3, d1 + 2.0 * d2 + 3.0 * d3 + 4.0 * d4
    # dv/dt passes a value no more often than the control points of dv/dt do
    slow, slows = d1 < fast, end < fast
    if (slow != (one < fast)) + ((one < fast) != (two < fast)) + ((two < fast) != slows) < 2:
        return (0.0, 1.0) if slow and not slows else (0.0, 0.0)
    first, second = bends(q)
    low, before, places = 0.0, d1, (0.0, 0.0)
    for high in (first, second, 1.0):
        after = slope_at(q, high)
        if before < fast <= after and low < high:
            places = (low, high)
        low, before = high, after
    return places


@inlined
def folded(q: Quartic) -> bool:
    """Return whether v has more than one extremum on a step."""
    d1, d2, d3, d4 = q.d1, q.d2, q.d3, q.d4
    one, two, end = d1 + d2 * (2.0 / 3.0), d1 + d2 * (4.0 / 3.0) + d3, d1 + 2.0 * d2 + 3.0 * d3 + 4.0 * d4
    # v has no more extrema than the control points of the slope of v have changes of sign
    if ((d1 > 0.0) != (one > 0.0)) + ((one > 0.0) != (two > 0.0)) + ((two > 0.0) != (end > 0.0)) < 2:
        return False
    before, count = d1, 0
    for high in bends(q):
        after = slope_at(q, high)
        count += 1 if (before > 0.0) != (after > 0.0) else 0
        before = after
    return count + (1 if (before > 0.0) != (end > 0.0) else 0) > 1


@inlined
def note(
    c: Course, place: int, begin: float, step: float, q: Quartic, v1: float, f0: float, rise: float, f1: float,
    inner: float,
) -> None:  # fmt: skip
    """Note up to five events of a spike on a step: crossing, beginning, peak, minimum, and half height on the way down.

    On the step, or the part of it, v goes to v1 and has at most one extremum, between ``inner`` and the end. The slope
    of v is f0 before the step, has the sign of ``rise`` at the beginning, and is f1 at the end.
    """
    kept_apart()
    sought, count, fast = c.sought, c.notes[COUNT], BEGINS * step
    if fires(c, place, q.v0, v1):
        record = begin_spike(c, place)
        if record >= 0:
            seek(sought, count, CROSSES, place, record, q, level_of(c, place), 0.0, 0.0, 1.0, begin, step)
            count += 1
    spike = c.notes[SPIKES + place] - 1  # the current one
    record, recorded = record_of(c, place, spike), is_kept(c, spike)
    low, high = rises_within(q, fast)
    if low < high or f0 < BEGINS <= q.d1 / step:
        seek(sought, count, RISES, place, record, q, fast, 1.0, low, high, begin, step)
        count += 1
    joint = f0 > 0.0 >= rise  # the extremum is where the step before ended
    peaks = recorded and (joint or rise > 0.0 >= f1)
    if peaks:
        low, high = (0.0, 0.0) if joint else (inner, 1.0)
        seek(sought, count, PEAKS, place, record, q, 0.0, 1.0, low, high, begin, step)
        count += 1
    inside = begin + step < c.clock[NEXT + lane_of(place)]  # at a window's border, `pass_marks` finds a minimum
    if rise <= 0.0 < f1 and inside:
        seek(sought, count, LOWS, place, record, q, 0.0, 1.0, inner, 1.0, begin, step)
        count += 1
    if v1 < c.work[WAIT + place] and not peaks:
        c.work[WAIT + place] = F(-np.inf)
        if recorded:
            half = half_height(c, record)
            seek(sought, count, HALF_DOWN, place, record, q, half, 0.0, 0.0, 1.0, begin, step)
            count += 1
    c.notes[COUNT] = count


@inlined
def note_parts(c: Course, place: int, begin: float, step: float, q: Quartic) -> None:
    """Note and find the events of a step with several extrema of v, part by part."""
    kept_apart()
    low, before = 0.0, q.v0
    f0, f1 = float(c.work[RISE + place]), float(c.work[FALL + place])
    first, second, third = turns(q)
    for high in (first, second, third, 1.0):
        if low < high:
            after = float(c.work[NEW + place]) if high == 1.0 else height(q, high)
            upward = 1.0 if after > before else -1.0
            begins, ends = f0 if low == 0.0 else upward, f1 if high == 1.0 else -upward
            rise, inner = q.d1 if low == 0.0 else upward, 1.0 if high < 1.0 else 0.0
            own = part_of(q, low, high)
            part = Quartic(before, own.d1, own.d2, own.d3, own.d4)
            note(c, place, begin + low * step, (high - low) * step, part, after, begins, rise, ends, inner)
            answer(c)
            low, before = high, after


@inlined
def spikes_within(c: Course, place: int, q: Quartic) -> int:
    """Return how many spikes begin on a step."""
    kept_apart()
    before, spikes = q.v0, 0
    for turn in turns(q):
        if turn < 1.0:
            after = height(q, turn)
            spikes += 1 if fires(c, place, before, after) else 0
            before = after
    return spikes + (1 if fires(c, place, before, float(c.work[NEW + place])) else 0)


@inlined
def count_spikes(c: Course, place: int, several: bool) -> None:
    """Count the spikes of a potential on a step; there may be several."""
    v1 = float(c.work[NEW + place])
    if several:
        c.notes[SPIKES + place] += spikes_within(c, place, dense_v(c.work, place))
    else:
        c.notes[SPIKES + place] += 1 if fires(c, place, float(c.work[Y + place]), v1) else 0


@part
def look_at_step(c: Course, lane: int) -> None:
    """Note the rare events of a step: spikes if they are only counted, else their shape; and borders of windows."""
    work, notes, several = c.work, c.notes, c.work[FLAG + lane] == F(FOLDED)
    if not c.detail:
        for place in range(lane, POTENTIALS * W, W):
            count_spikes(c, place, several)
        return
    begin, step = c.clock[NOW + lane], float(work[STEP + lane])
    passes = begin + step >= c.clock[NEXT + lane]
    for place in range(lane, POTENTIALS * W, W):
        q = dense_v(work, place)
        if several or folded(q):
            note_parts(c, place, begin, step, q)
        else:
            f0, f1 = float(work[RISE + place]), float(work[FALL + place])
            note(c, place, begin, step, q, float(work[NEW + place]), f0, q.d1, f1, 0.0)
            if (f0 > 0.0) != (f1 > 0.0) or (q.d1 > 0.0) != (f1 > 0.0):
                notes[URGENT] = 1
        if (
            DIRECTIONS > 0 or notes[COUNT] > SOUGHT // 2 or passes
        ):  # leaves room for the events of as many peaks, and three more
            answer(c)
    if passes:
        pass_marks(c, lane, begin, step)
