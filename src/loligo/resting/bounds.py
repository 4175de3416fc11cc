"""Bounds on dv/dt with all other variables settled, and on its derivative, over cells of v."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from loligo.kernel.equations import STIMULUS, equations_of
from loligo.kernel.formulas import derivative
from loligo.kernel.intervals import Bounds, bounds, product, total, truth
from loligo.kernel.structure import structure_of
from loligo.kernel.symbolic import symbol
from loligo.resting.chains import Chains

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.kernel.structure import SchemeStructure
    from loligo.membrane import Gate, Membrane

    Array = NDArray[np.float64]

V = symbol("v")


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of v, and the settled values of further states on each.

    Attributes
    ----------
    low, high : array (cells,)
        The ends of each cell [mV].
    x : array (cells, 2, states)
        The further states at both ends.
    unit : float
        The distance in v over which the slope of a further state may fall to zero or double [mV].
    """

    low: Array
    high: Array
    x: Array
    unit: float

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Cells:
        return Cells(self.low[chosen], self.high[chosen], self.x[chosen], self.unit)

    @property
    def states(self) -> Bounds:
        """The range of each further state: that of both ends, widened by half."""
        least, most = self.x.min(axis=1), self.x.max(axis=1)
        more = 0.25 * (most - least)
        return least - more, most + more

    @property
    def slopes(self) -> Bounds:
        """The range of the slope of each further state over v; on short cells near the difference quotient."""
        width = (self.high - self.low)[:, None]
        mean = (self.x[:, 1] - self.x[:, 0]) / width
        more = np.abs(mean) * np.minimum(1.0, width / self.unit)
        return mean - more, mean + more


