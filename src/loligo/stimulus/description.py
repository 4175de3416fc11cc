"""A stimulus in words (plain dicts, lists, strings, numbers), for files; and back, through every check."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from loligo._schema import Kinds, check
from loligo.stimulus.noise import Noise
from loligo.stimulus.samples import Samples
from loligo.stimulus.shapes import Chirp, Pulses, Ramp, Sine, Step
from loligo.stimulus.stimulus import Stimulus
from loligo.stimulus.total import Sum

STIMULI: Final[dict[str, type[Stimulus]]] = {
    kind.__name__: kind for kind in (Step, Ramp, Sine, Chirp, Pulses, Noise, Samples, Sum)
}


def _term(value: Any, where: str, depth: int) -> None:
    check(value, SHAPE, where, depth)


_WINDOW: Final = {"start": float, "stop": float}
_SHAPES: Final = {  # of `described_stimulus`, beside the kind
    "Step": {"amplitude": float, **_WINDOW},
    "Ramp": {"amplitude": float, **_WINDOW},
    "Sine": {"amplitude": float, "frequency": float, "offset": float, "phase": float, **_WINDOW},
    "Chirp": {"amplitude": float, "first": float, "last": float, **_WINDOW},
    "Pulses": {"amplitude": float, "onsets": [float], "width": float},
    "Noise": {"amplitude": float, "tau": float, "seed": int, "mean": float, "dt": (float, type(None)), **_WINDOW},
    "Samples": {"values": [float], "dt": float, "start": float, "between": str, "factor": float},
    "Sum": {"terms": [_term], "factor": float},
}
SHAPE: Final[Any] = Kinds("kind", _SHAPES)


def described_stimulus(stimulus: Stimulus) -> dict[str, Any]:
    """Return a stimulus as something JSON can hold without loss (an open end is the number Infinity)."""
    own = {field.name: getattr(stimulus, field.name) for field in fields(stimulus)}  # type: ignore[arg-type]
    if isinstance(stimulus, Sum):
        own["terms"] = [described_stimulus(term) for term in stimulus.terms]
    return {"kind": type(stimulus).__name__, **own}


def stimulus_from(words: Any) -> Stimulus:
    """Return the stimulus that `described_stimulus` described.

    Raises
    ------
    FileFormatError
        A kind that does not exist, or a number that is missing or none; the message names it.
    LoligoError
        Whatever the constructors refuse.
    """
    check(words, SHAPE, "stimulus")
    return _stimulus_from(words)


def _stimulus_from(words: dict[str, Any]) -> Stimulus:
    own = dict(words)
    kind = own.pop("kind")
    if kind == "Sum":
        own["terms"] = tuple(_stimulus_from(term) for term in own["terms"])
    return STIMULI[kind](**own)
