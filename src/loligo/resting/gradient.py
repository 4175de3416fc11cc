"""The derivative of an equilibrium in parameters, by the implicit function theorem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.kernel import compiled
from loligo.kernel.derivatives import variational_kernel
from loligo.kernel.directions import Directions
from loligo.resting.level_set import LevelSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from loligo.membrane import Membrane


def equilibrium_gradient(
    membrane: Membrane, state: NDArray[np.float64], forces: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return dy/dp of an equilibrium, shape (variables, names): ``J dy/dp = -df/dp`` at conserved sums that stay.

    Parameters
    ----------
    membrane : Membrane
    state : array (variables,)
        The equilibrium.
    forces : array (variables, names)
        df/dp there.
    """
    kernel, q = compiled(membrane)
    level = LevelSet.of(membrane)
    reduced = level.jacobian(kernel.jacobian(state, q))
    gradient: NDArray[np.float64] = level.lift @ np.linalg.solve(reduced, -level.part(forces.T).T)
    return gradient


def settled_gradient(
    membrane: Membrane, state: NDArray[np.float64], forces: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return dy/dp of gates and occupancies that are settled at v and further states that are given."""
    kernel, q = compiled(membrane)
    own = slice(1, len(membrane.variables) - len(membrane.states))
    gradient = np.zeros_like(forces)
    gradient[own] = np.linalg.solve(kernel.jacobian(state, q)[own, own], -forces[own])
    return gradient


def parameter_slopes(
    membrane: Membrane, current: float, state: NDArray[np.float64], names: Sequence[str]
) -> NDArray[np.float64]:
    """Return df/dp of the slopes at one state, shape (variables, names)."""
    kernel = variational_kernel(membrane, Directions(tuple(names)))
    return kernel.slopes(current, state, kernel.prepared(membrane, np.empty(0)))
