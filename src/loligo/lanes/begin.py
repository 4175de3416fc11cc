"""How a lane starts a member, a piece of its stimulus, or the part of a run after a jump in a formula."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray

from loligo.integrate.drive import drive
from loligo.integrate.status import BESIDE_REST, DISPLACED_BY, MOVED, NO_REST, NO_SENSE, STILL
from loligo.kernel.calling import called, kept_apart, shifted, taken
from loligo.kernel.entries import inlined
from loligo.lanes.control import BEGINS
from loligo.lanes.dimension import POTENTIALS, SWITCHING, N
from loligo.lanes.events import end_spike, peak_at_edge
from loligo.lanes.machine import Course
from loligo.lanes.record import TOTALS
from loligo.lanes.rest import find_rest
from loligo.lanes.rows import (
    ARMED,
    BEGIN,
    BEGIN_TIME,
    BESIDE,
    CAME,
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
    NEW,
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
    lane_of,
)  # fmt: skip
from loligo.lanes.switches import UNCUT, change_branches, settle_branches
from loligo.lanes.waves import longest_first_step
from loligo.lanes.windows import pass_marks

# on a lane's first step, each variable moves by at most CAUTION times the fifth root of the tolerance, in its scale
CAUTION = 0.5


@inlined
def piece_of(c: Course, lane: int) -> int:
    """Return the index of the current stimulus piece of a lane's member, among the pieces of all shapes."""
    return c.pieces[c.shape[c.notes[MEMBER + lane]]] + c.notes[PIECE + lane]


@inlined
def waves_now(c: Course, lane: int) -> Any:
    """Return the waves of the current piece of a lane's member, in reused memory, shape (waves, 4)."""
    piece, amplitude = piece_of(c, lane), c.amplitude[c.notes[MEMBER + lane]]
    first, last = c.wave_offsets[piece], c.wave_offsets[piece + 1]
    for j in range(4 * (last - first)):
        c.wave[j] = c.waves_fixed[4 * first + j] + amplitude * c.waves_scaled[4 * first + j]
    return carray(c.wave, (last - first, 4))


@inlined
def slopes_now(c: Course, lane: int, stimulus: float) -> None:
    """Set the rows K1 to the slopes at the state of each lane; one lane has a stimulus."""
    c.work[DRIVE + lane] = F(stimulus)
    called(c.slopes, (c.work, shifted(c.work, DRIVE), shifted(c.work, Y), shifted(c.work, K1)))


@inlined
def take_slopes(c: Course, lane: int) -> None:
    """Make a lane continue with the slopes in the rows K1."""
    for i in range(N):
        c.work[K0 + i * W + lane] = c.work[K1 + i * W + lane]


@inlined
def take_rises(c: Course, lane: int) -> None:
    """Set the potentials' slopes at the beginning of the next step to K0."""
    for k in range(POTENTIALS):
        c.work[RISE + k * W + lane] = c.work[K0 + k * W + lane]


@inlined
def gain(c: Course, lane: int) -> float:
    """Return the largest change of a potential's slope with the stimulus, relative to its scale."""
    slopes_now(c, lane, 0.0)
    for k in range(POTENTIALS):
        c.work[NEW + k * W + lane] = c.work[K1 + k * W + lane]
    slopes_now(c, lane, 1.0)
    most = 1e-300
    for k in range(POTENTIALS):
        change = abs(float(c.work[K1 + k * W + lane]) - float(c.work[NEW + k * W + lane]))
        most = max(change * float(c.work[SCALE + k * W + lane]), most)
    return most


@inlined
def release(c: Course, lane: int) -> None:
    """Leave a lane without a member; it stops while the others go on."""
    work, clock = c.work, c.clock
    c.notes[MEMBER + lane] = -1
    clock[LENGTH + lane], clock[NEXT + lane], clock[MOST + lane], clock[INSIDE + lane] = np.inf, np.inf, np.inf, 0.0
    work[H + lane], work[SUSPICIOUS + lane] = F(1e-3), F(0.0)
    for place in range(lane, POTENTIALS * W, W):
        clock[LOWEST + place], work[WAIT + place] = -np.inf, F(-np.inf)


@inlined
def fastest(c: Course, lane: int) -> float:
    """Return the largest of the slopes K0, relative to the scale of each variable [1/ms]."""
    most = 1e-300
    for i in range(N):
        size = 1.0 / float(c.work[SCALE + i * W + lane])
        size += float(abs(c.work[Y + i * W + lane])) if i >= FIRST_STATE else 0.0
        most = max(most, float(abs(c.work[K0 + i * W + lane])) / size)
    return most


