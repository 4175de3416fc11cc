"""Whether bounds of the steady current show that a membrane has no equilibrium in a range of v."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import sympy as sp

from loligo._errors import LoligoError
from loligo.kernel.equations import STIMULUS, equations_of
from loligo.kernel.intervals import Bounds, bounds
from loligo.kernel.structure import structure_of
from loligo.kernel.symbolic import symbol

if TYPE_CHECKING:
    from loligo.membrane import Gate, Membrane

CELLS: Final = 256
HALVINGS: Final = 16
MOST_CELLS: Final = 4096


def shows_none(membrane: Membrane, current: float, span: tuple[float, float]) -> bool:
    """Tell whether dv/dt with gates at their steady states is bounded away from 0 between two potentials.

    Interval arithmetic bounds it on cells of v, which are halved where the bounds contain 0 or are NaN. False means
    that nothing was shown; nothing is of membranes with further states.
    """
    if membrane.states:
        return False
    values = {name: parameter.value for name, parameter in membrane.parameters.items()}
    try:
        equations = equations_of(structure_of(membrane), values)
        slope = equations.rhs[0].xreplace({STIMULUS: sp.Float(current)})
        low, high = np.linspace(*span, CELLS + 1)[:-1], np.linspace(*span, CELLS + 1)[1:]
        for _ in range(HALVINGS):
            known = {symbol(name): (np.full(low.shape, x), np.full(low.shape, x)) for name, x in values.items()}
            known[symbol("v")] = low, high
            for gate in membrane.gates:
                if not gate.instantaneous:
                    known[symbol(gate.name)] = _steady(gate, equations.rates[gate.name], known)
            least, most = bounds(slope, known)
            open_ = ~((least > 0.0) | (most < 0.0))
            if not open_.any():
                return True
            low, high = low[open_], high[open_]
            middle = 0.5 * (low + high)
            low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
            if low.size > MOST_CELLS:
                return False
    except (LoligoError, NotImplementedError):
        pass
    return False


def _steady(gate: Gate, rates: tuple[sp.Expr, ...], known: dict[sp.Symbol, Bounds]) -> Bounds:
    """Bound the steady state of a gate, which rises with alpha and falls with beta, each on its own."""
    if gate.alpha is None:
        return bounds(rates[2], known)
    (a, most_a), (b, most_b) = bounds(rates[0], known), bounds(rates[1], known)
    with np.errstate(all="ignore"):
        low = np.where(most_b == np.inf, 0.0, a / (a + most_b))
        high = np.where(most_a == np.inf, 1.0, most_a / (most_a + b))
        sound = (a >= 0.0) & (b >= 0.0)
        return np.where(sound, np.clip(low, 0.0, 1.0), -np.inf), np.where(sound, np.clip(high, 0.0, 1.0), np.inf)
