"""A stimulus in words for the title of a figure, with currents for 1 cm² of membrane."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from loligo.stimulus import Ramp, Samples, Sine, Step, Sum

if TYPE_CHECKING:
    from loligo.stimulus import Stimulus


def stimulus_words(stimulus: Stimulus) -> str:
    """Return the kind, strength [µA] and times [ms] of a current.

    Examples
    --------
    >>> stimulus_words(Step(7.0, start=20, stop=180))
    'Step current of 7 µA from 20 to 180 ms'
    """
    window = _window(stimulus.start, stimulus.stop)
    match stimulus:
        case Step(amplitude=amplitude):
            return f"Step current of {amplitude:g} µA{window}" if amplitude else "No current"
        case Ramp(amplitude=amplitude):
            return f"Ramp current up to {amplitude:g} µA{window}"
        case Sine(amplitude=amplitude, frequency=frequency, offset=offset):
            around = f" around {offset:g} µA" if offset else ""
            return f"Sinusoidal current of {amplitude:g} µA{around} at {frequency:g} kHz{window}"
        case Samples():
            return f"Sampled current{window}"
        case Sum(terms=terms, factor=factor) if len(terms) <= 3:
            all_of_it = " plus ".join(stimulus_words(term) for term in terms)
            return all_of_it if factor == 1 else f"{factor:g} times ({all_of_it})"
    return f"Current ({type(stimulus).__name__}){window}"


def _window(start: float, stop: float) -> str:
    """Return `` from 20 to 180 ms``, or "" if the current is always on."""
    if math.isinf(stop):
        return f" from {start:g} ms on" if start else ""
    return f" from {start:g} to {stop:g} ms"