@inlined
def first_step(c: Course, lane: int) -> float:
    """Return a step on which the slope K0 moves the state little, and that ends by the end of the piece."""
    left = c.clock[LENGTH + lane] - c.clock[SINCE + lane]
    return min(left, CAUTION * float(c.tolerance**0.2) / fastest(c, lane))


@inlined
def set_variable(c: Course, lane: int, i: int, value: float) -> None:
    """Set a variable. The next spike of a potential must then begin below the spike level."""
    work, clock, place = c.work, c.clock, i * W + lane
    was_above = i < POTENTIALS and float(work[Y + place]) >= c.levels[i]
    work[Y + place] = F(value)
    if i >= POTENTIALS:
        return
    v = float(work[Y + place])
    work[ARMED + place] = F(1.0) if v < c.levels[i] else F(0.0)
    if v >= c.levels[i] and not was_above:  # the next peak belongs to no spike
        clock[TOP + place] = np.inf
    if clock[LOWEST + place] > -np.inf:
        clock[LOWEST + place] = min(clock[LOWEST + place], v)
    clock[CAME + place] = -np.inf


@inlined
def intervene(c: Course, lane: int) -> None:
    """Hold and set variables as a piece of the stimulus requires; for a potential that is set, CAME is minus infinity.

    ``put`` is NaN for a variable that is not set, and infinity for one that is set to its value at rest.
    """
    piece = piece_of(c, lane)
    held, put = shifted(c.held, N * piece), shifted(c.put, N * piece)
    for i in range(N):
        c.work[PARAMETERS + (c.prepared - N + i) * W + lane] = F(held[i])
        if put[i] == np.inf:
            set_variable(c, lane, i, c.resting[i * W + lane])
        elif put[i] == put[i]:
            set_variable(c, lane, i, put[i])


@inlined
def start_piece(c: Course, lane: int) -> None:
    """Begin a piece of the stimulus: set its line, the new slope of the state, and a short first step."""
    work, clock, m, piece = c.work, c.clock, c.notes[MEMBER + lane], piece_of(c, lane)
    wave, amplitude = waves_now(c, lane), c.amplitude[m]
    edge = piece + c.shape[m]  # every shape has one more edge than pieces
    clock[NOW + lane], clock[SINCE + lane] = c.edges[edge], 0.0
    clock[LENGTH + lane] = c.edges[edge + 1] - c.edges[edge]
    clock[CONSTANT + lane] = c.fixed[2 * piece] + amplitude * c.scaled[2 * piece]
    clock[SLOPE + lane] = c.fixed[2 * piece + 1] + amplitude * c.scaled[2 * piece + 1]
    work[DRIVE + lane] = F(clock[CONSTANT + lane] + drive(0.0, 0.0, wave, 0.0))
    if SWITCHING:
        settle_branches(c, lane)
    called(c.slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, K1)))
    take_slopes(c, lane)
    take_rises(c, lane)
    size = CAUTION * c.tolerance**0.2 / clock[GAIN + lane]
    longest = longest_first_step(clock[SLOPE + lane], wave, clock[LENGTH + lane], size)
    h = min(first_step(c, lane), longest)
    work[H + lane] = F(min(h, float(work[H + lane])) if c.notes[PIECE + lane] > 0 else h)


@inlined
def change_branch(c: Course, lane: int) -> None:
    """Continue after a jump or corner of a formula: set the new slope of the state, and a short first step."""
    work, clock, since = c.work, c.clock, c.clock[SINCE + lane]
    stimulus = clock[CONSTANT + lane] + clock[SLOPE + lane] * since
    work[DRIVE + lane] = F(stimulus + drive(0.0, 0.0, waves_now(c, lane), since))
    change_branches(c, lane)
    take_rises(c, lane)
    h = min(first_step(c, lane), max(c.landing[UNCUT + lane], 1e-300))
    work[H + lane], work[LOG + lane] = F(h), F(-13.3)
    c.landing[UNCUT + lane] = 0.0


@inlined
def begin_at_jump(c: Course, place: int) -> None:
    """Note the beginning of a spike where the slope jumps past that of a beginning spike, or the potential jumps."""
    if c.clock[CAME + place] < BEGINS <= float(c.work[RISE + place]):
        c.clock[BEGIN + place], c.clock[BEGIN_TIME + place] = (
            float(c.work[Y + place]),
            c.clock[NOW + lane_of(place)],
        )


