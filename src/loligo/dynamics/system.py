"""A membrane as a system with free parameters: ``dz/dt = f(z, p)`` in variables of size one.

Every variable is measured in its own unit (the scale of v, a tenth of a gate's range, the steady value of a further
state), so that lengths, angles and residuals of whole states are meaningful. For each conserved sum of further states
one variable follows from the others and is left out, so that sums make no Jacobian singular.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import unknown_name
from loligo._units import CURRENT, interval
from loligo.kernel import compiled
from loligo.resting.conserved import sums_with
from loligo.resting.level_set import LevelSets
from loligo.resting.search import span
from loligo.resting.settling import solutions_at
from loligo.resting.slaved import Slaved
from loligo.simulation.engine import scales

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.resting import Rest
    from loligo.resting.conserved import Sums
    from loligo.resting.level_set import LevelSet

    Array = NDArray[np.float64]
    Values = tuple[float, ...]

STIMULUS = "I"
MAX_TIME_RATIO = 5e3  # relative to the fastest time constant: runs do not wait for processes that are slower than this
RANGE_FACTOR = 5.0  # times the range of v in which equilibria are first searched for: branches end beyond
COMPARED_PLACES = (0.0, 0.382, 0.724, 1.0)  # fractions of the range at which conserved sums are compared
PARTS_OF_RANGE = 20.0  # the unit of a parameter along branches and curves is its range divided by this
RANGE_SLACK = 1e-9  # fraction of a range: a parameter may lie this far outside, because of rounding
JACOBIAN_DIFFERENCE = 1e-5  # scaled step of differences of Jacobians along a direction
RELATIVE_DIFFERENCE = 1e-5  # step of differences in a parameter, as a fraction of its size
LEAST_PARAMETER_SIZE = 1e-2  # smallest size of a parameter for such a step, as a fraction of its range
MAX_PREPARED = 32  # largest number of parameter values whose constants are cached


class Equations:
    """A membrane's right-hand side and its derivatives over rows of scaled states, with some of its parameters free.

    Scaled states contain only the free variables; the others follow from the conserved sums of the initial guesses. The
    argument p contains the values of the free parameters: a number, or an array with one value each.

    Parameters
    ----------
    membrane : Membrane
    names : tuple of str
        "I" for the constant current, or parameters of the membrane.
    spans : tuple of (float, float)
        Range of each parameter, in its unit.
    current : float
        The constant current if "I" is not a free parameter [µA/cm²].

    Attributes
    ----------
    size : int
        The number of free variables.
    scale : array (variables,)
        The unit of each variable.
    widths : array (parameters,)
        Widths of the ranges.
    units : array (parameters,)
        Units in which the parameters are measured along branches and curves.
    """

    def __init__(
        self, membrane: Membrane, names: tuple[str, ...], spans: tuple[tuple[float, float], ...], current: float
    ) -> None:
        self.membrane, self.names, self.spans, self.current = membrane, names, spans, current
        self.kernel, self._plain = compiled(membrane)
        known = list(membrane.parameters)
        self._own = np.array([one.value for one in membrane.parameters.values()])
        self.widths = np.array([high - low for low, high in spans])
        self.units = self.widths / PARTS_OF_RANGE
        self._places = [-1 if name == STIMULUS else known.index(name) for name in names]
        self._prepared: dict[Values, Array] = {}
        lows = [low for low, _ in spans]
        corners = [
            tuple(low + place * width for low, place, width in zip(lows, places, self.widths.tolist(), strict=True))
            for places in product(COMPARED_PLACES, repeat=len(names))
        ]
        self._level_sets = LevelSets(membrane, [self._sums(corner) for corner in corners])
        self._free = self._level_sets.at(corners[0], lambda: self._sums(corners[0])).free
        self.scale, self.size = sizes(membrane)[self._free], self._free.size

    def values(self, p: Any) -> Values:
        """Return the values of the free parameters."""
        return p if isinstance(p, tuple) else tuple(np.reshape(p, -1).tolist())

    def inside(self, p: Any) -> bool:
        """Tell whether the parameters are in their ranges, up to rounding."""
        return all(
            low - RANGE_SLACK * width <= value <= high + RANGE_SLACK * width
            for value, (low, high), width in zip(self.values(p), self.spans, self.widths, strict=True)
        )

    def border(self, a: Array, b: Array) -> tuple[float, int, float]:
        """Return the point at which a line from values inside the ranges to values outside leaves them.

        Parameters
        ----------
        a, b : array (parameters,)

        Returns
        -------
        float
            The fraction of the line at which the line leaves the ranges.
        int
            The index of the parameter that reaches the end of its range.
        float
            That end.
        """
        return min(
            (float((end - a[k]) / (b[k] - a[k])), k, float(end))
            for k, span in enumerate(self.spans)
            for end, sign in zip(span, (-1, 1), strict=True)
            if sign * (b[k] - end) > 0 and a[k] != b[k]
        )

    def said(self, p: Any) -> str:
        """Return the free parameters with their values and units, for notes."""
        return ", ".join(
            f"{name} = {value:.6g} {parameter_unit(self.membrane, name)}".rstrip()
            for name, value in zip(self.names, self.values(p), strict=True)
        )

    def membrane_at(self, p: Any) -> Membrane:
        """Return the membrane with the free parameters at their values."""
        pairs = zip(self.names, self.values(p), strict=True)
        changes = {name: value for name, value in pairs if name != STIMULUS}
        return self.membrane.replace(**changes) if changes else self.membrane

    def current_at(self, p: Any) -> float:
        """Return the constant current [µA/cm²]."""
        return self.values(p)[self.names.index(STIMULUS)] if STIMULUS in self.names else self.current

    def parameters_at(self, p: Any) -> Array:
        """Return all numbers of the membrane in the kernel's order."""
        numbers = self._own.copy()
        for place, value in zip(self._places, self.values(p), strict=True):
            if place >= 0:
                numbers[place] = value
        return numbers

    def slopes(self, z: Array, p: Any) -> Array:
        """Return dz/dt [1/ms] of each row of scaled states, shape (rows, variables)."""
        level = self.level_set(p)
        whole = self.kernel.slopes(self.current_at(p), level.whole(z * self.scale), self._constants(p))
        slopes: Array = level.part(whole) / self.scale
        return slopes

    def jacobians(self, z: Array, p: Any) -> Array:
        """Return the derivative of `slopes` with respect to the state, shape (rows, variables, variables)."""
        level = self.level_set(p)
        entries = self.kernel.jacobians(level.whole(z * self.scale), self._constants(p))
        jacobians: Array = level.jacobian(entries) * (self.scale / self.scale[:, None])
        return jacobians

    def by_parameters(self, z: Array, p: Any) -> Array:
        """Return the derivatives of `slopes` with respect to the parameters, shape (rows, variables, parameters)."""
        derivative = np.zeros((*z.shape, len(self.names)))
        for k, name in enumerate(self.names):
            if name == STIMULUS:
                derivative[:, 0, k] = 1.0 / (self._capacitance(p) * self.scale[0])
            else:
                more, less, step = self._beside(p, k)
                derivative[..., k] = (self.slopes(z, more) - self.slopes(z, less)) / (2 * step)
        return derivative

    def jacobians_by_parameters(self, z: Array, p: Any) -> Array:
        """Return the same derivatives of `jacobians`, shape (rows, variables, variables, parameters)."""
        derivative = np.zeros((*z.shape, self.size, len(self.names)))
        for k, name in enumerate(self.names):
            if name != STIMULUS:
                more, less, step = self._beside(p, k)
                derivative[..., k] = (self.jacobians(z, more) - self.jacobians(z, less)) / (2 * step)
        return derivative

    def level_set(self, p: Any) -> LevelSet:
        """Return the set of states with the conserved sums of the initial guesses."""
        return self._level_sets.at(self.values(p), lambda: self._sums(p))

    def state(self, z: Array, p: Any) -> Array:
        """Return unscaled values [mV, 1, own units] of all variables from scaled ones."""
        return self.level_set(p).whole(z * self.scale)

    def scaled(self, state: Array) -> Array:
        """Return scaled values of the free variables from unscaled values of all variables, shape (..., free)."""
        scaled: Array = state[..., self._free] / self.scale
        return scaled

    def _beside(self, p: Any, k: int) -> tuple[Values, Values, float]:
        """Return the values with one parameter increased and decreased, for differences, and the step."""
        values = self.values(p)
        step = RELATIVE_DIFFERENCE * max(abs(values[k]), LEAST_PARAMETER_SIZE * float(self.widths[k]))
        more, less = (tuple(x + sign * step * (j == k) for j, x in enumerate(values)) for sign in (1.0, -1.0))
        return more, less, step

    def _capacitance(self, p: Any) -> float:
        return self.values(p)[self.names.index("C")] if "C" in self.names else self.membrane.C

    def _sums(self, p: Any) -> Sums:
        return sums_with(self.membrane, self.kernel, self._constants(p))

    def _constants(self, p: Any) -> Array:
        """Return the numbers that the kernel computes from parameters alone, cached for the most recent values."""
        if max(self._places) < 0:
            return self._plain
        values = self.values(p)
        if values not in self._prepared:
            if len(self._prepared) > MAX_PREPARED:
                self._prepared.clear()
            self._prepared[values] = self.kernel.prepared_from(self.parameters_at(p))
        return self._prepared[values]


