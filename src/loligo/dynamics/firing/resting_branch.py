"""The stable equilibria that a rest belongs to, and where they lose their stability."""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import RestError
from loligo.dynamics.continuation import MAX_STEP_GROWTH, advanced, located
from loligo.dynamics.equilibria import EquilibriumCurve
from loligo.dynamics.system import PARTS_OF_RANGE, STIMULUS, System
from loligo.dynamics.zeros import Branch, Place, begun

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.firing.settling import Equilibrium, Settler
    from loligo.resting import Rest

LOSS_WIDTH: Final = 1e-13  # scaled: width of the bracket, along the equilibria, in which stability is lost
STEP: Final = 0.1  # length of the first step along the equilibria, in scaled variables and natural currents
LENGTHENED: Final = 0.1  # the longest step, as a fraction of the distance in current from the start


class RestingBranch:
    """The stable equilibria that a rest belongs to, followed to higher currents until they lose their stability.

    Attributes
    ----------
    start : Rest
    lost : Equilibrium or None
        The point at which stability was lost, or beyond which equilibria could not be followed; None until it is
        reached.
    lost_at : float
        Current at which stability was lost [µA/cm²]; infinite if it was not.
    note : str
        Where Newton's method failed, if it did.
    """

    def __init__(self, settler: Settler, start: Rest, unit: float) -> None:
        self.start = start
        self.lost: Equilibrium | None = None
        self.lost_at, self.note = math.inf, ""
        self._settler = settler
        span = (start.current, start.current + PARTS_OF_RANGE * unit)  # makes the given current the unit of currents
        self._curve = EquilibriumCurve(System(start.membrane, STIMULUS, span, 0.0))
        point = self._curve.point(self._curve.system.scaled(start.state), start.current)
        first = begun(self._curve, point)
        self._branch, self._places, self._step = Branch(self._curve, first), [first], STEP

    def holds(self, current: float) -> bool:
        """Tell whether the equilibrium is still stable at a current."""
        while math.isinf(self.lost_at) and self._current(self._places[-1]) < current:
            self._advance()
        return current < self.lost_at

    def state_at(self, current: float) -> NDArray[np.float64]:
        """Return the equilibrium at a current up to which it is stable.

        Raises
        ------
        RestError
            Newton's method does not converge there.
        """
        after = bisect_left(self._places, current, key=self._current)
        near = self._places[max(0, after - 1)].x
        found = self._curve.with_parameter(near, current)
        if found is None:
            raise RestError(
                f"{self.start.membrane.name} has a stable rest on both sides of {current:g} µA/cm², but Newton's "
                "method does not converge there."
            )
        return self._state(found)

    @property
    def left(self) -> NDArray[np.float64]:
        """The state next to the equilibrium at which stability was lost, from which runs at higher currents start."""
        if self.lost is None:
            raise RestError(f"{self.start.membrane.name} has no finite Jacobian at {self.lost_at:g} µA/cm².")
        return self._settler.displaced(self.lost)

    def _advance(self) -> None:
        """Take one step, and locate where stability is lost within it."""
        x, tangent = place = self._places[-1]
        taken = advanced(self._branch, place, self._step)
        if taken is None:
            self._end(x, f"equilibria could be followed only up to {self._current(place):g} µA/cm².")
            return
        there, self._step = taken
        growth = self._growth(there.x)
        if growth >= 0 or there.tangent[-1] <= 0:
            self._locate(place, float(tangent @ (there.x - x)), growth)
            return
        self._places.append(there)
        longest = max(STEP, LENGTHENED * abs(there.x[-1] - self._places[0].x[-1]))
        self._step = min(MAX_STEP_GROWTH * self._step, longest)

    def _current(self, place: Place) -> float:
        """Return the current at a place [µA/cm²]."""
        return self._curve.value(place.x)

    def _growth(self, x: NDArray[np.float64]) -> float:
        """Return the largest real part of an eigenvalue."""
        found = self._settler.with_eigenvalues(self._state(x))
        return math.nan if found is None else found.growth

    def _state(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the unscaled state at a point of the curve."""
        return self._curve.state(x)

    def _locate(self, place: Place, length: float, at_end: float) -> None:
        """End where stability is lost on the step from a place, or at the end of the step."""
        point_at = partial(self._curve.between, *place)
        at_start = self._growth(place.x)
        if at_start < 0 <= at_end:
            point = located(point_at, self._growth, (0.0, length), (at_start, at_end), LOSS_WIDTH)
        else:
            point = point_at(length)
        if point is None:
            self._end(place.x, f"stability is lost near {self._current(place):g} µA/cm², not located exactly.")
        else:
            self._end(point, "")

    def _end(self, x: NDArray[np.float64], note: str) -> None:
        self.lost = self._settler.with_eigenvalues(self._state(x))
        self.lost_at, self.note = self._curve.value(x), note
