"""The loop over many neurons: each lane has its own time and step, and takes the next member when it has finished one.

`loligo.lanes.programs` compiles this module for a number of variables; the membrane is called by address. The work that
all lanes do on every step is traced on vectors; rare events (an edge of the stimulus, a spike, a peak, a finished
member) are handled lane by lane. Lanes are independent, so a member's bits do not depend on which members run at the
same time.
"""

from __future__ import annotations

import numpy as np

from loligo.integrate.drive import drive, drive_slope
from loligo.integrate.status import DIVERGED, DONE, STIFF, TOO_MANY_STEPS
from loligo.kernel.calling import aligned, block, kept_apart, lowest_bit, shifted
from loligo.kernel.entries import entry, inlined
from loligo.lanes.begin import admit, change_branch, next_piece, piece_of, release, turn_at_jump, waves_now
from loligo.lanes.control import LOST, PATIENCE, RARE, advance, average, judge, judge_plain, propose
from loligo.lanes.dimension import POTENTIALS, SWITCHING, N
from loligo.lanes.events import answer, look_at_step, record_of
from loligo.lanes.explicit import all_attempt, watch_stiffness
from loligo.lanes.machine import RUN, Course, Machine, Members, Results, Settings, Stimuli
from loligo.lanes.memory import over_lanes
from loligo.lanes.record import NUMBERS, SPIKE, TOTALS
from loligo.lanes.roots import SOUGHT
from loligo.lanes.rows import (
    BESIDE,
    CAME,
    CLOCK,
    COUNT,
    CRAWLING,
    DRIVE,
    ENDED,
    ENDINGS,
    ERROR,
    EVENTS,
    FLAG,
    FORGOT,
    GAIN,
    INSIDE,
    LAST,
    LEVEL,
    LOWEST,
    MARKED,
    MEAN,
    MEMBER,
    MOST,
    NODES,
    PARAMETERS,
    PHASE,
    PIECE,
    RATE,
    REARM,
    REGISTER,
    REMEMBERED,
    RISE,
    RUNNING,
    SCALE,
    SINCE,
    SLOT,
    SPIKES,
    STEP,
    SUSPICIOUS,
    TRIES,
    URGENT,
    WAITING,
    F,
    H,
    W,
    Y,
)  # fmt: skip
from loligo.lanes.switches import LANDED, SLACK, keep_lengths, look_at_switches
from loligo.lanes.waves import longest_step

