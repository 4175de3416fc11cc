"""Pass 8: the equations of a run and of its derivatives with respect to parameters, initial values and the stimulus.

For ``y' = f(y, p, I(t))`` the derivatives S = dy/dp along the run obey the variational equations

    S' = J S + df/dp + df/dI dI/dp        with the Jacobian J = df/dy

They are additional variables of the same run: v, gates, ..., then a clock if derivatives with respect to numbers of the
stimulus are requested, then S, with the derivatives of one variable side by side. So the same loop, error control,
sampling and dense output apply to them. Before, for dm/dt = a(v) - b(v) m and one parameter p of a(v): ::

    out[1] = a - b*y[1]

and after, where ``j_k`` are the nonzero entries of J: ::

    out[1] = a - b*y[1]
    out[3] = j_1*y[2] + j_2*y[3] + f_1

The derivative of a tabulated rate with respect to v is that of the polynomial in the table; its derivatives with
respect to parameters have separate columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import sympy as sp

from loligo.kernel.equations import STIMULUS
from loligo.kernel.formulas import derivative
from loligo.kernel.printed import (
    HEADER,
    Prepared,
    all_names,
    definition,
    horner,
    loads,
    place_on_table,
    prepare_source,
    reduced,
    state_function,
    text,
)
from loligo.kernel.symbolic import symbol
from loligo.kernel.tables import DEGREE
from loligo.stimulus.gradient import Drive

if TYPE_CHECKING:
    from loligo.kernel.directions import Directions
    from loligo.kernel.equations import Equations

CLOCK = sp.Symbol("_clock", real=True)
_PRIMITIVE = "from loligo.kernel.primitives import exprelr2\n"


@dataclass(frozen=True)
class VariationalEquations:
    """The derivatives from which the variational equations are built."""

    equations: Equations
    directions: Directions

    @cached_property
    def prepared(self) -> Prepared:
        """The parameters of the membrane and the numbers of the drives, then the quantities that depend only on them.

        The values of the switches are preceded by their derivatives in each direction.
        """
        own, given = self.equations.switches, self.directions
        none = [sp.Integer(0)] * (given.driven + given.started)
        moves = [[derivative(value, symbol(name)) for name in given.parameters] + none for value in own.values]
        parameters = [*self.equations.parameters, *_drives(given)]
        return Prepared(parameters, switches=own, further=[move for row in moves for move in row])

    @property
    def first(self) -> int:
        """The index of S among the variables."""
        return len(self.equations.variables) + (self.directions.driven > 0)

    @property
    def state(self) -> Equations:
        """The equations with the clock among the variables, for printing."""
        clock = [CLOCK] if self.directions.driven else []
        return replace(self.equations.frozen, variables=[*self.equations.variables, *clock])

    @cached_property
    def in_v(self) -> dict[sp.Symbol, sp.Symbol]:
        """A symbol for the derivative with respect to v of each rate that may be tabulated."""
        return {s: symbol(f"{s.name}_in_v") for s, _ in self.equations.lookups}

    @cached_property
    def in_parameters(self) -> dict[tuple[sp.Symbol, str], tuple[sp.Symbol, sp.Expr]]:
        """The derivative of each of these rates with respect to each parameter in it, with its symbol."""
        return {
            (s, name): (symbol(f"{s.name}_in_{k}"), derivative(rate, symbol(name)))
            for s, rate in self.equations.lookups
            for k, name in enumerate(self.directions.parameters)
            if symbol(name) in rate.free_symbols
        }

    @cached_property
    def columns(self) -> list[tuple[sp.Symbol, sp.Expr]]:
        """The columns of a table: the rates, then their derivatives with respect to parameters."""
        return [*self.equations.lookups, *self.in_parameters.values()]

    def entries(self, rhs: list[sp.Expr], *, looked_up: bool) -> dict[tuple[int, int], sp.Expr]:
        """Return the nonzero entries of J, by row and column."""
        variables = self.equations.variables
        found = {(i, j): derivative(f, x) for i, f in enumerate(rhs) for j, x in enumerate(variables)}
        if looked_up:
            for i, f in enumerate(rhs):
                own = [derivative(f, s) * slope for s, slope in self.in_v.items() if s in f.free_symbols]
                found[i, 0] = sp.Add(found[i, 0], *own)
        return {place: entry for place, entry in found.items() if entry != 0}

    def forces(self, rhs: list[sp.Expr], *, looked_up: bool) -> dict[tuple[int, int], sp.Expr]:
        """Return the nonzero entries of df/dp and df/dI dI/dp, by variable and column of S."""
        found: dict[tuple[int, int], sp.Expr] = {}
        for i, f in enumerate(rhs):
            for k, name in enumerate(self.directions.parameters):
                found[i, k] = derivative(f, symbol(name))
                if looked_up:
                    own = [
                        derivative(f, s) * self.in_parameters[s, name][0]
                        for s in self.in_v
                        if (s, name) in self.in_parameters and s in f.free_symbols
                    ]
                    found[i, k] = sp.Add(found[i, k], *own)
            for k in range(self.directions.driven):
                found[i, len(self.directions.parameters) + k] = derivative(f, STIMULUS) * _drive(k)
        return {place: force for place, force in found.items() if force != 0}


def variational_modules(equations: Equations, directions: Directions) -> dict[str, str]:
    """Return the source of the modules ``rhs``, ``jacobian``, ``columns`` and ``observe`` of a run with derivatives."""
    made = VariationalEquations(equations, directions)
    functions = {"rhs": _right_hand_side(made), "jacobian": _jacobian(made), "observe": _observe(made)}
    values = [value for _, value in made.columns]
    functions["columns"] = state_function(equations, made.prepared, "columns", values)
    functions["rhs"] = prepare_source(made.prepared) + functions["rhs"]
    facts = (
        f"\nFIRST = {made.first}\nPREPARED = {made.prepared.size}\nSWITCHED = {equations.switches.places!r}\n"
        f"LOOKUPS = {len(made.columns)}\n"
    )
    return {name: HEADER + _PRIMITIVE + facts + body for name, body in functions.items()}


def _drives(directions: Directions) -> list[sp.Symbol]:
    """Return the symbols in ``q`` for dI/dp of each number of the stimulus, by the names of `Drive`."""
    return [symbol(f"_{word}_{k}") for k in range(directions.driven) for word in Drive._fields]


def _drive(k: int) -> sp.Expr:
    """Return dI/dp of a number of the stimulus."""
    begin, constant, slope, *size, phase, omega, chirp, share = (symbol(f"_{word}_{k}") for word in Drive._fields)
    s = CLOCK - begin
    wave = size[0] + (size[1] + size[2] * s) * s
    return constant + slope * s + wave * sp.sin(phase + (omega + chirp * s) * s) + share * STIMULUS


def _right_hand_side(made: VariationalEquations) -> str:
    """Print ``rhs``; derivatives of tabulated rates come from the table if ``q`` contains one that covers v."""
    state, prepared = made.state, made.prepared
    rhs = state.rhs_of_lookups
    entries, forces = made.entries(rhs, looked_up=True), made.forces(rhs, looked_up=True)
    symbols, slopes = [s for s, _ in made.columns], list(made.in_v.values())
    rates = [value for _, value in made.columns]
    rates += [derivative(rate, made.equations.variables[0]) for _, rate in made.equations.lookups]
    direct, values = reduced(rates, state, prepared, "_d")
    lines, outputs = reduced([*rhs, *entries.values(), *forces.values()], state, prepared, "_c")
    names = all_names(state, prepared)
    body = loads([*direct, *lines], [*values, *outputs], names, state, prepared)
    if symbols:
        names |= {s: symbol(f"t_{k}") for k, s in enumerate([*symbols, *slopes])}
        body += place_on_table([0])
        body += [f"    t_{k} = {horner(k, len(symbols))}" for k in range(len(symbols))]
        body += [f"    t_{len(symbols) + k} = {_horner_slope(k, len(symbols))}" for k in range(len(slopes))]
        body += ["else:", *(f"    {s.name} = {text(value, names)}" for s, value in direct)]
        body += [f"    t_{k} = {text(value, names)}" for k, value in enumerate(values)]
    body += [f"{s.name} = {text(value, names)}" for s, value in lines]
    printed = [text(value, names) for value in outputs]
    n = len(rhs)
    body += [f"out[{k}] = {value}" for k, value in enumerate(printed[:n])]
    body += ["out[FIRST - 1] = 1.0"] if made.directions.driven else []
    body += _product(made, len(rhs), list(entries), printed[n : n + len(entries)], "FIRST + ")
    body += [
        f"out[FIRST + {made.directions.count * i + k}] += {value}"
        for (i, k), value in zip(forces, printed[n + len(entries) :], strict=True)
    ]
    return definition("rhs", "RHS", "stimulus, y, q, out", body)


def _observe(made: VariationalEquations) -> str:
    """Print ``observe``: the derivatives of each instantaneous gate, conductance and current, side by side."""
    state, prepared = made.equations, made.prepared
    observed = [*state.instantaneous.values(), *state.conductances.values(), *state.currents.values()]
    entries, forces = made.entries(observed, looked_up=False), made.forces(observed, looked_up=False)
    lines, outputs = reduced([*entries.values(), *forces.values()], made.state, prepared, "_c")
    names = all_names(made.state, prepared)
    body = loads(lines, outputs, names, made.state, prepared)
    body += [f"{s.name} = {text(value, names)}" for s, value in lines]
    printed = [text(value, names) for value in outputs]
    body += _product(made, len(observed), list(entries), printed[: len(entries)], "")
    body += [
        f"out[{made.directions.count * i + k}] += {value}"
        for (i, k), value in zip(forces, printed[len(entries) :], strict=True)
    ]
    return definition("observe", "STATE_FUNCTION", "y, q, out", body)


def _product(
    made: VariationalEquations, rows: int, places: list[tuple[int, int]], values: list[str], begin: str
) -> list[str]:
    """Print J S, from the entries of J that are not 0."""
    count = made.directions.count
    body = [f"j_{k} = {value}" for k, value in enumerate(values)]
    body += [f"for k in range({count}):"]
    for i in range(rows):
        terms = [f"j_{k} * y[FIRST + {count * j} + k]" for k, (row, j) in enumerate(places) if row == i]
        body += [f"    out[{begin}{count * i} + k] = {' + '.join(terms) or '0.0'}"]
    return body


def _horner_slope(k: int, lookups: int) -> str:
    """Print the derivative with respect to v of the polynomial of column ``k``."""
    value = f"{DEGREE}.0 * q[at_0 + {DEGREE * lookups + k}]"
    for power in range(DEGREE - 1, 0, -1):
        value = f"({value} * x_0 + {power}.0 * q[at_0 + {power * lookups + k}])"
    return f"2.0 * CELLS_PER_MV * {value}"


def _jacobian(made: VariationalEquations) -> str:
    """Print ``jacobian`` of all variables: J for v, ... and each column of S, and d(J S + df/dp)/dy."""
    state, prepared = made.state, made.prepared
    n, count, first = len(made.equations.variables), made.directions.count, made.first
    size = first + n * count
    entries, forces = made.entries(state.rhs, looked_up=False), made.forces(state.rhs, looked_up=False)
    bends = {
        (i, j, m): derivative(entry, x)
        for (i, j), entry in entries.items()
        for m, x in enumerate(state.variables)
        if x in entry.free_symbols
    }
    turns = {
        (i, k, m): derivative(force, x)
        for (i, k), force in forces.items()
        for m, x in enumerate(state.variables)
        if x in force.free_symbols
    }
    bends, turns = ({place: x for place, x in own.items() if x != 0} for own in (bends, turns))
    lines, outputs = reduced([*entries.values(), *bends.values(), *turns.values()], state, prepared, "_c")
    names = all_names(state, prepared)
    body = loads(lines, outputs, names, state, prepared)
    body += [f"for k in range({size * size}):", "    out[k] = 0.0"]
    body += [f"{s.name} = {text(value, names)}" for s, value in lines]
    printed = iter([text(value, names) for value in outputs])
    for i, j in entries:
        body += [f"j = {next(printed)}", f"out[{size * i + j}] = j", f"for k in range({count}):"]
        body += [f"    out[{size * (first + count * i) + first + count * j} + {size + 1} * k] = j"]
    for i, j, m in bends:
        body += [f"j = {next(printed)}", f"for k in range({count}):"]
        body += [f"    out[{size * (first + count * i) + m} + {size} * k] += j * y[FIRST + {count * j} + k]"]
    body += [f"out[{size * (first + count * i + k) + m}] += {next(printed)}" for i, k, m in turns]
    return definition("jacobian", "JACOBIAN", "y, q, out", body)