class System(Equations):
    """The equations with one free parameter.

    Parameters
    ----------
    membrane : Membrane
    parameter : str
        "I" for a constant current, or a parameter of the membrane.
    span : (float, float)
        Range of the parameter, in its unit.
    current : float
        The constant current while another parameter is free [µA/cm²].
    """

    def __init__(self, membrane: Membrane, parameter: str, span: tuple[float, float], current: float) -> None:
        super().__init__(membrane, (parameter,), (span,), current)
        self.parameter, self.span = parameter, span
        self.width, self.unit = float(self.widths[0]), float(self.units[0])

    def by_parameter(self, z: Array, p: float) -> Array:
        """Return the derivative of `slopes` with respect to the parameter, shape (rows, variables)."""
        return self.by_parameters(z, p)[..., 0]


def slowest(home: Rest) -> float:
    """Return the slowest time constant at rest [ms], limited to 5000 times the fastest."""
    rates = np.abs(home.eigenvalues)
    return 1 / float(np.maximum(rates, rates.max() / MAX_TIME_RATIO).min())


def furthest(membrane: Membrane) -> tuple[float, float]:
    """Return the range of potentials in which branches of equilibria are followed [mV]."""
    low, high = span(membrane)
    return RANGE_FACTOR * low, RANGE_FACTOR * high


