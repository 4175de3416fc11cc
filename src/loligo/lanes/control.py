"""Branch-free step control of all lanes, traced on vectors.

`propose` sets the steps, `judge` accepts or rejects them and flags rare events, `advance` moves the accepted lanes.
"""

from __future__ import annotations

from typing import Any

from loligo.integrate.step_control import INVALID, LANES, weighed
from loligo.lanes.dimension import POTENTIALS, N
from loligo.lanes.explicit import mean_v, shape_v
from loligo.lanes.memory import Rows
from loligo.lanes.rows import (
    ARMED,
    CONSTANT,
    CRAWLING,
    DRIVE,
    ENDINGS,
    ERROR,
    EVENTS,
    FALL,
    FLAG,
    INSIDE,
    K0,
    K6,
    LAST,
    LENGTH,
    LEVEL,
    LOG,
    LOWEST,
    MEAN,
    MOST,
    NEW,
    NEXT,
    NODES,
    NOW,
    RATE,
    REARM,
    RISE,
    SINCE,
    SLOPE,
    STEP,
    STIFFNESS,
    SUSPICIOUS,
    TRIES,
    WAIT,
    H,
    W,
    Y,
)  # fmt: skip
from loligo.lanes.vectors import Vector, greatest, least, rough_exp2, rough_log2, select

CRAWL = 0.02  # ms: a lane whose explicit steps stability keeps shorter is left to the implicit method, to save time
BEGINS = 10.0  # mV/ms: a spike begins where v rises this fast
PATIENCE = 20.0  # number of consecutive steps limited by stability after which a lane is left to the implicit method
FOLDED, RARE, PLAIN, REJECTED, LOST = 2.0, 1.0, 0.0, -1.0, -2.0  # flags of a step, set by `judge`
ROUNDING = {"double": 1e-14, "float": 1e-6}  # relative to v: smaller extrema of v within a step are ignored as rounding
SHORTEST = 1e-6  # ms: in single precision, a lane fails if the error of a shorter step is infinite or NaN


def propose(work: Rows, clock: Rows, _unused: Any, _unused_too: Any) -> None:
    """Set each lane's step, which ends by the next edge of its stimulus, and the stimulus at every stage."""
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


def folds(v0: Any, b1: Any, b2: Any, b3: Any, v1: Any, level: Any) -> tuple[Any, Any]:
    """Return where v may cross the level within a step unseen at its ends, and where the ends show an upward crossing.

    On a step v is a polynomial, which has no more extrema than its control points and stays between them.
    """
    begin, first, second, third, end = v0 < level, b1 < level, b2 < level, b3 < level, v1 < level
    all_below, any_below = first & second & third, first | second | third
    down = (first & ~(second & third)) | (second & ~third)
    up = (~first & (second | third)) | (~second & third)
    same = (begin & end & ~all_below) | (~begin & ~end & any_below)
    return same | (~begin & end & down) | (begin & ~end & up), begin & ~end


def judge(work: Rows, clock: Rows, _unused: Any, past: Rows | None) -> None:
    """Accept or reject each lane's step, propose the next, and flag the lanes with a rare event.

    If the shape of spikes is measured, ``past`` keeps the beginning of each step, in single precision: this halves
    the memory, and v is off by less than 1e-5 mV.
    """
    error, step = work[ERROR], work[STEP]
    accepted = error <= 1.0  # NaN is not
    number = error <= 1e30
    this = rough_log2(greatest(select(number, error, 1e20), 1e-20)) * 0.5
    grow = weighed(this, work[LOG].as_kind("float"), LANES.memory, LANES.present) + LANES.safety
    shrink = greatest(this * LANES.rejected + LANES.safety, LANES.least)
    power = select(accepted, least(greatest(grow, LANES.least), LANES.most), least(shrink, LANES.most_rejected))
    proposed = step * select(number, rough_exp2(power).as_kind(step.kind), INVALID)
    last = work[LAST] > 0.0
    work[H] = select(accepted & last, greatest(work[H], proposed), proposed)
    work[LOG] = select(accepted, greatest(this, LANES.least_error).as_kind(step.kind), work[LOG])
    crawls = (work[STIFFNESS] > 0.0) & (step < CRAWL) & ~last
    suspicious = select(crawls, work[SUSPICIOUS] + 1.0, 0.0)
    work[SUSPICIOUS] = select(accepted, suspicious, work[SUSPICIOUS])
    ending = last | (suspicious >= PATIENCE)
    now = clock[NOW] + step.as_kind("double")
    if past is not None:
        past[0] = select(accepted, step, 0.0).as_kind("float")
    folded, rare = look_at_potential(0, work, clock, past, accepted, now)
    for k in range(1, POTENTIALS):
        others, more = look_at_potential(k, work, clock, past, accepted, now)
        folded, rare = folded | others, rare | more
    rare = rare | ending
    if past is not None:
        rare = rare | (now >= clock[NEXT])
    lost = ~accepted & (step.as_kind("double") < clock[NOW] * 1e-13 + 1e-16)
    if step.kind == "float":  # in single precision, an accepted step might not change the time
        lost = lost | (~number & (step < SHORTEST))
    tries = clock[TRIES] + 1.0
    clock[TRIES] = tries
    flag = select(folded, work[H].constant(FOLDED), select(rare, work[H].constant(RARE), PLAIN))
    flag = select(accepted, flag, REJECTED)
    work[FLAG] = select(lost, LOST, flag)
    lost = lost | (tries >= clock[MOST])
    clock.add_truths(EVENTS, accepted & rare)
    clock.add_truths(ENDINGS, (accepted & ending) | lost)


