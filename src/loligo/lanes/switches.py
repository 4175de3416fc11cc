"""Jumps and corners of formulas in lanes; `loligo.integrate.switches` does the same for one neuron.

The modes of a member's switches follow its parameters. After an attempt each lane is examined separately. A step that
passes the value of a switch is rejected, and tried again with a length that ends there. A step that ends there is
accepted, and its lane has *landed*: the branch changes before the next step.
"""

from __future__ import annotations

import numpy as np

from loligo.kernel.calling import called, shifted
from loligo.kernel.entries import inlined
from loligo.lanes.control import LOST
from loligo.lanes.dimension import POTENTIALS, N
from loligo.lanes.explicit import dense_v
from loligo.lanes.machine import Course, Quartic
from loligo.lanes.roots import flat, height, root, slope_at
from loligo.lanes.rows import (
    DRIVE,
    ENDED,
    ERROR,
    FIRST_STATE,
    FLAG,
    K0,
    K1,
    K6,
    LAST,
    MEMBER,
    NEW,
    NOW,
    PARAMETERS,
    SCALE,
    STAGE,
    STEP,
    F,
    H,
    W,
    Y,
    offsets,
)  # fmt: skip

# notes of each lane: the switch whose value is reached, or -1; the length to try next, or 0; the length of the first
# step that was rejected for a switch; how many consecutive steps ended at a switch; then the slack of each switch
LANDED, RETRY, UNCUT, CHANGES, SLACK = offsets(1, 1, 1, 1)
HAIR, HELD_SLACK, NEARBY = 1e-4, 0.5, 1e-3  # in tolerances, like HAIR, SLACK and NEAR of `loligo.integrate.switches`
GLANCES = 8  # number of points on a step at which the polynomial of a variable is evaluated
EPSILON = float(np.finfo(F).eps)


@inlined
def value_row(c: Course, k: int) -> int:
    """Return the row with the value of a switch, at the first lane; the rows of modes follow those of all values."""
    return int(PARAMETERS + (c.switches[1] + k) * W)


@inlined
def mode_row(c: Course, k: int) -> int:
    """Return the row with the mode of a switch, at the first lane."""
    return int(PARAMETERS + (c.switches[1] + c.switches[0] + k) * W)


@inlined
def variable_of(c: Course, k: int) -> int:
    """Return the row of a switch's variable in a state, at the first lane."""
    return int(c.switches[2 + k] * W)


@inlined
def value_of(c: Course, lane: int, k: int) -> float:
    """Return the value of a switch."""
    return float(c.work[value_row(c, k) + lane])


@inlined
def mode_of(c: Course, lane: int, k: int) -> float:
    """Return the mode of a switch: the side whose branch is taken."""
    return float(c.work[mode_row(c, k) + lane])


@inlined
def just_accepted(c: Course, lane: int, k: int) -> float:
    """Return the largest error of a switch's variable that is accepted at the switch's value."""
    size = 1.0 / float(c.work[SCALE + variable_of(c, k) + lane])
    return c.tolerance * (size + (abs(value_of(c, lane, k)) if c.switches[2 + k] >= FIRST_STATE else 0.0))


@inlined
def rounding(c: Course, lane: int, k: int) -> float:
    """Return the accuracy of a step's end near the value of a switch, if the step begins far from it."""
    return 4.0 * EPSILON * (abs(value_of(c, lane, k)) + abs(float(c.work[Y + variable_of(c, k) + lane])))


