"""A membrane as a system with two free parameters: ``dz/dt = f(z, p)`` with p a pair, z in variables of size one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.analysis.dynamics.system import PART, PLACES, STIMULUS, sizes
from loligo.kernel import compiled
from loligo.resting.conserved import sums_with
from loligo.resting.level_set import LevelSets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.resting.conserved import Sums
    from loligo.resting.level_set import LevelSet

    Array = NDArray[np.float64]

PARTS = 20.0  # of a range: the parameter's unit along a curve
PREPARED = 32  # pairs of values whose constants are kept


class ParameterPlane:
    """The right-hand side and its derivatives over rows of scaled states, and the two parameters that are free.

    As in `System`, scaled states hold the variables that conserved sums leave free.

    Parameters
    ----------
    membrane : Membrane
    names : (str, str)
        "I" for the constant current, or a parameter of the membrane.
    spans : ((float, float), (float, float))
        Between which values they are followed.
    current : float
        The constant current while neither of them is it [µA/cm²].
    """

    def __init__(
        self,
        membrane: Membrane,
        names: tuple[str, str],
        spans: tuple[tuple[float, float], tuple[float, float]],
        current: float,
    ) -> None:
        self.membrane, self.names, self.spans, self.current = membrane, names, spans, current
        self.kernel = compiled(membrane)[0]
        self.widths = np.array([high - low for low, high in spans])
        self.units = self.widths / PARTS
        known = list(membrane.parameters)
        self._own = np.array([one.value for one in membrane.parameters.values()])
        self._places = [-1 if name == STIMULUS else known.index(name) for name in names]
        corner = np.array([low for low, _ in spans])
        pairs = [corner + np.array([a, b]) * self.widths for a in PLACES for b in PLACES]
        self._prepared: dict[tuple[float, float], Array] = {}
        self._level_sets = LevelSets(membrane, [self._sums(p) for p in pairs])
        self._free = self.level_set(corner).free
        self.scale, self.size = sizes(membrane)[self._free], self._free.size

    def membrane_at(self, p: Array) -> Membrane:
        """Return the membrane with both parameters at their values."""
        pairs = zip(self.names, p, strict=True)
        return self.membrane.replace(**{name: float(value) for name, value in pairs if name != STIMULUS})

    def current_at(self, p: Array) -> float:
        """Return the constant current [µA/cm²]."""
        return float(p[self.names.index(STIMULUS)]) if STIMULUS in self.names else self.current

    def parameters_at(self, p: Array) -> Array:
        """Return all numbers of the membrane in the kernel's order."""
        values = self._own.copy()
        for place, value in zip(self._places, p, strict=True):
            if place >= 0:
                values[place] = value
        return values

    def inside(self, p: Array) -> bool:
        """Tell whether both parameters are in their ranges, up to rounding."""
        return all(
            low - 1e-9 * width <= value <= high + 1e-9 * width
            for value, (low, high), width in zip(p, self.spans, self.widths, strict=True)
        )

    def slopes(self, z: Array, p: Array) -> Array:
        """Return dz/dt [1/ms] of each row of scaled states, shape (rows, variables)."""
        level = self.level_set(p)
        whole = self.kernel.slopes(self.current_at(p), level.whole(z * self.scale), self._constants(p))
        slopes: Array = level.part(whole) / self.scale
        return slopes

    def jacobians(self, z: Array, p: Array) -> Array:
        """Return the derivative of `slopes` in the state, shape (rows, variables, variables)."""
        level = self.level_set(p)
        entries = self.kernel.jacobians(level.whole(z * self.scale), self._constants(p))
        jacobians: Array = level.jacobian(entries) * (self.scale / self.scale[:, None])
        return jacobians

    def by_parameters(self, z: Array, p: Array) -> tuple[Array, Array]:
        """Return the derivatives of `slopes` and `jacobians` in both parameters.

        Returns
        -------
        array (rows, variables, 2)
        array (rows, variables, variables, 2)
        """
        n = self.size
        slopes, jacobians = np.zeros((len(z), n, 2)), np.zeros((len(z), n, n, 2))
        for k, name in enumerate(self.names):
            if name == STIMULUS:
                slopes[:, 0, k] = 1.0 / (self._capacitance(p) * self.scale[0])
                continue
            step = PART * max(abs(p[k]), 1e-2 * self.widths[k])
            more, less = np.array(p, dtype=float), np.array(p, dtype=float)
            more[k] += step
            less[k] -= step
            slopes[..., k] = (self.slopes(z, more) - self.slopes(z, less)) / (2 * step)
            jacobians[..., k] = (self.jacobians(z, more) - self.jacobians(z, less)) / (2 * step)
        return slopes, jacobians

    def level_set(self, p: Array) -> LevelSet:
        """Return the states with the conserved sums of the guesses."""
        return self._level_sets.at((float(p[0]), float(p[1])), lambda: self._sums(p))

    def state(self, z: Array, p: Array) -> Array:
        """Return plain values [mV, 1, own units] of all variables from scaled ones."""
        return self.level_set(p).whole(z * self.scale)

    def scaled(self, state: Array) -> Array:
        """Return scaled values of the free variables from plain ones of all, shape (..., free)."""
        scaled: Array = state[..., self._free] / self.scale
        return scaled

    def said(self, p: Array) -> str:
        """Return the values of both parameters in words."""
        return ", ".join(f"{name} = {value:.6g}" for name, value in zip(self.names, p, strict=True))

    def _capacitance(self, p: Array) -> float:
        return float(p[self.names.index("C")]) if "C" in self.names else self.membrane.C

    def _sums(self, p: Array) -> Sums:
        return sums_with(self.membrane, self.kernel, self._constants(p))

    def _constants(self, p: Array) -> Array:
        pair = float(p[0]), float(p[1])
        if pair not in self._prepared:
            if len(self._prepared) > PREPARED:
                self._prepared.clear()
            self._prepared[pair] = self.kernel.prepared_from(self.parameters_at(p))
        return self._prepared[pair]