def look_at_potential(k: int, work: Rows, clock: Rows, past: Rows | None, accepted: Vector, now: Vector) -> Any:
    """Return in which lanes a potential may cross its level more than once on a step, and which have a rare event."""
    own, step = k * W, work[STEP]
    v0, v1, f0, f1 = work[Y + own], work[NEW + own], work[RISE + own], work[FALL + own]
    level = work[LEVEL + own]
    b1, b2, b3 = shape_v(work, k)
    folded, rises = folds(v0, b1, b2, b3, v1, level)
    rare = folded | rises
    work[ARMED + own] = select(v0 < work[REARM + own], v0.constant(1.0), work[ARMED + own])
    if past is None:
        return folded, rare
    past[(1 + 2 * k) * W], past[(2 + 2 * k) * W] = v0.as_kind("float"), f0.as_kind("float")
    end = v1.as_kind("double")
    lower = accepted & (now < clock[NEXT]) & (end < clock[LOWEST + own])
    clock[LOWEST + own] = select(lower, end, clock[LOWEST + own])
    rounding = abs(v1) * ROUNDING[step.kind]
    low, high = least(least(b1, b2), b3), greatest(greatest(b1, b2), b3)
    above = ~((v0 < level) & (v1 < level))
    peaks = above & (((f0 > 0.0) & (f1 <= 0.0)) | (high > greatest(v0, v1) + rounding))
    lowest = clock[LOWEST + own].as_kind(step.kind)
    lows = (low < lowest) & (((f0 <= 0.0) & (f1 > 0.0)) | (low < least(lowest, v1) - rounding))
    fast = step * (BEGINS * 0.25)
    slow, slows, early, late = f0 < BEGINS, f1 < BEGINS, b2 - b1 < fast, b3 - b2 < fast
    begun = (slow & ~(early & late & slows)) | (~slows & (early | late)) | (early & ~late)
    return folded, rare | peaks | lows | begun | (v1 < work[WAIT + own])


def judge_plain(work: Rows, clock: Rows, _unused: Any, _unused_too: Any) -> None:
    """Judge steps if only spikes are counted."""
    judge(work, clock, None, None)


def advance(work: Rows, clock: Rows, _unused: Any, _unused_too: Any) -> None:
    """Move the lanes whose step was accepted to its end."""
    accepted = work[FLAG] >= 0.0
    step = select(accepted, work[STEP].as_kind("double"), 0.0)
    clock[SINCE] = clock[SINCE] + step
    clock[NOW] = clock[NOW] + step
    own = work.hidden()
    for i in range(N):
        own[Y + i * W] = select(accepted, work[NEW + i * W], work[Y + i * W])
        own[K0 + i * W] = select(accepted, work[K6 + i * W], work[K0 + i * W])
    for i in range(POTENTIALS if RISE != K0 else 0):
        own[RISE + i * W] = select(accepted, work[FALL + i * W], work[RISE + i * W])


def average(work: Rows, clock: Rows, _unused: Any, _unused_too: Any) -> None:
    """Add an accepted step to the mean of each potential."""
    for k in range(POTENTIALS):
        part = mean_v(work, k).as_kind("double") * work[STEP].as_kind("double") * clock[INSIDE]
        clock[MEAN + k * W] = select(work[FLAG] >= 0.0, clock[MEAN + k * W] + part, clock[MEAN + k * W])
