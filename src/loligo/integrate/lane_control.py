"""What every lane does on every step beside its arithmetic: traced on vectors, so without a branch.

`propose` sets the steps, `judge` accepts or rejects them and flags what is rare, `advance` moves the accepted lanes.
"""

from __future__ import annotations

from loligo.integrate.lane_rows import (  # type: ignore[import-not-found]  # made by lane_step.rows_source
    CONSTANT,
    CRAWLING,
    DRIVE,
    ENDINGS,
    ERROR,
    EVENTS,
    FLAG,
    INSIDE,
    K0,
    K6,
    LAST,
    LENGTH,
    LOG,
    LOWEST,
    MEAN,
    MOST,
    NEW,
    NEXT,
    NODES,
    NOW,
    RATE,
    RELATIVE,
    SCALE,
    SINCE,
    SLOPE,
    STEP,
    STIFFNESS,
    SUSPICIOUS,
    TRIES,
    WAIT,
    H,
    N,
    W,
    Y,
    mean_v,
)  # fmt: skip
from loligo.kernel.vectors import greatest, least, rough_exp2, rough_log2, select

CRAWL = 0.02  # ms: as in `loligo.integrate.loop`
BEGINS = 10.0  # mV/ms: a spike begins where v rises as fast as that
PATIENCE = 20.0  # steps at the border of stability
RARE, PLAIN, REJECTED, LOST = 1.0, 0.0, -1.0, -2.0  # flags
SHORTEST = 1e-6  # ms: in single precision a shorter step is no way out of where nothing is a number
LOG_SMALLEST = -13.3  # log2(1e-4): an error smaller than that is no reason to hold the next step back


def scale_of(i, work):
    """Return the inverse of the size against which an error of variable ``i`` is held."""
    if i not in RELATIVE:
        return work[SCALE + i * W]
    size = greatest(abs(work[Y + i * W]), abs(work[NEW + i * W]))
    return work[SCALE + i * W] / (size * work[SCALE + i * W] * RELATIVE[i] + 1.0)


def propose(work, clock, unused, unused_too):
    """Set each lane's step, no further than the next edge of its stimulus, and the stimulus at every stage."""
    kind = work[H].kind
    left = clock[LENGTH] - clock[SINCE]
    h = work[H].as_kind("double")
    last = h * 1.01 >= left
    step = select(last, left, h)
    work[STEP] = step.as_kind(kind)
    work[LAST] = select(last, work[H].constant(1.0), 0.0)
    clock.add_truths(CRAWLING, (work[STEP] < CRAWL) & ~last)
    begin = (clock[SLOPE] * clock[SINCE] + clock[CONSTANT]).as_kind(kind)
    reach = (clock[SLOPE] * step).as_kind(kind)
    work[DRIVE], work[RATE] = begin, clock[SLOPE].as_kind(kind)
    for j, node in enumerate(NODES):
        work[DRIVE + (j + 1) * W] = reach * node + begin


