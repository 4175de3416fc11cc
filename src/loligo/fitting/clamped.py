"""A membrane under voltage clamp as a function of parameters: currents at the samples, with exact derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from loligo._errors import ModelError
from loligo.fitting.clamped_currents import ClampedCurrents, derivatives
from loligo.fitting.grid import grid_of
from loligo.kernel.programs import instantiate

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from loligo.fitting.grid import Grid
    from loligo.kernel.equations import Equations
    from loligo.membrane import Membrane
    from loligo.sweep import Sweep


class ClampedMembrane(ClampedCurrents):
    """The currents of a membrane under the commands of sweeps, for values of the parameters that a fit varies.

    Parameters
    ----------
    membrane : Membrane
        A membrane whose gates depend on v alone.
    sweeps : sequence of Sweep
        Sweeps of a voltage clamp.
    varied : sequence of str
        Names of parameters.
    refinement : int
        Number of parts into which each step of a changing command is divided.
    every : int
        Largest distance of compared samples, in samples.

    Raises
    ------
    ModelError
        The membrane has further states or kinetic schemes.
    """

    def __init__(
        self, membrane: Membrane, sweeps: Sequence[Sweep], varied: Sequence[str], refinement: int = 1, every: int = 1
    ) -> None:
        others = [*(state.name for state in membrane.states), *(scheme.name for scheme in membrane.schemes)]
        if others:
            raise ModelError(
                f"A fit under voltage clamp takes membranes whose gates depend on v alone; {membrane.name} has "
                f"{', '.join(others)}."
            )
        self.refinement, self.every = refinement, every
        grids = [grid_of(sweep, refinement, every) for sweep in sweeps]
        functions = derivatives(membrane, tuple(varied), "clamp fit", _printed)
        super().__init__(membrane, sweeps, varied, grids, functions)
        own: list[list[str]] = functions.OWN
        self._counts = np.array([len(names) for names in own], dtype=np.int64)
        self._own = np.array([self.varied.index(name) for names in own for name in names], dtype=np.int64)

    def __reduce__(self) -> tuple[type[ClampedMembrane], tuple[object, ...]]:
        return ClampedMembrane, (self.membrane, self.sweeps, self.varied, self.refinement, self.every)

    def thinned(self, every: int) -> ClampedMembrane:
        """Return the same membrane with fewer samples, ``every`` apart, and longer steps."""
        return ClampedMembrane(self.membrane, self.sweeps, self.varied, self.refinement, every)

    def _followed(self, grid: Grid, q: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        gates, varied, slopes = self._counts.size, len(self.varied), int(self._own.size)
        rows = np.empty((grid.potentials.size, 2 * (gates + slopes)))
        memory = np.zeros(2 * (1 + gates) + varied + slopes + 1 + rows.shape[1])
        program = _program()
        program.rates_at(self._functions.rates.address, q, grid.potentials, self._counts, rows, memory)
        modelled, jacobian = np.zeros(grid.measured.size), np.zeros((grid.measured.size, varied))
        program.follow(
            self._functions.current.address, q, self._counts, self._own, rows, grid.potentials, grid.lengths,
            grid.nodes, grid.sampled, grid.sample_nodes, modelled, jacobian, memory,
        )  # fmt: skip
        return modelled, jacobian


def normal(
    misfit: NDArray[np.float64],
    jacobian: NDArray[np.float64],
    noise: float,
    gradient: NDArray[np.float64],
    curvature: NDArray[np.float64],
) -> float:
    """Return the sum of squares divided by the noise, and add half its gradient and the products of first derivatives.

    This uses one thread; NumPy's linear algebra would use several for each descent.
    """
    return float(_program().normal(misfit, jacobian, noise, gradient, curvature))


@lru_cache(maxsize=1)
def _program() -> ModuleType:
    return instantiate("loligo.fitting.clamp_loop", {}, "fits under voltage clamp")


def _printed(equations: Equations, varied: Sequence[str]) -> str:
    from loligo.kernel.clamp_derivatives import clamp_source

    return clamp_source(equations, varied)
