"""How a lane begins: a member, a piece of its stimulus, or what follows a jump of a formula."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray

from loligo.integrate.drive import drive
from loligo.integrate.status import BESIDE_REST, DISPLACED_BY, MOVED, NO_REST, NO_SENSE, STILL
from loligo.kernel.calling import called, kept_apart, shifted, taken
from loligo.kernel.entries import inlined
from loligo.lanes.control import BEGINS
from loligo.lanes.dimension import SWITCHING, N
from loligo.lanes.events import end_spike, peak_at_edge
from loligo.lanes.machine import Course, Quartic
from loligo.lanes.record import TOTALS
from loligo.lanes.rest import find_rest
from loligo.lanes.rows import (
    ARMED,
    BEGIN,
    BEGIN_TIME,
    BESIDE,
    CONSTANT,
    DRIVE,
    FIRST_STATE,
    FORGOT,
    GAIN,
    HALF_TIME,
    INSIDE,
    K0,
    K1,
    LENGTH,
    LOG,
    LOWEST,
    MARKED,
    MEAN,
    MEMBER,
    MOST,
    NEXT,
    NOW,
    PARAMETERS,
    PHASE,
    PIECE,
    RISE,
    RUNNING,
    SCALE,
    SINCE,
    SLOPE,
    SPIKES,
    SUSPICIOUS,
    TOP,
    TRIES,
    WAIT,
    WAITING,
    F,
    H,
    W,
    Y,
)  # fmt: skip
from loligo.lanes.switches import UNCUT, change_branches, settle_branches
from loligo.lanes.waves import longest_first_step
from loligo.lanes.windows import pass_marks

# a lane's first step goes no further than CAUTION times the fifth root of the tolerance, in scales of the state
CAUTION = 0.5


@inlined
def piece_of(c: Course, lane: int) -> int:
    """Return the piece of the stimulus in which a lane's member is, among those of all shapes."""
    return c.pieces[c.shape[c.notes[MEMBER + lane]]] + c.notes[PIECE + lane]


@inlined
def waves_now(c: Course, lane: int) -> Any:
    """Return the waves of the piece in which a lane's member is, in memory that is used again, shape (waves, 4)."""
    piece, amplitude = piece_of(c, lane), c.amplitude[c.notes[MEMBER + lane]]
    first, last = c.wave_offsets[piece], c.wave_offsets[piece + 1]
    for j in range(4 * (last - first)):
        c.wave[j] = c.waves_fixed[4 * first + j] + amplitude * c.waves_scaled[4 * first + j]
    return carray(c.wave, (last - first, 4))


@inlined
def slopes_now(c: Course, lane: int, stimulus: float) -> None:
    """Set the rows K1 to the slopes at the state of each lane, with a stimulus in one of them."""
    c.work[DRIVE + lane] = F(stimulus)
    called(c.slopes, (c.work, shifted(c.work, DRIVE), shifted(c.work, Y), shifted(c.work, K1)))


@inlined
def take_slopes(c: Course, lane: int) -> None:
    """Let a lane go on with the slopes in the rows K1."""
    for i in range(N):
        c.work[K0 + i * W + lane] = c.work[K1 + i * W + lane]


@inlined
def gain(c: Course, lane: int) -> float:
    """Return by how much of its scale dv/dt changes with the stimulus."""
    slopes_now(c, lane, 0.0)
    without = float(c.work[K1 + lane])
    slopes_now(c, lane, 1.0)
    return max(abs(float(c.work[K1 + lane]) - without) * float(c.work[SCALE + lane]), 1e-300)


@inlined
def release(c: Course, lane: int) -> None:
    """Leave a lane without a member: beside the others it stands still."""
    work, clock = c.work, c.clock
    c.notes[MEMBER + lane] = -1
    clock[LENGTH + lane], clock[NEXT + lane], clock[LOWEST + lane], clock[MOST + lane] = np.inf, np.inf, -np.inf, np.inf
    clock[INSIDE + lane] = 0.0
    work[H + lane], work[WAIT + lane], work[SUSPICIOUS + lane] = F(1e-3), F(-np.inf), F(0.0)


@inlined
def fastest(c: Course, lane: int) -> float:
    """Return the largest of the slopes K0 in units of their variables' sizes [1/ms]."""
    most = 1e-300
    for i in range(N):
        size = 1.0 / float(c.work[SCALE + i * W + lane])
        size += float(abs(c.work[Y + i * W + lane])) if i >= FIRST_STATE else 0.0
        most = max(most, float(abs(c.work[K0 + i * W + lane])) / size)
    return most


