"""The derivative of an equilibrium with respect to parameters, by the implicit function theorem."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import unknown_name
from loligo.kernel import compiled
from loligo.kernel.derivatives import VariationalKernel, variational_kernel
from loligo.kernel.directions import Directions
from loligo.resting.level_set import LevelSet
from loligo.stimulus.gradient import Drive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane


def equilibrium_gradient(
    membrane: Membrane, state: NDArray[np.float64], forces: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return dy/dp of an equilibrium, shape (variables, names): ``J dy/dp = -df/dp`` with conserved sums fixed.

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
    """Return dy/dp of gates and occupancies that are settled at given v and further states."""
    kernel, q = compiled(membrane)
    own = slice(1, len(membrane.variables) - len(membrane.states))
    gradient = np.zeros_like(forces)
    gradient[own] = np.linalg.solve(kernel.jacobian(state, q)[own, own], -forces[own])
    return gradient


CURRENT_NAME: Final = "I"  # the name of the constant current among parameters


@dataclass(frozen=True, eq=False)
class Derivatives:
    """The derivatives of a membrane's slopes with respect to parameters and the constant current, "I", at any state.

    Attributes
    ----------
    membrane : Membrane
    names : tuple of str
    """

    membrane: Membrane
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in self.names:
            if name != CURRENT_NAME and name not in self.membrane.parameters:
                known = [CURRENT_NAME, *self.membrane.parameters]
                raise unknown_name(f"parameter of {self.membrane.name}", name, known)

    @cached_property
    def _made(self) -> tuple[VariationalKernel, NDArray[np.float64], list[int]]:
        own = [name for name in self.names if name != CURRENT_NAME]
        driven = int(len(own) < len(self.names))
        kernel = variational_kernel(self.membrane, Directions(tuple(own), driven))
        drives = np.array(Drive(constant=1.0)) if driven else np.empty(0)
        order = [[*own, CURRENT_NAME].index(name) for name in self.names]
        return kernel, kernel.prepared(self.membrane, drives), order

    def slopes(self, current: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return df/dp at a state, shape (variables, names)."""
        kernel, q, order = self._made
        return kernel.slopes(current, state, q)[:, order]

    def turns(self, state: NDArray[np.float64], moved: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return dJ/dp if the state changes by ``moved`` per unit of p, shape (names, variables, variables)."""
        kernel, q, order = self._made
        whole = np.zeros_like(moved)
        whole[:, order] = moved
        return kernel.turns(state, whole, q)[order]
