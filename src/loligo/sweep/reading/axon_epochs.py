"""The epochs of pCLAMP's protocols as exact pieces."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from loligo._errors import FileFormatError
from loligo.stimulus import Sine, Stimulus
from loligo.sweep.recognition import played

if TYPE_CHECKING:
    from loligo.sweep.reading.axon_header import Epoch, Output
    from loligo.sweep.recognition import Line

STEP, RAMP, PULSES, TRIANGLES, COSINE, BIPHASIC = 1, 2, 3, 4, 5, 7
LEAD_FRACTION: Final = 64  # before the first epoch, a sweep holds its level for this part (1/64) of its length
MOST_PULSES: Final = 100_000  # largest number of pulses of an epoch


def protocol_of(output: Output, sweep: int, samples: int, interval: float, base: float) -> Stimulus:
    """Return the protocol of a sweep.

    Parameters
    ----------
    output : Output
        An output with known epochs.
    sweep : int
        Index of the sweep, counted from 0.
    samples : int
        Number of samples of the sweep.
    interval : float
        [ms]
    base : float
        The value to subtract: the holding potential of a voltage clamp.

    Raises
    ------
    FileFormatError
        The epochs are invalid.
    """
    end = samples * interval
    level = _last_level(output, sweep - 1) if output.stays and sweep else output.holding
    lines: list[Line] = [(0.0, level - base, 0.0)]
    waves: list[Stimulus] = []
    at = samples // LEAD_FRACTION
    for epoch in output.epochs or ():
        length, target = epoch.duration + sweep * epoch.duration_step, _level(epoch, sweep)
        if length < 0 or at + length > samples:
            raise FileFormatError(f"its protocol is longer than sweep {sweep}")
        if length:
            own = _lines(epoch, at, length, level, target)
            lines += [(start * interval, value - base, slope / interval) for start, value, slope in own]
            if epoch.kind == COSINE:
                waves += _cosine(epoch, at, length, interval, (target - level) / 2)
        at, level = at + length, target
    lines.append((at * interval, (level if output.stays else output.holding) - base, 0.0))
    return sum(waves, played(lines, end))


def _level(epoch: Epoch, sweep: int) -> float:
    return round(epoch.level + sweep * epoch.level_step, 9)


def _last_level(output: Output, sweep: int) -> float:
    return _level(output.epochs[-1], sweep) if output.epochs else output.holding


def _lines(epoch: Epoch, at: int, length: int, before: float, target: float) -> list[Line]:
    """Return the lines of an epoch: start [samples], value, slope per sample."""
    if epoch.kind == STEP:
        return [(at, target, 0.0)]
    if epoch.kind == RAMP:  # the last sample of a ramp has the level
        return [(at, before, (target - before) / max(length - 1, 1))]
    if epoch.kind == COSINE:
        return [(at, (before + target) / 2, 0.0)]
    if epoch.kind not in (PULSES, TRIANGLES, BIPHASIC):
        raise FileFormatError(f"its protocol has an epoch of the unknown kind {epoch.kind}")
    width, period = epoch.width, epoch.period
    count = length // period if period > 0 else 0
    if count > MOST_PULSES or not 0 <= width <= max(period, 0):
        raise FileFormatError(f"its protocol has a train of {count:,} pulses of {width:,} samples")
    lines: list[Line] = []
    for first in range(at, at + count * period, max(period, 1)):
        middle, end = first + width // 2, first + width
        if epoch.kind == PULSES:
            lines += [(first, target, 0.0), (end, before, 0.0)]
        elif epoch.kind == BIPHASIC:
            lines += [(first, target, 0.0), (middle, 2 * before - target, 0.0), (end, before, 0.0)]
        else:
            lines.append((first, before, (target - before) / max(width - 1, 1)))
            lines.append((end, target, (before - target) / max(period - width - 1, 1)))
    return [*lines, (at + count * period, before, 0.0)]


def _cosine(epoch: Epoch, at: int, length: int, interval: float, amplitude: float) -> list[Stimulus]:
    count = length // epoch.period if epoch.period > 0 else 0
    if not count:
        return []
    frequency = count / ((length - 1) * interval) if length > 1 else 1.0
    return [Sine(amplitude, frequency, 0.0, -math.pi / 2, at * interval, (at + length) * interval)]
