"""A stimulus in words (plain dicts, lists, strings, numbers), for files; and back, through every check."""

from __future__ import annotations

from typing import Final

from loligo.stimulus.noise import Noise
from loligo.stimulus.samples import Samples
from loligo.stimulus.shapes import Chirp, Pulses, Ramp, Sine, Step
from loligo.stimulus.stimulus import Stimulus
from loligo.stimulus.total import Sum

STIMULI: Final[dict[str, type[Stimulus]]] = {
    kind.__name__: kind for kind in (Step, Ramp, Sine, Chirp, Pulses, Noise, Samples, Sum)
}