@inlined
def first_step(c: Course, lane: int) -> float:
    """Return a step that is short against what the slope K0 does, no further than the end of the piece."""
    left = c.clock[LENGTH + lane] - c.clock[SINCE + lane]
    return min(left, CAUTION * float(c.tolerance**0.2) / fastest(c, lane))


@inlined
def intervene(c: Course, lane: int) -> bool:
    """Hold and set variables as a piece of the stimulus asks: tell whether v is set.

    ``put`` is NaN for what is not set, and infinity for what is set to its value at rest.
    """
    work, clock, piece = c.work, c.clock, piece_of(c, lane)
    held, put = shifted(c.held, N * piece), shifted(c.put, N * piece)
    was_above = float(work[Y + lane]) >= c.level
    for i in range(N):
        work[PARAMETERS + (c.prepared - N + i) * W + lane] = F(held[i])
        if put[i] == np.inf:
            work[Y + i * W + lane] = F(c.resting[i * W + lane])
        elif put[i] == put[i]:
            work[Y + i * W + lane] = F(put[i])
    if put[0] != put[0]:
        return False
    v = float(work[Y + lane])
    work[ARMED + lane] = F(1.0) if v < c.level else F(0.0)
    if v >= c.level and not was_above:  # what follows is a peak of no spike
        clock[TOP + lane] = np.inf
    if clock[LOWEST + lane] > -np.inf:
        clock[LOWEST + lane] = min(clock[LOWEST + lane], v)
    return True


@inlined
def start_piece(c: Course, lane: int) -> None:
    """Begin a piece of the stimulus: its line, a new slope of the state, and a first step that is short."""
    work, clock, m, piece = c.work, c.clock, c.notes[MEMBER + lane], piece_of(c, lane)
    wave, amplitude = waves_now(c, lane), c.amplitude[m]
    edge = piece + c.shape[m]  # every shape has one edge more than pieces
    clock[NOW + lane], clock[SINCE + lane] = c.edges[edge], 0.0
    clock[LENGTH + lane] = c.edges[edge + 1] - c.edges[edge]
    clock[CONSTANT + lane] = c.fixed[2 * piece] + amplitude * c.scaled[2 * piece]
    clock[SLOPE + lane] = c.fixed[2 * piece + 1] + amplitude * c.scaled[2 * piece + 1]
    work[DRIVE + lane] = F(clock[CONSTANT + lane] + drive(0.0, 0.0, wave, 0.0))
    if SWITCHING:
        settle_branches(c, lane)
    called(c.slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, K1)))
    take_slopes(c, lane)
    work[RISE + lane] = work[K0 + lane]
    size = CAUTION * c.tolerance**0.2 / clock[GAIN + lane]
    longest = longest_first_step(clock[SLOPE + lane], wave, clock[LENGTH + lane], size)
    h = min(first_step(c, lane), longest)
    work[H + lane] = F(min(h, float(work[H + lane])) if c.notes[PIECE + lane] > 0 else h)


@inlined
def change_branch(c: Course, lane: int) -> None:
    """Go on from where a formula jumps or bends: a new slope of the state, and a first step that is short."""
    work, clock, since = c.work, c.clock, c.clock[SINCE + lane]
    stimulus = clock[CONSTANT + lane] + clock[SLOPE + lane] * since
    work[DRIVE + lane] = F(stimulus + drive(0.0, 0.0, waves_now(c, lane), since))
    change_branches(c, lane)
    work[RISE + lane] = work[K0 + lane]
    h = min(first_step(c, lane), max(c.landing[UNCUT + lane], 1e-300))
    work[H + lane], work[LOG + lane] = F(h), F(-13.3)
    c.landing[UNCUT + lane] = 0.0


@inlined
def begin_at_jump(c: Course, lane: int, rising: float) -> None:
    """Note the begin of a spike where the slope of v jumps past that at which one begins, or v itself."""
    if rising < BEGINS <= float(c.work[RISE + lane]):
        c.clock[BEGIN + lane], c.clock[BEGIN_TIME + lane] = float(c.work[Y + lane]), c.clock[NOW + lane]


@inlined
def next_piece(c: Course, lane: int, rising: float) -> float:
    """Go over an edge of the stimulus, where v may be set, which ends a spike; return the slope that v came with."""
    work = c.work
    if c.intervening:
        is_set = not np.isnan(c.put[N * piece_of(c, lane)])
        if c.detail and is_set and rising > 0.0 and work[Y + lane] >= F(c.level):
            peak_at_edge(c, lane, rising)
        if intervene(c, lane):
            rising = -np.inf
            if c.detail:
                end_spike(c, lane)
    start_piece(c, lane)
    return rising


