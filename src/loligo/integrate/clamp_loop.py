"""The loop of the voltage clamp: pieces of the command, step control, samples.

Steps end at the edges of the command and at samples, so that every recorded value is the end of a step. A step is
two: the gates that depend on v alone are linear (`linear_gate`); what depends on further states is not (`radau`).
Both are one-step methods, so an edge costs no more than any other end of a step.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, types

from loligo.integrate.drive import drive
from loligo.integrate.linear_gate import (
    combined,
    fast_gate,
    is_slow,
    relaxed,
    slow_by_four,
    slow_by_nine,
    slow_by_seven,
    slow_by_three,
    within_step,
)
from loligo.integrate.quadrature import GAUSS, GAUSS_SHORT, KRONROD, KRONROD_SHORT, STAGES
from loligo.integrate.radau import radau_step
from loligo.integrate.status import DIVERGED, DONE, INTERRUPTED, TOO_MANY_STEPS
from loligo.kernel.calling import FAST, INLINED, call_rhs, pointer_to, signalled
from loligo.kernel.lanes import shifted
from loligo.kernel.tables import CELLS, CELLS_PER_MV, DEGREE, LOWEST

LONGEST_MV = 40.0  # v moves no further on a step, so that no rate's feature is leapt over
SHORT_MV = 10.0  # up to which fewer nodes do
SMOOTH = 200.0  # tolerances: what the check may differ where rates have no corners, and the value is far better
LONGEST_PHASE = 0.5 * math.pi  # of a wave on a step
GATE_ORDER, OTHER_ORDER = 8.0, 6.0
STEPS_UNHEARD = 256  # after which a run looks whether it shall stop
SHORTEST = 1e-12  # of the time: no step is shorter
OUTERMOST = 0.012  # of a step: how far the outermost nodes are from its ends
JUMP = 1e4  # tolerances: a larger error on the shortest step is no jump of a formula
# where the parts of the table begin
COARSE = 4 * KRONROD + 2 * KRONROD * KRONROD
FINE_AT = COARSE - KRONROD
SHORT = COARSE + 4 * GAUSS + 2 * GAUSS * GAUSS
SHORT_COARSE = SHORT + 4 * KRONROD_SHORT + 2 * KRONROD_SHORT * KRONROD_SHORT
SHORT_AT = SHORT_COARSE - KRONROD_SHORT
STAGE = SHORT_COARSE + 4 * GAUSS_SHORT + 2 * GAUSS_SHORT * GAUSS_SHORT
VALUE = STAGE + STAGES + STAGES * STAGES + STAGES + np.int64(1)
INTEGRAL = VALUE + STAGES * KRONROD
PIVOTS = KRONROD * KRONROD

_vector, _whole, _matrix = types.float64[::1], types.int64[::1], types.float64[:, ::1]


@njit(**INLINED)
def fastest_move(slope, waves, s):
    """Return bounds of how fast v moves and the phase of any wave turns, for as long as a chirp stays what it is."""
    speed, fastest = abs(slope), 0.0
    for j in range(waves.shape[0]):
        turning = abs(waves[j, 2] + 2.0 * waves[j, 3] * s) + math.sqrt(abs(waves[j, 3]))
        fastest = max(fastest, turning)
        speed += abs(waves[j, 0]) * turning
    return speed, fastest


@njit(**INLINED)
def rates_at(rhs, q, table, work, n, v, gates, x, count, linear, a, b):
    """Set every ninth number of a and b to opening and speed of a gate: from the table in ``q``, or from two slopes."""
    place = (v - LOWEST) * CELLS_PER_MV
    if table > 0 and 0.0 <= place < CELLS:
        cell = int(place)
        z = 2.0 * (place - cell) - 1.0
        at = table + cell * (DEGREE + 1) * 2 * count
        for k in range(count):
            opening = speed = 0.0
            for power in range(DEGREE, -1, -1):
                opening = opening * z + q[at + power * 2 * count + 2 * k]
                speed = speed * z + q[at + power * 2 * count + 2 * k + 1]
            a[KRONROD * k], b[KRONROD * k] = opening, speed
        return
    work[0] = v
    for i in range(1, n):
        work[i] = 0.0 if i <= gates else x[i]
    call_rhs(rhs, 0.0, work, n - n, q, n)
    for i in range(1, gates + 1):
        work[i] = 1.0
    call_rhs(rhs, 0.0, work, n - n, q, 2 * n)
    for k in range(count):
        opening = work[n + linear[k]]
        a[KRONROD * k] = opening
        b[KRONROD * k] = opening - work[2 * n + linear[k]]


@njit(**INLINED)
def still_step(step, x, count, linear, a, b, s, at, n, new, known):
    """Move the linear gates through a step on which v stays; return their error, which is 0 or not finite."""
    error = 0.0
    for k in range(count):
        i = linear[k]
        new[i] = relaxed(step, x[i], a[KRONROD * k], b[KRONROD * k])
        for j in range(s):
            known[n * (j + 1) + i] = relaxed(at[j] * step, x[i], a[KRONROD * k], b[KRONROD * k])
        error = error if math.isfinite(new[i]) else math.inf
    return error


@njit(**INLINED)
def moving_step(step, x, count, linear, a, b, short, table, limit, space, new):
    """Move the linear gates through a step; return their error, 1 being just acceptable.

    What `within_step` needs of a gate is left in rows of ``space``.
    """
    matrix, pivots = space, shifted(space, PIVOTS)
    fewer, other = shifted(pivots, KRONROD), shifted(pivots, 2 * KRONROD)
    inner = shifted(pivots, 3 * KRONROD)
    nodes, gauss = (KRONROD_SHORT, GAUSS_SHORT) if short else (KRONROD, GAUSS)
    fine, coarse = (shifted(table, SHORT), shifted(table, SHORT_COARSE)) if short else (table, shifted(table, COARSE))
    error = 0.0
    for k in range(count):
        i, opening, speed, own = (
            linear[k],
            shifted(a, KRONROD * k),
            shifted(b, KRONROD * k),
            shifted(inner, KRONROD * k),
        )
        old = x[i]
        for j in range(gauss):
            fewer[j], other[j] = opening[2 * j + 1], speed[2 * j + 1]
        if not is_slow(step, speed, nodes):
            rough = fast_gate(step, old, fewer, other, gauss, coarse, matrix, pivots, own)
            value = fast_gate(step, old, opening, speed, nodes, fine, matrix, pivots, own)
        elif short:
            rough = slow_by_three(step, old, fewer, other, coarse, own)
            value = slow_by_seven(step, old, opening, speed, fine, own)
        else:
            rough = slow_by_four(step, old, fewer, other, coarse, own)
            value = slow_by_nine(step, old, opening, speed, fine, own)
        new[i] = value
        part = abs(value - rough) / (limit * max(1.0, abs(value)))
        error = max(error, part) if math.isfinite(part) else math.inf
    return error


@njit(**INLINED)
def missed_at_ends(step, count, a, b, a_ends, b_ends, table, tolerance):
    """Return the error if a corner of the rates lies between an end of the step and the outermost node."""
    error = 0.0
    for k in range(count):
        for j in range(2):
            at, weights = KRONROD * k, shifted(table, KRONROD * (j + 1))
            opening, speed = a_ends[at + j], b_ends[at + j]
            missed = abs(combined(weights, shifted(a, at), KRONROD) - opening)
            missed += abs(combined(weights, shifted(b, at), KRONROD) - speed)
            part = missed * min(OUTERMOST * step, 1.0 / abs(speed)) / tolerance
            error = max(error, part) if math.isfinite(part) else math.inf
    return error


@njit(**INLINED)
def gates_at_stages(step, x, count, linear, b, s, table, n, space, known):
    """Set the linear gates at the stages of what is not linear, after `moving_step` with all nodes."""
    for k in range(count):
        i, speed = linear[k], shifted(b, KRONROD * k)
        slow = is_slow(step, speed, KRONROD)
        own = shifted(space, PIVOTS + KRONROD * (3 + k))
        for j in range(s):
            value, integral = shifted(table, VALUE + KRONROD * j), shifted(table, INTEGRAL + KRONROD * j)
            known[n * (j + 1) + i] = within_step(step, x[i], speed, KRONROD, slow, table, own, value, integral)


@njit(**INLINED)
def in_trouble(work, n, count, linear, others, a, b, scale):
    """Return the variable whose rates are not finite, or that moves fastest by its scale."""
    for k in range(count):
        for j in range(KRONROD):
            if not math.isfinite(a[KRONROD * k + j] - b[KRONROD * k + j]):
                return linear[k]
    worst, fastest = 0, -1.0
    for k in range(others.size):
        speed = abs(work[n + others[k]]) / scale[k]
        if not speed <= fastest:
            worst, fastest = others[k], speed
    return worst


@njit(**INLINED)
def next_step(h, error, order):
    """Return the step that an error proposes after this one."""
    if not math.isfinite(error):
        return 0.1 * h
    root = math.sqrt(math.sqrt(math.sqrt(error))) if order == GATE_ORDER else error ** (1.0 / order)
    return h * max(0.2, 0.9 / max(root, 0.15))


@njit(
    types.Tuple((types.int64, types.float64, types.int64, types.int64, types.int64, types.int64))(
        types.int64, _vector, types.int64, _vector, types.int64, _whole, _whole,  # rhs, q, lookups, y, gates, kinds
        _vector, _vector, _vector, _whole, _matrix,  # the command
        _vector, _matrix, types.float64, _vector, types.Array(types.float64, 1, "C", readonly=True), _vector,
        types.int64, _whole,
    ),
    cache=True, error_model="numpy", fastmath=FAST,
)  # fmt: skip
def run(
    rhs, q, lookups, y, gates, linear, others, edges, constant, slope, offsets, waves,
    times, samples, tolerance, scale, numbers, memory, most_steps, stop,
):  # fmt: skip
    """Follow a clamp from ``edges[0]`` to ``edges[-1]``, changing the state ``y`` in place, but for its v.

    The table of rates begins at ``q[lookups]`` if that is not 0. ``linear`` and ``others`` are the variables of either
    kind, ``memory`` is that of `loligo.integrate.clamp_program.clamp_memory`. Fills ``samples`` at ``times``.
    ``stop`` is the cell of `loligo.kernel.stops`, which ends it as INTERRUPTED.
    Returns status, time, the variable in trouble, samples filled, accepted and rejected steps.
    """
    n, d, count = y.size, others.size, linear.size
    s = STAGES if d else d
    work, constants, x = pointer_to(memory), pointer_to(q), pointer_to(y)
    table, sizes = pointer_to(numbers), pointer_to(scale)
    a, b = shifted(work, 3 * n), shifted(work, 3 * n + KRONROD * count)
    new = shifted(b, KRONROD * count)
    known, old = shifted(new, n), shifted(new, n * (STAGES + 2))
    moved, a_ends = shifted(old, d), shifted(old, 2 * d)
    b_ends, space = shifted(a_ends, KRONROD * count), shifted(a_ends, 2 * KRONROD * count)
    at = shifted(table, STAGE)
    sampled = accepted = rejected = trouble = 0
    status, unheard = DONE, 0 if stop[0] else STEPS_UNHEARD
    limit = tolerance * (SMOOTH if lookups and not d else 1.0)
    t = edges[0]
    h = math.inf
    for piece in range(constant.size):
        origin, end = edges[piece], edges[piece + 1]
        c0, c1, waving = constant[piece], slope[piece], waves[offsets[piece] : offsets[piece + 1]]
        still = c1 == 0.0 and waving.shape[0] == 0
        while t < end and status == DONE:
            while sampled < times.size and times[sampled] <= t:
                for i in range(n):
                    samples[sampled, i] = x[i]
                sampled += 1
            if accepted + rejected >= unheard:
                unheard += STEPS_UNHEARD
                if stop[0] != 0 or signalled(stop):
                    status = INTERRUPTED
                    break
            if accepted + rejected >= most_steps:
                status = TOO_MANY_STEPS
                break
            target = min(end, times[sampled]) if sampled < times.size else end
            begun = t - origin
            speed, turning = fastest_move(c1, waving, begun)
            step = min(h, LONGEST_PHASE / turning, LONGEST_MV / speed) if not still else h
            last = t + 1.01 * step >= target
            step = target - t if last else step
            if still:
                rates_at(rhs, constants, lookups, work, n, c0, gates, x, count, linear, a, b)
                error = still_step(step, x, count, linear, a, b, s, at, n, new, known)
            else:
                short = lookups > 0 and d == 0 and step * speed < SHORT_MV
                nodes, places = (KRONROD_SHORT, SHORT_AT) if short else (KRONROD, FINE_AT)
                for j in range(nodes):
                    v = drive(c0, c1, waving, begun + table[places + j] * step)
                    rates_at(rhs, constants, lookups, work, n, v, gates, x, count, linear, shifted(a, j), shifted(b, j))
                error = moving_step(step, x, count, linear, a, b, short, table, limit, space, new)
                if not lookups:
                    for j in range(2):
                        v = drive(c0, c1, waving, begun + j * step)
                        first, second = shifted(a_ends, j), shifted(b_ends, j)
                        rates_at(rhs, constants, lookups, work, n, v, gates, x, count, linear, first, second)
                    error = max(error, missed_at_ends(step, count, a, b, a_ends, b_ends, table, tolerance))
                if d:
                    gates_at_stages(step, x, count, linear, b, s, table, n, space, known)
            shortest = step <= SHORTEST * max(abs(t), 1e-3)
            other_error = 0.0
            if d and (error <= 1.0 or (shortest and error <= JUMP)):
                for i in range(n):
                    known[i] = x[i]
                known[0] = drive(c0, c1, waving, begun)
                for j in range(s):
                    known[n * (j + 1)] = drive(c0, c1, waving, begun + at[j] * step)
                for k in range(d):
                    old[k] = x[others[k]]
                other_error = radau_step(
                    rhs, constants, work, n, step, known, others, d, old, sizes, tolerance, at, space, moved
                )
            worst = max(error, other_error)
            proposed = next_step(step, error, GATE_ORDER)
            if d:
                proposed = min(proposed, next_step(step, other_error, OTHER_ORDER))
            if not worst <= 1.0:
                if not shortest:
                    rejected += 1
                    h = proposed
                    continue
                if not worst <= JUMP:
                    status, trouble = DIVERGED, in_trouble(work, n, count, linear, others, a, b, scale)
                    break
            accepted += 1
            for k in range(count):
                x[linear[k]] = new[linear[k]]
            for k in range(d):
                x[others[k]] = moved[k]
            t = target if last else t + step
            h = max(h, proposed) if last else proposed
    while status == DONE and sampled < times.size:
        for i in range(n):
            samples[sampled, i] = x[i]
        sampled += 1
    y[0] = x[0]  # the arrays live as long as their pointers are used
    memory[0] = work[0] + constants[0] * 0.0 + table[0]
    return status, t, trouble, sampled, accepted, rejected
