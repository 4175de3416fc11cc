"""Pass 4: the equations of a membrane, ``C dv/dt = I - sum of currents`` and one line per gate and state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import sympy as sp

from loligo._errors import ModelError
from loligo.kernel.formulas import derivative, formula, literal
from loligo.kernel.holes import without_holes
from loligo.kernel.occupancies import left_over, slopes, way_rates
from loligo.kernel.poles import check_finite, depends_on_parameters
from loligo.kernel.structure import V
from loligo.kernel.switches import Switches
from loligo.kernel.symbolic import symbol

if TYPE_CHECKING:
    from loligo.kernel.structure import GateStructure, Structure

STIMULUS = sp.Symbol("stimulus", real=True)


@dataclass(frozen=True)
class Equations:
    """The symbolic form from which all targets are printed.

    Attributes
    ----------
    variables, parameters : list of Symbol
        Symbols in the order of the state vector and of the parameter vector, respectively.
    potentials : list of Symbol
        The variables that are membrane potentials.
    rhs : list of Expr
        Time derivative of each variable [unit/ms].
    lookups : list of (Symbol, Expr)
        Functions of one potential that a table can replace: the opening and the speed of each gate, where ``dx/dt =
        opening - speed x``.
    rhs_of_lookups : list of Expr
        The right-hand side with these symbols in place of the functions.
    rates : dict of str to tuple of Expr
        alpha, beta, inf, tau of every gate.
    instantaneous : dict of str to Expr
        Gates that are functions of the state.
    conductances : dict of str to Expr
        Conductance of every channel; a current that is not ohmic has none.
    currents : dict of str to Expr
        Current of every channel.
    formulas : dict of str to Expr
        Expressions that must be finite, keyed by their names in messages.
    ways : dict of str to list of Expr
        The transition rates of each kinetic scheme at the membrane's temperature.
    """

    variables: list[sp.Symbol]
    parameters: list[sp.Symbol]
    rhs: list[sp.Expr]
    lookups: list[tuple[sp.Symbol, sp.Expr]]
    rhs_of_lookups: list[sp.Expr]
    rates: dict[str, tuple[sp.Expr, sp.Expr, sp.Expr, sp.Expr]]
    instantaneous: dict[str, sp.Expr]
    conductances: dict[str, sp.Expr]
    currents: dict[str, sp.Expr]
    formulas: dict[str, sp.Expr] = field(default_factory=dict)
    ways: dict[str, list[sp.Expr]] = field(default_factory=dict)
    potentials: list[sp.Symbol] = field(default_factory=lambda: [symbol(V)])

    @cached_property
    def poles_of_parameters(self) -> bool:
        """Whether a formula that is finite for some values of the parameters may be infinite for others."""
        return any(depends_on_parameters(expr, self.parameters) for expr in self.formulas.values())

    @cached_property
    def jacobian(self) -> list[list[sp.Expr]]:
        """The derivative of each right-hand side (rows) with respect to each variable (columns)."""
        return [[derivative(f, x) for x in self.variables] for f in self.rhs]

    @cached_property
    def switches(self) -> Switches:
        """The switches of the right-hand side."""
        found = Switches(self.variables)
        for f in self.rhs:
            found.frozen(f)
        return found

    @cached_property
    def frozen(self) -> Equations:
        """The same equations for integrators: the modes of switches choose the branches."""
        if not self.switches.found:
            return self
        rhs, of_lookups = ([self.switches.frozen(f) for f in fs] for fs in (self.rhs, self.rhs_of_lookups))
        return replace(self, rhs=rhs, rhs_of_lookups=of_lookups)


def equations_of(structure: Structure, values: dict[str, float]) -> Equations:
    """Derive the equations.

    Parameters
    ----------
    structure : Structure
        Structure as `structure_of` returns it.
    values : dict of str to float
        Current values of the parameters, used only to find formulas that are infinite somewhere.

    Raises
    ------
    ModelError
        A formula with a pole, or one for which this cannot be decided.
    """
    equations = _derived(structure, tuple(values))
    check_poles(equations, values)
    return equations


def check_poles(equations: Equations, values: dict[str, float]) -> None:
    """Reject formulas that are infinite for these values of the parameters.

    Raises
    ------
    ModelError
        A formula with a pole, or one for which this cannot be decided.
    """
    numbers = {symbol(name): value for name, value in values.items()}
    for where, expr in equations.formulas.items():
        check_finite(expr, where, numbers)


@lru_cache(maxsize=32)
def _derived(structure: Structure, parameters: tuple[str, ...]) -> Equations:
    """Derive the equations; they do not depend on values, so membranes of one structure share them."""
    known = {symbol(name) for name in parameters}
    rates = {gate.name: _rates_at(gate) for gate in structure.gates}
    instantaneous = {gate.name: rates[gate.name][2] for gate in structure.gates if gate.instantaneous}
    follow = instantaneous | {scheme.eliminated: left_over(scheme) for scheme in structure.schemes}
    written = {c.name: formula(c.current, f"the current of {c.name!r}", follow) for c in structure.channels}
    currents = {c.name: _at(written[c.name], c.potential) for c in structure.channels}
    conductances = {
        c.name: _at(literal(c.conductance, f"the conductance of {c.name!r}", follow), c.potential)
        for c in structure.channels
        if c.conductance
    }
    named = follow | {f"I_{name}": current for name, current in currents.items()}
    rhs = []
    for potential in structure.potentials:
        own = sp.Add(*(currents[c.name] for c in structure.channels if c.potential == potential.name))
        rhs.append(((STIMULUS if potential.stimulated else 0) - own) / symbol(potential.capacitance))
    rhs_of_lookups = list(rhs)
    lookups: list[tuple[sp.Symbol, sp.Expr]] = []
    for gate in structure.gates:
        if gate.instantaneous:
            continue
        alpha, beta, inf, tau = rates[gate.name]
        x = symbol(gate.name)
        direct = "alpha" in dict(gate.formulas)
        rhs.append(alpha - (alpha + beta) * x if direct else (inf - x) / tau)
        if _smooth_in(symbol(gate.potential), rates[gate.name], known):
            opening, speed = (sp.Symbol(f"_{word}_{gate.name}", real=True) for word in ("opening", "speed"))
            lookups += [(opening, alpha), (speed, alpha + beta if direct else 1 / tau)]
            rhs_of_lookups.append(opening - speed * x)
        else:
            rhs_of_lookups.append(rhs[-1])
    formulas = {_where(key, gate): formula(text, "") for gate in structure.gates for key, text in gate.formulas}
    ways: dict[str, list[sp.Expr]] = {}
    for scheme in structure.schemes:
        formulas |= (own := way_rates(scheme))
        ways[scheme.name] = [_temperature_factor(scheme.q10) * _at(rate, scheme.potential) for rate in own.values()]
        rhs += slopes(scheme, ways[scheme.name])
        rhs_of_lookups += rhs[len(rhs_of_lookups) :]
    states = [formula(text, f"the derivative of {name!r}", named) for name, text in structure.states]
    rhs += states
    rhs_of_lookups += states
    formulas |= {f"the current of {name!r}": current for name, current in written.items()}
    formulas |= {f"the derivative of {name!r}": f for (name, _), f in zip(structure.states, states, strict=True)}
    return Equations(
        variables=[symbol(name) for name in structure.variables],
        parameters=[symbol(name) for name in structure.parameters],
        rhs=rhs,
        lookups=lookups,
        rhs_of_lookups=rhs_of_lookups,
        rates=rates,
        instantaneous=instantaneous,
        conductances=conductances,
        currents=currents,
        formulas=formulas,
        ways=ways,
        potentials=[symbol(potential.name) for potential in structure.potentials],
    )


def _at(expr: sp.Expr, potential: str) -> sp.Expr:
    """Return a formula of v at a potential."""
    return expr if potential == V else expr.xreplace({symbol(V): symbol(potential)})


def _smooth_in(potential: sp.Symbol, rates: tuple[sp.Expr, ...], numbers: set[sp.Symbol]) -> bool:
    """Return whether rates are smooth functions of one potential and the parameters."""
    return all(rate.free_symbols <= {potential, *numbers} and not rate.has(sp.Piecewise, sp.Abs) for rate in rates)


def _where(key: str, gate: GateStructure) -> str:
    return f"{key} of gate {gate.name!r}"


def _temperature_factor(q10: str) -> sp.Expr:
    return symbol(q10) ** ((symbol("celsius") - symbol("reference_celsius")) / 10)


def _rates_at(gate: GateStructure) -> tuple[sp.Expr, sp.Expr, sp.Expr, sp.Expr]:
    """Return alpha, beta, inf, tau at the gate's own potential."""
    alpha, beta, inf, tau = _rates(gate)
    return _at(alpha, gate.potential), _at(beta, gate.potential), _at(inf, gate.potential), _at(tau, gate.potential)


def _rates(gate: GateStructure) -> tuple[sp.Expr, sp.Expr, sp.Expr, sp.Expr]:
    """Return alpha, beta, inf, tau at the membrane's temperature."""
    phi = _temperature_factor(gate.q10)
    formulas = {key: formula(text, _where(key, gate)) for key, text in gate.formulas}
    if "alpha" in formulas:
        alpha, beta = formulas["alpha"], formulas["beta"]
        return phi * alpha, phi * beta, alpha / (alpha + beta), 1 / (phi * (alpha + beta))
    inf, tau = formulas["inf"], formulas.get("tau", sp.Integer(0)) / phi
    if tau == 0:  # an instantaneous gate has no rates
        if "tau" in formulas:
            raise ModelError(f"tau of gate {gate.name!r} is 0: give a time above 0 ms, or only inf.")
        return sp.nan, sp.nan, inf, tau
    return inf / tau, without_holes(1 - inf) / tau, inf, tau
