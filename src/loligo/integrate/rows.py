"""The working memory of a program: one block of numbers, a row of N for every vector, reached by offsets.

No array is made, counted or checked inside a program: that costs as much again as the arithmetic.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from loligo.integrate.dimension import N
from loligo.kernel.calling import INLINED, call_rhs

# numpy integers: for Python's own, Numba would compile each function again for every single value
Y, NEW, HELD, MASK, ABSOLUTE, RELATIVE, ZERO, WEIGHT, END, START, FREE = N * np.arange(11)
V = Y  # v comes first in every row
# START is the slope where the step starts, END where it ends; a method's own rows begin at START or FREE


@njit(**INLINED)
def weigh(work, tolerance):
    """Set row WEIGHT to one over the error of a step that is just accepted, for every variable."""
    for i in range(N):
        size = max(abs(work[Y + i]), abs(work[NEW + i]))
        work[WEIGHT + i] = 1.0 / (tolerance * (work[ABSOLUTE + i] + work[RELATIVE + i] * size))


@njit(**INLINED)
def square(work, row):
    """Return the sum of squares of a row of errors, in units of the error that is just accepted."""
    total = 0.0
    for i in range(N):
        total += (work[row + i] * work[WEIGHT + i]) ** 2
    return total


@njit(**INLINED)
def slope_of(rhs, stimulus, q, work, state, out):
    """Set row ``out`` to dy/dt at row ``state``; MASK is 0 for a variable that is held, else 1.

    HELD counts the variables that are held: mostly none, and then a step is a tenth quicker without the mask.
    """
    call_rhs(rhs, stimulus, work, state, q, out)
    if work[HELD] > 0.0:
        for i in range(N):
            work[out + i] *= work[MASK + i]
