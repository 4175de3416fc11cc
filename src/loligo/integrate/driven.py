"""The driven membrane inside compiled code: the stimulus on one piece, and the slope of the state under it."""

from __future__ import annotations

import math

from numba import njit

from loligo.kernel.calling import FAST, call_rhs

# A program works in one matrix with a row for every vector, so that no array is ever made or counted inside.
Y, NEW, MASK, ABSOLUTE, RELATIVE, END, START = range(7)
FIRST_FREE = START + 1  # a method's own rows; START is the slope where the step starts, END where it ends


@njit(error_model="numpy", fastmath=FAST)
def drive(constant, slope, waves, s):
    """Return ``constant + slope s + sum of waves`` at ``s`` ms after the piece began."""
    value = constant + slope * s
    for j in range(waves.shape[0]):
        value += waves[j, 0] * math.sin(waves[j, 1] + (waves[j, 2] + waves[j, 3] * s) * s)
    return value


@njit(error_model="numpy", fastmath=FAST)
def drive_slope(slope, waves, s):
    """Return the derivative of `drive` in s."""
    value = slope
    for j in range(waves.shape[0]):
        phase = waves[j, 1] + (waves[j, 2] + waves[j, 3] * s) * s
        value += waves[j, 0] * (waves[j, 2] + 2.0 * waves[j, 3] * s) * math.cos(phase)
    return value


@njit(error_model="numpy", fastmath=FAST)
def slope_of(rhs, stimulus, q, work, state, out):
    """Set row ``out`` to dy/dt at row ``state``; MASK is 0 for a variable that is held, else 1."""
    call_rhs(rhs, stimulus, work, state, q, out)
    for i in range(work.shape[1]):
        work[out, i] *= work[MASK, i]
