"""The stimulus inside compiled code: one piece of the normal form of `loligo.stimulus.pieces`."""

from __future__ import annotations

import math

from numba import njit

from loligo.kernel.calling import INLINED


@njit(**INLINED)
def drive(constant, slope, waves, s):
    """Return ``constant + slope s + sum of waves`` at ``s`` ms after the piece began."""
    value = constant + slope * s
    for j in range(waves.shape[0]):
        value += waves[j, 0] * math.sin(waves[j, 1] + (waves[j, 2] + waves[j, 3] * s) * s)
    return value


@njit(**INLINED)
def drive_slope(slope, waves, s):
    """Return the derivative of `drive` in s."""
    value = slope
    for j in range(waves.shape[0]):
        phase = waves[j, 1] + (waves[j, 2] + waves[j, 3] * s) * s
        value += waves[j, 0] * (waves[j, 2] + 2.0 * waves[j, 3] * s) * math.cos(phase)
    return value
