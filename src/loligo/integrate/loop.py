"""The loop of every adaptive method: pieces of the stimulus, step control, samples, spikes.

A program is this text behind the text of a method: here the import of `explicit` stands for any of them. A
method defines ``ORDER``, ``ENDS_WITH_SLOPE``, ``SIZE``, ``STIFF_BOUNDARY``, ``attempt``, ``dense``,
``between`` and ``stiffness``. What the loop does to keep the tolerance, besides the error of every step:

* a piece of the stimulus begins with a step that is short against what the state and the stimulus do;
* no step lets a wave of the stimulus turn by more than 2 rad;
* a step is rejected where its dense output, if it is needed, is further off than the step itself may be;
* a step ends where a formula jumps or bends (`loligo.integrate.switches`): only in programs with SWITCHING.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, types

from loligo.integrate.dimension import SWITCHING, N
from loligo.integrate.drive import drive, jerks, longest_on_waves
from loligo.integrate.explicit import (
    ENDS_WITH_SLOPE,
    ORDER,
    SIZE,
    STIFF_BOUNDARY,
    attempt,
    between,
    dense,
    stiffness,
)
from loligo.integrate.rows import ABSOLUTE, END, HELD, MASK, NEW, RELATIVE, START, V, Y, slope_of
from loligo.integrate.status import DIVERGED, DONE, ENOUGH, INTERRUPTED, NOT_STIFF, STIFF, TOO_MANY_STEPS
from loligo.integrate.switches import (
    NEAR,
    change_branches,
    choose_branches,
    distance,
    first_passage,
    may_pass,
    scale_at,
    step_to,
    time_to_switch,
)
from loligo.kernel.calling import FAST, INLINED, kept_apart, pointer_to, signalled

LOG_SMALLEST = math.log(1e-4)  # an error smaller than this is no reason to hold the next step back
IMPLICIT = math.isinf(STIFF_BOUNDARY)
SHORTEST_STEP = 1e-13  # of the time that has passed: no step is shorter
CRAWL = 5_000  # an explicit method that stability holds so short that as many steps are left is said to crawl
CALM = 6  # steps after one another that are not held by stability, which forgive those that were
NONSTIFF = 6.0  # h times the largest eigenvalue of a step that an explicit method could take, too
NEGLIGIBLE = 0.01  # of a tolerance of v: a wave that moves v by less may be leapt over
SHORTEST_PART = 1e-3  # of a step that is sampled: no part of it is halved further
STEPS_UNHEARD = 256  # after which a run looks whether it shall stop
LOOKS = 8  # places in a step at which v is looked at where a level is within its reach

_vector = types.float64[::1]
_matrix = types.float64[:, ::1]
_result = types.Tuple((types.int64, types.float64, types.int64, _vector, types.int64, types.int64, types.int64))


@njit(**INLINED)
def cautious_step(work, tolerance, push, jerk):
    """Return a first step in which neither the state nor what the stimulus adds to it changes by its scale.

    ``push`` is the derivative of dv/dt in the stimulus; ``jerk`` holds bounds of the first and second derivative
    of the stimulus: where a wave begins, the state itself may stand still.
    """
    fastest = 1e-300
    for i in range(N):
        fastest = max(fastest, abs(work[START + i]) / (work[ABSOLUTE + i] + work[RELATIVE + i] * abs(work[Y + i])))
    part = 0.5 * tolerance ** (1.0 / ORDER)
    step = part / fastest
    speed = abs(push) / work[ABSOLUTE + V]
    if jerk[0] > 0.0:
        step = min(step, math.sqrt(2.0 * part / max(speed * jerk[0], 1e-300)))
    if jerk[1] > 0.0:
        step = min(step, (6.0 * part / max(speed * jerk[1], 1e-300)) ** (1.0 / 3.0))
    return step


@njit(**INLINED)
def finite(work, row):
    """Tell whether every number of a row is finite."""
    total = 0.0
    for i in range(N):
        total += 0.0 * work[row + i]
    return total == 0.0


@njit(**INLINED)
def worst_variable(work):
    """Return the variable that moves fastest, by its own scale, where the run stopped."""
    worst, fastest = 0, -1.0
    for i in range(N):
        speed = abs(work[START + i]) / (work[ABSOLUTE + i] + work[RELATIVE + i] * abs(work[Y + i]))
        if speed > fastest:
            worst, fastest = i, speed
    return worst


@njit(**INLINED)
def may_cross(work, h, level):
    """Tell whether v can cross the level upwards on a step, given its ends and tangents there."""
    v0, v1 = work[Y], work[NEW]
    if (v0 < level) != (v1 < level):
        return v0 < level
    reach = 0.5 * h * max(abs(work[START]), abs(work[END]))
    return max(v0, v1) + reach >= level if v0 < level else min(v0, v1) - reach < level


@njit(**INLINED)
def crossing(work, level):
    """Return where on the step (0 to 1) v crosses the level upwards, or -1."""
    low, high = 0.0, 1.0
    if not work[Y] < level <= work[NEW]:
        sign = 1.0 if work[Y] < level else -1.0  # a maximum above the level, or a minimum below it, inside
        best, extreme = work[Y], 0.0
        for k in range(1, LOOKS + 1):
            value = between(work, k / LOOKS, V)
            if sign * value > sign * best:
                best, extreme = value, k / LOOKS
        low, high = max(extreme - 1.0 / LOOKS, 0.0), min(extreme + 1.0 / LOOKS, 1.0)
        middle = between(work, 0.5 * (low + high), V)
        change = abs(middle - between(work, low, V)) + abs(middle - between(work, high, V))
        if sign * level > max(sign * best, sign * middle) + change:  # so far v does not go in between
            return -1.0
        for _ in range(40):
            a, b = low + 0.382 * (high - low), low + 0.618 * (high - low)
            if sign * between(work, a, V) < sign * between(work, b, V):
                low = a
            else:
                high = b
        extreme = 0.5 * (low + high)
        if (between(work, extreme, V) >= level) != (sign > 0.0):
            return -1.0
        low, high = (0.0, extreme) if sign > 0.0 else (extreme, 1.0)
    for _ in range(52):
        middle = 0.5 * (low + high)
        if between(work, middle, V) < level:
            low = middle
        else:
            high = middle
    return high


@njit(**INLINED)
def refined(
    rhs, jacobian, t, s, h, c0, c1, waves, q, tolerance, table, work, kept, times, samples, first
):  # fmt: skip
    """Fill the samples inside a step from shorter steps over it, and leave the step as it is.

    They are halves of it, or quarters, ...: so short that the dense output of each keeps the tolerance.
    """
    kept_apart()
    rows = (Y, NEW, START, END)
    for row in range(4):
        for i in range(N):
            kept[row * N + i] = work[rows[row] + i]
    at, part, begun = first, 0.5 * h, 0.0
    while begun < h and at < times.size and times[at] <= t + h:
        part = min(part, h - begun)
        error = attempt(rhs, jacobian, s + begun, part, c0, c1, waves, q, tolerance, table, work)
        if not ENDS_WITH_SLOPE:
            slope_of(rhs, drive(c0, c1, waves, s + begun + part), q, work, NEW, END)
        error = max(dense(rhs, s + begun, part, c0, c1, waves, q, table, work), error)
        if not error <= 1.0 and part > SHORTEST_PART * h:
            part *= 0.5
            continue
        while at < times.size and times[at] <= t + begun + part:
            for i in range(N):
                samples[at, i] = between(work, (times[at] - t - begun) / part, i)
            at += 1
        begun += part
        for i in range(N):
            work[Y + i] = work[NEW + i]
            work[START + i] = work[END + i]
    for row in range(4):
        for i in range(N):
            work[rows[row] + i] = kept[row * N + i]


@njit(
    _result(
        types.int64, types.int64, _vector, _vector, _vector,  # rhs, jacobian, q, mask, y
        _vector, _vector, _vector, types.int64[::1], _matrix,  # edges, constant, slope, offsets, waves
        _vector, _matrix, types.float64, types.float64, _vector, _vector, _matrix, types.int64, types.int64,
        types.int64, types.int64[::1], types.int64[::1],
    ),
    cache=True, error_model="numpy", fastmath=FAST,
)  # fmt: skip
def run(
    rhs, jacobian, q, mask, y, edges, constant, slope, offsets, waves,
    times, samples, level, tolerance, absolute, relative, table, most_steps, patience, enough, switches, stop,
):  # fmt: skip
    """Integrate from ``edges[0]`` to ``edges[-1]``, changing ``y`` in place.

    Fills ``samples`` at ``times``. Returns status, time, the variable in trouble, spike times and their
    number, accepted and rejected steps. If ``patience`` is not 0 it stops as STIFF after as many steps in which an
    explicit method crawls, or as NOT_STIFF after as many that an explicit one could take as well; after ``enough``
    spikes it stops as ENOUGH. Where TOO_MANY_STEPS were taken because a jump holds a variable, that is the variable in
    trouble, else -1. ``switches`` are those of the kernel, and their modes are the run's own. ``stop`` is the cell of
    `loligo.kernel.stops`: once it is set, or a signal has raised an exception, the run stops as INTERRUPTED.
    """
    memory = np.zeros(SIZE)
    own = q.copy() if SWITCHING else q
    work, constants = pointer_to(memory), pointer_to(own)
    slack = np.zeros(max(switches.size, 1))
    changed, changes, holds, held, whole = -1, 0, 0, 0, 0.0
    for i in range(N):
        work[Y + i], work[MASK + i], work[ABSOLUTE + i], work[RELATIVE + i] = y[i], mask[i], absolute[i], relative[i]
        work[HELD] += 1.0 - mask[i]
    kept = np.empty(4 * N)
    spikes = np.empty(64)
    spiked = sampled = accepted = rejected = suspicious = calm = 0
    trouble, stiff = -1, 0.0
    unheard = 0 if stop[0] else STEPS_UNHEARD
    status = DONE
    t = edges[0]
    h = edges[-1] - t
    last_log = LOG_SMALLEST
    while sampled < times.size and times[sampled] <= t:
        for i in range(N):
            samples[sampled, i] = y[i]
        sampled += 1
    slope_of(rhs, 0.0, constants, work, Y, START)
    slope_of(rhs, 1.0, constants, work, Y, END)
    push = work[END + V] - work[START + V]  # the right-hand side is linear in the stimulus
    negligible = NEGLIGIBLE * tolerance * work[ABSOLUTE + V] / max(abs(push), 1e-300)
    for piece in range(constant.size):
        origin, end = edges[piece], edges[piece + 1]
        c0, c1, waving = constant[piece], slope[piece], waves[offsets[piece] : offsets[piece + 1]]
        bounds = jerks(c1, waving, end - origin)
        if SWITCHING:
            choose_branches(rhs, drive(c0, c1, waving, 0.0), constants, work, switches, slack)
        else:
            slope_of(rhs, drive(c0, c1, waving, 0.0), constants, work, Y, START)
        h = min(h, cautious_step(work, tolerance, push, bounds))
        h = max(h, 2.0 * SHORTEST_STEP * max(abs(t), 1e-3))
        while t < end and status == DONE:
            if accepted + rejected >= unheard:
                unheard += STEPS_UNHEARD
                if stop[0] != 0 or signalled(stop):
                    status = INTERRUPTED
                    break
            if accepted + rejected >= most_steps:
                status = TOO_MANY_STEPS
                if SWITCHING and 2 * holds > accepted:
                    trouble = switches[1 + held]
                break
            if waving.shape[0] > 0:
                h = min(h, longest_on_waves(waving, t - origin, negligible))
            last = t + 1.01 * h >= end
            step = end - t if last else h
            error = attempt(rhs, jacobian, t - origin, step, c0, c1, waving, constants, tolerance, table, work)
            after = end if last else t + step
            if error <= 1.0:
                if not ENDS_WITH_SLOPE:
                    slope_of(rhs, drive(c0, c1, waving, after - origin), constants, work, NEW, END)
                if not finite(work, END):  # the step has left the domain of a formula
                    error = math.inf
            if not error <= 1.0:  # NaN counts as too large
                rejected += 1
                h = step * (max(0.2, 0.9 * error ** (-1.0 / ORDER)) if math.isfinite(error) else 0.1)
                if SWITCHING and not math.isfinite(error):  # beyond a switch nothing may be a number
                    wait, k = time_to_switch(work, constants, switches, slack)
                    if wait < step and distance(work, Y, constants, switches, k) > NEAR * tolerance * scale_at(
                        work, constants, switches, k
                    ):
                        h = 0.5 * wait
                    elif wait < step:
                        changes += 1
                        work[Y + switches[1 + k]] = own[switches[0] + k]
                        here = drive(c0, c1, waving, t - origin)
                        change_branches(rhs, here, constants, work, switches, slack, tolerance, k, changes)
                        h = cautious_step(work, tolerance, push, bounds)
                if h < SHORTEST_STEP * max(abs(t), 1e-3):
                    status, trouble = DIVERGED, worst_variable(work)
                continue
            maybe = may_cross(work, step, level)
            passes = may_pass(work, step, constants, switches, slack) if SWITCHING else False
            off = 0.0
            if maybe or passes:
                off = dense(rhs, t - origin, step, c0, c1, waving, constants, table, work)
            bound = patience > 0 and not last and (IMPLICIT or edges[-1] - t > CRAWL * step)
            if bound:
                stiff = stiffness(work, step)
                bound = not IMPLICIT or stiff < NONSTIFF
            if not off <= 1.0:
                rejected += 1
                h = step * max(0.2, 0.9 * off ** (-1.0 / ORDER)) if math.isfinite(off) else 0.1 * step
                if bound:
                    suspicious, calm = suspicious + 1, 0
                    status = STIFF if suspicious >= patience else DONE
                continue
            if SWITCHING:
                changed = -1
                if passes:
                    theta, changed = first_passage(work, constants, switches, slack)
                if changed >= 0:
                    whole = step
                    step, error = step_to(
                        rhs, jacobian, t, t - origin, step, c0, c1, waving, constants, tolerance, table, work, switches,
                        slack, theta, changed,
                    )  # fmt: skip
                    if not error <= 1.0:
                        rejected += 1
                        h = step * (max(0.2, 0.9 * error ** (-1.0 / ORDER)) if math.isfinite(error) else 0.5)
                        if h < SHORTEST_STEP * max(abs(t), 1e-3):
                            status, trouble = DIVERGED, worst_variable(work)
                        continue
                    after, last, maybe = t + step, False, may_cross(work, step, level)
                    off = dense(rhs, t - origin, step, c0, c1, waving, constants, table, work)
            accepted += 1
            theta = crossing(work, level) if maybe else -1.0
            if theta >= 0.0:
                if spiked == spikes.size:
                    longer = np.empty(2 * spiked)
                    for i in range(spiked):
                        longer[i] = spikes[i]
                    spikes = longer
                spikes[spiked] = t + theta * step
                spiked += 1
                if spiked == enough:
                    status = ENOUGH
            if sampled < times.size and times[sampled] <= after:
                rough = off
                if not (maybe or passes):
                    rough = dense(rhs, t - origin, step, c0, c1, waving, constants, table, work)
                if not rough <= 1.0:  # the step is right at its ends: that it is sampled must not change it
                    refined(
                        rhs, jacobian, t, t - origin, step, c0, c1, waving, constants, tolerance, table, work, kept,
                        times, samples, sampled,
                    )  # fmt: skip
                while sampled < times.size and times[sampled] <= after:
                    for i in range(N):
                        if times[sampled] == after:
                            samples[sampled, i] = work[NEW + i]
                        elif rough <= 1.0:
                            samples[sampled, i] = between(work, (times[sampled] - t) / step, i)
                    sampled += 1
            if patience > 0 and not last and status == DONE:
                if IMPLICIT:
                    suspicious = suspicious + 1 if bound else 0
                else:
                    crawls = bound and stiff > 0.5 * STIFF_BOUNDARY
                    suspicious, calm = (suspicious + 1, 0) if crawls else (suspicious, calm + 1)
                    suspicious = suspicious if calm < CALM else 0
                if suspicious >= patience:
                    status = NOT_STIFF if IMPLICIT else STIFF
            t = after
            for i in range(N):
                work[Y + i] = work[NEW + i]
                work[START + i] = work[END + i]
            this_log = math.log(max(error, off, 1e-10))
            factor = 0.9 * math.exp((0.4 * last_log - 0.7 * this_log) / ORDER)
            last_log = max(this_log, LOG_SMALLEST)
            proposed = step * min(6.0, max(0.2, factor))
            h = max(h, proposed) if last else proposed
            if SWITCHING:
                changes = changes + 1 if changed >= 0 else 0
                if changed >= 0:
                    here = drive(c0, c1, waving, t - origin)
                    if change_branches(rhs, here, constants, work, switches, slack, tolerance, changed, changes):
                        holds, held = holds + 1, changed
                    h = min(max(h, whole), cautious_step(work, tolerance, push, bounds))
                    last_log = LOG_SMALLEST
    for i in range(N):
        y[i] = work[Y + i]
    if SWITCHING:
        own[0] = 0.0
    memory[0] = work[Y]  # the block lives as long as its pointer is used
    return status, t, trouble, spikes, spiked, accepted, rejected
