"""Equations whose solutions, in two parameters, are curves of Hopf points and of saddle-nodes.

An unknown is one array: the scaled state z, both parameters in their units along a curve, a vector q of length one,
and for Hopf points a number kappa. With J the derivative of f with respect to z,

* saddle-nodes: ``f = 0, J q = 0, q q = 1``, a zero eigenvalue;
* Hopf points: ``f = 0, J² q + kappa q = 0, q q = 1, r q = 0``, a pair ``±i sqrt(kappa)``, where r is any fixed vector
that is not orthogonal to the plane of the pair. Where kappa reaches zero the pair is a double zero eigenvalue
  (Bogdanov-Takens), and the curve continues, without a Hopf point, as two real eigenvalues of opposite sign.

The second derivatives of f that Newton's method needs are approximated by differences of J along one or two directions;
they do not affect the solution.

Source
------
Roose D, Hlavacek V (1985) A direct method for the computation of Hopf bifurcation points. SIAM J Appl Math 45:879-894,
doi:10.1137/0145053. Kuznetsov YA (2004) Elements of applied bifurcation theory, 3rd ed., Springer, section 10.3,
doi:10.1007/978-1-4757-3978-7.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.branch import HOPF, SADDLE_NODE
from loligo.dynamics.continuation import Ending
from loligo.dynamics.criticality import oscillation
from loligo.dynamics.system import JACOBIAN_DIFFERENCE
from loligo.dynamics.zeros import Branch, Place, Zeros

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane

    Array = NDArray[np.float64]

FIRST_KAPPA: Final = 0.05  # scaled kappa at the start of a curve: it may grow a thousandfold without shortening steps


class Conditions(Zeros):
    """The equations of one kind of bifurcation of equilibria.

    Parameters
    ----------
    plane : ParameterPlane

    Attributes
    ----------
    kind : str
        Name of the bifurcation.
    plural : str
        Plural of this name.
    oscillating : bool
        Whether cycles arise at its points, which then have a first Lyapunov coefficient.
    unit : float
        Scale of kappa along a curve of Hopf points [1/ms²].
    """

    kind: str
    plural: str
    oscillating: bool = False
    unit: float = 1.0

    def __init__(self, plane: ParameterPlane) -> None:
        self.plane = plane
        super().__init__(plane, f"A curve of {self.plural}")

    @abstractmethod
    def begun(self, state: Array, p: Array) -> Array:
        """Return the vector of unknowns for a known bifurcation, at an unscaled state."""

    @abstractmethod
    def left(self, x: Array) -> float:
        """Return the larger of the largest rate of change and the critical eigenvalue's error."""

    def vector(self, x: Array) -> Array:
        """Return q."""
        n = self.plane.size
        return x[n + 2 : 2 * n + 2]

    def kappa(self, x: Array) -> float:
        """Return the square of the frequency [1/ms²], below zero where a curve of Hopf points has ended; else NaN."""
        return math.nan

    def likewise(self, other: Conditions, x: Array) -> Array:
        """Return the unknowns of another curve of this kind in the units of this curve."""
        return x

    def bent(self, x: Array, direction: Array) -> Array:
        """Return the derivative of J along a direction of the state."""
        n = self.plane.size
        length = float(np.linalg.norm(direction)) or 1.0
        step = JACOBIAN_DIFFERENCE / length * direction
        rows = np.stack([x[:n] + step, x[:n] - step])
        more, less = self.plane.jacobians(rows, self.values(x))
        change: Array = (more - less) * (length / (2 * JACOBIAN_DIFFERENCE))
        return change

    def jacobians_by_parameters(self, x: Array) -> Array:
        """Return the derivative of J with respect to the parameters, in their units, shape (n, n, 2)."""
        n, plane = self.plane.size, self.plane
        slopes: Array = plane.jacobians_by_parameters(x[None, :n], self.values(x))[0] * plane.units
        return slopes

    def rows(self, x: Array, by_state: Array, by_parameters: Array, by_vector: Array) -> Array:
        """Return the derivatives of f, the bifurcation condition and q q - 1 for state, parameters and q."""
        n = self.plane.size
        matrix = np.zeros((2 * n + 1, 2 * n + 2))
        matrix[:n, :n], matrix[:n, n : n + 2] = self.jacobian(x), self.by_parameters(x)
        matrix[n : 2 * n, :n], matrix[n : 2 * n, n : n + 2] = by_state, by_parameters
        matrix[n : 2 * n, n + 2 :] = by_vector
        matrix[2 * n, n + 2 :] = 2 * self.vector(x)
        return matrix