class SteadySlope:
    """dv/dt of a membrane under a constant current, as formulas that can be bounded.

    Parameters
    ----------
    membrane : Membrane
    current : float
        [µA/cm²]

    Raises
    ------
    LoligoError
        A formula cannot be read.
    """

    def __init__(self, membrane: Membrane, current: float) -> None:
        self._values = {name: parameter.value for name, parameter in membrane.parameters.items()}
        structure = structure_of(membrane)
        self._equations = equations_of(structure, self._values)
        self._schemes = structure.schemes
        self._gates = [gate for gate in membrane.gates if not gate.instantaneous]
        self._states = [symbol(state.name) for state in membrane.states]
        self._slope = self._equations.rhs[0].xreplace({STIMULUS: sp.Float(current)})

    def known(self, cells: Cells) -> dict[sp.Symbol, Bounds]:
        """Return the bounds of every symbol on the cells."""
        shape = cells.low.shape
        known = {symbol(name): (np.full(shape, x), np.full(shape, x)) for name, x in self._values.items()}
        known[V] = cells.low, cells.high
        for k, state in enumerate(self._states):
            known[state] = cells.states[0][:, k], cells.states[1][:, k]
        for gate in self._gates:
            known[symbol(gate.name)] = steady(gate, self._equations.rates[gate.name], known)
        for scheme in self._schemes:
            low, high = self._chains(scheme, known).occupancies
            for k, name in enumerate(scheme.occupancies):
                if name != scheme.eliminated:
                    known[symbol(name)] = low[:, k], high[:, k]
        return known

    def _chains(self, scheme: SchemeStructure, known: dict[sp.Symbol, Bounds]) -> Chains:
        """Return the chains of a scheme, with their rates bounded."""
        ways = [(begin, end) for begin, end, _ in scheme.ways]
        return Chains(ways, len(scheme.occupancies), _columns([bounds(rate, known) for rate in self._ways(scheme)]))

    def _ways(self, scheme: SchemeStructure) -> list[sp.Expr]:
        return self._equations.ways[scheme.name]

    def values(self, cells: Cells) -> Bounds:
        """Bound dv/dt on each cell."""
        return bounds(self._slope, self.known(cells))

    def derivatives(self, cells: Cells) -> Bounds:
        """Bound the derivative of dv/dt over v on each cell, with all else settled; NaN if a formula may jump."""
        known, formulas = self.known(cells), self._derivatives
        follows: dict[sp.Symbol, Bounds] = {V: (np.ones(cells.low.shape),) * 2}
        for k, state in enumerate(self._states):
            follows[state] = cells.slopes[0][:, k], cells.slopes[1][:, k]
        for gate in self._gates:
            name = symbol(gate.name)
            follows[name] = self._following(gate, known, follows)
        for scheme in self._schemes:
            partials = (formulas[f"{scheme.name} {k}"] for k in range(len(scheme.ways)))
            slopes = _columns([_along(partial, known, follows) for partial in partials])
            low, high = self._chains(scheme, known).derivatives(slopes)
            for k, name in enumerate(scheme.occupancies):
                if name != scheme.eliminated:
                    follows[symbol(name)] = low[:, k], high[:, k]
        low, high = _along(formulas[""], known, follows)
        jumps = np.zeros(low.shape, dtype=bool)
        for condition in self._conditions:
            can, must = truth(condition, known)
            jumps |= can & ~must
        return np.where(jumps, np.nan, low), np.where(jumps, np.nan, high)

    def _following(self, gate: Gate, known: dict[sp.Symbol, Bounds], follows: dict[sp.Symbol, Bounds]) -> Bounds:
        """Bound the derivative of a gate's steady state: of inf, or (alpha' (1 - x) - beta' x)/(alpha + beta)."""
        formulas, name = self._derivatives, symbol(gate.name)
        if gate.alpha is None:
            return _along(formulas[f"{gate.name} inf"], known, follows)
        alpha, beta = self._equations.rates[gate.name][:2]
        opening, closing = (_along(formulas[f"{gate.name} {rate}"], known, follows) for rate in ("alpha", "beta"))
        x = sp.Symbol("x"), sp.Symbol("opening"), sp.Symbol("closing"), sp.Symbol("speed")
        speed = total([bounds(alpha, known), bounds(beta, known)])
        parts = dict(zip(x, (known[name], opening, closing, speed), strict=True))
        return bounds((x[1] * (1 - x[0]) - x[2] * x[0]) / x[3], parts)

    @cached_property
    def _derivatives(self) -> dict[str, dict[sp.Symbol, sp.Expr]]:
        inner = [V, *self._states]
        occupancies = [symbol(name) for scheme in self._schemes for name in scheme.variables]
        gates = [symbol(gate.name) for gate in self._gates]
        found = {"": self._partial(self._slope, [*inner, *gates, *occupancies])}
        for scheme in self._schemes:
            for k, rate in enumerate(self._ways(scheme)):
                found[f"{scheme.name} {k}"] = self._partial(rate, inner)
        for gate in self._gates:
            alpha, beta, inf, _ = self._equations.rates[gate.name]
            if gate.alpha is None:
                found[f"{gate.name} inf"] = self._partial(inf, inner)
            else:
                found[f"{gate.name} alpha"] = self._partial(alpha, inner)
                found[f"{gate.name} beta"] = self._partial(beta, inner)
        return found

    @staticmethod
    def _partial(expr: sp.Expr, variables: list[sp.Symbol]) -> dict[sp.Symbol, sp.Expr]:
        return {x: derivative(expr, x) for x in variables if x in expr.free_symbols}

    @cached_property
    def _conditions(self) -> list[sp.Basic]:
        formulas = [self._slope, *(expr for gate in self._gates for expr in self._equations.rates[gate.name][:3])]
        formulas += [rate for scheme in self._schemes for rate in self._ways(scheme)]
        choices = set().union(*(expr.atoms(sp.Piecewise) for expr in formulas))
        return [condition for choice in choices for _, condition in choice.args if condition not in (sp.true, sp.false)]


def _columns(several: list[Bounds]) -> Bounds:
    """Return several bounds as columns, shape (cells, bounds)."""
    return np.stack([low for low, _ in several], axis=1), np.stack([high for _, high in several], axis=1)


def _along(
    formulas: dict[sp.Symbol, sp.Expr], known: dict[sp.Symbol, Bounds], follows: dict[sp.Symbol, Bounds]
) -> Bounds:
    """Bound a total derivative, from partial derivatives."""
    shape = known[V][0].shape
    terms = [product(bounds(partial, known), follows[x]) for x, partial in formulas.items()]
    return total([(np.zeros(shape),) * 2, *terms])


def steady(gate: Gate, rates: tuple[sp.Expr, ...], known: dict[sp.Symbol, Bounds]) -> Bounds:
    """Bound the steady state of a gate, which increases with alpha and decreases with beta."""
    if gate.alpha is None:
        return bounds(rates[2], known)
    (a, most_a), (b, most_b) = bounds(rates[0], known), bounds(rates[1], known)
    with np.errstate(all="ignore"):
        low = np.where(most_b == np.inf, 0.0, a / (a + most_b))
        high = np.where(most_a == np.inf, 1.0, most_a / (most_a + b))
        sound = (a >= 0.0) & (b >= 0.0)
        return np.where(sound, np.clip(low, 0.0, 1.0), -np.inf), np.where(sound, np.clip(high, 0.0, 1.0), np.inf)
