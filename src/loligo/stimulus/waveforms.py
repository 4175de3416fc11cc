"""The usual stimuli with one amplitude: step, ramp, sine, chirp, pulses."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from loligo._errors import StimulusError
from loligo._units import KHZ, MS, Labelled, labelled, number, positive
from loligo.stimulus.pieces import Piece, Wave
from loligo.stimulus.stimulus import UNITS, Stimulus, common_unit

TOUCHING = 1e-9  # relative to a pulse's width: an end this close to the next onset differs from it only by rounding


@dataclass(frozen=True)
class Waveform(Stimulus):
    """A stimulus with one amplitude; its subclasses only define their pieces for that amplitude.

    Attributes
    ----------
    amplitude : float
        [µA/cm²]
    """

    amplitude: float

    def __post_init__(self) -> None:
        self._set(amplitude=labelled(self.amplitude, UNITS, f"the amplitude of {type(self).__name__}"))

    @property
    def unit(self) -> str:
        """The unit of its amplitude, offset or mean as given, or ""."""
        given = {value.unit for value in vars(self).values() if isinstance(value, Labelled)}
        return common_unit(given, type(self).__name__)

    def with_amplitude(self, amplitude: float) -> Self:
        """Return the stimulus with another amplitude [µA/cm², or mV if it was given in mV], all else equal."""
        unit = self.unit
        plain = type(amplitude) in (float, int)
        return replace(self, amplitude=Labelled(amplitude, unit) if unit and plain else amplitude)

    def scaled(self, factor: float) -> Stimulus:
        """Return the whole stimulus times a factor."""
        return self.with_amplitude(self.amplitude * factor)

    def _set(self, **values: Any) -> None:
        for key, value in values.items():
            object.__setattr__(self, key, value)

    def _window(self) -> None:
        """Convert and check ``start`` and ``stop``."""
        who = type(self).__name__
        start = number(self.start, MS, f"start of {who}")
        stop = number(self.stop, MS, f"stop of {who}", finite=False)
        if start < 0:
            raise StimulusError(f"{who} starts at {start:g} ms; a run starts at 0, so start must be 0 or later.")
        if not stop > start:
            raise StimulusError(f"{who} must stop after it starts: start {start:g} ms, stop {stop:g} ms.")
        self._set(start=start, stop=stop)


@dataclass(frozen=True)
class Step(Waveform):
    """A constant current between two times.

    Parameters
    ----------
    amplitude : float
        [µA/cm²]
    start, stop : float
        The current is on in ``[start, stop)`` [ms]. Without a stop it stays on.

    Raises
    ------
    StimulusError
        ``start`` is before 0, or ``stop`` is not after ``start``.

    Examples
    --------
    >>> Step(7.0, start=20, stop=180)([19.9, 20.0, 180.0]).tolist()
    [0.0, 7.0, 0.0]
    """

    start: float = 0.0
    stop: float = math.inf

    def __post_init__(self) -> None:
        super().__post_init__()
        self._window()

    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]``."""
        return window([Piece(self.start, self.amplitude)], self.start, self.stop, end)


@dataclass(frozen=True)
class Ramp(Waveform):
    """A current that rises from zero to the amplitude at a constant slope, and is then zero again.

    Parameters
    ----------
    amplitude : float
        The value reached just before ``stop`` [µA/cm²].
    start, stop : float
        Times at which the ramp begins and ends [ms].

    Examples
    --------
    >>> Ramp(20.0, start=30, stop=270)([30.0, 150.0, 270.0]).tolist()
    [0.0, 10.0, 0.0]
    """

    start: float = 0.0
    stop: float = math.inf

    def __post_init__(self) -> None:
        super().__post_init__()
        self._window()
        if math.isinf(self.stop):
            raise StimulusError("Ramp needs a stop: its slope is amplitude / (stop - start).")
        if not math.isfinite(self.amplitude / (self.stop - self.start)):
            raise StimulusError(
                f"The slope of this Ramp overflows: {self.amplitude:g} in {self.stop - self.start:g} ms."
            )

    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]``."""
        slope = self.amplitude / (self.stop - self.start)
        return window([Piece(self.start, 0.0, slope)], self.start, self.stop, end)


@dataclass(frozen=True)
class Sine(Waveform):
    """A sinusoid, ``offset + amplitude sin(2 pi frequency (t - start) + phase)``.

    Parameters
    ----------
    amplitude : float
        Amplitude [µA/cm²]; the offset does not change with it.
    frequency : float
        [kHz]
    offset : float
        [µA/cm²]
    phase : float
        [rad]
    start, stop : float
        Times at which the sinusoid begins and ends [ms].

    Examples
    --------
    >>> round(Sine(7.0, frequency=0.01, offset=0.5)(25.0), 12)
    7.5
    """

    frequency: float = 0.01
    offset: float = 0.0
    phase: float = 0.0
    start: float = 0.0
    stop: float = math.inf

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set(
            frequency=positive(self.frequency, KHZ, "frequency of Sine"),
            offset=labelled(self.offset, UNITS, "offset of Sine"),
            phase=number(self.phase, "", "phase of Sine"),
        )
        self._window()

    def scaled(self, factor: float) -> Sine:
        """Return the whole stimulus, offset included, times a factor."""
        wave = (self.frequency, self.offset * factor, self.phase)
        return Sine(self.amplitude * factor, *wave, self.start, self.stop)

    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]``."""
        wave = Wave(self.amplitude, self.phase, math.tau * self.frequency, 0.0)
        return window([Piece(self.start, self.offset, 0.0, (wave,))], self.start, self.stop, end)


