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
from loligo.integrate.lane_begin import (
    begin_at_jump,
    change_branch,
    fastest,
    gain,
    intervene,
    release,
    start_piece,
    waves_now,
    waves_of,
)  # fmt: skip
from loligo.integrate.lane_control import (
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
    BESIDE,
    MEMBER,
    PHASE,
    PIECE,
    SPIKES,
    answer,
    end_spike,
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
    CRAWLING,
    DRIVE,
    ENDINGS,
    ERROR,
    EVENTS,
    FALL,
    FLAG,
    FORGOT,
    GAIN,
    HALF_TIME,
    INSIDE,
    K0,
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
    STEP,
    SUSPICIOUS,
    TOP,
    TRIES,
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
    keep_lengths,
    look_at_switches,
)
from loligo.integrate.lane_waves import longest_step
from loligo.integrate.status import (
    BESIDE_REST,
    DISPLACED_BY,
    DIVERGED,
    DONE,
    MOVED,
    NO_REST,
    NO_SENSE,
    STIFF,
    STILL,
    TOO_MANY_STEPS,
)  # fmt: skip
from loligo.kernel.calling import FAST, called, lowest_bit, pointer_to, taken
from loligo.kernel.lanes import aligned, block, over_lanes, shifted

_f8, _i8 = types.float64, types.int64
_vector, _matrix, _whole = _f8[::1], _f8[:, ::1], _i8[::1]

NODE = np.array(NODES)
REARMING = 3.0  # tolerances by which v must have been below the level before another spike
all_propose, all_advance = (over_lanes(trace, W, REGISTER) for trace in (propose, advance))
all_watch_stiffness = over_lanes(watch_stiffness, W, REGISTER)
all_judge, all_judge_plain = over_lanes(judge, W, REGISTER), over_lanes(judge_plain, W, REGISTER)
all_average = over_lanes(average, W, REGISTER)


