"""Where v crosses a level upwards on a step."""

from __future__ import annotations

from loligo.integrate.explicit import between
from loligo.integrate.rows import END, NEW, START, V, Y
from loligo.kernel.calling import Pointer
from loligo.kernel.entries import inlined

LOOKS = 8  # places in a step at which v is looked at where a level is within its reach


@inlined
def may_cross(work: Pointer, h: float, level: float) -> bool:
    """Tell whether v can cross the level upwards on a step, given its ends and tangents there."""
    v0, v1 = work[Y], work[NEW]
    if (v0 < level) != (v1 < level):
        return v0 < level
    reach = 0.5 * h * max(abs(work[START]), abs(work[END]))
    return max(v0, v1) + reach >= level if v0 < level else min(v0, v1) - reach < level


@inlined
def crossing(work: Pointer, level: float) -> float:
    """Return where on the step (0 to 1) v crosses the level upwards, or -1."""
    low, high = 0.0, 1.0
    if not work[Y] < level <= work[NEW]:
        sign = 1.0 if work[Y] < level else -1.0  # a maximum above the level, or a minimum below it, inside
        best, extreme = work[Y], 0.0
        for k in range(1, LOOKS + 1):
            value = between(work, k / LOOKS, V)
            if sign * value > sign * best:
                best, extreme = value, k / LOOKS
        low, high = max(extreme - 1.0 / LOOKS, 0.0), min(extreme + 1.0 / LOOKS, 1.0)
        middle = between(work, 0.5 * (low + high), V)
        change = abs(middle - between(work, low, V)) + abs(middle - between(work, high, V))
        if sign * level > max(sign * best, sign * middle) + change:  # so far v does not go in between
            return -1.0
        for _ in range(40):
            a, b = low + 0.382 * (high - low), low + 0.618 * (high - low)
            if sign * between(work, a, V) < sign * between(work, b, V):
                low = a
            else:
                high = b
        extreme = 0.5 * (low + high)
        if (between(work, extreme, V) >= level) != (sign > 0.0):
            return -1.0
        low, high = (0.0, extreme) if sign > 0.0 else (extreme, 1.0)
    for _ in range(52):
        middle = 0.5 * (low + high)
        if between(work, middle, V) < level:
            low = middle
        else:
            high = middle
    return high
