"""Pass 7: the functions of a fit under voltage clamp, with exact derivatives with respect to the varied parameters."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import sympy as sp

from loligo.kernel.exprelr import exprelr
from loligo.kernel.formulas import derivative
from loligo.kernel.printed import HEADER, Prepared, prepare_source, state_function
from loligo.kernel.symbolic import symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loligo.kernel.equations import Equations


def clamp_source(equations: Equations, varied: Sequence[str]) -> str:
    """Return the source of a module with ``rates(y, q, out)`` and ``current(y, q, out)``.

    ``rates`` returns the opening a and the speed b of ``dx/dt = a - b x`` for each gate that is not instantaneous, then
    the derivatives of both with respect to each of `rate_parameters`. ``current`` returns the ionic current, and its
    derivatives with respect to each variable except v and to each parameter of ``varied``.
    """
    prepared = Prepared(equations.parameters)
    laws = gate_laws(equations)
    own = rate_parameters(equations, varied)
    rates: list[sp.Expr] = []
    for name, (opening, speed) in laws.items():
        rates += [opening, speed]
        rates += [derivative(law, symbol(p)) for p in own[name] for law in (opening, speed)]
    total = sp.Add(*equations.currents.values())
    current = [total, *(derivative(total, x) for x in equations.variables[1:])]
    current += [derivative(total, symbol(p)) for p in varied]
    functions = state_function(equations, prepared, "rates", rates)
    functions += state_function(equations, prepared, "current", current)
    linear = linear_parameters(total, varied, {name for names in own.values() for name in names})
    exponential = exponents(chain.from_iterable(laws.values()), varied)
    facts = (
        f"\nPREPARED = {prepared.size}\nOWN = {list(own.values())!r}\n"
        f"LINEAR = {linear!r}\nEXPONENTS = {exponential!r}\n"
    )
    return HEADER + facts + prepare_source(prepared) + functions


def linear_parameters(total: sp.Expr, varied: Sequence[str], of_rates: set[str]) -> list[str]:
    """Return the parameters in which the current is jointly linear, conductances first.

    Parameters
    ----------
    total : Expr
        The current.
    varied : sequence of str
    of_rates : set of str
        Parameters of rates, which are excluded.
    """
    found: list[str] = []
    for name in sorted(varied, key=lambda name: not name.startswith("g_")):
        slope = derivative(total, symbol(name))
        if name not in of_rates and not slope.free_symbols & {symbol(other) for other in (*found, name)}:
            found.append(name)
    return found


def exponents(laws: Iterable[sp.Expr], varied: Sequence[str]) -> list[str]:
    """Return the parameters in the argument of an exponential of a law."""
    inside = {s for law in laws for function in law.atoms(sp.exp, exprelr) for s in function.free_symbols}
    return [name for name in varied if symbol(name) in inside]


def gate_laws(equations: Equations) -> dict[str, tuple[sp.Expr, sp.Expr]]:
    """Return the opening and speed of each gate that is not instantaneous."""
    timed = [str(x) for x in equations.variables if str(x) in equations.rates]
    return {name: (equations.rates[name][0], sp.Add(*equations.rates[name][:2])) for name in timed}


def rate_parameters(equations: Equations, varied: Sequence[str]) -> dict[str, list[str]]:
    """Return, for each gate that is not instantaneous, the parameters that its rates depend on."""
    return {
        name: [p for p in varied if symbol(p) in opening.free_symbols | speed.free_symbols]
        for name, (opening, speed) in gate_laws(equations).items()
    }
