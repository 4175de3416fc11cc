"""Equations whose solutions, in two parameters, are curves of Hopf points and of saddle-nodes.

An unknown is one array: the scaled state z, both parameters in their units along a curve, a vector q of length one,
and for Hopf points a number kappa. With J the derivative of f in z,

* saddle-nodes: ``f = 0, J q = 0, q q = 1``, a zero eigenvalue;
* Hopf points: ``f = 0, J² q + kappa q = 0, q q = 1, r q = 0``, a pair ``±i sqrt(kappa)``, with r any fixed vector that
  is not orthogonal to the plane of the pair. Where kappa reaches zero the pair is a double zero eigenvalue
  (Bogdanov-Takens), and the curve continues, without a Hopf point, as two real eigenvalues of opposite sign.

The second derivatives of f that Newton's method needs enter only as differences of J along one or two directions;
what is solved for is free of them.

Source
------
Roose D, Hlavacek V (1985) A direct method for the computation of Hopf bifurcation points. SIAM J Appl Math 45:879-894,
doi:10.1137/0145053. Kuznetsov YA (2004) Elements of applied bifurcation theory, 3rd ed., Springer, section 10.3,
doi:10.1007/978-1-4757-3978-7.
"""

from __future__ import annotations

import math
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

PLURALS: Final = {HOPF: "Hopf points", SADDLE_NODE: "saddle-nodes"}
FIRST_KAPPA: Final = 0.05  # kappa at the start of a curve: it may grow a thousandfold, and should not make steps short


class Conditions(Zeros):
    """The equations of one kind of bifurcation of equilibria.

    Parameters
    ----------
    plane : ParameterPlane
    kind : {"Hopf", "saddle-node"}
    """

    def __init__(self, plane: ParameterPlane, kind: str) -> None:
        self.plane, self.kind, self.plural = plane, kind, PLURALS[kind]
        super().__init__(plane, f"A curve of {self.plural}")
        self.turning = kind == HOPF
        self.unit = 1.0  # of kappa, 1/ms²

    def begun(self, state: Array, p: Array) -> Array:
        """Return the unknown of a bifurcation that is known already, at a plain state."""
        z = self.plane.scaled(state)
        jacobian = self.plane.jacobians(z[None], p)[0]
        if not self.turning:
            q = np.linalg.svd(jacobian)[2][-1]
            return np.concatenate([z, p / self.plane.units, q])
        eigenvalue, vector = oscillation(jacobian)
        self.unit = eigenvalue.imag**2 / FIRST_KAPPA
        q = vector.real / np.linalg.norm(vector.real)
        return np.concatenate([z, p / self.plane.units, q, [FIRST_KAPPA]])

    def begun_at_double_zero(self, state: Array, p: Array) -> Array:
        """Return the unknown of the Hopf point of no frequency at a double zero eigenvalue."""
        z = self.plane.scaled(state)
        jacobian = self.plane.jacobians(z[None], p)[0]
        null = np.linalg.svd(jacobian)[2][-1]
        q = np.linalg.lstsq(jacobian, null, rcond=1e-8)[0]  # J q is the null vector, so that q and J q span the plane
        return np.concatenate([z, p / self.plane.units, q / np.linalg.norm(q), [0.0]])

    def kappa(self, x: Array) -> float:
        """Return the square of the frequency [1/ms²] at a Hopf point; NaN at a saddle-node."""
        return float(x[-1]) * self.unit if self.turning else math.nan

    def fixed(self, near: Array) -> Array:
        """Return r at Hopf points: in the plane of the pair, at a right angle to q."""
        if not self.turning:
            return near
        n, x = self.plane.size, near
        q = x[n + 2 : 2 * n + 2]
        r = self.jacobian(x) @ q
        r = r - (r @ q) * q
        length = np.linalg.norm(r)
        return r / length if length > 0 else np.roll(q, 1)

    def residual(self, x: Array, fixed: Array) -> Array:
        """Return the residual of the equations."""
        n = self.plane.size
        f, q, J = self.slopes(x), x[n + 2 : 2 * n + 2], self.jacobian(x)
        if not self.turning:
            return np.concatenate([f, J @ q, [q @ q - 1]])
        return np.concatenate([f, J @ (J @ q) / self.unit + x[-1] * q, [q @ q - 1, fixed @ q]])

    def derivative(self, x: Array, fixed: Array) -> Array:
        """Return the derivative of `residual`, shape (equations, unknowns): one unknown more than equations."""
        n, plane = self.plane.size, self.plane
        z, p, q, J = x[:n], self.values(x), x[n + 2 : 2 * n + 2], self.jacobian(x)
        jacobians = plane.jacobians_by_parameters(z[None], p)[0] * plane.units
        matrix = np.zeros((2 * n + 1 + self.turning, 2 * n + 2 + self.turning))
        matrix[:n, :n], matrix[:n, n : n + 2] = J, self.by_parameters(x)
        bent = self.bent(x, q)
        by_parameters = np.einsum("abk,b->ak", jacobians, q)
        if self.turning:
            Jq = J @ q
            bent = (self.bent(x, Jq) + J @ bent) / self.unit
            by_parameters = (np.einsum("abk,b->ak", jacobians, Jq) + J @ by_parameters) / self.unit
            J = J @ J / self.unit + x[-1] * np.eye(n)
            matrix[n : 2 * n, -1] = q
            matrix[-1, n + 2 : 2 * n + 2] = fixed
        matrix[n : 2 * n, :n], matrix[n : 2 * n, n : n + 2] = bent, by_parameters
        matrix[n : 2 * n, n + 2 : 2 * n + 2] = J
        matrix[2 * n, n + 2 : 2 * n + 2] = 2 * q
        return matrix

    def bent(self, x: Array, direction: Array) -> Array:
        """Return the derivative of J along a direction of the state."""
        n = self.plane.size
        length = float(np.linalg.norm(direction)) or 1.0
        step = JACOBIAN_DIFFERENCE / length * direction
        rows = np.stack([x[:n] + step, x[:n] - step])
        more, less = self.plane.jacobians(rows, self.values(x))
        change: Array = (more - less) * (length / (2 * JACOBIAN_DIFFERENCE))
        return change

    def left(self, x: Array) -> float:
        """Return the largest rate of change, or the distance of the critical eigenvalue from where it should be."""
        f = float(np.abs(self.slopes(x)).max())
        values = np.linalg.eigvals(self.jacobian(x))
        if not self.turning:
            return max(f, float(np.abs(values).min()))
        pair = values[np.argsort(np.abs(values**2 + self.kappa(x)))[:2]]
        return max(f, abs(float(pair.sum().real)) / 2)


class BifurcationBranch(Branch):
    """A curve of bifurcations that is followed one way until it leaves the ranges, closes, or has no frequency left."""

    def __init__(self, conditions: Conditions, start: Place) -> None:
        super().__init__(conditions, start)
        self.turning = conditions.turning

    def ends_after(self, points: Sequence[Place]) -> Ending[Place] | None:
        """End where v is beyond any potential of the membrane, and past a double zero eigenvalue."""
        past = self.turning and points[-1].x[-1] < 0
        return super().ends_after(points) or (Ending() if past else None)
