"""How a lane begins: a member, a piece of its stimulus, or what follows a jump of a formula.

This text stands before `lane_loop` in a program for lanes.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from loligo.integrate.dimension import SWITCHING
from loligo.integrate.drive import drive
from loligo.integrate.lane_control import BEGINS
from loligo.integrate.lane_events import MEMBER, PIECE
from loligo.integrate.lane_rows import (  # type: ignore[import-not-found]  # made by lane_step.rows_source
    ARMED,
    BEGIN,
    BEGIN_TIME,
    CONSTANT,
    DRIVE,
    FIRST_STATE,
    GAIN,
    INSIDE,
    K0,
    K1,
    LENGTH,
    LOG,
    LOWEST,
    MOST,
    NEXT,
    NOW,
    PARAMETERS,
    RISE,
    SCALE,
    SINCE,
    SLOPE,
    SUSPICIOUS,
    TOP,
    WAIT,
    F,
    H,
    N,
    W,
    Y,
)
from loligo.integrate.lane_switches import UNCUT, change_branches, settle_branches
from loligo.integrate.lane_waves import longest_first_step
from loligo.kernel.calling import INLINED, called
from loligo.kernel.lanes import shifted

# a lane's first step goes no further than CAUTION times the fifth root of the tolerance, in scales of the state
CAUTION = 0.5


@njit(**INLINED)
def waves_of(wave, offsets, piece, fixed, scaled, amplitude):
    """Return the waves of a piece of the stimulus for one amplitude, in memory that is used again."""
    first, last = offsets[piece], offsets[piece + 1]
    for j in range(first, last):
        for column in range(4):
            wave[j, column] = fixed[j, column] + amplitude * scaled[j, column]
    return wave[first:last]


@njit(**INLINED)
def waves_now(wave, offsets, pieces, fixed, scaled, amplitude, shape, notes, lane):
    """Return the waves of the piece in which a lane's member is."""
    m = notes[MEMBER + lane]
    return waves_of(wave, offsets, pieces[shape[m]] + notes[PIECE + lane], fixed, scaled, amplitude[m])


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
def fastest(work, lane):
    """Return the largest of the slopes K0 in units of their variables' sizes [1/ms]."""
    most = 1e-300
    for i in range(N):
        size = 1.0 / float(work[SCALE + i * W + lane])
        size += float(abs(work[Y + i * W + lane])) if i >= FIRST_STATE else 0.0
        most = max(most, float(abs(work[K0 + i * W + lane])) / size)
    return most


@njit(**INLINED)
def first_step(work, clock, lane, tolerance):
    """Return a step that is short against what the slope K0 does, no further than the end of the piece."""
    return min(clock[LENGTH + lane] - clock[SINCE + lane], CAUTION * tolerance**0.2 / fastest(work, lane))


@njit(**INLINED)
def intervene(work, clock, lane, held, put, resting, prepared, level):
    """Hold and set variables as a piece of the stimulus asks: tell whether v is set.

    ``put`` is NaN for what is not set, and infinity for what is set to its value at rest.
    """
    was_above = float(work[Y + lane]) >= level
    for i in range(N):
        work[PARAMETERS + (prepared - N + i) * W + lane] = F(held[i])
        if put[i] == np.inf:
            work[Y + i * W + lane] = F(resting[i * W + lane])
        elif put[i] == put[i]:
            work[Y + i * W + lane] = F(put[i])
    if put[0] != put[0]:
        return False
    v = float(work[Y + lane])
    work[ARMED + lane] = F(1.0) if v < level else F(0.0)
    if v >= level and not was_above:  # what follows is a peak of no spike
        clock[TOP + lane] = np.inf
    if clock[LOWEST + lane] > -np.inf:
        clock[LOWEST + lane] = min(clock[LOWEST + lane], v)
    return True


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
    """Note the begin of a spike where the slope of v jumps past that at which one begins, or v itself."""
    if rising < BEGINS <= float(work[RISE + lane]):
        clock[BEGIN + lane], clock[BEGIN_TIME + lane] = float(work[Y + lane]), clock[NOW + lane]
