"""Where a run from rest begins: at the rest, or beside it where it does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.integrate.status import DISPLACED_BY
from loligo.kernel import compiled
from loligo.resting.equilibrium import rest, settles

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from loligo.membrane import Membrane


def start_at_rest(membrane: Membrane) -> NDArray[float64]:
    """Return the state at which a run from rest begins.

    That is the rest. A run that began exactly at an unstable rest would stay there for as long as its rounding takes to
    grow, and no membrane does: there v is higher by ``DISPLACED_BY`` of its scale (1 mV), so that a membrane that
    fires by itself is seen to fire.

    Raises
    ------
    RestError
        As `loligo.rest`.
    """
    state = rest(membrane).state
    if not settles(membrane):
        state = state.copy()
        state[0] += DISPLACED_BY * membrane.v_scale
    return state


def start_at(membrane: Membrane, v: float) -> NDArray[float64]:
    """Return the state at a potential with the gates settled there and every further state at its ``initial`` value.

    So begins a run of a membrane that has no rest, such as one with a clock, where it is only said at which potential.
    """
    kernel, q = compiled(membrane)
    state = np.zeros(len(membrane.variables))
    state[0], state[state.size - len(membrane.states) :] = v, [own.initial for own in membrane.states]
    return kernel.steady(state, q)