@inlined
def next_piece(c: Course, lane: int) -> None:
    """Cross an edge of the stimulus, where potentials may be set and a spike may therefore end."""
    if c.intervening:
        for k in range(POTENTIALS):
            place = k * W + lane
            is_set = not np.isnan(c.put[N * piece_of(c, lane) + k])
            if c.detail and is_set and c.clock[CAME + place] > 0.0 and c.work[Y + place] >= F(c.levels[k]):
                peak_at_edge(c, place)
        intervene(c, lane)
        for place in range(lane, POTENTIALS * W, W):
            if c.detail and c.clock[CAME + place] == -np.inf:
                end_spike(c, place)
    start_piece(c, lane)


@inlined
def turn_at_jump(c: Course, lane: int) -> None:
    """Check whether a spike begins or peaks where the slope of a potential has jumped."""
    for k in range(POTENTIALS):
        place = k * W + lane
        begin_at_jump(c, place)
        if c.clock[CAME + place] > 0.0 >= c.work[RISE + place] and c.work[Y + place] >= F(c.levels[k]):
            peak_at_edge(c, place)


@inlined
def prepare(c: Course, lane: int, m: int) -> bool:
    """Prepare the parameters of a member for a lane; return whether they are finite in the program's precision."""
    called(c.prepare, (shifted(c.parameters, c.width * m), c.q))
    beyond = False
    for i in range(c.prepared):
        c.work[PARAMETERS + i * W + lane] = F(c.q[i])
        beyond = beyond or (np.isfinite(c.q[i]) and not np.isfinite(c.work[PARAMETERS + i * W + lane]))
    return not beyond


@inlined
def settle(c: Course, lane: int, m: int) -> bool:
    """Set a lane to the initial state of its member; return False if that is a rest and none is found."""
    work, own = c.work, m if c.rest_rows > 1 else 0
    c.notes[BESIDE + lane] = 0
    if c.settle or (c.rest_rows > 0 and c.rests[N * own] != c.rests[N * own]):
        is_at_rest, stable = find_rest(c, lane)
        if not is_at_rest:
            return False
        for i in range(N):
            c.resting[i * W + lane] = float(work[Y + i * W + lane])
        if not stable:  # start beside the rest, as `loligo.resting.start_at_rest` does
            work[Y + lane] += F(DISPLACED_BY * c.absolute[0])
            c.notes[BESIDE + lane] = BESIDE_REST
    elif c.rest_rows > 0:
        for i in range(N):
            c.resting[i * W + lane] = c.rests[N * own + i]
    start = shifted(c.initial, N * m if c.starts > 1 else 0)
    for i in range(N):
        if not c.settle or start[i] == start[i]:  # the start is NaN where the member starts at rest
            work[Y + i * W + lane] = F(start[i])
    return True


@inlined
def start_member(c: Course, lane: int, m: int) -> None:
    """Begin the first piece of a member at its initial state."""
    work, clock, notes = c.work, c.clock, c.notes
    notes[MEMBER + lane], notes[PIECE + lane], notes[PHASE + lane] = m, 0, 0
    work[LOG + lane] = F(-13.3)
    if c.intervening:
        intervene(c, lane)
    for k in range(POTENTIALS):
        place = k * W + lane
        notes[SPIKES + place], clock[FORGOT + place], clock[CAME + place] = 0, 0.0, 0.0
        clock[TOP + place], clock[HALF_TIME + place] = -np.inf, np.nan
        clock[BEGIN + place], clock[BEGIN_TIME + place] = np.nan, np.nan
        work[K0 + place], work[RISE + place] = F(0.0), F(0.0)
        work[ARMED + place] = F(1.0) if work[Y + place] < F(c.levels[k]) else F(0.0)
    clock[TRIES + lane], clock[MOST + lane] = 0.0, float(c.most_steps)
    clock[GAIN + lane] = gain(c, lane) if c.varying else 0.0
    start_piece(c, lane)
    if fastest(c, lane) * clock[LENGTH + lane] <= MOVED:
        notes[BESIDE + lane] += STILL
    notes[RUNNING], notes[MARKED] = notes[RUNNING] + 1, 1
    if c.detail:
        for place in range(lane, POTENTIALS * W, W):
            begin_at_jump(c, place)
            clock[MEAN + place] = 0.0
        for number in range(len(TOTALS) * POTENTIALS):
            c.totals[len(TOTALS) * POTENTIALS * m + number] = np.nan
        clock[INSIDE + lane], clock[NEXT + lane] = 0.0, c.marks[3 * c.shape[m]]
        pass_marks(c, lane, 0.0, 0.0)


@inlined
def admit(c: Course, lane: int) -> None:
    """Start the next member of the queue in a lane. One that cannot start gets its status, and the next is tried."""
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
