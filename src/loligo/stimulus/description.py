"""A stimulus as plain dicts, lists, strings and numbers, for files; and back, with all checks."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from loligo._errors import FileFormatError
from loligo._schema import Kinds, check
from loligo._units import Labelled
from loligo.stimulus.noise import Noise
from loligo.stimulus.samples import Samples
from loligo.stimulus.stimulus import UNITS, Stimulus, Sum
from loligo.stimulus.waveforms import Chirp, Pulses, Ramp, Sine, Step

STIMULI: Final[dict[str, type[Stimulus]]] = {
    kind.__name__: kind for kind in (Step, Ramp, Sine, Chirp, Pulses, Noise, Samples, Sum)
}


def _term(value: Any, where: str, depth: int) -> None:
    check(value, SHAPE, where, depth)


def _unit(value: Any, where: str, depth: int) -> None:
    check(value, str, where, depth)
    if value not in UNITS:
        raise FileFormatError(f"{where} must be {' or '.join(UNITS)}; got {value[:60]!r}.")


_WINDOW: Final = {"start": float, "stop": float}
_SHAPES: Final[dict[str, dict[str, Any]]] = {  # fields of `described_stimulus` besides the kind
    "Step": {"amplitude": float, **_WINDOW},
    "Ramp": {"amplitude": float, **_WINDOW},
    "Sine": {"amplitude": float, "frequency": float, "offset": float, "phase": float, **_WINDOW},
    "Chirp": {"amplitude": float, "first": float, "last": float, **_WINDOW},
    "Pulses": {"amplitude": float, "onsets": [float], "width": float},
    "Noise": {"amplitude": float, "tau": float, "seed": int, "mean": float, "dt": (float, type(None)), **_WINDOW},
    "Samples": {"values": [float], "dt": float, "start": float, "between": str, "factor": float},
    "Sum": {"terms": [_term], "factor": float},
}
_GIVEN: Final[dict[str, Any]] = {"unit?": _unit}  # the unit with which amplitudes were given, if any
SHAPE: Final[Any] = Kinds("kind", {kind: own if kind == "Sum" else own | _GIVEN for kind, own in _SHAPES.items()})


def described_stimulus(stimulus: Stimulus, *, units: bool = True) -> dict[str, Any]:
    """Return a stimulus in a form that JSON can store without loss (an open end is the number Infinity).

    If its amplitudes were given in µA/cm² or mV, ``unit`` is that unit. With ``units=False`` it is left out, so that a
    current in plain numbers and one in µA/cm² have the same description.
    """
    own = {field.name: getattr(stimulus, field.name) for field in fields(stimulus)}  # type: ignore[arg-type]
    own = {name: float(x) if isinstance(x, Labelled) else x for name, x in own.items() if name != "unit"}
    if isinstance(stimulus, Sum):
        own["terms"] = [described_stimulus(term, units=units) for term in stimulus.terms]
    elif units and stimulus.unit:
        own["unit"] = stimulus.unit
    return {"kind": type(stimulus).__name__, **own}


def stimulus_from(words: Any) -> Stimulus:
    """Return the stimulus that `described_stimulus` described.

    Raises
    ------
    FileFormatError
        The kind is unknown, or a number is missing or invalid; the message names it.
    LoligoError
        A constructor rejects the values.
    """
    check(words, SHAPE, "stimulus")
    return _stimulus_from(words)


def _stimulus_from(words: dict[str, Any]) -> Stimulus:
    own = dict(words)
    kind = own.pop("kind")
    if kind == "Sum":
        own["terms"] = tuple(_stimulus_from(term) for term in own["terms"])
    if "unit" in own and kind != "Samples":
        own["amplitude"] = Labelled(own["amplitude"], own.pop("unit"))
    return STIMULI[kind](**own)