class SaddleNodeConditions(Conditions):
    """The equations of saddle-nodes: an eigenvalue is zero."""

    kind, plural = SADDLE_NODE, "saddle-nodes"

    def begun(self, state: Array, p: Array) -> Array:
        """Return the vector of unknowns for a known saddle-node, at an unscaled state."""
        z = self.plane.scaled(state)
        q = np.linalg.svd(self.plane.jacobians(z[None], p)[0])[2][-1]
        return np.concatenate([z, p / self.plane.units, q])

    def residual(self, x: Array, fixed: Array) -> Array:
        """Return the residual of the equations."""
        q = self.vector(x)
        return np.concatenate([self.slopes(x), self.jacobian(x) @ q, [q @ q - 1]])

    def derivative(self, x: Array, fixed: Array) -> Array:
        """Return the derivative of `residual`, shape (equations, unknowns): one unknown more than equations."""
        q = self.vector(x)
        by_parameters = np.einsum("abk,b->ak", self.jacobians_by_parameters(x), q)
        return self.rows(x, self.bent(x, q), by_parameters, self.jacobian(x))

    def left(self, x: Array) -> float:
        """Return the larger of the largest rate of change and the critical eigenvalue's distance from zero."""
        values = np.linalg.eigvals(self.jacobian(x))
        return max(float(np.abs(self.slopes(x)).max()), float(np.abs(values).min()))


class HopfConditions(Conditions):
    """The equations of Hopf points and neutral saddles: two eigenvalues are imaginary, or real and opposite."""

    kind, plural, oscillating = HOPF, "Hopf points", True

    def begun(self, state: Array, p: Array) -> Array:
        """Return the vector of unknowns for a known Hopf point, at an unscaled state."""
        z = self.plane.scaled(state)
        eigenvalue, vector = oscillation(self.plane.jacobians(z[None], p)[0])
        self.unit = eigenvalue.imag**2 / FIRST_KAPPA
        q = vector.real / np.linalg.norm(vector.real)
        return np.concatenate([z, p / self.plane.units, q, [FIRST_KAPPA]])

    def begun_at_double_zero(self, state: Array, p: Array) -> Array:
        """Return the vector of unknowns for the Hopf point of zero frequency at a double zero eigenvalue."""
        z = self.plane.scaled(state)
        jacobian = self.plane.jacobians(z[None], p)[0]
        null = np.linalg.svd(jacobian)[2][-1]
        q = np.linalg.lstsq(jacobian, null, rcond=1e-8)[0]  # J q is the null vector, so that q and J q span the plane
        return np.concatenate([z, p / self.plane.units, q / np.linalg.norm(q), [0.0]])

    def kappa(self, x: Array) -> float:
        """Return the square of the frequency [1/ms²]."""
        return float(x[-1]) * self.unit

    def likewise(self, other: Conditions, x: Array) -> Array:
        """Return the unknowns of another curve of Hopf points, with kappa in the unit of this curve."""
        changed = x.copy()
        changed[-1] *= other.unit / self.unit
        return changed

    def fixed(self, near: Array) -> Array:
        """Return r: in the plane of the pair, at a right angle to q."""
        q = self.vector(near)
        r = self.jacobian(near) @ q
        r = r - (r @ q) * q
        length = np.linalg.norm(r)
        return r / length if length > 0 else np.roll(q, 1)

    def residual(self, x: Array, fixed: Array) -> Array:
        """Return the residual of the equations."""
        f, q, J = self.slopes(x), self.vector(x), self.jacobian(x)
        return np.concatenate([f, J @ (J @ q) / self.unit + x[-1] * q, [q @ q - 1, fixed @ q]])

    def derivative(self, x: Array, fixed: Array) -> Array:
        """Return the derivative of `residual`, shape (equations, unknowns): one unknown more than equations."""
        n, q, J, jacobians = self.plane.size, self.vector(x), self.jacobian(x), self.jacobians_by_parameters(x)
        Jq = J @ q
        bent = (self.bent(x, Jq) + J @ self.bent(x, q)) / self.unit
        twice = np.einsum("abk,b->ak", jacobians, Jq) + J @ np.einsum("abk,b->ak", jacobians, q)
        matrix = np.zeros((2 * n + 2, 2 * n + 3))
        matrix[:-1, :-1] = self.rows(x, bent, twice / self.unit, J @ J / self.unit + x[-1] * np.eye(n))
        matrix[n : 2 * n, -1] = q
        matrix[-1, n + 2 : 2 * n + 2] = fixed
        return matrix

    def left(self, x: Array) -> float:
        """Return the larger of the largest rate of change and the pair's distance from the imaginary axis."""
        values = np.linalg.eigvals(self.jacobian(x))
        pair = values[np.argsort(np.abs(values**2 + self.kappa(x)))[:2]]
        return max(float(np.abs(self.slopes(x)).max()), abs(float(pair.sum().real)) / 2)


EQUILIBRIUM_CONDITIONS: Final = {one.kind: one for one in (HopfConditions, SaddleNodeConditions)}


class BifurcationBranch(Branch):
    """A curve of Hopf points or saddle-nodes, followed one way until it leaves the ranges, closes or ends.

    A curve of Hopf points ends where the frequency of the oscillation reaches zero.
    """

    def __init__(self, conditions: Conditions, start: Place) -> None:
        super().__init__(conditions, start)
        self.conditions = conditions

    def ends_after(self, points: Sequence[Place]) -> Ending[Place] | None:
        """End where v is beyond any potential of the membrane, and past a double zero eigenvalue."""
        past = self.conditions.kappa(points[-1].x) < 0
        return super().ends_after(points) or (Ending() if past else None)
