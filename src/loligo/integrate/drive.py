"""The stimulus inside compiled code: one piece of the normal form of `loligo.stimulus.pieces`."""

from __future__ import annotations

import math

from loligo.kernel.calling import Matrix
from loligo.kernel.entries import inlined

WAVE_PER_STEP = 2.0  # rad: largest change in the phase of a wave on one step, so that no wave is skipped


@inlined
def drive(constant: float, slope: float, waves: Matrix, s: float) -> float:
    """Return ``constant + slope s + sum of waves`` at ``s`` ms after the piece began."""
    value = constant + slope * s
    for j in range(waves.shape[0]):
        value += waves[j, 0] * math.sin(waves[j, 1] + (waves[j, 2] + waves[j, 3] * s) * s)
    return value


@inlined
def drive_slope(slope: float, waves: Matrix, s: float) -> float:
    """Return the derivative of `drive` in s."""
    value = slope
    for j in range(waves.shape[0]):
        phase = waves[j, 1] + (waves[j, 2] + waves[j, 3] * s) * s
        value += waves[j, 0] * (waves[j, 2] + 2.0 * waves[j, 3] * s) * math.cos(phase)
    return value


@inlined
def jerks(slope: float, waves: Matrix, length: float) -> tuple[float, float]:
    """Return bounds on the first derivative of `drive` at its start and on the second over ``length`` ms."""
    first, second = abs(slope), 0.0
    for j in range(waves.shape[0]):
        size, omega, chirp = abs(waves[j, 0]), abs(waves[j, 2]), 2.0 * abs(waves[j, 3])
        first += size * omega
        fastest = max(omega, abs(waves[j, 2] + 2.0 * waves[j, 3] * length))
        second += size * (fastest * fastest + chirp)
    return first, second


@inlined
def longest_on_waves(waves: Matrix, s: float, negligible: float) -> float:
    """Return the longest step from ``s`` on in which no wave's phase changes by more than `WAVE_PER_STEP` [ms].

    A wave whose integral over any time is below ``negligible`` is ignored.
    """
    longest = math.inf
    for j in range(waves.shape[0]):
        omega, chirp = abs(waves[j, 2] + 2.0 * waves[j, 3] * s), abs(waves[j, 3])
        turning = omega + math.sqrt(omega * omega + 4.0 * WAVE_PER_STEP * chirp)
        if abs(waves[j, 0]) > 0.5 * negligible * turning and turning > 0.0:
            longest = min(longest, 2.0 * WAVE_PER_STEP / turning)
    return longest
