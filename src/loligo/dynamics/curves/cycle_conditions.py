"""Conditions that limit cycles on a curve in two parameters satisfy, with the unknowns besides the cycle.

Each condition adds variables along the cycle (or none), a number sigma, and two equations, which determine a cycle up
to its phase and its position on the curve. A new kind of curve is a file with one condition.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.system import JACOBIAN_DIFFERENCE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane
    from loligo.dynamics.orbits import Loop, Orbit

    Array = NDArray[np.float64]
    Row = tuple[Array, float]

PERIOD_PLACE: Final = -5  # index of the period's change among the unknowns of a functional; sigma, parameters, 1 follow
SIGMA_PLACE: Final = -4
LAST_NUMBERS: Final = slice(PERIOD_PLACE, -1)


@dataclass(frozen=True, eq=False)
class Slopes:
    """The equations at states, and their derivatives.

    Attributes
    ----------
    flow : array (rows, variables)
        [1/ms]
    jacobians : array (rows, variables, variables)
    by_numbers : array (rows, variables, 3)
        Derivatives with respect to sigma and both parameters.
    """

    flow: Array
    jacobians: Array
    by_numbers: Array


@dataclass(frozen=True, eq=False)
class Functionals:
    """Functionals of a Newton step, from which conditions are composed: each is a row over the unknowns, and its value.

    Attributes
    ----------
    slip : (array, float)
        Makes the further variables orthogonal to the flow of the cycle.
    length : (array, float)
        Normalises further variables and sigma to length one.
    sigma : float
        The change that sets sigma to zero.
    period : float
        The change that sets the period to its given value.
    """

    slip: Row
    length: Row
    sigma: float
    period: float

    @property
    def no_sigma(self) -> Row:
        """Sets sigma to zero."""
        return self._number(SIGMA_PLACE), self.sigma

    @property
    def same_period(self) -> Row:
        """Gives the cycle the period of the guess."""
        return self._number(PERIOD_PLACE), self.period

    def _number(self, place: int) -> Array:
        row = np.zeros_like(self.length[0])
        row[place] = 1.0
        return row


class CycleCondition(ABC):
    """The condition that distinguishes the limit cycles of one kind of curve from others.

    Attributes
    ----------
    kind : str
        Name of the special cycles.
    plural : str
        Plural of this name.
    further : int
        Number of further variables for each of the membrane's: 0 or 1.
    multiplier : float
        Factor by which the further variables are multiplied after a period.
    holds_period : bool
        Whether all cycles of a curve have the same period.
    ends_at : str
        The special point of equilibria at which the amplitude of a curve's cycles vanishes; "" if it never does.
    """

    kind: str
    plural: str
    further: int = 1
    multiplier: float = 1.0
    holds_period: bool = False
    ends_at: str = ""

    def signs(self, n: int) -> Array:
        """Return the factors with which n variables and the further ones return after a period."""
        return np.append(np.ones(n), np.full(self.further * n, self.multiplier))

    def slopes(self, plane: ParameterPlane, states: Array, sigma: float, p: Array) -> Slopes:
        """Return the equations ``u' = f, v' = J v + sigma f`` without the period.

        Parameters
        ----------
        plane : ParameterPlane
        states : array (rows, 2 n)
            u and v.
        sigma : float
            [1/ms]
        p : array (2,)
        """
        n = plane.size
        u, v = np.ascontiguousarray(states[:, :n]), states[:, n:]
        f, J = plane.slopes(u, p), plane.jacobians(u, p)
        step = JACOBIAN_DIFFERENCE / max(float(np.linalg.norm(v, axis=1).max()), 1e-6)
        bent = (plane.jacobians(u + step * v, p) - plane.jacobians(u - step * v, p)) / (2 * step)
        slopes, jacobians = plane.by_parameters(u, p), plane.jacobians_by_parameters(u, p)
        matrix = np.zeros((len(u), 2 * n, 2 * n))
        matrix[:, :n, :n] = matrix[:, n:, n:] = J
        matrix[:, n:, :n] = bent + sigma * J
        by_numbers = np.zeros((len(u), 2 * n, 3))
        by_numbers[:, n:, 0] = f
        by_numbers[:, :n, 1:] = slopes
        by_numbers[:, n:, 1:] = np.einsum("rabk,rb->rak", jacobians, v) + sigma * slopes
        flow = np.concatenate([f, np.einsum("rab,rb->ra", J, v) + sigma * f], axis=1)
        return Slopes(flow, matrix, by_numbers)

    @abstractmethod
    def rows(self, functionals: Functionals) -> tuple[Row, Row]:
        """Return the two functionals that complete the equations of further variables and sigma."""

    @abstractmethod
    def begun(self, plane: ParameterPlane, cycle: Orbit, p: Array) -> tuple[Loop, float]:
        """Return further variables of a cycle, and the change in its period, from the linearised equations."""


def joined(u: Loop, v: Loop) -> Loop:
    """Return a loop with further variables."""
    return replace(
        u, starts=np.concatenate([u.starts, v.starts], axis=-1), inner=np.concatenate([u.inner, v.inner], axis=-1)
    )