def judge(work, clock, level, past):
    """Accept or reject each lane's step, propose the next, and flag the lanes where something rare has happened.

    Where there is a ``past``, which is where the shape of spikes is measured, the beginning of the step is kept there,
    in single precision: half of the memory, and v is off by less than 1e-5 mV.
    """
    error, step = work[ERROR], work[STEP]
    accepted = error <= 1.0  # NaN is not
    number = error <= 1e30
    this = rough_log2(greatest(select(number, error, 1e20), 1e-20)) * 0.5
    grow = work[LOG].as_kind("float") * 0.04 - this * 0.16 - 0.152
    shrink = greatest(this * -0.2 - 0.152, -2.32)
    power = select(accepted, least(greatest(grow, -2.32), 2.585), least(shrink, -0.15))
    proposed = step * select(number, rough_exp2(power).as_kind(step.kind), 0.1)
    last = work[LAST] > 0.0
    work[H] = select(accepted & last, greatest(work[H], proposed), proposed)
    work[LOG] = select(accepted, greatest(this, LOG_SMALLEST).as_kind(step.kind), work[LOG])
    v0, v1, f0, f1 = work[Y], work[NEW], work[K0], work[K6]
    below, after = v0 < level, v1 < level
    over = below & after & (f0 > 0.0) & (f1 < 0.0) & (step * f0 + v0 >= level) & (v1 - step * f1 >= level)
    under = ~below & ~after & (f0 < 0.0) & (f1 > 0.0) & (step * f0 + v0 < level) & (v1 - step * f1 < level)
    rare = (below & ~after) | over | under
    crawls = (work[STIFFNESS] > 0.0) & (step < CRAWL) & ~last
    suspicious = select(crawls, work[SUSPICIOUS] + 1.0, 0.0)
    work[SUSPICIOUS] = select(accepted, suspicious, work[SUSPICIOUS])
    ending = last | (suspicious >= PATIENCE)
    rare = rare | ending
    now = clock[NOW] + step.as_kind("double")
    if past is not None:
        past[0] = select(accepted, step, 0.0).as_kind("float")
        past[W], past[2 * W] = v0.as_kind("float"), f0.as_kind("float")
        end = v1.as_kind("double")
        lower = accepted & (now < clock[NEXT]) & (end < clock[LOWEST])
        clock[LOWEST] = select(lower, end, clock[LOWEST])
        peaks = (f0 > 0.0) & (f1 <= 0.0) & ~(below & after)
        lows = (f0 <= 0.0) & (f1 > 0.0) & (step * f0 + v0 < clock[LOWEST].as_kind(step.kind))
        slow, slows = f0 < BEGINS, f1 < BEGINS
        rise = (v1 - v0) * 6.0
        bend, end = rise - step * (f0 * 4.0 + f1 * 2.0), step * (f0 * 2.0 + f1 * 4.0) - rise
        turns = (bend * end < 0.0) & (step * (f0 - BEGINS) * (end - bend) * 2.0 < bend * bend)
        begun = (slow & ~slows) | (turns & ~slow & ~slows & (bend < 0.0)) | (turns & slow & slows & (bend > 0.0))
        rare = rare | peaks | lows | begun | (v1 < work[WAIT]) | (now >= clock[NEXT])
    lost = ~accepted & (step.as_kind("double") < clock[NOW] * 1e-13 + 1e-16)
    if step.kind == "float":  # in which a step may move nothing, be accepted, and lead nowhere
        lost = lost | (~number & (step < SHORTEST))
    tries = clock[TRIES] + 1.0
    clock[TRIES] = tries
    flag = select(accepted, select(rare, work[H].constant(RARE), PLAIN), REJECTED)
    work[FLAG] = select(lost, LOST, flag)
    lost = lost | (tries >= clock[MOST])
    clock.add_truths(EVENTS, accepted & rare)
    clock.add_truths(ENDINGS, (accepted & ending) | lost)


def judge_plain(work, clock, level, unused):
    """Judge where only spikes are counted."""
    judge(work, clock, level, None)


def advance(work, clock, unused, unused_too):
    """Move the lanes whose step was accepted to its end."""
    accepted = work[FLAG] >= 0.0
    step = select(accepted, work[STEP].as_kind("double"), 0.0)
    clock[SINCE] = clock[SINCE] + step
    clock[NOW] = clock[NOW] + step
    for i in range(N):
        work[Y + i * W] = select(accepted, work[NEW + i * W], work[Y + i * W])
        work[K0 + i * W] = select(accepted, work[K6 + i * W], work[K0 + i * W])


def average(work, clock, unused, unused_too):
    """Add an accepted step to the mean of v."""
    part = mean_v(work).as_kind("double") * work[STEP].as_kind("double") * clock[INSIDE]
    clock[MEAN] = select(work[FLAG] >= 0.0, clock[MEAN] + part, clock[MEAN])