@inlined
def turn_at_jump(c: Course, lane: int, rising: float) -> None:
    """See whether a spike begins or peaks where the slope of v has jumped."""
    begin_at_jump(c, lane, rising)
    if rising > 0.0 >= c.work[RISE + lane] and c.work[Y + lane] >= F(c.level):
        peak_at_edge(c, lane, rising)


@inlined
def prepare(c: Course, lane: int, m: int) -> bool:
    """Prepare the parameters of a member for a lane; tell whether they are finite in the precision of the program."""
    called(c.prepare, (shifted(c.parameters, c.width * m), c.q))
    beyond = False
    for i in range(c.prepared):
        c.work[PARAMETERS + i * W + lane] = F(c.q[i])
        beyond = beyond or (np.isfinite(c.q[i]) and not np.isfinite(c.work[PARAMETERS + i * W + lane]))
    return not beyond


@inlined
def settle(c: Course, lane: int, m: int) -> bool:
    """Put a lane where its member starts; return False where that is a rest which is not found."""
    work, own = c.work, m if c.rest_rows > 1 else 0
    c.notes[BESIDE + lane] = 0
    if c.settle or (c.rest_rows > 0 and c.rests[N * own] != c.rests[N * own]):
        is_at_rest, stable = find_rest(c, lane)
        if not is_at_rest:
            return False
        for i in range(N):
            c.resting[i * W + lane] = float(work[Y + i * W + lane])
        if not stable:  # it is left, as from where `loligo.resting.start_at_rest` begins
            work[Y + lane] += F(DISPLACED_BY * c.absolute[0])
            c.notes[BESIDE + lane] = BESIDE_REST
    elif c.rest_rows > 0:
        for i in range(N):
            c.resting[i * W + lane] = c.rests[N * own + i]
    start = shifted(c.initial, N * m if c.starts > 1 else 0)
    for i in range(N):
        if not c.settle or start[i] == start[i]:  # NaN where the rest is wanted
            work[Y + i * W + lane] = F(start[i])
    return True


@inlined
def start_member(c: Course, lane: int, m: int) -> None:
    """Begin the first piece of a member, from where it was put."""
    work, clock, notes = c.work, c.clock, c.notes
    notes[MEMBER + lane], notes[PIECE + lane], notes[PHASE + lane], notes[SPIKES + lane] = m, 0, 0, 0
    clock[TOP + lane], clock[HALF_TIME + lane] = -np.inf, np.nan
    clock[BEGIN + lane], clock[BEGIN_TIME + lane] = np.nan, np.nan
    work[LOG + lane], work[K0 + lane], work[RISE + lane] = F(-13.3), F(0.0), F(0.0)
    if c.intervening:
        intervene(c, lane)
        clock[TOP + lane] = -np.inf
    work[ARMED + lane] = F(1.0) if work[Y + lane] < F(c.level) else F(0.0)
    clock[TRIES + lane], clock[MOST + lane], clock[FORGOT + lane] = 0.0, float(c.most_steps), 0.0
    clock[GAIN + lane] = gain(c, lane) if c.varying else 0.0
    start_piece(c, lane)
    if fastest(c, lane) * clock[LENGTH + lane] <= MOVED:
        notes[BESIDE + lane] += STILL
    notes[RUNNING], notes[MARKED] = notes[RUNNING] + 1, 1
    if c.detail:
        begin_at_jump(c, lane, 0.0)
        for number in range(len(TOTALS)):
            c.totals[len(TOTALS) * m + number] = np.nan
        clock[MEAN + lane], clock[INSIDE + lane], clock[NEXT + lane] = 0.0, 0.0, c.marks[3 * c.shape[m]]
        pass_marks(c, lane, 0.0, 0.0, Quartic(np.float64(work[Y + lane]), 0.0, 0.0, 0.0, 0.0))


@inlined
def admit(c: Course, lane: int) -> None:
    """Begin the next member of the queue in a lane: one that cannot begin gets its status, and the next is tried."""
    kept_apart()
    notes = c.notes
    while notes[MEMBER + lane] < 0 and notes[WAITING] != 0:
        m = taken(c.queue)
        notes[WAITING] = 1 if m < c.members and c.stop[0] == 0 else 0
        if notes[WAITING] != 0:
            if not prepare(c, lane, m):
                c.status[m] = NO_SENSE
            elif not settle(c, lane, m):
                c.status[m] = NO_REST
            else:
                start_member(c, lane, m)
