"""Currents under voltage clamp as functions of the varied values, with ties and separate values for sweeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.clamped import ClampedMembrane
    from loligo.fitting.clamped_states import ClampedStates
    from loligo.fitting.driven import DrivenCurrents
    from loligo.fitting.electrode import SeriesClamped
    from loligo.fitting.links import Links
    from loligo.fitting.problem import Compared

    Vector = NDArray[np.float64]


class LinkedCurrents:
    """Currents under voltage clamp as functions of the varied values; see `loligo.fitting.clamped.ClampedMembrane`."""

    def __init__(self, clamped: ClampedMembrane | ClampedStates | SeriesClamped | DrivenCurrents, links: Links) -> None:
        self.clamped, self.links = clamped, links
        self.linear = links.linear(clamped.linear)
        self.exponents = clamped.exponents

    @property
    def grids(self) -> Sequence[Compared]:
        """The compared data, sweep by sweep."""
        return self.clamped.grids

    def thinned(self, every: int) -> LinkedCurrents:
        """Return the same object with fewer samples."""
        return LinkedCurrents(self.clamped.thinned(every), self.links)

    def __call__(self, values: Vector) -> list[tuple[Vector, Vector]]:
        """Return current and derivatives at the kept samples, (samples,) and (samples, varied), by sweep."""
        found = []
        for k, grid in enumerate(self.grids):
            inner, matrix = self.links.at(values, k)
            if not np.isfinite(inner).all():
                size = grid.measured.size
                found.append((np.full(size, np.nan), np.full((size, len(self.links.names)), np.nan)))
                continue
            current, slopes = self.clamped.of_sweep(k, inner)
            found.append((current, slopes @ matrix))
        return found
