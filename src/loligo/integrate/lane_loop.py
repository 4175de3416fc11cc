"""The loop over many neurons: every lane has its own time and step, and takes the next member when it has finished.

This is the text of a program, as `loligo.integrate.loop` is: `loligo.integrate.lane_programs` puts the rows, the
step and the other texts of lanes in front of it; the membrane is called by address. What every lane does on every step
is traced on vectors; what happens rarely (an edge of the stimulus, a spike, a peak, a finished member) is done lane by
lane. No lane sees another, so a member's bits do not depend on which members run beside it.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from loligo.integrate.dimension import SWITCHING
from loligo.integrate.drive import drive, drive_slope
from loligo.integrate.lane_control import (
    BEGINS,
    FOLDED,
    LOST,
    PATIENCE,
    RARE,
    advance,
    average,
    judge,
    judge_plain,
    propose,
)  # fmt: skip
from loligo.integrate.lane_events import (
    MEMBER,
    PHASE,
    PIECE,
    SPIKES,
    answer,
    fires,
    folded,
    note,
    note_parts,
    pass_marks,
    peak_at_edge,
    spikes_within,
)  # fmt: skip
from loligo.integrate.lane_rest import find_rest
from loligo.integrate.lane_roots import SOUGHT
from loligo.integrate.lane_rows import (  # type: ignore[import-not-found]  # made by lane_step.rows_source
    ARMED,
    BEGIN,
    BEGIN_TIME,
    CLOCK,
    CONSTANT,
    CRAWLING,
    DRIVE,
    ENDINGS,
    ERROR,
    EVENTS,
    FALL,
    FIRST_STATE,
    FLAG,
    FORGOT,
    GAIN,
    HALF_TIME,
    INSIDE,
    K0,
    K1,
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
    NUMBERS,
    PARAMETERS,
    RATE,
    REARM,
    REGISTER,
    RISE,
    SCALE,
    SINCE,
    SLOPE,
    STEP,
    SUSPICIOUS,
    TOP,
    TRIES,
    WAIT,
    F,
    H,
    N,
    W,
    Y,
    all_attempt,
    dense_v,
    watch_stiffness,
)  # fmt: skip
from loligo.integrate.lane_switches import (
    LANDED,
    SLACK,
    UNCUT,
    change_branches,
    keep_lengths,
    look_at_switches,
    settle_branches,
)
from loligo.integrate.lane_waves import longest_first_step, longest_step
from loligo.integrate.status import DIVERGED, DONE, NO_REST, NO_SENSE, STIFF, TOO_MANY_STEPS
from loligo.kernel.calling import FAST, INLINED, called, lowest_bit, pointer_to, taken
from loligo.kernel.lanes import aligned, block, over_lanes, shifted

_f8, _i8 = types.float64, types.int64
_vector, _matrix, _whole = _f8[::1], _f8[:, ::1], _i8[::1]

NODE = np.array(NODES)
CAUTION = 0.5  # of the fifth root of the tolerance: how far a first step may go, in scales of the state
REARMING = 3.0  # tolerances by which v must have been below the level before another spike
all_propose, all_advance = (over_lanes(trace, W, REGISTER) for trace in (propose, advance))
all_watch_stiffness = over_lanes(watch_stiffness, W, REGISTER)
all_judge, all_judge_plain = over_lanes(judge, W, REGISTER), over_lanes(judge_plain, W, REGISTER)
all_average = over_lanes(average, W, REGISTER)


@njit(**INLINED)
def waves_of(wave, offsets, piece, fixed, scaled, amplitude):
    """Return the waves of a piece of the stimulus for one amplitude, in memory that is used again."""
    first, last = offsets[piece], offsets[piece + 1]
    for j in range(first, last):
        for column in range(4):
            wave[j, column] = fixed[j, column] + amplitude * scaled[j, column]
    return wave[first:last]


@njit(**INLINED)
def gain(slopes, work, lane):
    """Return by how much of its scale dv/dt changes with the stimulus."""
    rates = (0.0, 0.0)
    for drive_now in (F(0.0), F(1.0)):
        work[DRIVE + lane] = drive_now
        called(slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, K1)))
        rates = (rates[1], float(work[K1 + lane]))
    return max(abs(rates[1] - rates[0]) * float(work[SCALE + lane]), 1e-300)


@njit(**INLINED)
def release(work, clock, lane, notes):
    """Leave a lane without a member: beside the others it stands still."""
    notes[MEMBER + lane] = -1
    clock[LENGTH + lane], clock[NEXT + lane], clock[LOWEST + lane], clock[MOST + lane] = np.inf, np.inf, -np.inf, np.inf
    clock[INSIDE + lane] = 0.0
    work[H + lane], work[WAIT + lane], work[SUSPICIOUS + lane] = F(1e-3), F(-np.inf), F(0.0)


@njit(**INLINED)
def first_step(work, clock, lane, tolerance):
    """Return a step that is short against what the slope K0 does, no further than the end of the piece."""
    fastest = 1e-300
    for i in range(N):
        size = 1.0 / float(work[SCALE + i * W + lane])
        size += float(abs(work[Y + i * W + lane])) if i >= FIRST_STATE else 0.0
        fastest = max(fastest, float(abs(work[K0 + i * W + lane])) / size)
    return min(clock[LENGTH + lane] - clock[SINCE + lane], CAUTION * tolerance**0.2 / fastest)


@njit(**INLINED)
def start_piece(
    slopes, work, clock, lane, tolerance, edges, fixed, scaled, amplitude, piece, wave, switches, landing
):  # fmt: skip
    """Begin a piece of the stimulus: its line, a new slope of the state, and a first step that is short."""
    clock[NOW + lane], clock[SINCE + lane] = edges[piece], 0.0
    clock[LENGTH + lane] = edges[piece + 1] - edges[piece]
    clock[CONSTANT + lane] = fixed[piece, 0] + amplitude * scaled[piece, 0]
    clock[SLOPE + lane] = fixed[piece, 1] + amplitude * scaled[piece, 1]
    work[DRIVE + lane] = F(clock[CONSTANT + lane] + drive(0.0, 0.0, wave, 0.0))
    if SWITCHING:
        settle_branches(slopes, work, lane, switches, landing)
    called(slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, K1)))
    for i in range(N):
        work[K0 + i * W + lane] = work[K1 + i * W + lane]
    work[RISE + lane] = work[K0 + lane]
    size = CAUTION * tolerance**0.2 / clock[GAIN + lane]
    longest = longest_first_step(clock[SLOPE + lane], wave, clock[LENGTH + lane], size)
    h = min(first_step(work, clock, lane, tolerance), longest)
    work[H + lane] = F(min(h, float(work[H + lane])) if piece > 0 else h)


@njit(**INLINED)
def change_branch(slopes, work, clock, lane, wave, tolerance, switches, landing):
    """Go on from where a formula jumps or bends: a new slope of the state, and a first step that is short."""
    since = clock[SINCE + lane]
    work[DRIVE + lane] = F(clock[CONSTANT + lane] + clock[SLOPE + lane] * since + drive(0.0, 0.0, wave, since))
    change_branches(slopes, work, lane, switches, landing, tolerance)
    work[RISE + lane] = work[K0 + lane]
    h = min(first_step(work, clock, lane, tolerance), max(landing[UNCUT + lane], 1e-300))
    work[H + lane], work[LOG + lane] = F(h), F(-13.3)
    landing[UNCUT + lane] = 0.0


@njit(**INLINED)
def begin_at_jump(work, clock, lane, rising):
    """Note the begin of a spike where the slope of v jumps past that at which one begins."""
    if rising < BEGINS <= float(work[RISE + lane]):
        clock[BEGIN + lane], clock[BEGIN_TIME + lane] = float(work[Y + lane]), clock[NOW + lane]


@njit(
    types.void(
        _whole, _i8,  # addresses of the membrane's functions, and how many parameters it prepares
        _whole, _matrix, _matrix, types.boolean, _vector, _whole,  # queue, parameters, starts, settle, amplitude, shape
        _whole, _vector, _matrix, _matrix, _whole, _matrix, _matrix, _matrix,  # pieces of every shape, marks
        _f8, _f8, _vector, _i8,  # level, tolerance, absolute, most steps
        types.boolean, _i8, types.boolean, _whole,  # detail, slots, watch, switches
        _whole, _whole, _whole, _matrix, types.float64[:, :, ::1],  # status, spikes, steps, totals, records
    ),
    cache=True, error_model="numpy", fastmath=FAST, nogil=True,
)  # fmt: skip
def run(
    membrane, prepared, queue, parameters, initial, settle, amplitude, shape,
    piece_offsets, edges, fixed, scaled, wave_offsets, waves_fixed, waves_scaled, marks,
    level, tolerance, absolute, most_steps, detail, slots, watch, switches,
    status, spikes, steps, totals, records,
):  # fmt: skip
    """Run members, one after another in W lanes, and fill their status, spikes, steps, totals and records.

    ``membrane`` holds the addresses of ``prepare``, of the slopes of all lanes, and of the stages of a stiff-safe step.
    ``queue`` holds the number of the member that is begun next: threads that run at once share it.

    Shape k of the stimulus has the pieces ``piece_offsets[k]:piece_offsets[k + 1]``, and one edge more; a member's
    stimulus is ``fixed + amplitude scaled``. As many steps are remembered as there are ``slots``, a power of 2; the
    last of a member's totals is 1 where that were too few to find half of the way up a spike.
    """
    members = parameters.shape[0]
    prepare, slopes, stages = membrane[0], membrane[1], membrane[2]
    size = PARAMETERS + (prepared + 1) * W
    memory, scratch = np.zeros(size, F), np.zeros(size, F)
    times, roots = np.zeros((CLOCK + 1) * W), np.zeros(18 * SOUGHT)
    passed = np.zeros((3 * slots + 1) * W, np.float32)  # in a ring: the steps, and v and its slope where they began
    work, scan, clock = aligned(block(memory)), aligned(block(scratch)), aligned(block(times))
    sought, ring = aligned(block(roots)), aligned(block(passed))
    noted, q = np.zeros(4 * W, np.int64), np.zeros(prepared)
    reached = np.zeros(SLACK + switches.size * W)
    landing = block(reached)
    notes, log, kept = block(noted), block(records), records.shape[0]
    slot, count, marked, averaging = 0, 0, False, 0.0
    wave = np.empty((waves_fixed.shape[0], 4))
    waving = waves_fixed.shape[0] > 0
    varying = waving
    for piece in range(fixed.shape[0]):
        varying = varying or fixed[piece, 1] != 0.0 or scaled[piece, 1] != 0.0
    unmoved = 0.1 * tolerance  # by less of its scale a wave may move v on a step that is longer than the wave
    per_square, spike_level, none = F(1.0 / (tolerance * tolerance)), F(level), F(0.0)
    for lane in range(W):
        for i in range(N):
            work[SCALE + i * W + lane] = F(1.0 / absolute[i])
        work[REARM + lane] = F(level - REARMING * tolerance * absolute[0])
        release(work, clock, lane, notes)
    waiting, running = True, 0
    endings = np.full(W // 32, 2**32 - 1)
    while True:
        for word in range(W // 32):
            left = endings[word]
            if left and count:
                count = answer(work, clock, sought, count, ring, slot, slots, level, log, NUMBERS * members)
            while left:
                lane, left = 32 * word + lowest_bit(left), left & (left - 1)
                m = notes[MEMBER + lane]
                if m >= 0:
                    ended = -1
                    k = shape[m]
                    rising, jumps = float(work[RISE + lane]), False
                    if SWITCHING and landing[LANDED + lane] >= 0.0:
                        at, jumps = piece_offsets[k] + notes[PIECE + lane], True
                        change_branch(
                            slopes, work, clock, lane,
                            waves_of(wave, wave_offsets, at, waves_fixed, waves_scaled, amplitude[m]), tolerance,
                            switches, landing,
                        )  # fmt: skip
                    if work[FLAG + lane] >= F(RARE) and work[LAST + lane] > none:
                        notes[PIECE + lane] += 1
                        at = piece_offsets[k] + notes[PIECE + lane]
                        if at == piece_offsets[k + 1]:
                            ended = DONE
                        else:
                            start_piece(
                                slopes, work, clock, lane, tolerance, edges[piece_offsets[k] + k :],
                                fixed[piece_offsets[k] :], scaled[piece_offsets[k] :], amplitude[m],
                                notes[PIECE + lane],
                                waves_of(wave, wave_offsets, at, waves_fixed, waves_scaled, amplitude[m]), switches,
                                landing,
                            )  # fmt: skip
                            jumps = True
                    if detail and jumps:
                        begin_at_jump(work, clock, lane, rising)
                        if rising > 0.0 >= work[RISE + lane] and work[Y + lane] >= spike_level:
                            count = peak_at_edge(
                                clock, work, lane, sought, count, ring, slot, slots, rising, notes, log, members, kept
                            )
                            count = answer(work, clock, sought, count, ring, slot, slots, level, log, NUMBERS * members)
                    if ended < 0 and watch and work[SUSPICIOUS + lane] >= F(PATIENCE):
                        ended = STIFF
                    if work[FLAG + lane] == F(LOST):  # of a variable still finite the steps got too small
                        ended = STIFF if watch and work[ERROR + lane] <= F(1e30) else DIVERGED
                    if ended < 0 and clock[TRIES + lane] >= clock[MOST + lane]:
                        ended = TOO_MANY_STEPS
                    if ended < 0:
                        continue
                    status[m], spikes[m], steps[m] = ended, notes[SPIKES + lane], int(clock[TRIES + lane])
                    end = edges[piece_offsets[k + 1] + k]
                    if detail:
                        totals[m, 3] = clock[FORGOT + lane]
                    if detail and notes[PHASE + lane] == 3 and end > marks[k, 2]:
                        totals[m, 2] = clock[MEAN + lane] / (end - marks[k, 2])
                    if detail and notes[PHASE + lane] == 2:
                        totals[m, 0] = clock[LOWEST + lane]
                    if detail and 0 < spikes[m] <= kept and work[Y + lane] >= spike_level:
                        records[spikes[m] - 1, m, 1:] = np.nan  # a spike that has not come down is none for eFEL
                    running, marked = running - 1, True
                    release(work, clock, lane, notes)
                while notes[MEMBER + lane] < 0 and waiting:
                    m = taken(queue)
                    waiting = m < members
                    if not waiting:
                        continue
                    k = shape[m]
                    called(prepare, (pointer_to(parameters[m]), pointer_to(q)))
                    beyond = False
                    for i in range(prepared):
                        work[PARAMETERS + i * W + lane] = F(q[i])
                        beyond = beyond or (np.isfinite(q[i]) and not np.isfinite(work[PARAMETERS + i * W + lane]))
                    if beyond:
                        status[m] = NO_SENSE
                        continue
                    if settle and not find_rest(slopes, prepared, scan, work, clock, lane):
                        status[m] = NO_REST
                        continue
                    start = initial[m if initial.shape[0] > 1 else 0]
                    for i in range(N):
                        if not settle or start[i] == start[i]:  # NaN where the rest is wanted
                            work[Y + i * W + lane] = F(start[i])
                    notes[MEMBER + lane], notes[PIECE + lane], notes[PHASE + lane], notes[SPIKES + lane] = m, 0, 0, 0
                    clock[TOP + lane], clock[HALF_TIME + lane] = -np.inf, np.nan
                    clock[BEGIN + lane], clock[BEGIN_TIME + lane] = np.nan, np.nan
                    work[LOG + lane], work[K0 + lane], work[RISE + lane] = F(-13.3), none, none
                    work[ARMED + lane] = F(1.0) if work[Y + lane] < spike_level else none
                    clock[TRIES + lane], clock[MOST + lane], clock[FORGOT + lane] = 0.0, float(most_steps), 0.0
                    clock[GAIN + lane] = gain(slopes, work, lane) if varying else 0.0
                    at = piece_offsets[k]
                    start_piece(
                        slopes, work, clock, lane, tolerance, edges[piece_offsets[k] + k :],
                        fixed[piece_offsets[k] :], scaled[piece_offsets[k] :], amplitude[m], 0,
                        waves_of(wave, wave_offsets, at, waves_fixed, waves_scaled, amplitude[m]), switches,
                        landing,
                    )  # fmt: skip
                    running, marked = running + 1, True
                    if detail:
                        begin_at_jump(work, clock, lane, 0.0)
                        totals[m] = np.nan
                        clock[MEAN + lane], clock[INSIDE + lane], clock[NEXT + lane] = 0.0, 0.0, marks[k, 0]
                        v = float(work[Y + lane])
                        pass_marks(clock, lane, v, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, marks, k, notes, totals, m)
        if running == 0:
            break
        for word in range(W // 32):
            clock[CRAWLING + word] = 0.0
            clock[EVENTS + word] = 0.0
            clock[ENDINGS + word] = 0.0
        if waving:
            for lane in range(W):
                m = notes[MEMBER + lane]
                if m >= 0:
                    at = piece_offsets[shape[m]] + notes[PIECE + lane]
                    present = waves_of(wave, wave_offsets, at, waves_fixed, waves_scaled, amplitude[m])
                    longest = longest_step(present, clock[SINCE + lane], unmoved / clock[GAIN + lane])
                    work[H + lane] = min(work[H + lane], F(longest))
        all_propose(work, clock, none, none)
        if waving:
            for lane in range(W):
                m = notes[MEMBER + lane]
                if m >= 0:
                    at = piece_offsets[shape[m]] + notes[PIECE + lane]
                    present = waves_of(wave, wave_offsets, at, waves_fixed, waves_scaled, amplitude[m])
                    work[RATE + lane] += F(drive_slope(0.0, present, clock[SINCE + lane]))
                    work[DRIVE + lane] += F(drive(0.0, 0.0, present, clock[SINCE + lane]))
                    for j in range(NODE.size):
                        s = clock[SINCE + lane] + NODE[j] * float(work[STEP + lane])
                        work[DRIVE + (j + 1) * W + lane] += F(drive(0.0, 0.0, present, s))
        all_attempt(slopes, stages, work, clock, per_square, none)
        if watch and clock[CRAWLING] + clock[CRAWLING + W // 32 - 1] > 0.0:
            all_watch_stiffness(work, clock, none, none)
        if SWITCHING:
            for lane in range(W):
                if notes[MEMBER + lane] >= 0:
                    look_at_switches(work, clock, lane, switches, landing, tolerance)
        if detail:
            slot = (slot + 1) & (slots - 1)
            all_judge(work, clock, spike_level, shifted(ring, 3 * W * slot))
        else:
            all_judge_plain(work, clock, spike_level, none)
        urgent = False
        for word in range(W // 32):
            left, endings[word] = int(clock[EVENTS + word]), int(clock[ENDINGS + word])
            while left:
                lane, left = 32 * word + lowest_bit(left), left & (left - 1)
                m = notes[MEMBER + lane]
                if m < 0 or work[FLAG + lane] < F(RARE):
                    continue
                begin, step = clock[NOW + lane], float(work[STEP + lane])
                v1, f0, f1 = float(work[NEW + lane]), float(work[RISE + lane]), float(work[FALL + lane])
                several = work[FLAG + lane] == F(FOLDED)
                if not detail and not several:
                    notes[SPIKES + lane] += 1 if fires(work, lane, float(work[Y + lane]), v1, level) else 0
                    continue
                v0, d1, d2, d3, d4 = dense_v(work, lane)
                if not detail:
                    notes[SPIKES + lane] += spikes_within(work, lane, v0, d1, d2, d3, d4, v1, level)
                else:
                    if several or folded(d1, d2, d3, d4):
                        count = note_parts(
                            work, clock, lane, sought, count, begin, step, v0, d1, d2, d3, d4, ring, slot, slots,
                            level, notes, log, members, kept,
                        )  # fmt: skip
                    else:
                        count = note(
                            work, clock, lane, sought, count, begin, step, v0, d1, d2, d3, d4, v1, f0, d1, f1, 0.0,
                            level, notes, log, members, kept,
                        )  # fmt: skip
                        urgent = urgent or (f0 > 0.0) != (f1 > 0.0) or (d1 > 0.0) != (f1 > 0.0)
                    passes = begin + step >= clock[NEXT + lane]
                    if count > SOUGHT // 2 or passes:  # the answers of as many peaks, and three more, have room
                        count = answer(work, clock, sought, count, ring, slot, slots, level, log, NUMBERS * members)
                    if passes:
                        marked = True
                        pass_marks(clock, lane, v0, d1, d2, d3, d4, begin, step, marks, shape[m], notes, totals, m)
        if SWITCHING:
            keep_lengths(work, notes, landing, endings)
        if urgent:
            count = answer(work, clock, sought, count, ring, slot, slots, level, log, NUMBERS * members)
        if detail and marked:
            marked, averaging = False, 0.0
            for lane in range(W):
                averaging += clock[INSIDE + lane]
        if averaging > 0.0:
            all_average(work, clock, none, none)
        all_advance(work, clock, none, none)
    # the arrays live as long as the pointers into them are used
    q[0] = reached.size + memory.size + scratch.size + times.size + roots.size + passed.size + noted.size
