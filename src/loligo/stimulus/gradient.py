"""The derivative of a stimulus with respect to one of its numbers: between edges, and the jumps at moving edges.

On the piece that begins at ``t_k`` it is, with ``s = t - t_k``,

    dI/dp = constant + slope s + (wave + wave_slope s + wave_bend s^2) sin(phase + omega s + chirp s^2) + share I(t)

An edge at T(p), where I jumps, moves by dT/dp: there C dv/dp jumps by ``(I before - I after) dT/dp``, a *kick*.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple

from loligo._errors import ArgumentError, unknown_name
from loligo.stimulus.noise import Noise
from loligo.stimulus.stimulus import Stimulus, Sum
from loligo.stimulus.waveforms import Chirp, Pulses, Ramp, Sine, Step, Waveform

TERM: Final = re.compile(r"terms\[(\d{1,6})\]\.(\w+)")


class Drive(NamedTuple):
    """dI/dp from ``begin`` [ms] until the next drive begins."""

    begin: float = 0.0
    constant: float = 0.0
    slope: float = 0.0
    wave: float = 0.0
    wave_slope: float = 0.0
    wave_bend: float = 0.0
    phase: float = 0.0
    omega: float = 0.0
    chirp: float = 0.0
    share: float = 0.0

    def times(self, factor: float) -> Drive:
        """Return this drive times a factor."""
        sizes = ("constant", "slope", "wave", "wave_slope", "wave_bend")
        return self._replace(**{name: factor * getattr(self, name) for name in sizes})


@dataclass(frozen=True)
class StimulusGradient:
    """The derivative of a stimulus with respect to one of its numbers.

    Attributes
    ----------
    drives : tuple of Drive
        Pieces in order of time; the first begins at 0.
    kicks : dict of float to float
        ``(I before - I after) dT/dp`` of each moving edge, keyed by its time [ms].
    """

    drives: tuple[Drive, ...] = (Drive(),)
    kicks: tuple[tuple[float, float], ...] = ()


def gradient_numbers(stimulus: Stimulus) -> list[str]:
    """Return the names of the numbers of a stimulus whose derivative is implemented."""
    if isinstance(stimulus, Sum):
        terms = [f"terms[{k}].{name}" for k, term in enumerate(stimulus.terms) for name in gradient_numbers(term)]
        return ["amplitude", *(name for name in terms if ".amplitude" not in name or _simple(stimulus, name))]
    if not isinstance(stimulus, Waveform):
        return ["amplitude"]
    known = {field.name for field in fields(stimulus)} & {*_LAWS.get(type(stimulus), {}), "amplitude"}
    return sorted(name for name in known if math.isfinite(getattr(stimulus, name)))


def _simple(stimulus: Sum, name: str) -> bool:
    """Return whether the derivative of a term does not depend on the value of the term."""
    found = TERM.fullmatch(name)
    term = type(stimulus.terms[int(found[1])]) if found else None
    return term in _LAWS and term is not Noise


def stimulus_gradient(stimulus: Stimulus, name: str) -> StimulusGradient:
    """Return the derivative of a stimulus with respect to one of its numbers.

    Parameters
    ----------
    stimulus : Stimulus
    name : str
        The name of a number, e.g. "amplitude"; ``terms[0].amplitude`` is the amplitude of a term of a sum, and
        "amplitude" of a sum or of samples is the factor of the whole.

    Raises
    ------
    UnknownNameError
        The stimulus has no number of that name, or its derivative is not implemented.
    """
    known = gradient_numbers(stimulus)
    if name not in known:
        raise unknown_name(f"number of {type(stimulus).__name__} with a derivative", name, known)
    part = TERM.fullmatch(name)
    if isinstance(stimulus, Sum) and part is not None:
        own = stimulus_gradient(stimulus.terms[int(part[1])], part[2])
        factor = stimulus.factor
        kicks = tuple((t, factor * size) for t, size in own.kicks)
        return StimulusGradient(tuple(drive.times(factor) for drive in own.drives), kicks)
    law = _LAWS.get(type(stimulus), {}).get(name)
    return law(stimulus) if law else _of_whole(stimulus)


def _of_whole(stimulus: Any) -> StimulusGradient:
    """Return the derivative with respect to the factor of a whole stimulus, or of a noise without its mean."""
    size = stimulus.amplitude if isinstance(stimulus, Waveform) else stimulus.factor
    if size == 0:
        raise ArgumentError(
            f"The amplitude of this {type(stimulus).__name__} is 0, so its shape is unknown. For a derivative with "
            "respect to the amplitude, give a nonzero amplitude, however small."
        )
    mean = stimulus.mean if isinstance(stimulus, Noise) else 0.0
    during = Drive(share=1.0 / size, constant=-mean / size)
    return _between(stimulus, during) if mean else StimulusGradient((during,))


def _between(stimulus: Any, during: Drive, kicks: tuple[tuple[float, float], ...] = ()) -> StimulusGradient:
    """Return a derivative that is 0 outside the stimulus."""
    before = () if stimulus.start == 0 else (Drive(),)
    behind = () if math.isinf(stimulus.stop) else (Drive(begin=stimulus.stop),)
    return StimulusGradient((*before, during._replace(begin=stimulus.start), *behind), kicks)


def _wave_of(stimulus: Any) -> Drive:
    """Return the wave of a sine or chirp of amplitude 1."""
    (_, _, _, (wave,)) = stimulus.with_amplitude(1.0).pieces(math.inf)[stimulus.start > 0]
    return Drive(phase=wave.phase, omega=wave.omega, chirp=wave.chirp)


def _value(stimulus: Any, t: float) -> float:
    """Return the value of a stimulus at its start, or just before its stop [ms]."""
    piece = replace(stimulus, stop=math.inf) if not isinstance(stimulus, (Ramp, Chirp)) else stimulus
    own = piece.pieces(math.inf)[piece.start > 0]
    s = t - own.start
    waves = sum(w.amplitude * math.sin(w.phase + (w.omega + w.chirp * s) * s) for w in own.waves)
    return float(own.constant + own.slope * s + waves)


def _start_kick(stimulus: Any) -> tuple[tuple[float, float], ...]:
    return ((stimulus.start, -_value(stimulus, stimulus.start)),)


def _stop_kick(stimulus: Any) -> tuple[tuple[float, float], ...]:
    return ((stimulus.stop, _value(stimulus, stimulus.stop)),)


def _turned(sine: Drive, **sizes: float) -> Drive:
    """Return the cosine that is the derivative of a sine with respect to its argument."""
    return sine._replace(phase=sine.phase + 0.5 * math.pi, **sizes)


def _ramp(ramp: Ramp, name: str) -> StimulusGradient:
    length = ramp.stop - ramp.start
    slope = ramp.amplitude / length
    match name:
        case "amplitude":
            return _between(ramp, Drive(slope=1.0 / length))
        case "start":
            return _between(ramp, Drive(constant=-slope, slope=slope / length))
    return _between(ramp, Drive(slope=-slope / length), _stop_kick(ramp))


def _sine(sine: Sine, name: str) -> StimulusGradient:
    wave, size = _wave_of(sine), sine.amplitude
    match name:
        case "amplitude":
            return _between(sine, wave._replace(wave=1.0))
        case "frequency":
            return _between(sine, _turned(wave, wave_slope=math.tau * size))
        case "phase":
            return _between(sine, _turned(wave, wave=size))
        case "start":
            return _between(sine, _turned(wave, wave=-math.tau * sine.frequency * size), _start_kick(sine))
    return _between(sine, Drive(constant=1.0)) if name == "offset" else _between(sine, Drive(), _stop_kick(sine))


def _chirp(chirp: Chirp, name: str) -> StimulusGradient:
    wave, size, length = _wave_of(chirp), chirp.amplitude, chirp.stop - chirp.start
    match name:
        case "amplitude":
            return _between(chirp, wave._replace(wave=1.0))
        case "first":
            return _between(chirp, _turned(wave, wave_slope=math.tau * size, wave_bend=-math.pi * size / length))
        case "last":
            return _between(chirp, _turned(wave, wave_bend=math.pi * size / length))
    bend = -size * wave.chirp / length
    return _between(chirp, _turned(wave, wave_bend=bend), _stop_kick(chirp))


def _step(step: Step, name: str) -> StimulusGradient:
    if name == "amplitude":
        return _between(step, Drive(constant=1.0))
    return StimulusGradient(kicks=_start_kick(step) if name == "start" else _stop_kick(step))


def _pulses(pulses: Pulses, name: str) -> StimulusGradient:
    if name == "width":
        return StimulusGradient(kicks=tuple((t + pulses.width, pulses.amplitude) for t in pulses.onsets))
    unit = pulses.with_amplitude(1.0).pieces(math.inf)
    return StimulusGradient(tuple(Drive(begin=piece.start, constant=piece.constant) for piece in unit))


def _noise(noise: Noise, name: str) -> StimulusGradient:
    return _of_whole(noise) if name == "amplitude" else _between(noise, Drive(constant=1.0))


def _laws(law: Callable[[Any, str], StimulusGradient], *names: str) -> dict[str, Callable[[Any], StimulusGradient]]:
    def of(name: str) -> Callable[[Any], StimulusGradient]:
        return lambda stimulus: law(stimulus, name)

    return {name: of(name) for name in names}


_LAWS: Final[dict[type[Stimulus], dict[str, Callable[[Any], StimulusGradient]]]] = {
    Step: _laws(_step, "amplitude", "start", "stop"),
    Ramp: _laws(_ramp, "amplitude", "start", "stop"),
    Sine: _laws(_sine, "amplitude", "frequency", "offset", "phase", "start", "stop"),
    Chirp: _laws(_chirp, "amplitude", "first", "last", "stop"),
    Pulses: _laws(_pulses, "amplitude", "width"),
    Noise: _laws(_noise, "amplitude", "mean"),
}
