"""Stimuli played together."""

from __future__ import annotations

from dataclasses import dataclass

from loligo._errors import StimulusError
from loligo._units import number
from loligo.stimulus.pieces import Piece
from loligo.stimulus.stimulus import Stimulus


@dataclass(frozen=True)
class Sum(Stimulus):
    """Several stimuli at once, usually written ``Step(...) + Sine(...)``.

    Attributes
    ----------
    terms : tuple of Stimulus
        What is added; sums inside are taken apart.
    factor : float
        Multiplies all of it; this is what `loligo.threshold` varies.
    """

    terms: tuple[Stimulus, ...]
    factor: float = 1.0

    def __post_init__(self) -> None:
        if not self.terms or not all(isinstance(term, Stimulus) for term in self.terms):
            raise StimulusError(f"A Sum is made of one or more stimuli; got {self.terms!r}.")
        object.__setattr__(self, "factor", number(self.factor, "", "factor of Sum"))
        flat: list[Stimulus] = []
        for term in self.terms:
            flat += [inner * term.factor for inner in term.terms] if isinstance(term, Sum) else [term]
        object.__setattr__(self, "terms", tuple(flat))

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
        return Sum(self.terms, amplitude)

    def scaled(self, factor: float) -> Sum:
        """Return the sum times a further factor."""
        return Sum(self.terms, self.factor * factor)

    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]``: a new one wherever any term has an edge."""
        starts: dict[float, list[tuple[int, Piece]]] = {}
        for index, term in enumerate(self.terms):
            for piece in term.pieces(end):
                starts.setdefault(piece.start, []).append((index, piece))
        active: dict[int, Piece] = {}
        total = []
        for start in sorted(starts):
            active.update(starts[start])
            total.append(self._together(start, active))
        return total

    def _together(self, start: float, active: dict[int, Piece]) -> Piece:
        f = self.factor
        waves = tuple(
            wave.later(start - piece.start)._replace(amplitude=f * wave.amplitude)
            for piece in active.values()
            for wave in piece.waves
        )
        constant = sum(piece.constant + piece.slope * (start - piece.start) for piece in active.values())
        return Piece(start, f * constant, f * sum(piece.slope for piece in active.values()), waves)
