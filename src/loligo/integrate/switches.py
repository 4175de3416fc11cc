"""Jumps and corners of formulas: on each step the branches are fixed, and a step ends where one of them changes.

The module of a method replaces `explicit`, as in `loligo.integrate.loop`. This module serves membranes with switches
(`loligo.kernel.switches`). During a step the right-hand side is that of the branches taken, even beyond the value of a
switch. So it is smooth, and the error estimate and dense output are valid. If the dense output passes the value of a
switch, the step is repeated so that it ends there.

If both branches lead back to the value, the variable is held there. Then a step ends half a tolerance beyond it.
"""

from __future__ import annotations

import math

from loligo.integrate.dimension import N
from loligo.integrate.drive import drive
from loligo.integrate.explicit import ENDS_WITH_SLOPE, attempt, between
from loligo.integrate.jumps import after_jump, before_jump
from loligo.integrate.machine import CHANGES, Course, Piece
from loligo.integrate.rows import ABSOLUTE, END, NEW, RELATIVE, START, Y, slope_of
from loligo.kernel.calling import Pointer, Whole
from loligo.kernel.entries import inlined

PLACES = 16  # number of points on a step at which the polynomial of a variable is tested for a passage
HAIR = 1e-6  # in tolerances: a variable this close to the value of a switch is set to that value
SLACK = 0.5  # in tolerances: how far a variable may go beyond the value at which it is held
MOST_TRIES = 100  # largest number of attempts to find the length of a step that ends at a value
NEAR = 1e-3  # in tolerances: if everything beyond a value is NaN, a variable this close counts as at the value

# switches[0] is the index in q of the first value; the modes follow the values. switches[1 + k] is the index of the
# variable of switch k


@inlined
def distance(work: Pointer, row: int, q: Pointer, switches: Whole, k: int) -> float:
    """Return how far a variable is from the value of a switch, negative beyond it; NaN if there is no value."""
    first, count = switches[0], switches.size - 1
    return q[first + count + k] * (work[row + switches[1 + k]] - q[first + k])


@inlined
def scale_at(work: Pointer, q: Pointer, switches: Whole, k: int) -> float:
    """Return the scale of errors of a switch's variable at its value."""
    i = switches[1 + k]
    return work[ABSOLUTE + i] + work[RELATIVE + i] * abs(q[switches[0] + k])


@inlined
def choose_branches(rhs: int, stimulus: float, q: Pointer, work: Pointer, switches: Whole, slack: Pointer) -> None:
    """Set the modes to the side on which the state is or, if it is at a value, to the side to which it moves.

    A variable that stays at a value takes the branch that its condition gives. Sets row START.
    """
    first, count = switches[0], switches.size - 1
    for k in range(count):
        q[first + count + k], slack[k] = 0.0, 0.0
    slope_of(rhs, stimulus, q, work, Y, START)
    for k in range(count):
        i = switches[1 + k]
        beyond = work[Y + i] - q[first + k]
        where = beyond if beyond != 0.0 else work[START + i]
        q[first + count + k] = 1.0 if where > 0.0 else -1.0 if where < 0.0 else 0.0
    for k in range(count):
        if q[first + count + k] == 0.0 and work[Y + switches[1 + k]] == q[first + k]:
            slope_of(rhs, stimulus, q, work, Y, START)
            q[first + count + k] = -1.0
            slope_of(rhs, stimulus, q, work, Y, END)
            for i in range(N):
                if work[START + i] != work[END + i]:
                    q[first + count + k] = 1.0
    slope_of(rhs, stimulus, q, work, Y, START)


@inlined
def may_pass(work: Pointer, h: float, q: Pointer, switches: Whole, slack: Pointer) -> bool:
    """Return whether a variable can pass the value of a switch on a step, given its values and slopes at both ends."""
    for k in range(switches.size - 1):
        i = switches[1 + k]
        after = distance(work, NEW, q, switches, k) + slack[k]
        reach = 0.5 * h * (abs(work[START + i]) + abs(work[END + i]))
        if after < 0.0 or min(distance(work, Y, q, switches, k) + slack[k], after) < reach:
            return True
    return False


@inlined
def beyond(work: Pointer, theta: float, i: int, mode: float, value: float) -> float:
    """Return how far a variable is from a value on a step, negative beyond it."""
    return mode * (between(work, theta, i) - value)


@inlined
def lowest(work: Pointer, low: float, high: float, i: int, mode: float, value: float) -> float:
    """Return the place between two places of a step at which a variable is furthest beyond a value."""
    for _ in range(40):
        a, b = low + 0.382 * (high - low), low + 0.618 * (high - low)
        if beyond(work, a, i, mode, value) > beyond(work, b, i, mode, value):
            low = a
        else:
            high = b
    return 0.5 * (low + high)