def sizes(membrane: Membrane) -> Array:
    """Return the unit of every variable; for a further state, its steady value in the middle of the range of v."""
    found = scales(membrane)[0].copy()
    count = len(membrane.states)
    if count:
        ways = solutions_at(Slaved(membrane, 0.0), membrane.v_scale * np.arange(-8.0, 5.0))
        settled = [
            np.abs(way).min(axis=0) for way in ways if len(way)
        ]  # the smallest of several, which is the finest unit
        if settled:
            found[-count:] = np.maximum(found[-count:], np.median(settled, axis=0))
    return found


def parameter_unit(membrane: Membrane, parameter: str) -> str:
    """Return the unit of a parameter.

    Raises
    ------
    UnknownNameError
        The parameter is neither "I" nor a parameter of the membrane.
    """
    if parameter == STIMULUS:
        return CURRENT
    if parameter not in membrane.parameters:
        raise unknown_name(f"parameter of {membrane.name}", parameter, [STIMULUS, *membrane.parameters])
    return membrane.parameters[parameter].unit


def checked_span(membrane: Membrane, parameter: str, span: Any) -> tuple[float, float]:
    """Return the two ends of a range, both valid for the membrane.

    Raises
    ------
    ArgumentError, UnitError
        The range is not two numbers, is empty, or contains a value that the parameter cannot have.
    """
    ends = interval(span, parameter_unit(membrane, parameter), f"the range of {parameter}", "(0, 200)")
    if parameter != STIMULUS:
        for end in ends:
            membrane.replace(**{parameter: end})
    return ends
