"""What the tests must know of a published membrane."""

from collections.abc import Callable
from dataclasses import dataclass

from loligo import Membrane


@dataclass(frozen=True)
class Published:
    """A membrane, two or three constant currents for its f-I curve, and its source.

    Attributes
    ----------
    make : callable
        Returns the membrane.
    currents : tuple of float
        Below and above where it begins to fire [the unit of its amounts].
    pulse : float
        The duration of a step whose threshold is looked for [ms].
    search : (float, float)
        The range of v in which roots are looked for.
    held : float or None
        A constant current that brings a membrane to rest that fires by itself; None where none does; else 0.
    seconds : float
        The duration of runs in which firing has settled [s].
    share : float
        The part at the end of such a run in which spikes are counted.
    """

    make: Callable[[], Membrane]
    currents: tuple[float, ...]
    pulse: float = 5.0
    search: tuple[float, float] = (-100.0, 40.0)
    held: float | None = 0.0
    seconds: float = 5.0
    share: float = 0.5

    @property
    def scale(self) -> float:
        """The size of currents."""
        return max(map(abs, self.currents)) or 1.0
