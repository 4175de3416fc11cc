"""The base of all stimuli, which can be evaluated, scaled, added, and cut into exact pieces."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import StimulusError, UnitError
from loligo._units import CURRENT, MS, MV, number, numbers
from loligo.stimulus.addition import added
from loligo.stimulus.pieces import Piece, Pieces

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


UNITS: Final = (CURRENT, MV)  # unit of the stimulus of a current clamp, and unit of the command of a voltage clamp


class Stimulus(ABC):
    """A current [µA/cm²] over time [ms]; as the command of a voltage clamp, a potential [mV].

    A stimulus is a frozen value, and zero before its start and from its stop on; at an edge the later
    value counts. ``a + b`` and ``sum([a, b])`` add stimuli, ``a - b`` subtracts b, ``2 * a`` is twice as strong,
    ``a / 2`` half as strong, and ``-a`` has the opposite sign.
    """

    @abstractmethod
    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]`` in order of time, the first starting at 0."""

    @property
    @abstractmethod
    def stop(self) -> float:
        """End of the stimulus [ms]; infinite if it does not end."""

    @property
    def start(self) -> float:
        """Start of the stimulus [ms]."""
        return 0.0

    @abstractmethod
    def scaled(self, factor: float) -> Stimulus:
        """Return the whole stimulus times a factor."""

    @property
    def unit(self) -> str:
        """The unit of its amplitudes as given: µA/cm², mV, or "" for plain numbers, which may be either."""
        return ""

    @property
    def amplitude_is_factor(self) -> bool:
        """Whether `with_amplitude` takes a factor for the whole stimulus (sums, samples) and not µA/cm²."""
        return False

    @abstractmethod
    def with_amplitude(self, amplitude: float) -> Stimulus:
        """Return the stimulus with another amplitude, all else equal."""

    def joined(self, end: float) -> Pieces:
        """Return the arrays of the normal form on ``[0, end]``."""
        return Pieces.joined(self.pieces(end), end)

    def discontinuities(self, end: float) -> NDArray[np.float64]:
        """Return the times in ``(0, end)`` at which the value or its slope jumps [ms]."""
        return self.joined(end).edges[1:-1]

    def __call__(self, t: ArrayLike) -> NDArray[np.float64] | float:
        """Evaluate.

        Parameters
        ----------
        t : float or array_like, any shape
            Times [ms]; before 0 a stimulus is zero.

        Returns
        -------
        float or array with the shape of ``t``
            The stimulus [µA/cm²].
        """
        times = numbers(t, MS, "t")
        flat = np.atleast_1d(times).ravel()
        if np.isnan(flat).any():
            raise StimulusError("A stimulus cannot be evaluated at NaN.")
        last = max(float(flat.max(initial=0.0)), 0.0)
        end = math.nextafter(last, math.inf) + 1.0
        value = np.where(flat < 0, 0.0, self.joined(end)(np.maximum(flat, 0.0)))
        return float(value[0]) if times.ndim == 0 else value.reshape(times.shape)

    def __add__(self, other: Stimulus) -> Stimulus:
        if not isinstance(other, Stimulus):
            return NotImplemented
        return Sum((self, other))

    def __radd__(self, other: int) -> Stimulus:
        # sum([...]) starts with the number 0; any other number would be a current without times
        return self if type(other) in (int, float) and other == 0 else NotImplemented

    def __sub__(self, other: Stimulus) -> Stimulus:
        return self + -other if isinstance(other, Stimulus) else NotImplemented

    def __mul__(self, factor: float) -> Stimulus:
        if isinstance(factor, Stimulus):
            return NotImplemented
        return self.scaled(number(factor, "", "the factor of a stimulus"))

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> Stimulus:
        if isinstance(divisor, Stimulus):
            return NotImplemented
        plain = number(divisor, "", "the divisor of a stimulus")
        if plain == 0:
            raise StimulusError("A stimulus cannot be divided by 0.")
        return self * (1 / plain)

    def __neg__(self) -> Stimulus:
        return self.scaled(-1.0)


@dataclass(frozen=True, init=False)
class Sum(Stimulus):
    """A sum of stimuli, usually written ``Step(...) + Sine(...)`` or ``sum([...])``.

    Adding n stimuli, one by one or all at once, and applying the sum take time proportional to n. Values are added
    without intermediate rounding, so their order does not matter, and a term that has ended leaves exactly zero.

    Attributes
    ----------
    terms : tuple of Stimulus
        The stimuli in the sum; sums among them are expanded into their terms.
    factor : float
        Factor that multiplies the whole sum; `loligo.threshold` varies it.

    Raises
    ------
    StimulusError
        No term is given, or a term is not a stimulus; when the sum is applied, a value overflows.

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
            raise StimulusError(f"A Sum must be made of one or more stimuli; got {terms!r}.")
        object.__setattr__(self, "factor", number(factor, "", "factor of Sum"))
        object.__setattr__(self, "_given", given)
        object.__setattr__(self, "_unit", common_unit({term.unit for term in given}, "A Sum"))

    @property
    def unit(self) -> str:
        """The unit of its terms' amplitudes as given, or ""."""
        own: str = vars(self)["_unit"]
        return own

    def __getattr__(self, name: str) -> tuple[Stimulus, ...]:
        # ``terms`` is computed on first use, so that a sum that is only part of another sum is never copied
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
        """The time at which the first term begins [ms]."""
        return min(term.start for term in self.terms)

    @property
    def stop(self) -> float:
        """The time at which the last term ends [ms]."""
        return max(term.stop for term in self.terms)

    @property
    def amplitude_is_factor(self) -> bool:
        """True: a sum is scaled as a whole."""
        return True

    def with_amplitude(self, amplitude: float) -> Sum:
        """Return the sum with a new factor."""
        return Sum(vars(self)["_given"], amplitude)

    def scaled(self, factor: float) -> Sum:
        """Return the sum times an additional factor."""
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


def common_unit(given: set[str], what: str) -> str:
    """Return the only unit among those given, or "".

    Raises
    ------
    UnitError
        More than one unit was given.
    """
    found = sorted(given - {""})
    if len(found) > 1:
        raise UnitError(f"{what} cannot be a current and a potential at once; got amplitudes in {' and '.join(found)}.")
    return found[0] if found else ""


def _flat(given: tuple[Stimulus, ...]) -> tuple[Stimulus, ...]:
    """Return the terms, with sums among them expanded at any depth; each is visited once."""
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
