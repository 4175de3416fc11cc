"""Stimuli played together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from loligo._errors import StimulusError
from loligo._units import number
from loligo.stimulus.addition import added
from loligo.stimulus.pieces import Piece, Pieces
from loligo.stimulus.stimulus import Stimulus, common_unit


@dataclass(frozen=True, init=False)
class Sum(Stimulus):
    """Several stimuli at once, usually written ``Step(...) + Sine(...)`` or ``sum([...])``.

    Adding n stimuli, one by one or all at once, and playing them takes a time in proportion to n. Values are added
    without rounding on the way, so their order does not matter and what has ended leaves exactly nothing behind.

    Attributes
    ----------
    terms : tuple of Stimulus
        What is added; sums inside are taken apart.
    factor : float
        Multiplies all of it; this is what `loligo.threshold` varies.

    Raises
    ------
    StimulusError
        No terms, or one that is not a stimulus; where it is played, a value that overflows.

    Examples
    --------
    >>> from loligo.stimulus import Step
    >>> sum([Step(1.0, k, k + 2) for k in range(1000)])([0.5, 1.5, 1001.0]).tolist()
    [1.0, 2.0, 0.0]
    """

    terms: tuple[Stimulus, ...]
    factor: float = 1.0

    def __init__(self, terms: Iterable[Stimulus], factor: float = 1.0) -> None:
        given = tuple(terms) if isinstance(terms, Iterable) else ()
        if not given or not all(isinstance(term, Stimulus) for term in given):
            raise StimulusError(f"A Sum is made of one or more stimuli; got {terms!r}.")
        object.__setattr__(self, "factor", number(factor, "", "factor of Sum"))
        object.__setattr__(self, "_given", given)
        object.__setattr__(self, "_unit", common_unit({term.unit for term in given}, "A Sum"))

    @property
    def unit(self) -> str:
        """The unit that amplitudes of its terms were given with, or ""."""
        own: str = vars(self)["_unit"]
        return own

    def __getattr__(self, name: str) -> tuple[Stimulus, ...]:
        # ``terms`` is made when it is first asked for: a sum that only is a part of the next sum never copies its own
        if name != "terms":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        terms = _flat(vars(self)["_given"])
        object.__setattr__(self, "terms", terms)
        object.__setattr__(self, "_given", terms)
        return terms

    def __reduce__(self) -> tuple[Any, ...]:
        return Sum, (self.terms, self.factor)

    @property
    def start(self) -> float:
        """When the first term begins [ms]."""
        return min(term.start for term in self.terms)

    @property
    def stop(self) -> float:
        """When the last term ends [ms]."""
        return max(term.stop for term in self.terms)

    @property
    def amplitude_is_factor(self) -> bool:
        """A sum is scaled as a whole."""
        return True

    def with_amplitude(self, amplitude: float) -> Sum:
        """Return the sum times a factor that replaces the present one."""
        return Sum(vars(self)["_given"], amplitude)

    def scaled(self, factor: float) -> Sum:
        """Return the sum times a further factor."""
        return Sum(vars(self)["_given"], self.factor * factor)

    def joined(self, end: float) -> Pieces:
        """Return the arrays of the normal form on ``[0, end]``: a new piece wherever any term has an edge."""
        total = added([term.joined(end) for term in self.terms])
        with np.errstate(over="ignore"):
            constant, slope = self.factor * total.constant, self.factor * total.slope
        if not (np.isfinite(constant).all() and np.isfinite(slope).all()):
            raise StimulusError(f"This sum times {self.factor:g} overflows: choose a smaller factor.")
        return total._replace(constant=constant, slope=slope, waves=total.waves * (self.factor, 1.0, 1.0, 1.0))

    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]``."""
        return self.joined(end).listed()


def _flat(given: tuple[Stimulus, ...]) -> tuple[Stimulus, ...]:
    """Return the terms with the sums among them taken apart, each visited once and however deep."""
    flat: list[Stimulus] = []
    waiting = [(term, 1.0) for term in reversed(given)]
    while waiting:
        term, factor = waiting.pop()
        if isinstance(term, Sum):
            inner = vars(term)["_given"]
            waiting += [(each, factor * term.factor) for each in reversed(inner)]
        else:
            flat.append(term if factor == 1.0 else term.scaled(factor))
    return tuple(flat)
