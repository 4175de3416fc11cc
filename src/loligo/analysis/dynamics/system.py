"""A membrane as a system with one free parameter: ``dz/dt = f(z, p)`` in variables of size one.

Every variable is counted in its own unit (the scale of v, a tenth of a gate's range, what a further state settles to),
so that lengths, angles and residuals of whole states mean something. Of each conserved sum of further states one
variable follows from the others and is left out, so that no Jacobian is singular because of a sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._units import CURRENT, number
from loligo.kernel import compiled
from loligo.resting.conserved import sums_with
from loligo.resting.level_set import LevelSets
from loligo.resting.search import span
from loligo.resting.settling import solutions_at
from loligo.resting.slaved import Slaved
from loligo.simulation.engine import scales

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.resting import Rest
    from loligo.resting.conserved import Sums
    from loligo.resting.level_set import LevelSet

STIMULUS = "I"
SLOWEST = 5e3  # times the fastest time constant: what is slower is not waited for
FURTHEST = 5.0  # times the range in which equilibria are sought first: there a branch ends
PLACES = (0.0, 0.382, 0.724, 1.0)  # of the range: where conserved sums are compared
PART = 1e-5  # of the size of a parameter: the step of its differences


class System:
    """The right-hand side and its derivatives over rows of scaled states, and the one parameter that is free.

    Scaled states hold the variables that are free where conserved sums have the values of the guesses.

    Parameters
    ----------
    membrane : Membrane
    parameter : str
        "I" for a constant current, or a parameter of the membrane.
    span : (float, float)
        Between which values it is followed.
    current : float
        The constant current while another parameter is free [µA/cm²].
    """

    def __init__(self, membrane: Membrane, parameter: str, span: tuple[float, float], current: float) -> None:
        self.membrane, self.parameter, self.span, self.current = membrane, parameter, span, current
        self.kernel, self._plain = compiled(membrane)
        self.width = span[1] - span[0]
        self.unit = parameter_unit(membrane, parameter)
        self._own = np.array([one.value for one in membrane.parameters.values()])
        self._index = -1 if parameter == STIMULUS else list(membrane.parameters).index(parameter)
        self._prepared: dict[float, NDArray[np.float64]] = {}
        self._level_sets = LevelSets(membrane, [self._sums(float(p)) for p in span[0] + np.array(PLACES) * self.width])
        self._free = self.level_set(span[0]).free
        self.scale, self.size = sizes(membrane)[self._free], self._free.size

    def membrane_at(self, p: float) -> Membrane:
        """Return the membrane with the parameter at a value."""
        return self.membrane if self.parameter == STIMULUS else self.membrane.replace(**{self.parameter: p})

    def current_at(self, p: float) -> float:
        """Return the constant current [µA/cm²] at a value of the parameter."""
        return p if self.parameter == STIMULUS else self.current

    def parameters_at(self, p: float) -> NDArray[np.float64]:
        """Return all numbers of the membrane at a value of the parameter, in the kernel's order."""
        values = self._own.copy()
        if self._index >= 0:
            values[self._index] = p
        return values

    def slopes(self, z: NDArray[np.float64], p: float) -> NDArray[np.float64]:
        """Return dz/dt [1/ms] of each row of scaled states, shape (rows, variables)."""
        level = self.level_set(p)
        whole = self.kernel.slopes(self.current_at(p), level.whole(z * self.scale), self._constants(p))
        slopes: NDArray[np.float64] = level.part(whole) / self.scale
        return slopes

    def jacobians(self, z: NDArray[np.float64], p: float) -> NDArray[np.float64]:
        """Return the derivative of `slopes` in the state, shape (rows, variables, variables)."""
        level = self.level_set(p)
        entries = self.kernel.jacobians(level.whole(z * self.scale), self._constants(p))
        jacobians: NDArray[np.float64] = level.jacobian(entries) * (self.scale / self.scale[:, None])
        return jacobians

    def by_parameter(self, z: NDArray[np.float64], p: float) -> NDArray[np.float64]:
        """Return the derivative of `slopes` in the parameter, shape (rows, variables)."""
        if self.parameter == STIMULUS:
            slope = np.zeros_like(z)
            slope[:, 0] = 1.0 / (self.membrane.C * self.scale[0])
            return slope
        step = PART * max(abs(p), 1e-2 * self.width)
        return (self.slopes(z, p + step) - self.slopes(z, p - step)) / (2 * step)

    def level_set(self, p: float) -> LevelSet:
        """Return the states with the conserved sums of the guesses at a value of the parameter."""
        return self._level_sets.at(p, lambda: self._sums(p))

    def state(self, z: NDArray[np.float64], p: float) -> NDArray[np.float64]:
        """Return plain values [mV, 1, own units] of all variables from scaled ones."""
        return self.level_set(p).whole(z * self.scale)

    def scaled(self, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scaled values of the free variables from plain ones of all, shape (..., free)."""
        scaled: NDArray[np.float64] = state[..., self._free] / self.scale
        return scaled

    def _sums(self, p: float) -> Sums:
        return sums_with(self.membrane, self.kernel, self._constants(p))

    def _constants(self, p: float) -> NDArray[np.float64]:
        if self._index < 0:
            return self._plain
        if p not in self._prepared:
            if len(self._prepared) > 16:
                self._prepared.clear()
            self._prepared[p] = self.kernel.prepared_from(self.parameters_at(p))
        return self._prepared[p]


def slowest(home: Rest) -> float:
    """Return the slowest time constant at rest that is waited for [ms]: no more than 5000 times the fastest."""
    rates = np.abs(home.eigenvalues)
    return 1 / float(np.maximum(rates, rates.max() / SLOWEST).min())


def furthest(membrane: Membrane) -> tuple[float, float]:
    """Return between which potentials branches of equilibria are followed [mV]."""
    low, high = span(membrane)
    return FURTHEST * low, FURTHEST * high


def sizes(membrane: Membrane) -> NDArray[np.float64]:
    """Return the unit of every variable; of a further state, what it settles to in the middle of its range."""
    found = scales(membrane)[0].copy()
    count = len(membrane.states)
    if count:
        ways = solutions_at(Slaved(membrane, 0.0), membrane.v_scale * np.arange(-8.0, 5.0))
        settled = [
            np.abs(way).min(axis=0) for way in ways if len(way)
        ]  # of several the smallest, which is the finer unit
        found[-count:] = np.maximum(found[-count:], np.median(settled, axis=0)) if settled else found[-count:]
    return found


def parameter_unit(membrane: Membrane, parameter: str) -> str:
    """Return the unit of a parameter.

    Raises
    ------
    UnknownNameError
        Neither "I" nor a parameter of the membrane.
    """
    if parameter == STIMULUS:
        return CURRENT
    if parameter not in membrane.parameters:
        raise unknown_name(f"parameter of {membrane.name}", parameter, [STIMULUS, *membrane.parameters])
    return membrane.parameters[parameter].unit


def checked_span(membrane: Membrane, parameter: str, span: Any) -> tuple[float, float]:
    """Return the two ends of a range, both of which the membrane can have.

    Raises
    ------
    ArgumentError, UnitError
        Not two numbers, an empty range, a value that the parameter cannot have.
    """
    unit = parameter_unit(membrane, parameter)
    try:
        low, high = span
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"The range is two values, such as (0, 200); got {span!r}.") from error
    ends = number(low, unit, "the range's first end"), number(high, unit, "the range's second end")
    if not ends[0] < ends[1]:
        raise ArgumentError(f"The range must go upwards, such as (0, 200); got ({ends[0]:g}, {ends[1]:g}).")
    if parameter != STIMULUS:
        for end in ends:
            membrane.replace(**{parameter: end})
    return ends
