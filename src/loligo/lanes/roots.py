"""Locating events within a step: roots of polynomials, eight at once.

Each root is noted as a column of a block of memory, and `solve` finds all of them together. A single root would be a
chain of dependent operations, with a number of iterations that a processor predicts badly.
"""

from __future__ import annotations

import math
from typing import Any

from loligo.kernel.calling import Pointer, whole_numbers
from loligo.kernel.entries import inlined
from loligo.lanes.machine import Quartic
from loligo.lanes.memory import Rows, over_lanes
from loligo.lanes.vectors import select

SOUGHT, TOGETHER = 24, 8  # largest number of roots that are noted, and number of roots found together

# a root is sought with up to 23 others. For each root, these are noted: its purpose, place (of the lane) and record;
WHAT, PLACE_OF, RECORD = SOUGHT * whole_numbers(0, 3)
# the step's polynomial; the target value of the polynomial, or of its derivative where DERIVED is 1; the bracket;
V0, D1, D2, D3, D4, TARGET, DERIVED, LOW, HIGH = SOUGHT * whole_numbers(3, 12)
# the start and the length of the step. Results: the root as a fraction of the step, the value of the polynomial at the
# root, and whether the root is exact
BEGAN, WHOLE, PLACE, HERE, EXACT = SOUGHT * whole_numbers(12, 17)
ROUNDS = 3


def solve(sought: Rows, _unused: Any, _unused_too: Any, _unused_as_well: Any) -> None:
    """Find all noted roots by three iterations of Halley's method, which starts at the root of the chord.

    Convergence is cubic, so a root is exact if the last move was below 1e-4. If it is not, because of the shape of the
    polynomial or because an iteration left the bracket, it is left to `root`.
    """
    v0, d1, d2, d3, d4 = sought[V0], sought[D1], sought[D2], sought[D3], sought[D4]
    derived = sought[DERIVED] > 0.0
    c0, c1 = select(derived, d1, v0) - sought[TARGET], select(derived, d2 * 2.0, d1)
    c2, c3, c4 = select(derived, d3 * 3.0, d2), select(derived, d4 * 4.0, d3), select(derived, 0.0, d4)
    low, high = sought[LOW], sought[HIGH]
    at_low = ((((low * c4) + c3) * low + c2) * low + c1) * low + c0
    at_high = ((((high * c4) + c3) * high + c2) * high + c1) * high + c0
    theta = (low * at_high - high * at_low) / (at_high - at_low)
    for _ in range(ROUNDS):
        square = theta * theta
        value = (theta * c1 + c0) + square * (square * c4 + (theta * c3 + c2))
        slope = (theta * c2 * 2.0 + c1) + square * (theta * c4 * 4.0 + c3 * 3.0)
        bend = (theta * c3 * 3.0 + c2) + square * c4 * 6.0
        move = value * slope / (slope * slope - value * bend)
        theta = theta - move
    sought[PLACE] = theta
    sought[HERE] = (theta * d1 + v0) + theta * theta * (theta * theta * d4 + (theta * d3 + d2))
    exact = (theta >= low) & (theta <= high) & (abs(move) < 1e-4)
    sought[EXACT] = select(exact, theta.constant(1.0), 0.0)


all_solve = over_lanes(solve, TOGETHER, TOGETHER)


@inlined
def height(q: Quartic, theta: float) -> float:
    """Return a step's polynomial at a place."""
    return q.v0 + theta * (q.d1 + theta * (q.d2 + theta * (q.d3 + theta * q.d4)))


@inlined
def slope_at(q: Quartic, theta: float) -> float:
    """Return the slope of a step's polynomial at a place."""
    return q.d1 + theta * (2.0 * q.d2 + theta * (3.0 * q.d3 + theta * 4.0 * q.d4))


@inlined
def derivative(q: Quartic) -> Quartic:
    """Return the derivative of a step's polynomial."""
    return Quartic(q.d1, 2.0 * q.d2, 3.0 * q.d3, 4.0 * q.d4, 0.0)


@inlined
def root(q: Quartic, level: float, low: float, high: float) -> float:
    """Return where a step's polynomial in theta reaches a level, between two places on either side of the level.

    Newton's method starts at the root of the chord, bisects where it would leave the bracket, and ends at the first
    move below 1e-7: convergence is quadratic, so the remaining error is rounding.
    """
    v0, d1, d2, d3, d4 = q
    at_low = height(q, low) - level
    at_high = height(q, high) - level
    theta = (low * at_high - high * at_low) / (at_high - at_low)
    if not low < theta < high:
        theta = 0.5 * (low + high)
    for _ in range(60):
        square = theta * theta
        value = (v0 - level + theta * d1) + square * (d2 + theta * d3 + square * d4)
        slope = (d1 + theta * 2.0 * d2) + square * (3.0 * d3 + theta * 4.0 * d4)
        if (value < 0.0) == (at_low < 0.0):
            low = theta
        else:
            high = theta
        move = value / slope
        if low <= theta - move <= high:
            theta -= move
            if abs(move) < 1e-7:
                break
        else:
            theta = 0.5 * (low + high)
            if high - low < 1e-14:
                break
    return theta


