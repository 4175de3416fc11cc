"""What every stimulus can do: be evaluated, scaled, added, and cut into exact pieces."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from loligo._errors import StimulusError, UnitError
from loligo._units import CURRENT, MS, MV, Labelled, labelled, number, numbers
from loligo.stimulus.pieces import Piece, Pieces

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


UNITS: Final = (CURRENT, MV)  # of a current clamp, and of the command of a voltage clamp


class Stimulus(ABC):
    """A current [µA/cm²] over time [ms]; as the command of a voltage clamp, a potential [mV].

    A stimulus is a frozen value. It is zero before its start and from its stop on; at an edge the later
    value counts. ``a + b`` and ``sum([a, b])`` play both, ``a - b`` takes b away, ``2 * a`` is twice as strong,
    ``a / 2`` half as strong, and ``-a`` has the other sign.
    """

    @abstractmethod
    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]`` in order of time, the first starting at 0."""

    @property
    @abstractmethod
    def stop(self) -> float:
        """When it ends [ms]; infinite if it never does."""

    @property
    def start(self) -> float:
        """When it begins [ms]."""
        return 0.0

    @abstractmethod
    def scaled(self, factor: float) -> Stimulus:
        """Return the whole stimulus times a factor."""

    @property
    def unit(self) -> str:
        """The unit that its amplitudes were given with: µA/cm², mV, or "" for plain numbers, which may be either."""
        return ""

    @property
    def amplitude_is_factor(self) -> bool:
        """Whether `with_amplitude` takes a factor of the whole (sums, samples) and not µA/cm²."""
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
        float or array of the shape of ``t``
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
        from loligo.stimulus.total import Sum  # Sum is a Stimulus itself

        return Sum((self, other))

    def __radd__(self, other: int) -> Stimulus:
        # sum([...]) begins with the number 0; any other number would be a current without times
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


@dataclass(frozen=True)
class Shape(Stimulus):
    """A stimulus of one amplitude; its subclasses only say their pieces for that amplitude.

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
        """The unit that its amplitude, offset or mean was given with, or ""."""
        given = {value.unit for value in vars(self).values() if isinstance(value, Labelled)}
        return common_unit(given, type(self).__name__)

    def with_amplitude(self, amplitude: float) -> Self:
        """Return the stimulus with another amplitude [µA/cm², or mV if it was given so], all else equal."""
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


def common_unit(given: set[str], what: str) -> str:
    """Return the one unit among those given, or "".

    Raises
    ------
    UnitError
        There are two.
    """
    found = sorted(given - {""})
    if len(found) > 1:
        raise UnitError(f"{what} cannot be a current and a potential at once; got amplitudes in {' and '.join(found)}.")
    return found[0] if found else ""


def window(inside: list[Piece], start: float, stop: float, end: float) -> list[Piece]:
    """Return pieces on ``[0, end]`` that are ``inside`` between start and stop, and zero elsewhere."""
    before = [Piece(0.0, 0.0)] if start > 0 else []
    during = [piece for piece in inside if piece.start < min(stop, end)]
    after = [Piece(stop, 0.0)] if stop < end else []
    return before + during + after
