"""The loop of the voltage clamp: pieces of the command, step control, samples.

Steps end at the edges of the command and at samples, so every recorded value is the end of a step. A step has two
parts: gates that depend only on v are linear (`linear_gate`); variables that depend on further states are not
(`radau`). Both methods are one-step methods, so an edge costs no more than any other end of a step.
"""

from __future__ import annotations

import math

import numpy as np
from numba import carray

from loligo.integrate.clamp_machine import RUN, Clamped, Course, Limits
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
from loligo.integrate.machine import Piece
from loligo.integrate.quadrature import GAUSS, GAUSS_SHORT, KRONROD, KRONROD_SHORT, STAGES
from loligo.integrate.radau import Radau, radau_step
from loligo.integrate.status import DIVERGED, DONE, INTERRUPTED, TOO_MANY_STEPS
from loligo.integrate.step_control import change
from loligo.kernel.calling import Matrix, Numbers, Pointer, Whole, block, call_rhs, pointer_to, shifted, signalled
from loligo.kernel.entries import entry, inlined
from loligo.kernel.tables import CELLS, CELLS_PER_MV, DEGREE, LOWEST
from loligo.stimulus.pieces import Pieces

LONGEST_MV = 40.0  # largest change of v on a step [mV], so that no feature of a rate is skipped
SHORT_MV = 10.0  # a step on which v changes by less than this needs fewer nodes [mV]
SMOOTH = 200.0  # in tolerances: allowed difference between a value and its rougher check if rates have no corners
LONGEST_PHASE = 0.5 * math.pi  # rad: largest change in the phase of a wave on a step
GATE_ORDER, OTHER_ORDER = 8.0, 6.0
STEPS_UNHEARD = 256  # number of steps between two checks whether a run should stop
SHORTEST = 1e-12  # length of the shortest step, as a fraction of the time
OUTERMOST = 0.012  # distance from an end of a step to the outermost node, as a fraction of the step
JUMP = 1e4  # in tolerances: on the shortest step, an error up to this is ascribed to a jump of a formula and accepted
# offsets of the parts of ``numbers``, the table of `loligo.integrate.quadrature.clamp_table`
COARSE = 4 * KRONROD + 2 * KRONROD * KRONROD
FINE_AT = COARSE - KRONROD
SHORT = COARSE + 4 * GAUSS + 2 * GAUSS * GAUSS
SHORT_COARSE = SHORT + 4 * KRONROD_SHORT + 2 * KRONROD_SHORT * KRONROD_SHORT
SHORT_AT = SHORT_COARSE - KRONROD_SHORT
STAGE = SHORT_COARSE + 4 * GAUSS_SHORT + 2 * GAUSS_SHORT * GAUSS_SHORT
VALUE = STAGE + STAGES + STAGES * STAGES + STAGES + np.int64(1)
INTEGRAL = VALUE + STAGES * KRONROD
PIVOTS = KRONROD * KRONROD


@inlined
def fastest_move(slope: float, waves: Matrix, s: float) -> tuple[float, float]:
    """Return bounds on the speed of v and of the phase of any wave, over a time in which a chirp hardly changes."""
    speed, fastest = abs(slope), 0.0
    for j in range(waves.shape[0]):
        turning = abs(waves[j, 2] + 2.0 * waves[j, 3] * s) + math.sqrt(abs(waves[j, 3]))
        fastest = max(fastest, turning)
        speed += abs(waves[j, 0]) * turning
    return speed, fastest


@inlined
def rates_at(
    rhs: int, q: Pointer, table: int, work: Pointer, n: int, v: float, gates: int, x: Pointer, count: int,
    linear: Whole, a: Pointer, b: Pointer,
) -> None:  # fmt: skip
    """Set ``a[KRONROD k]`` and ``b[KRONROD k]`` to the opening and the speed of linear gate k at a potential.

    The values come from the table in ``q`` or, without a table, from the right-hand side with the gates at 0 and at 1.
    """
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


@inlined
def still_step(
    step: float, x: Pointer, count: int, linear: Whole, a: Pointer, b: Pointer, s: int, at: Pointer, n: int,
    new: Pointer, known: Pointer,
) -> float:  # fmt: skip
    """Move the linear gates through a step on which v is constant; return their error, which is 0 or not finite."""
    error = 0.0
    for k in range(count):
        i = linear[k]
        new[i] = relaxed(step, x[i], a[KRONROD * k], b[KRONROD * k])
        for j in range(s):
            known[n * (j + 1) + i] = relaxed(at[j] * step, x[i], a[KRONROD * k], b[KRONROD * k])
        error = error if math.isfinite(new[i]) else math.inf
    return error


