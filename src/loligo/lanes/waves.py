"""Bounds on steps from the changes in the stimulus.

A method samples the stimulus at a few places of a step. From these samples, a wave whose phase changes by more than
`LARGEST_PHASE` on a step may look like another wave, or like none. At the beginning of a sine or a ramp the slope of
the state says nothing about the stimulus, so the first step is bounded by the coming change in the stimulus.
"""

from __future__ import annotations

import math

import numpy as np

from loligo.kernel.calling import Matrix
from loligo.kernel.entries import inlined

# largest change in phase of a wave on one step [rad]
LARGEST_PHASE = 2.0


@inlined
def longest_step(waves: Matrix, s: float, least: float) -> float:
    """Return the longest step from ``s`` ms after the beginning of the piece, infinite without waves.

    ``least`` is the time [ms] in which a wave of unit amplitude moves v by a negligible part of the tolerance; waves do
    not shorten a step below it.
    """
    longest = np.inf
    for j in range(waves.shape[0]):
        omega, chirp, size = abs(waves[j, 2] + 2.0 * waves[j, 3] * s), abs(waves[j, 3]), abs(waves[j, 0])
        speed = omega + math.sqrt(omega * omega + 4.0 * LARGEST_PHASE * chirp)
        if size > 0.0 and speed > 0.0:
            longest = min(longest, max(2.0 * LARGEST_PHASE / speed, least / size))
    return longest


@inlined
def longest_first_step(slope: float, waves: Matrix, length: float, size: float) -> float:
    """Return the longest first step of a piece.

    On that step the stimulus moves v by at most a given part of its scale, through its slope or, if that is still
    zero, through the change of its slope. ``size`` is that part over the change in dv/dt with the stimulus [µA ms/cm²].
    """
    bend = 0.0
    for j in range(waves.shape[0]):
        omega, chirp = waves[j, 2], waves[j, 3]
        slope += waves[j, 0] * omega * math.cos(waves[j, 1])
        fastest = max(abs(omega), abs(omega + 2.0 * chirp * length))
        bend += abs(waves[j, 0]) * (fastest * fastest + 2.0 * abs(chirp))
    first = math.sqrt(2.0 * size / abs(slope)) if slope != 0.0 else np.inf
    return min(first, (6.0 * size / bend) ** (1.0 / 3.0)) if bend > 0.0 else first