@inlined
def flat(q: Quartic, low: float, high: float) -> float:
    """Return the extremum of a step's polynomial between two places where its slope has different signs."""
    return root(derivative(q), 0.0, low, high)


@inlined
def bends(q: Quartic) -> tuple[float, float]:
    """Return the two inflection points from 0 to 1 of a step's polynomial, in order; 1 for one that does not exist."""
    d1, d2, d3 = 2.0 * q.d2, 6.0 * q.d3, 12.0 * q.d4
    root = d2 * d2 - 4.0 * d3 * d1
    if not root > 0.0:
        return 1.0, 1.0
    whole = -0.5 * (d2 + math.copysign(math.sqrt(root), d2))
    one = whole / d3 if d3 != 0.0 else 1.0
    two = d1 / whole if whole != 0.0 else 1.0
    one, two = one if 0.0 < one < 1.0 else 1.0, two if 0.0 < two < 1.0 else 1.0
    return min(one, two), max(one, two)


@inlined
def turns(q: Quartic) -> tuple[float, float, float]:
    """Return the three extrema of a step's polynomial, in order; 1 for one that does not exist."""
    first, second = bends(q)
    places = (1.0, 1.0, 1.0)
    low, before = 0.0, q.d1
    for high in (first, second, 1.0):
        after = slope_at(q, high)
        if (before < 0.0 < after or before > 0.0 > after) and low < high:
            place = flat(q, low, high)
            if places[0] == 1.0:
                places = (place, 1.0, 1.0)
            elif places[1] == 1.0:
                places = (places[0], place, 1.0)
            else:
                places = (places[0], places[1], place)
        low, before = high, after
    return places


@inlined
def lowest_between(q: Quartic, low: float, high: float) -> float:
    """Return the minimum of a step's polynomial between two places."""
    least = min(height(q, low), height(q, high))
    for place in turns(q):
        if low < place < high:
            least = min(least, height(q, place))
    return least


@inlined
def part_of(q: Quartic, low: float, high: float) -> Quartic:
    """Return the polynomial of a part of a step, with theta from 0 to 1 on that part."""
    width = high - low
    bend = q.d2 + low * (3.0 * q.d3 + low * 6.0 * q.d4)
    twist = (q.d3 + 4.0 * low * q.d4) * width**3
    return Quartic(height(q, low), slope_at(q, low) * width, bend * width * width, twist, q.d4 * width**4)


@inlined
def seek(
    sought: Pointer, k: int, what: int, place: int, record: int, q: Quartic, target: float, derived: float, low: float,
    high: float, begin: float, step: float,
) -> None:  # fmt: skip
    """Note root number ``k`` with its purpose, its place, and the spike's record that it belongs to.

    At the root, a step's polynomial (its derivative if ``derived`` is 1) reaches the target, between two places.
    """
    sought[WHAT + k], sought[PLACE_OF + k], sought[RECORD + k] = what, place, record
    sought[V0 + k], sought[D1 + k], sought[D2 + k], sought[D3 + k], sought[D4 + k] = q
    sought[TARGET + k], sought[DERIVED + k] = target, derived
    sought[LOW + k], sought[HIGH + k], sought[BEGAN + k], sought[WHOLE + k] = low, high, begin, step


@inlined
def polynomial(sought: Pointer, k: int) -> Quartic:
    """Return the polynomial of the step on which a root is sought."""
    return Quartic(sought[V0 + k], sought[D1 + k], sought[D2 + k], sought[D3 + k], sought[D4 + k])


@inlined
def found(sought: Pointer, k: int) -> tuple[float, float]:
    """Return the place of a noted root, and the polynomial there."""
    theta, here = sought[PLACE + k], sought[HERE + k]
    if sought[EXACT + k] == 0.0:
        q, target, low, high = polynomial(sought, k), sought[TARGET + k], sought[LOW + k], sought[HIGH + k]
        theta = root(q if sought[DERIVED + k] == 0.0 else derivative(q), target, low, high)
        here = height(q, theta)
    return theta, here