@inlined
def moving_step(
    step: float, x: Pointer, count: int, linear: Whole, a: Pointer, b: Pointer, short: bool, table: Pointer,
    limit: float, space: Pointer, new: Pointer,
) -> float:  # fmt: skip
    """Move the linear gates through a step; return their error, 1 being just acceptable.

    Rows of ``space`` keep what `within_step` needs for each gate.
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


@inlined
def missed_at_ends(
    step: float, count: int, a: Pointer, b: Pointer, a_ends: Pointer, b_ends: Pointer, table: Pointer, tolerance: float
) -> float:
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


@inlined
def gates_at_stages(
    step: float, x: Pointer, count: int, linear: Whole, b: Pointer, s: int, table: Pointer, n: int, space: Pointer,
    known: Pointer,
) -> None:  # fmt: skip
    """Set the linear gates at the stages of the nonlinear variables, after `moving_step` with all nodes."""
    for k in range(count):
        i, speed = linear[k], shifted(b, KRONROD * k)
        slow = is_slow(step, speed, KRONROD)
        own = shifted(space, PIVOTS + KRONROD * (3 + k))
        for j in range(s):
            value, integral = shifted(table, VALUE + KRONROD * j), shifted(table, INTEGRAL + KRONROD * j)
            known[n * (j + 1) + i] = within_step(step, x[i], speed, KRONROD, slow, table, own, value, integral)


@inlined
def in_trouble(c: Course) -> int:
    """Return the variable whose rates are not finite, or that moves fastest relative to its scale."""
    for k in range(c.many):
        for j in range(KRONROD):
            if not math.isfinite(c.a[KRONROD * k + j] - c.b[KRONROD * k + j]):
                return int(c.linear[k])
    worst, fastest = 0, -1.0
    for k in range(c.d):
        speed = abs(c.work[c.n + c.others[k]]) / c.scale[k]
        if not speed <= fastest:
            worst, fastest = c.others[k], speed
    return worst


@inlined
def follow_gates(c: Course, p: Piece, begun: float, step: float, speed: float) -> float:
    """Move the linear gates through a step; return their error."""
    error = 0.0
    if p.c1 == 0.0 and p.waves.shape[0] == 0:
        rates_at(c.rhs, c.q, c.lookups, c.work, c.n, p.c0, c.gates, c.x, c.many, c.linear, c.a, c.b)
        return still_step(step, c.x, c.many, c.linear, c.a, c.b, c.s, shifted(c.table, STAGE), c.n, c.new, c.known)
    short = c.lookups > 0 and c.d == 0 and step * speed < SHORT_MV
    nodes, places = (KRONROD_SHORT, SHORT_AT) if short else (KRONROD, FINE_AT)
    for j in range(nodes):
        v = drive(p.c0, p.c1, p.waves, begun + c.table[places + j] * step)
        a, b = shifted(c.a, j), shifted(c.b, j)
        rates_at(c.rhs, c.q, c.lookups, c.work, c.n, v, c.gates, c.x, c.many, c.linear, a, b)
    error = moving_step(step, c.x, c.many, c.linear, c.a, c.b, short, c.table, c.limit, c.space, c.new)
    if not c.lookups:
        for j in range(2):
            v = drive(p.c0, p.c1, p.waves, begun + j * step)
            a, b = shifted(c.a_ends, j), shifted(c.b_ends, j)
            rates_at(c.rhs, c.q, c.lookups, c.work, c.n, v, c.gates, c.x, c.many, c.linear, a, b)
        error = max(error, missed_at_ends(step, c.many, c.a, c.b, c.a_ends, c.b_ends, c.table, c.tolerance))
    if c.d:
        gates_at_stages(step, c.x, c.many, c.linear, c.b, c.s, c.table, c.n, c.space, c.known)
    return error


@inlined
def follow_others(c: Course, p: Piece, begun: float, step: float) -> float:
    """Move the nonlinear variables through a step, given the gates; return their error."""
    at = shifted(c.table, STAGE)
    for i in range(c.n):
        c.known[i] = c.x[i]
    c.known[0] = drive(p.c0, p.c1, p.waves, begun)
    for j in range(c.s):
        c.known[c.n * (j + 1)] = drive(p.c0, p.c1, p.waves, begun + at[j] * step)
    for k in range(c.d):
        c.old[k] = c.x[c.others[k]]
    r = Radau(c.rhs, c.q, c.work, c.n, c.known, c.others, c.d, c.scale, c.tolerance, at, c.space)
    return radau_step(r, step, c.old, c.moved)


@inlined
def proposed_step(c: Course, step: float, error: float, other_error: float) -> float:
    """Return the next step, according to the errors."""
    proposed = step * change(error, GATE_ORDER)
    return min(proposed, step * change(other_error, OTHER_ORDER)) if c.d else proposed


@inlined
def accept(c: Course) -> None:
    """Go to the end of a step."""
    for k in range(c.many):
        c.x[c.linear[k]] = c.new[c.linear[k]]
    for k in range(c.d):
        c.x[c.others[k]] = c.moved[k]


@inlined
def sampled_until(c: Course, times: Numbers, samples: Matrix, sampled: int, t: float) -> int:
    """Fill the samples up to a time with the current state; return how many are filled."""
    while sampled < times.size and times[sampled] <= t:
        for i in range(c.n):
            samples[sampled, i] = c.x[i]
        sampled += 1
    return sampled


@inlined
def course_of(clamped: Clamped, limits: Limits) -> Course:
    """Return the `Course` of a clamp, with its memory laid out."""
    n, d, count = clamped.y.size, clamped.others.size, clamped.linear.size
    work = pointer_to(limits.memory)
    a, b = shifted(work, 3 * n), shifted(work, 3 * n + KRONROD * count)
    new = shifted(b, KRONROD * count)
    known, old = shifted(new, n), shifted(new, n * (STAGES + 2))
    moved, a_ends = shifted(old, d), shifted(old, 2 * d)
    b_ends, space = shifted(a_ends, KRONROD * count), shifted(a_ends, 2 * KRONROD * count)
    limit = limits.tolerance * (SMOOTH if clamped.lookups and not d else 1.0)
    return Course(
        n, count, d, STAGES if d else d, clamped.rhs, pointer_to(clamped.q), clamped.lookups, clamped.gates,
        carray(block(clamped.linear), clamped.linear.shape), carray(block(clamped.others), clamped.others.shape),
        pointer_to(clamped.scale), limits.tolerance, limit, pointer_to(clamped.y), work, a, b, new, known, old, moved,
        a_ends, b_ends, space, pointer_to(limits.numbers),
    )  # fmt: skip


@entry(RUN)
def run(
    clamped: Clamped, command: Pieces, times: Numbers, samples: Matrix, limits: Limits
) -> tuple[int, float, int, int, int, int]:
    """Follow a clamp from the first edge of the command to the last, and fill the samples.

    Returns the status, the time, the variable that failed, and the numbers of samples filled and of accepted and
    rejected steps. The cell ``stop`` ends the run as INTERRUPTED.
    """
    c, edges, stop = course_of(clamped, limits), command.edges, limits.stop
    sampled = accepted = rejected = trouble = 0
    status, unheard = DONE, 0 if stop[0] else STEPS_UNHEARD
    t, h = edges[0], math.inf
    for piece in range(command.constant.size):
        waves = command.waves[command.offsets[piece] : command.offsets[piece + 1]]
        p = Piece(edges[piece], edges[piece + 1], command.constant[piece], command.slope[piece], waves)
        while t < p.end and status == DONE:
            sampled = sampled_until(c, times, samples, sampled, t)
            if accepted + rejected >= unheard:
                unheard += STEPS_UNHEARD
                if stop[0] != 0 or signalled(stop):
                    status = INTERRUPTED
                    break
            if accepted + rejected >= limits.most_steps:
                status = TOO_MANY_STEPS
                break
            target = min(p.end, times[sampled]) if sampled < times.size else p.end
            begun = t - p.origin
            speed, turning = fastest_move(p.c1, p.waves, begun)
            still = p.c1 == 0.0 and p.waves.shape[0] == 0
            step = min(h, LONGEST_PHASE / turning, LONGEST_MV / speed) if not still else h
            last = t + 1.01 * step >= target
            step = target - t if last else step
            error, other_error = follow_gates(c, p, begun, step, speed), 0.0
            shortest = step <= SHORTEST * max(abs(t), 1e-3)
            if c.d and (error <= 1.0 or (shortest and error <= JUMP)):
                other_error = follow_others(c, p, begun, step)
            worst, proposed = max(error, other_error), proposed_step(c, step, error, other_error)
            if not worst <= 1.0:
                if not shortest:
                    rejected, h = rejected + 1, proposed
                    continue
                if not worst <= JUMP:
                    status, trouble = DIVERGED, in_trouble(c)
                    break
            accept(c)
            accepted += 1
            t = target if last else t + step
            h = max(h, proposed) if last else proposed
    if status == DONE:
        sampled = sampled_until(c, times, samples, sampled, math.inf)
    return status, t, trouble, sampled, accepted, rejected
