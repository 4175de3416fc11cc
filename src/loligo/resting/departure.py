"""Where a run begins: at the rest, or beside it where it does not hold; and whether a start that is given holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.integrate.status import DISPLACED_BY, MOVED
from loligo.kernel import compiled
from loligo.resting.equilibrium import rest, settles
from loligo.resting.scales import state_scales
from loligo.resting.slaved import Slaved
from loligo.resting.verification import grows, jacobian, residuals

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

AT_EQUILIBRIUM: Final = 1e-6  # of the terms that cancel: what is left of a slope at an equilibrium


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


def stays_unstable(membrane: Membrane, state: NDArray[float64], current: float, duration: float) -> bool:
    """Tell whether a state is an unstable equilibrium, which a run does not leave until its rounding has grown.

    Parameters
    ----------
    membrane : Membrane
    state : array (variables,)
    current : float
        The constant current at the beginning of the run [µA/cm²].
    duration : float
        Of the run [ms]: what moves by its slope in that time is not looked at closely.
    """
    kernel, q = compiled(membrane)
    gates = len(membrane.variables) - 1 - len(membrane.states)
    sizes = np.maximum(np.abs(state), [membrane.v_scale, *[1.0] * gates, *state_scales(membrane)])
    if not (np.abs(kernel.rhs(current, state, q)) * duration <= MOVED * sizes).all():
        return False
    with np.errstate(all="ignore"):
        slaved = Slaved(membrane, current)
        left = residuals(slaved, state, jacobian(slaved, state))
        return bool((left <= AT_EQUILIBRIUM).all()) and grows(slaved, state)
