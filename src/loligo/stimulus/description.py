"""A stimulus in words (plain dicts, lists, strings, numbers), for files; and back, through every check."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from loligo._errors import FileFormatError
from loligo.stimulus.noise import Noise
from loligo.stimulus.samples import Samples
from loligo.stimulus.shapes import Chirp, Pulses, Ramp, Sine, Step
from loligo.stimulus.stimulus import Stimulus
from loligo.stimulus.total import Sum

STIMULI: Final[dict[str, type[Stimulus]]] = {
    kind.__name__: kind for kind in (Step, Ramp, Sine, Chirp, Pulses, Noise, Samples, Sum)
}


def described_stimulus(stimulus: Stimulus) -> dict[str, Any]:
    """Return a stimulus as something JSON can hold without loss (an open end is the number Infinity)."""
    own = {field.name: getattr(stimulus, field.name) for field in fields(stimulus)}  # type: ignore[arg-type]
    if isinstance(stimulus, Sum):
        own["terms"] = [described_stimulus(term) for term in stimulus.terms]
    return {"kind": type(stimulus).__name__, **own}


def stimulus_from(words: dict[str, Any]) -> Stimulus:
    """Return the stimulus that `described_stimulus` described.

    Raises
    ------
    FileFormatError
        A kind that does not exist.
    """
    own = dict(words)
    kind = own.pop("kind")
    if kind not in STIMULI:
        raise FileFormatError(f"{kind!r} is not a stimulus; known: {', '.join(STIMULI)}.")
    if kind == "Sum":
        own["terms"] = tuple(stimulus_from(term) for term in own["terms"])
    return STIMULI[kind](**own)
