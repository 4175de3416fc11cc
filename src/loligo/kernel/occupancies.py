"""The equations of a kinetic scheme, ``dp_i/dt``; one occupancy is 1 minus the others, so that they sum to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from loligo.kernel.formulas import formula
from loligo.kernel.structure import way_name
from loligo.kernel.symbolic import symbol

if TYPE_CHECKING:
    from loligo.kernel.structure import SchemeStructure


def left_over(scheme: SchemeStructure) -> sp.Expr:
    """Return the eliminated occupancy in terms of the others."""
    return 1 - sp.Add(*(symbol(name) for name in scheme.variables))


def way_rates(scheme: SchemeStructure) -> dict[str, sp.Expr]:
    """Return the transition rates at the reference temperature, keyed by their names in messages.

    Raises
    ------
    ModelError
        A formula is not a finite real number, or this cannot be decided.
    """
    named: dict[str, sp.Expr] = {}
    for key, text in scheme.rates:
        named[key] = formula(text, f"{key} of scheme {scheme.name!r}", named)
    where = [f"the {way_name(scheme, begin, end)}" for begin, end, _ in scheme.ways]
    return {name: formula(text, name, named) for name, (_, _, text) in zip(where, scheme.ways, strict=True)}


def slopes(scheme: SchemeStructure, rates: list[sp.Expr]) -> list[sp.Expr]:
    """Return dp/dt of the occupancies that are variables, from the rates of transitions."""
    own = {name: symbol(name) for name in scheme.variables} | {scheme.eliminated: left_over(scheme)}
    found: dict[str, list[sp.Expr]] = {name: [] for name in scheme.occupancies}
    for (begin, end, _), rate in zip(scheme.ways, rates, strict=True):
        flow = rate * own[scheme.occupancies[begin]]
        found[scheme.occupancies[begin]].append(-flow)
        found[scheme.occupancies[end]].append(flow)
    return [sp.Add(*found[name]) for name in scheme.variables]
