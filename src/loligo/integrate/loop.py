"""The loop of every adaptive method: pieces of the stimulus, step control, samples, spikes.

The module of a method replaces `explicit` (`loligo.integrate.programs`). A method defines ``ORDER``,
``ENDS_WITH_SLOPE``, ``SIZE``, ``STIFF_BOUNDARY``, ``attempt``, ``dense``, ``between`` and ``stiffness``. To keep the
tolerance, the loop not only bounds the error of every step:

* a piece of the stimulus begins with a step that is short compared with changes in the state and the stimulus;
* on no step does the phase of a wave of the stimulus change by more than 2 rad;
* a step is rejected if its dense output is needed and its error is above that allowed for the step;
* a step ends where a formula jumps or bends (`loligo.integrate.switches`), in programs with SWITCHING.
"""

from __future__ import annotations

import math

import numpy as np
from numba import carray

from loligo.integrate.crossing import NOWHERE, any_may_cross, seek_crossings
from loligo.integrate.dimension import POTENTIALS, SWITCHING, N
from loligo.integrate.drive import drive, jerks, longest_on_waves
from loligo.integrate.explicit import ENDS_WITH_SLOPE, ORDER, SIZE, STIFF_BOUNDARY, attempt, dense, stiffness
from loligo.integrate.machine import (
    ACCEPTED,
    CALM,
    CHANGES,
    COUNTS,
    HELD_AT,
    HOLDS,
    LAST_LOG,
    LEAST_WAVE,
    NUMBERS,
    PUSH,
    REJECTED,
    RUN,
    SAMPLED,
    STATUS,
    SUSPICIOUS,
    TROUBLE,
    UNHEARD,
    WHOLE,
    Course,
    H,
    Machine,
    Piece,
    Sampling,
    Settings,
    State,
    T,
)
from loligo.integrate.rows import ABSOLUTE, END, HELD, MASK, NEW, RELATIVE, START, Y, slope_of
from loligo.integrate.samples import sample
from loligo.integrate.status import DIVERGED, DONE, ENOUGH, INTERRUPTED, NOT_STIFF, STIFF, TOO_MANY_STEPS
from loligo.integrate.step_control import AT_BOUNDARY, INVALID, INVALID_AT_SWITCH, LOG_LEAST_ERROR, growth, shrinkage
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
from loligo.kernel.calling import Numbers, Pointer, as_notes, block, shifted, signalled
from loligo.kernel.entries import entry, inlined, part
from loligo.stimulus.pieces import Pieces

IMPLICIT = math.isinf(STIFF_BOUNDARY)
SHORTEST_STEP = 1e-13  # length of the shortest step, as a fraction of the time
CRAWL = 5_000  # an explicit method limited by stability *crawls* if the run needs more than this many further steps
CALM_STEPS = 6  # after this many consecutive steps not limited by stability, the count of limited steps begins anew
NONSTIFF = 6.0  # up to this product of h and the largest eigenvalue, an explicit method could take the same step
NEGLIGIBLE = 0.01  # fraction of the tolerance of v: a wave that moves v by less does not limit a step
STEPS_UNHEARD = 256  # number of steps between two checks whether a run should stop
# offsets in the memory of a run of what follows the rows of the method: numbers, counts, and other fields of `Course`
NOTES = SIZE + NUMBERS
ASIDE = NOTES + COUNTS
CROSSED = ASIDE + 4 * N
ALLOWED = CROSSED + POTENTIALS