@inlined
def settle_branches(c: Course, lane: int) -> None:
    """Set the modes of a lane to the side where its state is, or to which it moves; see `choose_branches`."""
    work, landing, at_value = c.work, c.landing, False
    for k in range(c.switches[0]):
        beyond = work[Y + variable_of(c, k) + lane] - work[value_row(c, k) + lane]
        landing[SLACK + k * W + lane] = 0.0
        work[mode_row(c, k) + lane] = F(1.0 if beyond > 0.0 else -1.0 if beyond < 0.0 else 0.0)
        at_value = at_value or beyond == 0.0
    landing[LANDED + lane], landing[UNCUT + lane], landing[CHANGES + lane] = -1.0, 0.0, 0.0
    if not at_value:
        return
    called(c.slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, K1)))
    for k in range(c.switches[0]):
        i, at = variable_of(c, k), mode_row(c, k) + lane
        if work[Y + i + lane] == work[value_row(c, k) + lane]:
            slope = work[K1 + i + lane]
            work[at] = F(1.0 if slope > 0.0 else -1.0)
            if slope == 0.0:  # the branch given by the condition
                called(c.slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, STAGE)))
                for j in range(N):
                    if work[STAGE + j * W + lane] != work[K1 + j * W + lane]:
                        work[at] = F(1.0)


@inlined
def way(c: Course, lane: int, row: int, k: int) -> float:
    """Return how far a variable is from where a switch changes its branch, negative beyond it."""
    left = float(c.work[row + variable_of(c, k) + lane]) - value_of(c, lane, k)
    return mode_of(c, lane, k) * left + c.landing[SLACK + k * W + lane]


@inlined
def passes(g: Quartic) -> float:
    """Return the position within a step at which a polynomial first falls below 0, or 2 if it never does."""
    width = 1.0 / GLANCES
    here, slope = g.v0, g.d1
    for j in range(GLANCES):
        a, b = j * width, (j + 1) * width
        after, slope_after = height(g, b), slope_at(g, b)
        if slope < 0.0 < slope_after and here >= 0.0:
            turn = flat(g, a, b)
            if height(g, turn) < 0.0:
                return root(g, 0.0, a, turn)
        if after < 0.0:
            return root(g, 0.0, a, b) if here >= 0.0 else a
        here, slope = after, slope_after
    return 2.0


@inlined
def passage_in(c: Course, lane: int, k: int) -> float:
    """Return where on a step (0 to 1) a lane first passes a switch, or 2; other variables than v follow a cubic."""
    i, step, mode = variable_of(c, k), float(c.work[STEP + lane]), mode_of(c, lane, k)
    g0, end = way(c, lane, Y, k), way(c, lane, NEW, k)
    f0, f1 = mode * step * float(c.work[K0 + i + lane]), mode * step * float(c.work[K6 + i + lane])
    if not (end < 0.0 or min(g0, end) < 0.5 * (abs(f0) + abs(f1))):
        return 2.0
    if i < POTENTIALS * W:
        v = dense_v(c.work, i + lane)
        theta = passes(Quartic(g0, mode * v.d1, mode * v.d2, mode * v.d3, mode * v.d4))
    else:
        rise = end - g0
        theta = passes(Quartic(g0, f0, 3.0 * rise - 2.0 * f0 - f1, f0 + f1 - 2.0 * rise, 0.0))
    return min(theta, 1.0) if end < 0.0 else theta


@inlined
def look_at_switches(c: Course, lane: int) -> None:
    """Reject a step that passes the value of a switch, or note that it ends there."""
    work, landing = c.work, c.landing
    landing[RETRY + lane] = 0.0
    if not work[ERROR + lane] <= F(1e30):
        approach(c, lane)
        return
    if not work[ERROR + lane] <= F(1.0):
        return
    first, which = 2.0, -1
    for k in range(c.switches[0]):
        theta = passage_in(c, lane, k)
        if theta < first:
            first, which = theta, k
    step = float(work[STEP + lane])
    for k in range(c.switches[0]):
        if ends_at(c, lane, k, first, which):
            slack = landing[SLACK + k * W + lane]
            work[NEW + variable_of(c, k) + lane] = F(value_of(c, lane, k) - mode_of(c, lane, k) * slack)
            landing[LANDED + lane], landing[UNCUT + lane] = k, max(landing[UNCUT + lane], step)
            return
    if which >= 0:
        work[ERROR + lane] = F(2.0)
        # from a longer fraction of a step to an edge, `propose` would go to the edge again
        most = 0.98 if work[LAST + lane] > F(0.0) else 1.0 - 4.0 * EPSILON
        landing[RETRY + lane] = max(min(first, most), 1e-6) * step
        landing[UNCUT + lane] = max(landing[UNCUT + lane], step)