@dataclass(frozen=True)
class Chirp(Waveform):
    """A sinusoid whose frequency grows linearly from ``first`` to ``last``.

    Parameters
    ----------
    amplitude : float
        [µA/cm²]
    first, last : float
        Frequencies at ``start`` and at ``stop``, respectively [kHz].
    start, stop : float
        Times at which the chirp begins and ends [ms].

    Examples
    --------
    >>> Chirp(1.0, first=0.001, last=0.2, stop=1000).joined(1000).waves.shape
    (1, 4)
    """

    first: float = 0.001
    last: float = 0.1
    start: float = 0.0
    stop: float = math.inf

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set(first=positive(self.first, KHZ, "first", zero=True), last=positive(self.last, KHZ, "last", zero=True))
        self._window()
        if math.isinf(self.stop):
            raise StimulusError("Chirp needs a stop: the time at which its frequency is `last`.")

    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]``."""
        rate = math.pi * (self.last - self.first) / (self.stop - self.start)
        wave = Wave(self.amplitude, 0.0, math.tau * self.first, rate)
        return window([Piece(self.start, 0.0, 0.0, (wave,))], self.start, self.stop, end)


@dataclass(frozen=True)
class Pulses(Waveform):
    """Rectangular pulses of one width at given times; pulses that overlap are added.

    Parameters
    ----------
    amplitude : float
        [µA/cm²]
    onsets : sequence of float
        Onsets of the pulses [ms], e.g. ``(10, 25)`` for a pair or ``range(10, 200, 20)`` for a train.
    width : float
        [ms]

    Examples
    --------
    >>> Pulses(10.0, onsets=(10, 25), width=1)([10.5, 12.0, 25.0]).tolist()
    [10.0, 0.0, 10.0]
    """

    onsets: Sequence[float] = (0.0,)
    width: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.onsets, Iterable):
            raise StimulusError(f"onsets of Pulses must be a sequence of times such as (10, 25); got {self.onsets!r}.")
        onsets = tuple(sorted(number(onset, MS, f"onset {k} of Pulses") for k, onset in enumerate(self.onsets)))
        if not onsets or onsets[0] < 0:
            raise StimulusError(f"Pulses needs at least one onset, all at 0 or later; got {list(self.onsets)}.")
        self._set(onsets=onsets, width=positive(self.width, MS, "width of Pulses"))

    @property
    def start(self) -> float:
        """The time at which the first pulse begins [ms]."""
        return self.onsets[0]

    @property
    def stop(self) -> float:
        """The time at which the last pulse ends [ms]."""
        return self.onsets[-1] + self.width

    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]``."""
        changes: dict[float, int] = {0.0: 0}
        for onset in self.onsets:
            ends = onset + self.width
            near = bisect_right(self.onsets, ends - TOUCHING * self.width)
            if near < len(self.onsets) and abs(self.onsets[near] - ends) < TOUCHING * self.width:
                ends = self.onsets[near]
            changes[onset] = changes.get(onset, 0) + 1
            changes[ends] = changes.get(ends, 0) - 1
        pieces, active = [], 0
        for time in sorted(changes):
            active += changes[time]
            if time < end:
                pieces.append(Piece(time, active * self.amplitude))
        return pieces


def window(inside: list[Piece], start: float, stop: float, end: float) -> list[Piece]:
    """Return pieces on ``[0, end]`` that are ``inside`` between start and stop, and zero elsewhere."""
    before = [Piece(0.0, 0.0)] if start > 0 else []
    during = [piece for piece in inside if piece.start < min(stop, end)]
    after = [Piece(stop, 0.0)] if stop < end else []
    return before + during + after