@entry(RUN)
def run(
    machine: Machine, state: State, stimulus: Pieces, sampling: Sampling, settings: Settings
) -> tuple[int, float, int, Numbers, Numbers, int, int, int]:
    """Integrate from the first edge to the last, changing the state in place, and fill the samples.

    Returns the status, the time, the variable that failed, spike times, the potential of each, and the numbers of
    spikes and of accepted and rejected steps. Spikes on one step are in the order of the potentials. If the patience is
    not 0, the run stops as STIFF after that many steps in which an explicit method crawls, or as NOT_STIFF after that
    many steps that an explicit method could take as well. After enough spikes it stops as ENOUGH. After TOO_MANY_STEPS
    the variable that failed is one that a jump holds, or -1. The modes of switches belong to the run. Once the cell
    ``stop`` is set, or a signal handler has raised an exception, the run stops as INTERRUPTED.
    """
    own, edges = machine.q.copy() if SWITCHING else machine.q, stimulus.edges
    # Numba compiles an allocation for each type of array and each way to fill it: here, one allocation of numbers
    memory, spikes, whose = np.empty(ALLOWED + machine.switches.size), np.empty(64), np.empty(64)
    work = block(memory)
    for i in range(memory.size):
        work[i] = 0.0
    c = Course(
        machine.rhs, machine.jacobian, block(own), carray(block(machine.switches), machine.switches.shape),
        carray(block(machine.table), machine.table.shape), work, shifted(work, ALLOWED), shifted(work, ASIDE),
        shifted(work, SIZE), as_notes(shifted(work, NOTES)), carray(block(sampling.times), sampling.times.shape),
        carray(block(sampling.samples), sampling.samples.shape), block(sampling.levels),
        shifted(work, CROSSED), settings.tolerance, settings.most_steps, settings.patience,
        carray(block(settings.stop), settings.stop.shape), edges[-1],
    )  # fmt: skip
    spiked = 0
    for i in range(N):
        work[Y + i], work[MASK + i] = state.y[i], state.mask[i]
        work[ABSOLUTE + i], work[RELATIVE + i] = state.absolute[i], state.relative[i]
        work[HELD] += 1.0 - state.mask[i]
    begin_run(c, edges[0])
    waves = carray(block(stimulus.waves), stimulus.waves.shape)
    for k in range(stimulus.constant.size):
        own_waves = waves[stimulus.offsets[k] : stimulus.offsets[k + 1]]
        p = Piece(edges[k], edges[k + 1], stimulus.constant[k], stimulus.slope[k], own_waves)
        begin_piece(c, p)
        while c.numbers[T] < p.end and c.counts[STATUS] == DONE:
            if not go_on(c, p):
                continue
            for i in range(POTENTIALS):
                if c.crossed[i] > NOWHERE:
                    if spiked == spikes.size:
                        spikes, whose = twice_as_long(spikes), twice_as_long(whose)
                    spikes[spiked], whose[spiked] = c.crossed[i], i
                    spiked += 1
                    if spiked == sampling.enough:
                        c.counts[STATUS] = ENOUGH
    for i in range(N):
        state.y[i] = work[Y + i]
    status, t, trouble = c.counts[STATUS], c.numbers[T], c.counts[TROUBLE]
    accepted, rejected = c.counts[ACCEPTED], c.counts[REJECTED]
    memory[0] = own[0]  # keeps the arrays alive while pointers into them are used
    return status, t, trouble, spikes, whose, spiked, accepted, rejected


@inlined
def twice_as_long(values: Numbers) -> Numbers:
    """Return the array, enlarged to twice its size."""
    longer = np.empty(2 * values.size)
    for i in range(values.size):
        longer[i] = values[i]
    return longer


@inlined
def begin_run(c: Course, t: float) -> None:
    """Begin at a time: fill the samples there, and measure the effect of the stimulus on the potentials."""
    work, numbers, counts = c.work, c.numbers, c.counts
    numbers[T], numbers[H], numbers[LAST_LOG] = t, c.finish - t, LOG_LEAST_ERROR
    counts[STATUS], counts[TROUBLE], counts[UNHEARD] = DONE, -1, 0 if c.stop[0] else STEPS_UNHEARD
    while counts[SAMPLED] < c.times.size and c.times[counts[SAMPLED]] <= t:
        for i in range(N):
            c.samples[counts[SAMPLED], i] = work[Y + i]
        counts[SAMPLED] += 1
    slope_of(c.rhs, 0.0, c.q, work, Y, START)
    slope_of(c.rhs, 1.0, c.q, work, Y, END)
    numbers[PUSH], numbers[LEAST_WAVE] = 0.0, math.inf
    for k in range(POTENTIALS):
        push = abs(work[END + k] - work[START + k])  # the right-hand side is linear in the stimulus
        least = NEGLIGIBLE * c.tolerance * work[ABSOLUTE + k] / max(push, 1e-300)
        numbers[PUSH] = max(numbers[PUSH], push / work[ABSOLUTE + k])
        numbers[LEAST_WAVE] = min(numbers[LEAST_WAVE], least)


@inlined
def begin_piece(c: Course, p: Piece) -> None:
    """Begin a piece of the stimulus: set the slope of the state, and a short first step."""
    if SWITCHING:
        choose_branches(c.rhs, drive(p.c0, p.c1, p.waves, 0.0), c.q, c.work, c.switches, c.slack)
    else:
        slope_of(c.rhs, drive(p.c0, p.c1, p.waves, 0.0), c.q, c.work, Y, START)
    h = min(c.numbers[H], cautious_step(c, p))
    c.numbers[H] = max(h, 2.0 * SHORTEST_STEP * max(abs(c.numbers[T]), 1e-3))


