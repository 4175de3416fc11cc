"""The loop of every adaptive method: pieces of the stimulus, step control, samples, spikes.

A program is this text behind the text of a method: here the import of `explicit` stands for any of them. A
method defines ``ORDER``, ``ENDS_WITH_SLOPE``, ``SIZE``, ``STIFF_BOUNDARY``, ``DENSE_BOUNDARY``, ``attempt``, ``dense``,
``between`` and ``stiffness``.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, types

from loligo.integrate.dimension import N
from loligo.integrate.drive import drive
from loligo.integrate.explicit import (
    DENSE_BOUNDARY,
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
from loligo.integrate.status import DIVERGED, DONE, ENOUGH, STIFF, TOO_MANY_STEPS
from loligo.kernel.calling import FAST, INLINED, pointer_to

LOG_SMALLEST = math.log(1e-4)  # an error smaller than this is no reason to hold the next step back
CRAWL = 0.02  # ms: an explicit method held below this step by stability alone is said to crawl
SUSPICIOUS, CALM = 20, 6  # steps that seem to crawl, and steps after one another that do not, which forgive them

_vector = types.float64[::1]
_matrix = types.float64[:, ::1]
_result = types.Tuple((types.int64, types.float64, types.int64, _vector, types.int64, types.int64, types.int64))


@njit(**INLINED)
def cautious_step(work, tolerance):
    """Return a first step that is short against the time in which the state changes by its scale."""
    fastest = 1e-300
    for i in range(N):
        fastest = max(fastest, abs(work[START + i]) / (work[ABSOLUTE + i] + work[RELATIVE + i] * abs(work[Y + i])))
    return 0.5 * tolerance ** (1.0 / ORDER) / fastest


@njit(**INLINED)
def worst_variable(work):
    """Return the variable that moves fastest, by its own scale, where the run stopped."""
    worst, fastest = 0, -1.0
    for i in range(N):
        speed = abs(work[START + i]) / work[ABSOLUTE + i]
        if speed > fastest:
            worst, fastest = i, speed
    return worst


@njit(**INLINED)
def may_cross(work, h, level):
    """Tell whether v can cross the level upwards on a step, given its ends and tangents there."""
    v0, v1, rise0, rise1 = work[Y], work[NEW], h * work[START], h * work[END]
    if v0 < level <= v1:
        return True
    if v0 < level and v1 < level:
        return rise0 > 0.0 > rise1 and v0 + rise0 >= level and v1 - rise1 >= level
    return v0 >= level and v1 >= level and rise0 < 0.0 < rise1 and v0 + rise0 < level and v1 - rise1 < level


@njit(**INLINED)
def crossing(work, level):
    """Return where on the step (0 to 1) v crosses the level upwards, or -1."""
    low, high = 0.0, 1.0
    if not work[Y] < level <= work[NEW]:
        sign = 1.0 if work[Y] < level else -1.0  # a maximum above the level, or a minimum below it, inside
        for _ in range(80):
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


@njit(
    _result(
        types.int64, types.int64, _vector, _vector, _vector,  # rhs, jacobian, q, mask, y
        _vector, _vector, _vector, types.int64[::1], _matrix,  # edges, constant, slope, offsets, waves
        _vector, _matrix, types.float64, types.float64, _vector, _vector, _matrix, types.int64, types.boolean,
        types.int64,
    ),
    cache=True, error_model="numpy", fastmath=FAST,
)  # fmt: skip
def run(
    rhs, jacobian, q, mask, y, edges, constant, slope, offsets, waves,
    times, samples, level, tolerance, absolute, relative, table, most_steps, watch, enough,
):  # fmt: skip
    """Integrate from ``edges[0]`` to ``edges[-1]``, changing ``y`` in place.

    Fills ``samples`` at ``times``. Returns status, time, the variable in trouble, spike times and their
    number, accepted and rejected steps. With ``watch`` it stops as STIFF where an explicit method crawls; after
    ``enough`` spikes it stops as ENOUGH.
    """
    memory = np.zeros(SIZE)
    work, constants = pointer_to(memory), pointer_to(q)
    for i in range(N):
        work[Y + i], work[MASK + i], work[ABSOLUTE + i], work[RELATIVE + i] = y[i], mask[i], absolute[i], relative[i]
        work[HELD] += 1.0 - mask[i]
    spikes = np.empty(64)
    spiked = sampled = accepted = rejected = suspicious = calm = trouble = 0
    status = DONE
    t = edges[0]
    h = edges[-1] - t
    last_log = LOG_SMALLEST
    while sampled < times.size and times[sampled] <= t:
        for i in range(N):
            samples[sampled, i] = y[i]
        sampled += 1
    for piece in range(constant.size):
        origin, end = edges[piece], edges[piece + 1]
        c0, c1, waving = constant[piece], slope[piece], waves[offsets[piece] : offsets[piece + 1]]
        slope_of(rhs, drive(c0, c1, waving, 0.0), constants, work, Y, START)
        h = min(h, cautious_step(work, tolerance))
        while t < end and status == DONE:
            if accepted + rejected >= most_steps:
                status = TOO_MANY_STEPS
                break
            last = t + 1.01 * h >= end
            step = end - t if last else h
            error = attempt(rhs, jacobian, t - origin, step, c0, c1, waving, constants, tolerance, table, work)
            if not error <= 1.0:  # NaN counts as too large
                rejected += 1
                h = step * (max(0.2, 0.9 * error ** (-1.0 / ORDER)) if math.isfinite(error) else 0.1)
                if h < 1e-13 * max(abs(t), 1e-3):
                    status, trouble = DIVERGED, worst_variable(work)
                continue
            after = end if last else t + step
            if not ENDS_WITH_SLOPE:
                slope_of(rhs, drive(c0, c1, waving, after - origin), constants, work, NEW, END)
            stiff = stiffness(work, step)
            if stiff > DENSE_BOUNDARY:  # the error may be small by chance, the dense output is not
                rejected += 1
                h = step * STIFF_BOUNDARY / stiff
                if watch and step < CRAWL:
                    suspicious, calm = suspicious + 1, 0
                    status = STIFF if suspicious >= SUSPICIOUS else DONE
                continue
            accepted += 1
            maybe = may_cross(work, step, level)
            if maybe or (sampled < times.size and times[sampled] <= after):
                dense(rhs, t - origin, step, c0, c1, waving, constants, table, work)
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
            while sampled < times.size and times[sampled] <= after:
                theta = (times[sampled] - t) / step
                for i in range(N):
                    samples[sampled, i] = work[NEW + i] if times[sampled] == after else between(work, theta, i)
                sampled += 1
            if watch and step < CRAWL and not last and status == DONE:
                crawls = stiff > 0.5 * STIFF_BOUNDARY
                suspicious, calm = (suspicious + 1, 0) if crawls else (suspicious, calm + 1)
                suspicious = suspicious if calm < CALM else 0
                status = STIFF if suspicious >= SUSPICIOUS else status
            t = after
            for i in range(N):
                work[Y + i] = work[NEW + i]
                work[START + i] = work[END + i]
            this_log = math.log(max(error, 1e-10))
            factor = 0.9 * math.exp((0.4 * last_log - 0.7 * this_log) / ORDER)
            last_log = max(this_log, LOG_SMALLEST)
            proposed = step * min(6.0, max(0.2, factor))
            h = max(h, proposed) if last else proposed
    for i in range(N):
        y[i] = work[Y + i]
    memory[0] = work[Y]  # the block lives as long as its pointer is used
    return status, t, trouble, spikes, spiked, accepted, rejected