@njit(
    types.void(
        _whole, _i8,  # addresses of the membrane's functions, and how many parameters it prepares
        _whole, _matrix, _matrix, types.boolean, _vector, _whole,  # queue, parameters, starts, settle, amplitude, shape
        _whole, _vector, _matrix, _matrix, _whole, _matrix, _matrix, _matrix,  # pieces of every shape, marks
        _matrix, _matrix, _matrix,  # what is held and put in each piece, rests
        _f8, _f8, _vector, _i8,  # level, tolerance, absolute, most steps
        types.boolean, _i8, types.boolean, _whole, _whole,  # detail, slots, watch, switches, stop
        _whole, _whole, _whole, _matrix, types.float64[:, :, ::1],  # status, spikes, steps, totals, records
    ),
    cache=True, error_model="numpy", fastmath=FAST, nogil=True,
)  # fmt: skip
def run(
    membrane, prepared, queue, parameters, initial, settle, amplitude, shape,
    piece_offsets, edges, fixed, scaled, wave_offsets, waves_fixed, waves_scaled, marks, held, put, rests,
    level, tolerance, absolute, most_steps, detail, slots, watch, switches, stop,
    status, spikes, steps, totals, records,
):  # fmt: skip
    """Run members, one after another in W lanes, and fill their status, spikes, steps, totals and records.

    ``membrane`` holds the addresses of ``prepare``, of the slopes of all lanes, and of the stages of a stiff-safe step.
    ``queue`` holds the number of the member that is begun next: threads that run at once share it.

    Shape k of the stimulus has the pieces ``piece_offsets[k]:piece_offsets[k + 1]``, and one edge more; a member's
    stimulus is ``fixed + amplitude scaled``. In each piece a variable is ``held`` where that is 1, and ``put`` where it
    begins as `intervene` says; both are empty where nothing is. ``rests`` is where members rest, NaN where that is to
    be found, and empty where it does not matter. Once the flag ``stop[0]`` is set, of `loligo.kernel.stops`, it returns
    and leaves what it fills unfinished. As many steps are remembered as there are ``slots``, a power of 2; the
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
    noted, q = np.zeros(5 * W, np.int64), np.zeros(prepared)
    reached = np.zeros(SLACK + switches.size * W)
    landing = block(reached)
    stood = np.zeros(N * W)
    resting, intervening, seeking = block(stood), held.shape[0] > 0, rests.shape[0] > 0
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
                        jumps = True
                        present = waves_now(
                            wave, wave_offsets, piece_offsets, waves_fixed, waves_scaled, amplitude, shape, notes, lane
                        )
                        change_branch(slopes, work, clock, lane, present, tolerance, switches, landing)
                    if work[FLAG + lane] >= F(RARE) and work[LAST + lane] > none:
                        notes[PIECE + lane] += 1
                        if piece_offsets[k] + notes[PIECE + lane] == piece_offsets[k + 1]:
                            ended = DONE
                        else:
                            if intervening:
                                piece = piece_offsets[k] + notes[PIECE + lane]
                                ends = detail and put[piece, 0] == put[piece, 0]  # a spike does where v is set
                                if ends and rising > 0.0 and work[Y + lane] >= spike_level:
                                    count = peak_at_edge(
                                        clock, work, lane, sought, count, ring, slot, slots, rising, notes, log,
                                        members, kept,
                                    )  # fmt: skip
                                    count = answer(
                                        work, clock, sought, count, ring, slot, slots, level, log, NUMBERS * members
                                    )
                                if intervene(work, clock, lane, held[piece], put[piece], resting, prepared, level):
                                    rising = -np.inf
                                    if detail:
                                        end_spike(work, clock, lane, notes, log, members, kept)
                            present = waves_now(
                                wave, wave_offsets, piece_offsets, waves_fixed, waves_scaled, amplitude, shape, notes,
                                lane,
                            )  # fmt: skip
                            start_piece(
                                slopes, work, clock, lane, tolerance, edges[piece_offsets[k] + k :],
                                fixed[piece_offsets[k] :], scaled[piece_offsets[k] :], amplitude[m],
                                notes[PIECE + lane], present, switches, landing,
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
                    status[m], spikes[m], steps[m] = (
                        ended + notes[BESIDE + lane],
                        notes[SPIKES + lane],
                        int(clock[TRIES + lane]),
                    )
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
                    waiting = m < members and stop[0] == 0
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
                    notes[BESIDE + lane], own = 0, m if rests.shape[0] > 1 else 0
                    if settle or (seeking and rests[own, 0] != rests[own, 0]):
                        is_at_rest, stable = find_rest(slopes, prepared, scan, work, clock, lane, 0.1 * absolute[0])
                        if not is_at_rest:
                            status[m] = NO_REST
                            continue
                        for i in range(N):
                            resting[i * W + lane] = float(work[Y + i * W + lane])
                        if not stable:  # it is left, as from where `loligo.resting.start_at_rest` begins
                            work[Y + lane] += F(DISPLACED_BY * absolute[0])
                            notes[BESIDE + lane] = BESIDE_REST
                    elif seeking:
                        for i in range(N):
                            resting[i * W + lane] = rests[own, i]
                    start = initial[m if initial.shape[0] > 1 else 0]
                    for i in range(N):
                        if not settle or start[i] == start[i]:  # NaN where the rest is wanted
                            work[Y + i * W + lane] = F(start[i])
                    notes[MEMBER + lane], notes[PIECE + lane], notes[PHASE + lane], notes[SPIKES + lane] = m, 0, 0, 0
                    clock[TOP + lane], clock[HALF_TIME + lane] = -np.inf, np.nan
                    clock[BEGIN + lane], clock[BEGIN_TIME + lane] = np.nan, np.nan
                    work[LOG + lane], work[K0 + lane], work[RISE + lane] = F(-13.3), none, none
                    if intervening:
                        intervene(
                            work, clock, lane, held[piece_offsets[k]], put[piece_offsets[k]], resting, prepared, level
                        )
                        clock[TOP + lane] = -np.inf
                    work[ARMED + lane] = F(1.0) if work[Y + lane] < spike_level else none
                    clock[TRIES + lane], clock[MOST + lane], clock[FORGOT + lane] = 0.0, float(most_steps), 0.0
                    clock[GAIN + lane] = gain(slopes, work, lane) if varying else 0.0
                    present = waves_of(wave, wave_offsets, piece_offsets[k], waves_fixed, waves_scaled, amplitude[m])
                    start_piece(
                        slopes, work, clock, lane, tolerance, edges[piece_offsets[k] + k :],
                        fixed[piece_offsets[k] :], scaled[piece_offsets[k] :], amplitude[m], 0, present, switches,
                        landing,
                    )  # fmt: skip
                    if fastest(work, lane) * clock[LENGTH + lane] <= MOVED:
                        notes[BESIDE + lane] += STILL
                    running, marked = running + 1, True
                    if detail:
                        begin_at_jump(work, clock, lane, 0.0)
                        totals[m] = np.nan
                        clock[MEAN + lane], clock[INSIDE + lane], clock[NEXT + lane] = 0.0, 0.0, marks[k, 0]
                        v = float(work[Y + lane])
                        pass_marks(clock, lane, v, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, marks, k, notes, totals, m)
        if running == 0 or stop[0] != 0:
            break
        for word in range(W // 32):
            clock[CRAWLING + word] = 0.0
            clock[EVENTS + word] = 0.0
            clock[ENDINGS + word] = 0.0
        if waving:
            for lane in range(W):
                if notes[MEMBER + lane] >= 0:
                    present = waves_now(
                        wave, wave_offsets, piece_offsets, waves_fixed, waves_scaled, amplitude, shape, notes, lane
                    )
                    longest = longest_step(present, clock[SINCE + lane], unmoved / clock[GAIN + lane])
                    work[H + lane] = min(work[H + lane], F(longest))
        all_propose(work, clock, none, none)
        if waving:
            for lane in range(W):
                if notes[MEMBER + lane] >= 0:
                    present = waves_now(
                        wave, wave_offsets, piece_offsets, waves_fixed, waves_scaled, amplitude, shape, notes, lane
                    )
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
    q[0] = stood.size + reached.size + memory.size + scratch.size + times.size + roots.size + passed.size + noted.size
