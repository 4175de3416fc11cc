"""The stable equilibria that a rest belongs to, and where they lose their stability."""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import RestError
from loligo.dynamics.equilibria import EquilibriumCurve
from loligo.dynamics.system import STIMULUS, System
from loligo.resting.roots import bracketed_root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.firing.settling import Equilibrium, Settler
    from loligo.resting import Rest

STEP, SHORTEST = 0.1, 1e-7  # lengths along the equilibria, in scaled variables and natural currents
LENGTHENED: Final = 0.1  # of the distance from the start: a step may be as long
TURN: Final = 0.98  # cosine of the largest angle between neighbouring tangents


class RestingBranch:
    """The stable equilibria that a rest belongs to, followed to higher currents until they lose their stability.

    Attributes
    ----------
    start : Rest
    lost : Equilibrium or None
        Where stability was lost, or where the equilibria could be followed no further; None as long as neither was met.
    lost_at : float
        At which current [µA/cm²]; else infinite.
    note : str
        Where Newton's method ended, if it did.
    """

    def __init__(self, settler: Settler, start: Rest, unit: float) -> None:
        self.start = start
        self.lost: Equilibrium | None = None
        self.lost_at, self.note = math.inf, ""
        self._settler = settler
        span = (start.current, start.current + 20.0 * unit)  # the curve counts currents in a twentieth of it
        self._curve = EquilibriumCurve(System(start.membrane, STIMULUS, span, 0.0))
        point = self._curve.point(self._curve.system.scaled(start.state), start.current)
        upwards = np.zeros(point.size)
        upwards[-1] = 1.0
        self._points, self._tangent, self._step = [point], self._curve.tangent(point, upwards), STEP

    def holds(self, current: float) -> bool:
        """Tell whether the equilibrium is still stable at a current."""
        while math.isinf(self.lost_at) and self._curve.value(self._points[-1]) < current:
            self._advance()
        return current < self.lost_at

    def state_at(self, current: float) -> NDArray[np.float64]:
        """Return the equilibrium at a current at which it holds.

        Raises
        ------
        RestError
            Newton's method does not converge there.
        """
        after = bisect_left(self._points, current, key=self._curve.value)
        near = self._points[max(0, after - 1)]
        found = self._curve.with_parameter(near, current)
        if found is None:
            raise RestError(
                f"{self.start.membrane.name} has a stable rest on both sides of {current:g} µA/cm², but Newton's "
                "method does not converge there."
            )
        return self._state(found)

    @property
    def left(self) -> NDArray[np.float64]:
        """The state just beside the equilibrium at which stability was lost: a current above it starts there."""
        if self.lost is None:
            raise RestError(f"{self.start.membrane.name} has no finite Jacobian at {self.lost_at:g} µA/cm².")
        return self._settler.displaced(self.lost)

    def _advance(self) -> None:
        """Take one step, and locate where stability is lost within it."""
        curve, x, tangent = self._curve, self._points[-1], self._tangent
        there = curve.between(x, tangent, self._step)
        turned = tangent if there is None else curve.tangent(there, tangent)
        if there is None or turned @ tangent < TURN:
            self._step /= 2
            if self._step < SHORTEST:
                self._end(x, f"equilibria could be followed up to {curve.value(x):g} µA/cm² only.")
            return
        at_there = self._growth(there)
        if at_there >= 0 or turned[-1] <= 0:
            self._locate(x, tangent, float(tangent @ (there - x)), at_there)
            return
        self._points.append(there)
        self._tangent = turned
        self._step = min(1.5 * self._step, max(STEP, LENGTHENED * abs(there[-1] - self._points[0][-1])))

    def _growth(self, x: NDArray[np.float64] | None) -> float:
        """Return the largest real part of an eigenvalue."""
        if x is None:
            return math.nan
        found = self._settler.with_eigenvalues(self._state(x))
        return math.nan if found is None else found.growth

    def _state(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the plain state at a point of the curve."""
        return self._curve.state(x)

    def _locate(self, x: NDArray[np.float64], tangent: NDArray[np.float64], length: float, at_end: float) -> None:
        def along(s: float) -> float:
            return self._growth(self._curve.between(x, tangent, s))

        at_start = along(0.0)
        s = bracketed_root(along, 0.0, length, at_start, at_end, width=1e-13) if at_start < 0 <= at_end else length
        point = self._curve.between(x, tangent, s)
        if point is None:
            self._end(x, f"stability is lost near {self._curve.value(x):g} µA/cm², not located further.")
        else:
            self._end(point, "")

    def _end(self, x: NDArray[np.float64], note: str) -> None:
        self.lost = self._settler.with_eigenvalues(self._state(x))
        self.lost_at, self.note = self._curve.value(x), note
