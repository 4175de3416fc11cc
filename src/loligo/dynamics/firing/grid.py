"""A grid of currents and time scales derived from the membrane alone, so that no result depends on another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.resting import rest
from loligo.simulation.engine import scales

if TYPE_CHECKING:
    from loligo.membrane import Membrane
    from loligo.resting import Rest

FIRST: Final = 0.1  # first spacing of the grid, as a fraction of the natural current
GROWTH: Final = 0.1  # relative increase of each spacing over the previous one


@dataclass(frozen=True)
class Grid:
    """Currents on both sides of zero with growing spacing.

    Attributes
    ----------
    first : float
        The first current above zero [µA/cm²].
    """

    first: float

    @classmethod
    def of(cls, natural: float) -> Grid:
        """Return the grid for a membrane's natural current [µA/cm²]."""
        return cls(FIRST * natural)

    def at(self, k: int) -> float:
        """Return a current by its index, which may be negative [µA/cm²]."""
        return math.copysign(self.first * ((1 + GROWTH) ** abs(k) - 1) / GROWTH, k)

    def above(self, current: float) -> int:
        """Return the index of the lowest current of the grid that is not below a given one."""
        k = math.ceil(math.copysign(math.log1p(GROWTH * abs(current) / self.first) / math.log1p(GROWTH), current))
        while self.at(k - 1) >= current:
            k -= 1
        while self.at(k) < current:
            k += 1
        return k

    def below(self, current: float) -> int:
        """Return the index of the highest current of the grid that is not above a given one."""
        return -self.above(-current)


@dataclass(frozen=True)
class Measures:
    """Scales of time and current derived from the membrane.

    Attributes
    ----------
    zero : Rest
        The rest at zero current, stable or not.
    time_constant : float
        The slowest time constant at that rest [ms].
    current : float
        Current that moves v by its scale within one time constant [µA/cm²].
    """

    zero: Rest
    time_constant: float
    current: float


def measures(membrane: Membrane) -> Measures:
    """Return the scales of time and current of a membrane.

    Raises
    ------
    RestError
        The membrane has no equilibrium at zero current.
    """
    zero = rest(membrane)
    sizes = np.abs(zero.eigenvalues)
    slowest = 1.0 / float(sizes[sizes > 1e-9 * sizes.max()].min())
    return Measures(zero, slowest, float(membrane.C * scales(membrane)[0][0]) / slowest)