@inlined
def cautious_step(c: Course, p: Piece) -> float:
    """Return a first step on which neither the state itself nor the stimulus moves a variable by its scale.

    When a wave begins, the state may be at rest, so the first two derivatives of the stimulus are bounded too.
    """
    work, fastest, jerk = c.work, 1e-300, jerks(p.c1, p.waves, p.end - p.origin)
    for i in range(N):
        fastest = max(fastest, abs(work[START + i]) / (work[ABSOLUTE + i] + work[RELATIVE + i] * abs(work[Y + i])))
    share: float = 0.5 * c.tolerance ** (1.0 / ORDER)
    step = share / fastest
    speed = c.numbers[PUSH]
    if jerk[0] > 0.0:
        step = min(step, math.sqrt(2.0 * share / max(speed * jerk[0], 1e-300)))
    if jerk[1] > 0.0:
        step = min(step, (6.0 * share / max(speed * jerk[1], 1e-300)) ** (1.0 / 3.0))
    return step


@part
def go_on(c: Course, p: Piece) -> bool:
    """Try a step and accept or reject it; return whether a potential may have crossed its level upwards."""
    if not may_go_on(c):
        return False
    work, numbers, t = c.work, c.numbers, c.numbers[T]
    h = numbers[H]
    if p.waves.shape[0] > 0:
        h = numbers[H] = min(h, longest_on_waves(p.waves, t - p.origin, numbers[LEAST_WAVE]))
    last = t + 1.01 * h >= p.end
    step = p.end - t if last else h
    after = p.end if last else t + step
    error = tried(c, p, step, after)
    if not error <= 1.0:  # NaN counts as too large
        reject(c, p, step, error)
        return False
    maybe = any_may_cross(c, step)
    passes = may_pass(work, step, c.q, c.switches, c.slack) if SWITCHING else False
    off = dense(c.rhs, t - p.origin, step, p.c0, p.c1, p.waves, c.q, c.table, work) if maybe or passes else 0.0
    bound = c.patience > 0 and not last and (IMPLICIT or c.finish - t > CRAWL * step)
    stiff = stiffness(work, step) if bound else 0.0
    bound = bound and (not IMPLICIT or stiff < NONSTIFF)
    if not off <= 1.0:
        reject_dense(c, step, off, bound)
        return False
    changed = -1
    if SWITCHING:
        if passes:
            theta, changed = first_passage(work, c.q, c.switches, c.slack)
        if changed >= 0:
            numbers[WHOLE] = step
            step, error = step_to(c, p, t, step, theta, changed)
            if not error <= 1.0:
                reject_cut(c, step, error)
                return False
            after, last, maybe = t + step, False, any_may_cross(c, step)
            off = dense(c.rhs, t - p.origin, step, p.c0, p.c1, p.waves, c.q, c.table, work)
    c.counts[ACCEPTED] += 1
    if maybe:
        seek_crossings(c, t, step)
    if c.counts[SAMPLED] < c.times.size and c.times[c.counts[SAMPLED]] <= after:
        sample(c, p, step, after, off, maybe or passes)
    if c.patience > 0 and not last:
        watch(c, bound, stiff)
    advance(c, p, step, after, max(error, off, 1e-10), last, changed)
    return maybe


@inlined
def may_go_on(c: Course) -> bool:
    """Check now and then whether the run should stop, and whether steps are left."""
    counts = c.counts
    tries = counts[ACCEPTED] + counts[REJECTED]
    if tries >= counts[UNHEARD]:
        counts[UNHEARD] += STEPS_UNHEARD
        if c.stop[0] != 0 or signalled(c.stop):
            counts[STATUS] = INTERRUPTED
            return False
    if tries >= c.most_steps:
        counts[STATUS] = TOO_MANY_STEPS
        if SWITCHING and 2 * counts[HOLDS] > counts[ACCEPTED]:
            counts[TROUBLE] = c.switches[1 + counts[HELD_AT]]
        return False
    return True


@part
def tried(c: Course, p: Piece, step: float, after: float) -> float:
    """Try a step; return its error, which is infinite if the step has left the domain of a formula."""
    since = c.numbers[T] - p.origin
    error = attempt(c.rhs, c.jacobian, since, step, p.c0, p.c1, p.waves, c.q, c.tolerance, c.table, c.work)
    if error <= 1.0:
        if not ENDS_WITH_SLOPE:
            slope_of(c.rhs, drive(p.c0, p.c1, p.waves, after - p.origin), c.q, c.work, NEW, END)
        if not finite(c.work, END):
            error = math.inf
    return error


