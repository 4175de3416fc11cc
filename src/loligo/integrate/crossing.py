"""Finding where a potential crosses a level upwards on a step."""

from __future__ import annotations

import math

from loligo.integrate.dimension import POTENTIALS
from loligo.integrate.explicit import between
from loligo.integrate.machine import Course
from loligo.integrate.rows import END, NEW, START, Y
from loligo.kernel.calling import Pointer
from loligo.kernel.entries import inlined

NOWHERE = -math.inf  # the time that means "no crossing"
LOOKS = 8  # number of points on a step at which v is evaluated if v might reach the level between the ends


@inlined
def may_cross(work: Pointer, k: int, h: float, level: float) -> bool:
    """Return whether variable k can cross the level upwards on a step, given its values and slopes at both ends."""
    v0, v1 = work[Y + k], work[NEW + k]
    if (v0 < level) != (v1 < level):
        return v0 < level
    reach = 0.5 * h * max(abs(work[START + k]), abs(work[END + k]))
    return max(v0, v1) + reach >= level if v0 < level else min(v0, v1) - reach < level


@inlined
def crossing(work: Pointer, k: int, level: float) -> float:
    """Return where on the step (0 to 1) variable k crosses the level upwards, or -1."""
    low, high = 0.0, 1.0
    if not work[Y + k] < level <= work[NEW + k]:
        sign = 1.0 if work[Y + k] < level else -1.0  # a maximum above the level inside the step, or a minimum below
        best, extreme = work[Y + k], 0.0
        for look in range(1, LOOKS + 1):
            value = between(work, look / LOOKS, k)
            if sign * value > sign * best:
                best, extreme = value, look / LOOKS
        low, high = max(extreme - 1.0 / LOOKS, 0.0), min(extreme + 1.0 / LOOKS, 1.0)
        middle = between(work, 0.5 * (low + high), k)
        change = abs(middle - between(work, low, k)) + abs(middle - between(work, high, k))
        if sign * level > max(sign * best, sign * middle) + change:  # v does not go that far in between
            return -1.0
        for _ in range(40):
            a, b = low + 0.382 * (high - low), low + 0.618 * (high - low)
            if sign * between(work, a, k) < sign * between(work, b, k):
                low = a
            else:
                high = b
        extreme = 0.5 * (low + high)
        if (between(work, extreme, k) >= level) != (sign > 0.0):
            return -1.0
        low, high = (0.0, extreme) if sign > 0.0 else (extreme, 1.0)
    for _ in range(52):
        middle = 0.5 * (low + high)
        if between(work, middle, k) < level:
            low = middle
        else:
            high = middle
    return high


@inlined
def any_may_cross(c: Course, step: float) -> bool:
    """Return whether a potential can cross its level upwards on a step."""
    maybe = False
    for k in range(POTENTIALS):
        maybe = may_cross(c.work, k, step, c.levels[k]) or maybe
    return maybe


@inlined
def seek_crossings(c: Course, t: float, step: float) -> None:
    """Note when each potential crosses its level upwards on a step, or `NOWHERE`."""
    for k in range(POTENTIALS):
        theta = -1.0
        if POTENTIALS == 1 or may_cross(c.work, k, step, c.levels[k]):
            theta = crossing(c.work, k, c.levels[k])
        c.crossed[k] = t + theta * step if theta >= 0.0 else NOWHERE
