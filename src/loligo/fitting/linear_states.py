"""A membrane with kinetic schemes under steps of a voltage clamp: its equations, printed for `occupancy_loop`.

At constant v the states obey ``dy/dt = M y + b``. The nonzero entries of M and b are functions of v.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from loligo._errors import ModelError
from loligo.kernel.clamp_derivatives import exponents, linear_parameters
from loligo.kernel.formulas import derivative
from loligo.kernel.printed import HEADER, Prepared, prepare_source, state_function
from loligo.kernel.symbolic import symbol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loligo.kernel.equations import Equations


def linear_source(equations: Equations, varied: Sequence[str]) -> str:
    """Return the source of a module with ``rates(y, q, out)`` and ``current(y, q, out)``.

    ``rates`` computes the entries of ``[M b]`` listed in ``PLACES``, then their derivatives listed in ``SLOPES`` with
    their parameters. ``current`` computes the ionic current and its derivatives with respect to each state and
    parameter.

    Raises
    ------
    ModelError
        The states are not linear in one another at constant v.
    """
    states = equations.variables[1:]
    entries: dict[tuple[int, int], sp.Expr] = {}
    for i, rhs in enumerate(equations.rhs[1:]):
        row = [derivative(rhs, x) for x in states]
        if any(entry.free_symbols & set(states) for entry in row):
            raise ModelError(
                "A fit under voltage clamp needs equations that are linear in the states at constant v; that of "
                f"{states[i]} is not."
            )
        row.append(rhs.subs(dict.fromkeys(states, 0)))
        entries |= {(i, j): entry for j, entry in enumerate(row) if entry != 0}
    slopes = {
        (i, j, p): derivative(entry, symbol(name))
        for (i, j), entry in entries.items()
        for p, name in enumerate(varied)
        if symbol(name) in entry.free_symbols
    }
    total = sp.Add(*equations.currents.values())
    current = [total, *(derivative(total, x) for x in states), *(derivative(total, symbol(p)) for p in varied)]
    prepared = Prepared(equations.parameters)
    functions = state_function(equations, prepared, "rates", [*entries.values(), *slopes.values()])
    functions += state_function(equations, prepared, "current", current)
    of_rates = {varied[p] for _, _, p in slopes}
    linear = linear_parameters(total, varied, of_rates)
    facts = (
        f"\nPREPARED = {prepared.size}\nSTATES = {len(states)}\nPLACES = {list(entries)!r}\nSLOPES = {list(slopes)!r}\n"
        f"LINEAR = {linear!r}\nEXPONENTS = {exponents(entries.values(), varied)!r}\n"
    )
    return HEADER + facts + prepare_source(prepared) + functions