@inlined
def ends_at(c: Course, lane: int, k: int, first: float, which: int) -> bool:
    """Return whether the first switch passed on a step is so close to its end that the step counts as ending there."""
    hair = HAIR * just_accepted(c, lane, k) + rounding(c, lane, k)
    towards = mode_of(c, lane, k) * float(c.work[K6 + variable_of(c, k) + lane]) < 0.0
    shortest = float(c.work[STEP + lane]) <= 2.0 * (c.clock[NOW + lane] * 1e-13 + 1e-16)
    left = way(c, lane, NEW, k)
    return (abs(left) <= hair and towards and (first >= 0.5 or k == which)) or (k == which and shortest)


@inlined
def approach(c: Course, lane: int) -> None:
    """If values are NaN beyond a switch, try a step of half the way to it; change the branch when it is near."""
    work, soonest, which = c.work, np.inf, -1
    for k in range(c.switches[0]):
        speed = -float(work[mode_row(c, k) + lane] * work[K0 + variable_of(c, k) + lane])
        if speed > 0.0:
            time = max(way(c, lane, Y, k), 0.0) / speed
            if time < soonest:
                soonest, which = time, k
    if soonest >= float(work[STEP + lane]):
        return
    near = NEARBY * just_accepted(c, lane, which) + rounding(c, lane, which)
    if way(c, lane, Y, which) > near:
        c.landing[RETRY + lane] = 0.5 * soonest
    else:
        work[Y + variable_of(c, which) + lane] = work[value_row(c, which) + lane]
        c.landing[LANDED + lane] = which
        work[ERROR + lane] = F(2.0)  # the step is rejected, but the lane is not lost


@inlined
def keep_lengths(c: Course) -> None:
    """Set the lengths of repeated steps, and flag the lanes that have landed."""
    for lane in range(W):
        if c.notes[MEMBER + lane] < 0 or c.work[FLAG + lane] == F(LOST):
            continue
        if c.landing[RETRY + lane] > 0.0:
            c.work[H + lane] = F(c.landing[RETRY + lane])
        elif c.landing[LANDED + lane] >= 0.0:
            c.notes[ENDED + lane // 32] |= 1 << (lane & 31)
        elif c.work[FLAG + lane] >= F(0.0):
            c.landing[UNCUT + lane], c.landing[CHANGES + lane] = 0.0, 0.0


@inlined
def change_branches(c: Course, lane: int) -> None:
    """Change the mode of the switch at which a lane has landed, and of others that it has passed; set the slope K0."""
    work, landing = c.work, c.landing
    which, changes = int(landing[LANDED + lane]), landing[CHANGES + lane] + 1.0
    landing[LANDED + lane], landing[CHANGES + lane] = -1.0, changes
    for k in range(c.switches[0]):
        at, left = mode_row(c, k) + lane, way(c, lane, Y, k)
        towards = work[at] * work[K0 + variable_of(c, k) + lane] < F(0.0)
        if k == which or left < 0.0 or (left == 0.0 and towards):
            work[at] = -work[at]
            landing[SLACK + k * W + lane] = -1.0
    called(c.slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, K1)))
    for i in range(N):
        work[K0 + i * W + lane] = work[K1 + i * W + lane]
    for k in range(c.switches[0]):
        if landing[SLACK + k * W + lane] < 0.0:
            back = work[mode_row(c, k) + lane] * work[K0 + variable_of(c, k) + lane] < F(0.0)
            held = back or changes > c.switches[0] + 4
            slack = max(HELD_SLACK * just_accepted(c, lane, k), 2.0 * rounding(c, lane, k))
            landing[SLACK + k * W + lane] = slack if held else 0.0
