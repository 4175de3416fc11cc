"""The rows of memory of a block of lanes: where each begins, one number for each lane.

``work`` is in the precision of the program, ``clock`` in double precision, ``notes`` are whole numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loligo.integrate.rodas5p import TIMES as STIFF_TIMES
from loligo.integrate.tsit5 import TIMES as EXPLICIT_TIMES
from loligo.kernel.calling import whole_numbers
from loligo.kernel.entries import inlined
from loligo.lanes.dimension import DIRECTIONS, POTENTIALS, PRECISION, REGISTER_BITS, STATES, STIFF_STEPS, N

F = np.float64 if PRECISION == "double" else np.float32
REGISTER = 8 if PRECISION == "double" else 16  # lanes of one instruction, or of two where registers have 256 bits
# lanes in flight, traced together: while one register waits, others compute. There are four, of 512 or 256 bits; more
# of 256 bits do not hold what is traced, and more lanes do not fit into the cache
W = REGISTER * (4 if REGISTER_BITS == 512 else 2)
FIRST_STATE = N - STATES
FIRST_DERIVATIVE = N // (1 + DIRECTIONS)  # those of the first potential come first
POLYNOMIALS = POTENTIALS + DIRECTIONS  # of a step: of each potential, and of each derivative of the first
RELATIVE = dict.fromkeys(range(FIRST_STATE, N), 1.0)  # the part of a further state by which its error may grow
CHECKED = (0.42,)  # places of a stiff step at which its dense output is checked
# places of a step at which the stimulus is needed
NODES = tuple(float(c) for c in ((*STIFF_TIMES[1:], *CHECKED) if STIFF_STEPS else EXPLICIT_TIMES[0, 1:]))


def offsets(*heights: int) -> Any:
    """Return where rows begin that are as many rows of lanes high, and where the last ends."""
    return W * np.cumsum([0, *heights])


# rows of potentials follow one another, as those of the state do: a *place* is where a lane is in one of them
# the state, and after a step; a stage of it; slopes; the inverse of the size against which errors are held
(
    Y, NEW, STAGE, K0, K1, K2, K3, K4, K5, K6, SCALE,
    DRIVE,  # the stimulus at the start of a step and at each node
    H, STEP, LAST, LOG, ERROR, STIFFNESS, SUSPICIOUS, FLAG, WAIT, ARMED, REARM, LEVEL,
    RATE, PARTS,  # the stimulus' own slope; of a stiff step the stages' parts of its POLYNOMIALS
    PARAMETERS,  # as many as a membrane has
) = offsets(
    *[N] * 11, len(NODES) + 1, *[1] * 8, *[POTENTIALS] * 4, 1, 8 * POLYNOMIALS if STIFF_STEPS else 0
)  # fmt: skip
SLOPES = (K0, K1, K2, K3, K4, K5, K6)
RISE, FALL = (K2, K3) if STIFF_STEPS else (K0, K6)  # slopes of potentials at the ends of a step
REMEMBERED = 1 + 2 * POTENTIALS  # rows of a step that is remembered: its length, each potential and its slope

# of the clock: times of the piece and of the run, the line of the stimulus, windows, steps, what is rare
(
    SINCE, LENGTH, NOW, CONSTANT, SLOPE, NEXT, INSIDE, TRIES, MOST, GAIN, EVENTS, ENDINGS, CRAWLING,
    MEAN, LOWEST, TOP, HALF_TIME, BEGIN_TIME, BEGIN, FORGOT, CAME,  # and of each potential: sums of windows, the spike
    CLOCK,
) = offsets(*[1] * 13, *[POTENTIALS] * 8)  # fmt: skip

# notes: a lane's member, the piece of its stimulus, its window, what is added to its status, and spikes so far
MEMBER, PIECE, PHASE, BESIDE, SPIKES, NOTES = offsets(*[1] * 4, POTENTIALS)
# and of all lanes: roots that are sought, the slot of the present step, whether a window has changed, or a sign of
# slopes, whether members wait, how many lanes run, and a bit for each lane to attend to before the next step
COUNT, SLOT, MARKED, URGENT, WAITING, RUNNING, ENDED = NOTES + whole_numbers(0, 7)


@inlined
def lane_of(place: int) -> int:
    """Return the lane of a place."""
    return place & (W - 1)


@inlined
def potential_of(place: int) -> int:
    """Return the potential of a place."""
    return place // W