@inlined
def reject(c: Course, p: Piece, step: float, error: float) -> None:
    """Set the next step to try; if values are NaN beyond a switch, a step of half the way to it."""
    work, t = c.work, c.numbers[T]
    c.counts[REJECTED] += 1
    h = step * shrinkage(error, ORDER, INVALID)
    if SWITCHING and not math.isfinite(error):
        wait, k = time_to_switch(work, c.q, c.switches, c.slack)
        if wait < step and distance(work, Y, c.q, c.switches, k) > NEAR * c.tolerance * scale_at(
            work, c.q, c.switches, k
        ):
            h = 0.5 * wait
        elif wait < step:
            c.counts[CHANGES] += 1
            work[Y + c.switches[1 + k]] = c.q[c.switches[0] + k]
            here = drive(p.c0, p.c1, p.waves, t - p.origin)
            change_branches(c, here, k)
            h = cautious_step(c, p)
    c.numbers[H] = h
    give_up_on_short_steps(c)


@inlined
def give_up_on_short_steps(c: Course) -> None:
    """End the run as diverged if the next step is too short."""
    if c.numbers[H] < SHORTEST_STEP * max(abs(c.numbers[T]), 1e-3):
        c.counts[STATUS], c.counts[TROUBLE] = DIVERGED, worst_variable(c.work)


@inlined
def reject_dense(c: Course, step: float, off: float, bound: bool) -> None:
    """Set a shorter step if the error of the dense output is too large."""
    counts = c.counts
    counts[REJECTED] += 1
    c.numbers[H] = step * shrinkage(off, ORDER, INVALID)
    if bound:
        counts[SUSPICIOUS], counts[CALM] = counts[SUSPICIOUS] + 1, 0
        counts[STATUS] = STIFF if counts[SUSPICIOUS] >= c.patience else DONE


@inlined
def reject_cut(c: Course, step: float, error: float) -> None:
    """Set a shorter step if no step that ends at a switch was found."""
    c.counts[REJECTED] += 1
    c.numbers[H] = step * shrinkage(error, ORDER, INVALID_AT_SWITCH)
    give_up_on_short_steps(c)


@inlined
def watch(c: Course, bound: bool, stiff: float) -> None:
    """Count the steps limited by stability, or those that an explicit method could also take; stop after too many."""
    counts = c.counts
    if IMPLICIT:
        counts[SUSPICIOUS] = counts[SUSPICIOUS] + 1 if bound else 0
    else:
        if bound and stiff > AT_BOUNDARY * STIFF_BOUNDARY:
            counts[SUSPICIOUS], counts[CALM] = counts[SUSPICIOUS] + 1, 0
        else:
            counts[CALM] += 1
        counts[SUSPICIOUS] = counts[SUSPICIOUS] if counts[CALM] < CALM_STEPS else 0
    if counts[SUSPICIOUS] >= c.patience:
        counts[STATUS] = NOT_STIFF if IMPLICIT else STIFF


@part
def advance(c: Course, p: Piece, step: float, after: float, error: float, last: bool, changed: int) -> None:
    """Move to the end of a step, and propose the next."""
    work, numbers, counts = c.work, c.numbers, c.counts
    numbers[T] = after
    for i in range(N):
        work[Y + i] = work[NEW + i]
        work[START + i] = work[END + i]
    this_log = math.log(error)
    proposed = step * growth(this_log, numbers[LAST_LOG], ORDER)
    numbers[LAST_LOG] = max(this_log, LOG_LEAST_ERROR)
    numbers[H] = max(numbers[H], proposed) if last else proposed
    if SWITCHING:
        counts[CHANGES] = counts[CHANGES] + 1 if changed >= 0 else 0
        if changed >= 0:
            here = drive(p.c0, p.c1, p.waves, after - p.origin)
            if change_branches(c, here, changed):
                counts[HOLDS], counts[HELD_AT] = counts[HOLDS] + 1, changed
            numbers[H] = min(max(numbers[H], numbers[WHOLE]), cautious_step(c, p))
            numbers[LAST_LOG] = LOG_LEAST_ERROR


@inlined
def finite(work: Pointer, row: int) -> bool:
    """Return whether every number of a row is finite."""
    total = 0.0
    for i in range(N):
        total += 0.0 * work[row + i]
    return total == 0.0


@inlined
def worst_variable(work: Pointer) -> int:
    """Return the variable that moves fastest, relative to its scale, where the run stopped."""
    worst, fastest = 0, -1.0
    for i in range(N):
        speed = abs(work[START + i]) / (work[ABSOLUTE + i] + work[RELATIVE + i] * abs(work[Y + i]))
        if speed > fastest:
            worst, fastest = i, speed
    return worst