NODE = np.array(NODES)
REARMING = 3.0  # in tolerances: v must fall this far below the level before another spike counts
UNMOVED = 0.1  # in tolerances: a wave that moves v by less does not limit a step
WORDS = max(W // 32, 1)  # number of words that hold one bit for each lane
ALL_OF_THEM = 2 ** min(W, 32) - 1
RUNS = -1  # the status of a member that has not ended
all_propose, all_advance = (over_lanes(trace, W, REGISTER) for trace in (propose, advance))
all_watch_stiffness = over_lanes(watch_stiffness, W, REGISTER)
all_judge, all_judge_plain = over_lanes(judge, W, REGISTER), over_lanes(judge_plain, W, REGISTER)
all_average = over_lanes(average, W, REGISTER)


@entry(RUN, nogil=True)
def run(machine: Machine, members: Members, stimuli: Stimuli, settings: Settings, results: Results) -> None:
    """Run members, one after another in W lanes, and fill their results."""
    memory = np.zeros(PARAMETERS + (machine.prepared + 1) * W, F)
    scratch = np.zeros(memory.size, F)
    times, roots = np.zeros(CLOCK + W), np.zeros(18 * SOUGHT)
    passed = np.zeros((REMEMBERED * settings.slots + 1) * W, np.float32)
    noted, q, stood = np.zeros(ENDED + WORDS, np.int64), np.zeros(machine.prepared), np.zeros(N * W)
    reached = np.zeros(SLACK + machine.switches.size * W)
    wave = np.zeros(4 * stimuli.waves_fixed.shape[0] + 4)
    waving = stimuli.waves_fixed.shape[0] > 0
    varying = waving
    for piece in range(stimuli.fixed.shape[0]):
        varying = varying or stimuli.fixed[piece, 1] != 0.0 or stimuli.scaled[piece, 1] != 0.0
    course = Course(
        machine.addresses[1], machine.addresses[2], machine.addresses[0], machine.prepared, block(machine.switches),
        block(machine.stop), aligned(block(memory)), aligned(block(scratch)), aligned(block(times)), block(noted),
        aligned(block(roots)), aligned(block(passed)), block(reached), block(stood), block(wave), block(q),
        members.parameters.shape[0], block(members.queue), block(members.parameters), members.parameters.shape[1],
        block(members.initial), members.initial.shape[0], members.settle, block(members.amplitude),
        block(members.shape), block(members.rests), members.rests.shape[0],
        block(stimuli.pieces), block(stimuli.edges), block(stimuli.fixed), block(stimuli.scaled),
        block(stimuli.wave_offsets), block(stimuli.waves_fixed), block(stimuli.waves_scaled), block(stimuli.marks),
        block(stimuli.held), block(stimuli.put), waving, varying, stimuli.held.shape[0] > 0,
        block(settings.levels), settings.tolerance, block(settings.absolute), settings.most_steps, settings.detail,
        settings.slots, settings.watch, block(results.status), block(results.spikes), block(results.steps),
        block(results.totals), block(results.records), block(results.gradients), results.records.shape[0],
    )  # fmt: skip
    for lane in range(W):
        for i in range(N):
            course.work[SCALE + i * W + lane] = F(1.0 / settings.absolute[i])
        for k in range(POTENTIALS):
            level, below = settings.levels[k], REARMING * settings.tolerance * settings.absolute[k]
            course.work[LEVEL + k * W + lane], course.work[REARM + k * W + lane] = F(level), F(level - below)
        release(course, lane)
    for word in range(WORDS):
        noted[ENDED + word] = ALL_OF_THEM
    noted[WAITING] = 1
    go(course)
    # keeps the arrays alive while pointers into them are used
    noted[0] = stood.size + reached.size + memory.size + scratch.size + times.size + roots.size + passed.size
    noted[0] += q.size + wave.size


@inlined
def go(c: Course) -> None:
    """Step all lanes until none has a member."""
    work, clock, notes, none = c.work, c.clock, c.notes, F(0.0)
    per_square, averaging = F(1.0 / (c.tolerance * c.tolerance)), 0.0
    while True:
        attend(c)
        if notes[RUNNING] == 0 or c.stop[0] != 0:
            return
        for word in range(WORDS):
            clock[CRAWLING + word], clock[EVENTS + word], clock[ENDINGS + word] = 0.0, 0.0, 0.0
        if c.waving:
            shorten_for_waves(c)
        all_propose(work, clock, none, none)
        if c.waving:
            add_waves(c)
        all_attempt(c.slopes, c.stages, work, clock, per_square, none)
        if c.watch and clock[CRAWLING] + clock[CRAWLING + WORDS - 1] > 0.0:
            all_watch_stiffness(work, clock, none, none)
        if SWITCHING:
            for lane in range(W):
                if notes[MEMBER + lane] >= 0:
                    look_at_switches(c, lane)
        if c.detail:
            notes[SLOT] = (notes[SLOT] + 1) & (c.slots - 1)
            all_judge(work, clock, none, shifted(c.ring, REMEMBERED * W * notes[SLOT]))
        else:
            all_judge_plain(work, clock, none, none)
        look(c)
        if c.detail and notes[MARKED] != 0:
            notes[MARKED], averaging = 0, 0.0
            for lane in range(W):
                averaging += clock[INSIDE + lane]
        if averaging > 0.0:
            all_average(work, clock, none, none)
        all_advance(work, clock, none, none)


@inlined
def look(c: Course) -> None:
    """Examine the lanes with a rare event on their step, and mark those that need further work."""
    notes = c.notes
    notes[URGENT] = 0
    for word in range(WORDS):
        left, notes[ENDED + word] = int(c.clock[EVENTS + word]), int(c.clock[ENDINGS + word])
        while left:
            lane, left = 32 * word + lowest_bit(left), left & (left - 1)
            if notes[MEMBER + lane] >= 0 and c.work[FLAG + lane] >= F(RARE):
                look_at_step(c, lane)
    if SWITCHING:
        keep_lengths(c)
    if notes[URGENT] != 0:
        answer(c)


@inlined
def attend(c: Course) -> None:
    """Handle the lanes that are at an edge or a jump, or have no member."""
    for word in range(WORDS):
        left = c.notes[ENDED + word]
        if left and c.notes[COUNT]:
            answer(c)
        while left:
            lane, left = 32 * word + lowest_bit(left), left & (left - 1)
            attend_to(c, lane)


@inlined
def attend_to(c: Course, lane: int) -> None:
    """Cross an edge or a jump, or replace a finished member by the next."""
    kept_apart()
    if c.notes[MEMBER + lane] >= 0:
        ended = go_over(c, lane)
        if ended == RUNS:
            return
        retire(c, lane, ended)
    admit(c, lane)


@inlined
def go_over(c: Course, lane: int) -> int:
    """Cross a jump of a formula and an edge of the stimulus; return the status of the member."""
    work, notes, ended, jumps = c.work, c.notes, RUNS, False
    for place in range(lane, POTENTIALS * W, W):
        c.clock[CAME + place] = float(work[RISE + place])
    if SWITCHING and c.landing[LANDED + lane] >= 0.0:
        jumps = True
        change_branch(c, lane)
    if work[FLAG + lane] >= F(RARE) and work[LAST + lane] > F(0.0):
        notes[PIECE + lane] += 1
        if piece_of(c, lane) == c.pieces[c.shape[notes[MEMBER + lane]] + 1]:
            ended = DONE
        else:
            next_piece(c, lane)
            jumps = True
    if c.detail and jumps:
        turn_at_jump(c, lane)
    if ended == RUNS and c.watch and work[SUSPICIOUS + lane] >= F(PATIENCE):
        ended = STIFF
    if work[FLAG + lane] == F(LOST):  # the variable is still finite, but the steps became too short
        ended = STIFF if c.watch and work[ERROR + lane] <= F(1e30) else DIVERGED
    if ended == RUNS and c.clock[TRIES + lane] >= c.clock[MOST + lane]:
        ended = TOO_MANY_STEPS
    return ended


@inlined
def retire(c: Course, lane: int, ended: int) -> None:
    """Fill the results of a member, and leave its lane."""
    notes, m = c.notes, c.notes[MEMBER + lane]
    c.status[m], c.steps[m] = ended + notes[BESIDE + lane], int(c.clock[TRIES + lane])
    for k in range(POTENTIALS):
        c.spikes[POTENTIALS * m + k] = notes[SPIKES + k * W + lane]
        if c.detail:
            fill_totals(c, lane, k)
    notes[RUNNING], notes[MARKED] = notes[RUNNING] - 1, 1
    release(c, lane)


@inlined
def fill_totals(c: Course, lane: int, k: int) -> None:
    """Fill the totals of a potential of a member; as in eFEL, a last spike without a descent has no shape."""
    clock, notes, m, place = c.clock, c.notes, c.notes[MEMBER + lane], k * W + lane
    shape, totals, spikes = c.shape[m], shifted(c.totals, len(TOTALS) * (POTENTIALS * m + k)), notes[SPIKES + place]
    end, stop = c.edges[c.pieces[shape + 1] + shape], c.marks[3 * shape + 2]
    totals[TOTALS.forgot] = clock[FORGOT + place]
    if notes[PHASE + lane] == 3 and end > stop:
        totals[TOTALS.steady] = clock[MEAN + place] / (end - stop)
    if notes[PHASE + lane] == 2:
        totals[TOTALS.minimum] = clock[LOWEST + place]
    if 0 < spikes <= c.kept and c.work[Y + place] >= F(c.levels[k]):
        record = record_of(c, place, spikes - 1)
        for number in range(SPIKE.peak_time, NUMBERS):
            c.records[record + number] = np.nan


@inlined
def shorten_for_waves(c: Course) -> None:
    """Limit the change in phase of the stimulus waves on a step."""
    for lane in range(W):
        if c.notes[MEMBER + lane] >= 0:
            least = UNMOVED * c.tolerance / c.clock[GAIN + lane]
            longest = longest_step(waves_now(c, lane), c.clock[SINCE + lane], least)
            c.work[H + lane] = min(c.work[H + lane], F(longest))


@inlined
def add_waves(c: Course) -> None:
    """Add the waves of the stimulus to its line at every node of a step."""
    work = c.work
    for lane in range(W):
        if c.notes[MEMBER + lane] >= 0:
            present, since = waves_now(c, lane), c.clock[SINCE + lane]
            work[RATE + lane] += F(drive_slope(0.0, present, since))
            work[DRIVE + lane] += F(drive(0.0, 0.0, present, since))
            for j in range(NODE.size):
                s = since + NODE[j] * float(work[STEP + lane])
                work[DRIVE + (j + 1) * W + lane] += F(drive(0.0, 0.0, present, s))
