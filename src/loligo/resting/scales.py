"""The scales of further states, from their values at rest and from how far they follow v."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import RestError
from loligo.kernel import compiled
from loligo.membrane import Channel
from loligo.resting.equilibrium import rest
from loligo.resting.settling import solutions_at
from loligo.resting.slaved import Slaved, Steady

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

UNKNOWN_SCALE: Final = 1.0


@lru_cache(maxsize=256)
def state_scales(membrane: Membrane) -> tuple[float, ...]:
    """Return the scale of each further state, in the state's unit; errors of the state are relative to this scale.

    The scale is the larger of two sizes: that of the value at rest, and the distance from this value to the settled
    value when v is moved from rest by ``v_scale``, up or down, whichever is closer. For a membrane without a rest, v is
    the middle of the membrane's reversal potentials. The scale is a power of two, so that it does not depend on the
    last digits of the rest; the scale of a state that is 0 at every potential is 1. The guess (``initial``) is not
    used, except for a state that never settles, such as a clock or calcium without removal: the scale of such a state
    is the size of its initial value, or 1, and other states are then computed with this state at its initial value. A
    scale never exceeds the change in the state that moves v by ``v_scale`` with gates held, so that errors of a state
    and of v have similar weight. A state that does not act on itself, such as the integral of v, is steady only at
    rest: the scale of such a state is its change in an oscillation of v by ``v_scale``.
    """
    if not membrane.states:
        return ()
    with np.errstate(all="ignore"):
        v, here = _home(membrane)
        beside = (_ways(membrane, v + side * membrane.v_scale) for side in (1.0, -1.0))
        moved = np.fmin(*(np.abs(ways - here).min(axis=0) for ways in beside))
        sizes = np.fmax(np.abs(here), moved)
    guesses = [abs(state.initial) for state in membrane.states]
    sizes = np.where(np.isnan(sizes), guesses, sizes)
    with np.errstate(all="ignore"):
        moving, swinging = _moving_v(membrane, v, np.where(np.isfinite(here), here, guesses))
        alone = np.isnan(moved) & np.isfinite(here) & (swinging > 0.0)
        sizes = np.where(alone, np.fmax(moving, swinging), np.fmin(sizes, moving))
    return tuple(_power_of_two(size) for size in sizes.tolist())


def home_of(membrane: Membrane, current: float) -> NDArray[np.float64]:
    """Return the further states at rest; without a rest, the values to which they settle, or the guesses."""
    guess = np.array([state.initial for state in membrane.states])
    with np.errstate(all="ignore"):
        found = _home(membrane, current)[1]
    return np.where(np.isfinite(found), found, guess)


def _home(membrane: Membrane, current: float = 0.0) -> tuple[float, NDArray[np.float64]]:
    """Return v and the further states at rest or, without a rest, in the middle of the reversal potentials."""
    try:
        home = rest(membrane, current)
    except RestError:
        fixed = [c.E for c in membrane.channels if isinstance(c, Channel) and isinstance(c.E, float)]
        v = 0.5 * (min(fixed) + max(fixed)) if fixed else 0.0
        return v, _ways(membrane, v)[0]
    return home.v, home.state[home.state.size - len(membrane.states) :]


def _ways(membrane: Membrane, v: float) -> NDArray[np.float64]:
    """Return all steady values of the further states at v, shape (solutions, states).

    If some states have none, there is one row: NaN for these states, and for the others their steady values while these
    are at their guesses.
    """
    ways = solutions_at(Slaved(membrane, 0.0), np.array([v]))[0]
    if len(ways):
        return ways
    count, found = len(membrane.states), np.full((1, len(membrane.states)), np.nan)
    first = len(membrane.variables) - count
    row = np.array([[v, *[0.5] * (first - 1), *(state.initial for state in membrane.states)]])
    kernel, q = compiled(membrane)
    held = np.flatnonzero(np.diagonal(kernel.jacobian(row[0], q))[first:] != 0.0)
    if held.size:
        problem = Steady(membrane, 0.0, list(range(1, first)), (first + held).tolist())
        some = solutions_at(problem, row)[0]
        found[:, held] = some[0] if len(some) else np.nan
    return found


def _moving_v(
    membrane: Membrane, v: float, states: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the displacement of each further state, permanent or until it settles, that moves v by ``v_scale``.

    Also return the amplitude, in an oscillation with v, of states that do not act on themselves; NaN for others.
    """
    kernel, q = compiled(membrane)
    first = len(membrane.variables) - states.size
    row = np.zeros(len(membrane.variables))
    row[0], row[first:] = v, states
    jacobian = np.abs(kernel.jacobian(kernel.steady(row, q), q))
    own = np.diagonal(jacobian)[first:]
    moving: NDArray[np.float64] = membrane.v_scale * np.fmax(jacobian[0, 0], own) / jacobian[0, first:]
    swinging = membrane.v_scale * np.sqrt(jacobian[first:, 0] / jacobian[0, first:])
    sound = np.isfinite(swinging) & (own == 0.0)
    return np.where(np.isfinite(moving) & (moving > 0.0), moving, np.nan), np.where(sound, swinging, np.nan)


def _power_of_two(size: float) -> float:
    """Return the nearest power of two, or the default scale for values that have none."""
    if not (math.isfinite(size) and size > 0.0):
        return UNKNOWN_SCALE
    return 2.0 ** round(math.log2(size))
