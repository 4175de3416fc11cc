"""The working memory of a program: one block of numbers with a row of N for every vector, addressed by offsets.

Programs do not create, reference-count or bounds-check arrays: that would cost as much as the arithmetic itself.
"""

from __future__ import annotations

import math

from loligo.integrate.dimension import N
from loligo.kernel.calling import Pointer, call_rhs, whole_numbers
from loligo.kernel.entries import inlined

Y, NEW, HELD, MASK, ABSOLUTE, RELATIVE, ZERO, WEIGHT, END, START, FREE = N * whole_numbers(0, 11)
# START is the slope at the start of the step, END that at its end; a method's own rows begin at START or FREE


@inlined
def weigh(work: Pointer, tolerance: float) -> None:
    """Set row WEIGHT to the inverse of the largest accepted error, for every variable."""
    for i in range(N):
        size = max(abs(work[Y + i]), abs(work[NEW + i]))
        work[WEIGHT + i] = 1.0 / (tolerance * (work[ABSOLUTE + i] + work[RELATIVE + i] * size))


@inlined
def square(work: Pointer, row: int) -> float:
    """Return the sum of squares of a row of errors, in units of the largest accepted error."""
    total = 0.0
    for i in range(N):
        total += (work[row + i] * work[WEIGHT + i]) ** 2
    return total


@inlined
def eigenvalue(work: Pointer, slope: int, state: int) -> float:
    """Estimate the largest eigenvalue at the end of a step from two more rows: another slope and its state."""
    slopes = states = 0.0
    for i in range(N):
        slopes += ((work[END + i] - work[slope + i]) * work[WEIGHT + i]) ** 2
        states += ((work[NEW + i] - work[state + i]) * work[WEIGHT + i]) ** 2
    return math.sqrt(slopes / states) if states > 0.0 else 0.0


@inlined
def slope_of(rhs: int, stimulus: float, q: Pointer, work: Pointer, state: int, out: int) -> None:
    """Set row ``out`` to dy/dt at row ``state``; MASK is 0 for a held variable, else 1.

    HELD counts the held variables. Usually there are none, and a step without the mask is a tenth faster.
    """
    call_rhs(rhs, stimulus, work, state, q, out)
    if work[HELD] > 0.0:
        for i in range(N):
            work[out + i] *= work[MASK + i]
