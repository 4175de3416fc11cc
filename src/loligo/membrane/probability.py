"""How gates and kinetic schemes multiply and add up to an open probability."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from loligo._errors import ModelError

if TYPE_CHECKING:
    from loligo.membrane.gate import Gate
    from loligo.membrane.scheme import Scheme

Part = TypeVar("Part", "Gate", "Scheme")


class Factor(ABC):
    """What stands in an open probability: it is multiplied, added and raised to powers like a number."""

    @property
    @abstractmethod
    def open(self) -> OpenProbability:
        """It alone as an open probability."""

    def __pow__(self, power: float) -> OpenProbability:
        own = self.open
        return own.like(f"({own.text})**{_plain(power)!r}")

    def __mul__(self, other: Any) -> Any:
        return _combined(self.open, "*", other)

    def __add__(self, other: Any) -> Any:
        return _combined(self.open, "+", other)

    def __sub__(self, other: Any) -> Any:
        return _combined(self.open, "-", other)

    def __rmul__(self, other: float) -> OpenProbability:
        return self._after(other, "*")

    def __radd__(self, other: float) -> OpenProbability:
        return self._after(other, "+")

    def __rsub__(self, other: float) -> OpenProbability:
        return self._after(other, "-")

    def __xor__(self, other: Any) -> OpenProbability:
        raise ModelError(f"A power of gates is written with **, not ^: write {self.open.text}**3, for example.")

    __rxor__ = __xor__

    def _after(self, other: float, sign: str) -> OpenProbability:
        own = self.open
        return own.like(f"({_plain(other)!r}){sign}({own.text})")


@dataclass(frozen=True, init=False)
class OpenProbability(Factor):
    """A polynomial in gates and occupancies, such as ``m**3 * h``, as arithmetic of `Gate` and `Scheme` writes it.

    Attributes
    ----------
    text : str
        The formula.
    gates : tuple of Gate
        The gates in it, each once, in order of appearance.
    schemes : tuple of Scheme
        The kinetic schemes in it, likewise.
    """

    text: str
    gates: tuple[Gate, ...]
    schemes: tuple[Scheme, ...] = ()

    def __init__(self, text: str, gates: Iterable[Gate] = (), schemes: Iterable[Scheme] = ()) -> None:
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "gates", each_once(gates))
        object.__setattr__(self, "schemes", each_once(schemes))

    @property
    def open(self) -> OpenProbability:
        """Itself."""
        return self

    def like(self, text: str) -> OpenProbability:
        """Return another formula in the same gates and schemes."""
        return OpenProbability(text, self.gates, self.schemes)


def each_once(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return gates, or schemes, each once, in order of appearance.

    Raises
    ------
    ModelError
        Two different ones have one name.
    """
    unique: dict[str, Part] = {}
    for part in parts:
        if unique.setdefault(part.name, part) != part:
            kind = f"{type(part).__name__.lower()}s"
            raise ModelError(f"Two different {kind} are called {part.name!r}; give them different names.")
    return tuple(unique.values())


def _combined(left: OpenProbability, sign: str, right: Any) -> Any:
    if isinstance(right, Factor):
        right = right.open
        text = f"({left.text}){sign}({right.text})"
        return OpenProbability(text, left.gates + right.gates, left.schemes + right.schemes)
    right = _plain(right)
    if isinstance(right, (int, float)) and not isinstance(right, bool):
        return left.like(f"({left.text}){sign}({right!r})")
    return NotImplemented


def _plain(number: Any) -> Any:
    """Return a number of numpy's as Python's own, which is spelled as in a formula."""
    return number.item() if hasattr(number, "item") else number
