"""The scales of further states: how large they are at rest, and how far they follow v."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import RestError
from loligo.membrane import Channel
from loligo.resting.equilibrium import rest, settled_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

UNKNOWN_SCALE: Final = 1.0


@lru_cache(maxsize=256)
def state_scales(membrane: Membrane) -> tuple[float, ...]:
    """Return the scale of each further state, in its unit: the size against which its error is held.

    It is the larger of two sizes: of the value at rest, and of the change of the value that the state settles to when v
    is moved from rest by ``v_scale``, up or down, whichever changes it less. A membrane without a rest is taken in the
    middle of its reversal potentials. The scale is a power of two, so that it does not depend on the last digits of the
    rest. A state that is 0 at every potential, or settles nowhere, has the scale 1. The guess (``initial``) has no
    part in it.
    """
    if not membrane.states:
        return ()
    count, middle = len(membrane.states), _home(membrane)
    with np.errstate(all="ignore"):
        here, *beside = (_settled(membrane, middle + way * membrane.v_scale, count) for way in (0.0, 1.0, -1.0))
        moved = np.fmin(*(np.abs(there - here) for there in beside))
        sizes = np.fmax(np.abs(here), moved)
    return tuple(_power_of_two(float(size)) for size in sizes)


def home_of(membrane: Membrane, current: float) -> NDArray[np.float64]:
    """Return the further states at rest; without a rest what they settle to near it, or the guesses."""
    guess = np.array([state.initial for state in membrane.states])
    try:
        return rest(membrane, current).state[-guess.size :]
    except RestError:
        with np.errstate(all="ignore"):
            found = _settled(membrane, _home(membrane), guess.size)
        return np.where(np.isfinite(found).all(), found, guess)


def _home(membrane: Membrane) -> float:
    try:
        return rest(membrane).v
    except RestError:
        fixed = [c.E for c in membrane.channels if isinstance(c, Channel) and isinstance(c.E, float)]
        return 0.5 * (min(fixed) + max(fixed)) if fixed else 0.0


def _settled(membrane: Membrane, v: float, count: int) -> NDArray[np.float64]:
    try:
        return settled_at(membrane, v)[-count:]
    except RestError:
        return np.full(count, math.nan)


def _power_of_two(size: float) -> float:
    """Return the nearest power of two, or the scale of what has none."""
    if not (math.isfinite(size) and size > 0.0):
        return UNKNOWN_SCALE
    return 2.0 ** round(math.log2(size))