@inlined
def passage(work: Pointer, i: int, mode: float, value: float) -> float:
    """Return where on a step (0 to 1) a variable first passes a value, or 2."""
    width = 1.0 / PLACES
    here = mode * (work[Y + i] - value)
    before = here - mode * work[START + i]  # only its sign counts: whether the variable first moves towards the value
    high = 2.0
    for j in range(PLACES + 1):
        after = here + mode * work[END + i] if j == PLACES else beyond(work, (j + 1) * width, i, mode, value)
        if before >= here <= after and 4.0 * here < before + after:
            turn = lowest(work, max(j - 1, 0) * width, min((j + 1) * width, 1.0), i, mode, value)
            high = turn if beyond(work, turn, i, mode, value) < 0.0 else high
        if high > 1.0 and j < PLACES and after < 0.0:
            high = (j + 1) * width
        if high <= 1.0:
            break
        before, here = here, after
    if high > 1.0:
        return 2.0
    low = 0.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if beyond(work, middle, i, mode, value) < 0.0:
            high = middle
        else:
            low = middle
    return high


@inlined
def first_passage(work: Pointer, q: Pointer, switches: Whole, slack: Pointer) -> tuple[float, int]:
    """Return the place on a step at which a switch is first passed, and which switch; 2 and -1 if none is."""
    first, count = switches[0], switches.size - 1
    earliest, which = 2.0, -1
    for k in range(count):
        mode = q[first + count + k]
        if mode != 0.0:
            theta = passage(work, switches[1 + k], mode, q[first + k] - mode * slack[k])
            if theta < earliest:
                earliest, which = theta, k
    return earliest, which


@inlined
def step_to(c: Course, p: Piece, t: float, step: float, theta: float, k: int) -> tuple[float, float]:
    """Repeat a step so that a switch's variable ends at its value; return the new length and its error.

    Newton's method for the length starts at the fraction ``theta`` of the step. The length stays between one that does
    not reach the value and one that does, or that gives NaN. If the error exceeds 1, the method cannot take a step of
    this size, and a shorter one comes first.
    """
    work, q, i, s = c.work, c.q, c.switches[1 + k], t - p.origin
    mode = q[c.switches[0] + c.switches.size - 1 + k]
    goal = q[c.switches[0] + k] - mode * c.slack[k]
    hair = HAIR * c.tolerance * scale_at(work, q, c.switches, k) + 2e-15 * (abs(goal) + abs(work[Y + i]))
    low, high, h = 0.0, step, theta * step
    for _ in range(MOST_TRIES):
        error = attempt(c.rhs, c.jacobian, s, h, p.c0, p.c1, p.waves, q, c.tolerance, c.table, work)
        if not ENDS_WITH_SLOPE:
            slope_of(c.rhs, drive(p.c0, p.c1, p.waves, s + h), q, work, NEW, END)
        left = mode * (work[NEW + i] - goal)
        closer = h - left / (mode * work[END + i])
        if left >= 0.0 and math.isfinite(error):
            low = h
        else:
            high = h
        if math.isfinite(error) and (abs(left) <= hair or closer == h or high - low <= 1e-16 * max(abs(t), high)):
            work[NEW + i] = goal
            return h, error
        h = closer if low < closer < high else 0.5 * (low + high)
    return h, math.inf


@inlined
def change_branches(c: Course, stimulus: float, which: int) -> bool:
    """Change the mode of the switch at whose value a step has ended, and of others that were passed; set row START.

    CHANGES counts consecutive steps that ended in this way. Returns whether the variable is held at the value.
    """
    work, q, switches, slack = c.work, c.q, c.switches, c.slack
    first, count = switches[0], switches.size - 1
    before_jump(c)
    for k in range(count):
        left = distance(work, Y, q, switches, k) + slack[k]
        towards = q[first + count + k] * work[START + switches[1 + k]] < 0.0
        if k == which or left < 0.0 or (left == 0.0 and towards):
            q[first + count + k] *= -1.0
            slack[k] = -1.0
    slope_of(c.rhs, stimulus, q, work, Y, START)
    if after_jump(c, which):
        slope_of(c.rhs, stimulus, q, work, Y, START)
    for k in range(count):
        if slack[k] < 0.0:
            back = q[first + count + k] * work[START + switches[1 + k]] < 0.0 or c.counts[CHANGES] > count + 4
            slack[k] = SLACK * c.tolerance * scale_at(work, q, switches, k) if back else 0.0
    return slack[which] > 0.0


@inlined
def time_to_switch(work: Pointer, q: Pointer, switches: Whole, slack: Pointer) -> tuple[float, int]:
    """Return when a variable would first reach a switch with its current slope, and which switch."""
    soonest, which = math.inf, -1
    for k in range(switches.size - 1):
        speed = -q[switches[0] + switches.size - 1 + k] * work[START + switches[1 + k]]
        if speed > 0.0:
            time = max(distance(work, Y, q, switches, k) + slack[k], 0.0) / speed
            if time < soonest:
                soonest, which = time, k
    return soonest, which
