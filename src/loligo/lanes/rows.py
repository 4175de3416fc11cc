"""The rows of memory of a block of lanes: the offset of each; a row has one number per lane.

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
# lanes traced together: while one register waits, others compute. There are four registers, of 512 or 256 bits; with
# more of 256 bits there would be too few for the traced values, and more lanes would not fit into the cache
W = REGISTER * (4 if REGISTER_BITS == 512 else 2)
FIRST_STATE = N - STATES
FIRST_DERIVATIVE = N // (1 + DIRECTIONS)  # index of the first derivative; those of the first potential come first
POLYNOMIALS = POTENTIALS + DIRECTIONS  # number of polynomials of a step: potentials, and derivatives of the first
RELATIVE = dict.fromkeys(range(FIRST_STATE, N), 1.0)  # the share of a further state that is added to its error scale
CHECKED = (0.42,)  # fractions of a stiff step at which its dense output is checked
# fractions of a step at which the stimulus is needed
NODES = tuple(float(c) for c in ((*STIFF_TIMES[1:], *CHECKED) if STIFF_STEPS else EXPLICIT_TIMES[0, 1:]))


def offsets(*heights: int) -> Any:
    """Return the offsets of blocks with these numbers of rows, and the end of the last."""
    return W * np.cumsum([0, *heights])


# rows of potentials are consecutive, like those of the state: a *place* is the index of a lane in these rows
# the state before and after a step; the state at a stage; slopes; the inverse of the scale of errors
(
    Y, NEW, STAGE, K0, K1, K2, K3, K4, K5, K6, SCALE,
    DRIVE,  # the stimulus at the start of a step and at each node
    H, STEP, LAST, LOG, ERROR, STIFFNESS, SUSPICIOUS, FLAG, WAIT, ARMED, REARM, LEVEL,
    RATE, PARTS,  # the slope of the stimulus; for a stiff step, the contributions of the stages to its POLYNOMIALS
    PARAMETERS,  # as many rows as a membrane has parameters
) = offsets(
    *[N] * 11, len(NODES) + 1, *[1] * 8, *[POTENTIALS] * 4, 1, 8 * POLYNOMIALS if STIFF_STEPS else 0
)  # fmt: skip
SLOPES = (K0, K1, K2, K3, K4, K5, K6)
RISE, FALL = (K2, K3) if STIFF_STEPS else (K0, K6)  # slopes of potentials at the ends of a step
REMEMBERED = 1 + 2 * POTENTIALS  # rows of a stored step: its length, each potential and its slope

# of the clock: times of the piece and of the run, the line of the stimulus, windows, steps, rare events
(
    SINCE, LENGTH, NOW, CONSTANT, SLOPE, NEXT, INSIDE, TRIES, MOST, GAIN, EVENTS, ENDINGS, CRAWLING,
    MEAN, LOWEST, TOP, HALF_TIME, BEGIN_TIME, BEGIN, FORGOT, CAME,  # for each potential: sums of windows, the spike
    CLOCK,
) = offsets(*[1] * 13, *[POTENTIALS] * 8)  # fmt: skip

# notes: a lane's member, the piece of its stimulus, its window, flags of its status, and its spikes so far
MEMBER, PIECE, PHASE, BESIDE, SPIKES, NOTES = offsets(*[1] * 4, POTENTIALS)
# and of all lanes: noted roots, the slot of the current step, whether a window or a sign of slopes has changed,
# whether members wait, how many lanes run, and a bit for each lane that needs work before the next step
COUNT, SLOT, MARKED, URGENT, WAITING, RUNNING, ENDED = NOTES + whole_numbers(0, 7)


@inlined
def lane_of(place: int) -> int:
    """Return the lane of a place."""
    return place & (W - 1)


@inlined
def potential_of(place: int) -> int:
    """Return the potential of a place."""
    return place // W
