"""Where formulas jump or bend, in lanes: what `loligo.integrate.switches` does for one neuron.

This text stands between `lane_rest` and `lane_loop` in a program for lanes. The modes of a member's switches stand
behind its parameters. After an attempt each lane is looked at by itself. A step that passes the value of a switch is
rejected, and tried again with a length that ends there. One that ends there is accepted, and its lane has landed: then
the branch changes before the next step.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from loligo.integrate.lane_control import LOST
from loligo.integrate.lane_events import MEMBER
from loligo.integrate.lane_roots import flat, height, root
from loligo.integrate.lane_rows import (  # type: ignore[import-not-found]  # made by lane_step.rows_source
    DRIVE,
    ERROR,
    FIRST_STATE,
    FLAG,
    K0,
    K1,
    K6,
    LAST,
    NEW,
    NOW,
    PARAMETERS,
    SCALE,
    STAGE,
    STEP,
    F,
    H,
    N,
    W,
    Y,
    dense_v,
)  # fmt: skip
from loligo.kernel.calling import INLINED, called
from loligo.kernel.lanes import shifted

# a lane's own notes: the switch whose value is reached, or -1; the length to be tried next, or 0; that of the first
# step which was rejected for a switch; how many steps after one another ended at one; then each switch's slack
LANDED, RETRY, UNCUT, CHANGES, SLACK = W * np.arange(5)
HAIR, HELD_SLACK, NEARBY = 1e-4, 0.5, 1e-3  # tolerances, as HAIR, SLACK and NEAR of `loligo.integrate.switches`
GLANCES = 8  # places on a step at which its polynomial is looked at
EPSILON = float(np.finfo(F).eps)


@njit(**INLINED)
def value_row(switches, k):
    """Return the row with the value of a switch, at the first lane; those with the modes come after all values."""
    return PARAMETERS + (switches[0] + k) * W


@njit(**INLINED)
def mode_row(switches, k):
    """Return the row with the mode of a switch, at the first lane."""
    return PARAMETERS + (switches[0] + switches.size - 1 + k) * W


@njit(**INLINED)
def just_accepted(work, lane, switches, k, tolerance):
    """Return the error of a switch's variable that is just accepted at its value."""
    i = switches[1 + k]
    size = 1.0 / float(work[SCALE + i * W + lane])
    return tolerance * (size + (abs(float(work[value_row(switches, k) + lane])) if i >= FIRST_STATE else 0.0))


@njit(**INLINED)
def rounding(work, lane, switches, k):
    """Return how well a step's end is known beside the value of a switch, of which the step may begin far away."""
    value, begin = work[value_row(switches, k) + lane], work[Y + switches[1 + k] * W + lane]
    return 4.0 * EPSILON * (abs(float(value)) + abs(float(begin)))


@njit(**INLINED)
def settle_branches(slopes, work, lane, switches, landing):
    """Set the modes of a lane to the side on which its state is, or to which it goes; see `choose_branches`."""
    at_value = False
    for k in range(switches.size - 1):
        beyond = work[Y + switches[1 + k] * W + lane] - work[value_row(switches, k) + lane]
        landing[SLACK + k * W + lane] = 0.0
        work[mode_row(switches, k) + lane] = F(1.0 if beyond > 0.0 else -1.0 if beyond < 0.0 else 0.0)
        at_value = at_value or beyond == 0.0
    landing[LANDED + lane], landing[UNCUT + lane], landing[CHANGES + lane] = -1.0, 0.0, 0.0
    if not at_value:
        return
    called(slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, K1)))
    for k in range(switches.size - 1):
        i, at = switches[1 + k], mode_row(switches, k) + lane
        if work[Y + i * W + lane] == work[value_row(switches, k) + lane]:
            slope = work[K1 + i * W + lane]
            work[at] = F(1.0 if slope > 0.0 else -1.0)
            if slope == 0.0:  # the branch that the condition says
                called(slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, STAGE)))
                for j in range(N):
                    if work[STAGE + j * W + lane] != work[K1 + j * W + lane]:
                        work[at] = F(1.0)


@njit(**INLINED)
def way(work, lane, row, switches, landing, k):
    """Return how far a variable is from where a switch changes its branch, negative beyond it."""
    mode = float(work[mode_row(switches, k) + lane])
    left = float(work[row + switches[1 + k] * W + lane]) - float(work[value_row(switches, k) + lane])
    return mode * left + landing[SLACK + k * W + lane]


@njit(**INLINED)
def passes(g0, g1, g2, g3, g4):
    """Return where on a step a polynomial first falls below 0, or 2."""
    width = 1.0 / GLANCES
    here, slope = g0, g1
    for j in range(GLANCES):
        a, b = j * width, (j + 1) * width
        after = height(g0, g1, g2, g3, g4, b)
        slope_after = height(g1, 2.0 * g2, 3.0 * g3, 4.0 * g4, 0.0, b)
        if slope < 0.0 < slope_after and here >= 0.0:
            turn = flat(g1, g2, g3, g4, a, b)
            if height(g0, g1, g2, g3, g4, turn) < 0.0:
                return root(g0, g1, g2, g3, g4, 0.0, a, turn)
        if after < 0.0:
            return root(g0, g1, g2, g3, g4, 0.0, a, b) if here >= 0.0 else a
        here, slope = after, slope_after
    return 2.0


@njit(**INLINED)
def passage_in(work, lane, switches, landing, k):
    """Return where on a step (0 to 1) a lane first passes a switch, or 2: on the dense output of v, else on a cubic."""
    i, step = switches[1 + k], float(work[STEP + lane])
    g0, end = way(work, lane, Y, switches, landing, k), way(work, lane, NEW, switches, landing, k)
    mode = float(work[mode_row(switches, k) + lane])
    f0, f1 = mode * step * float(work[K0 + i * W + lane]), mode * step * float(work[K6 + i * W + lane])
    if not (end < 0.0 or min(g0, end) < 0.5 * (abs(f0) + abs(f1))):
        return 2.0
    if i == 0:
        _, d1, d2, d3, d4 = dense_v(work, lane)
        g1, g2, g3, g4 = mode * d1, mode * d2, mode * d3, mode * d4
    else:
        rise = end - g0
        g1, g2, g3, g4 = f0, 3.0 * rise - 2.0 * f0 - f1, f0 + f1 - 2.0 * rise, 0.0
    theta = passes(g0, g1, g2, g3, g4)
    return min(theta, 1.0) if end < 0.0 else theta


@njit(**INLINED)
def look_at_switches(work, clock, lane, switches, landing, tolerance):
    """Reject a step that passes the value of a switch, or note that it ends there."""
    landing[RETRY + lane] = 0.0
    if not work[ERROR + lane] <= F(1e30):
        approach(work, lane, switches, landing, tolerance)
        return
    if not work[ERROR + lane] <= F(1.0):
        return
    first, which = 2.0, -1
    for k in range(switches.size - 1):
        theta = passage_in(work, lane, switches, landing, k)
        if theta < first:
            first, which = theta, k
    step = float(work[STEP + lane])
    for k in range(switches.size - 1):  # within a hair of the end is at the end
        hair = HAIR * just_accepted(work, lane, switches, k, tolerance) + rounding(work, lane, switches, k)
        towards = work[mode_row(switches, k) + lane] * work[K6 + switches[1 + k] * W + lane] < F(0.0)
        shortest = step <= 2.0 * (clock[NOW + lane] * 1e-13 + 1e-16)
        left = way(work, lane, NEW, switches, landing, k)
        if (abs(left) <= hair and towards and (first >= 0.5 or k == which)) or (k == which and shortest):
            mode, value = float(work[mode_row(switches, k) + lane]), float(work[value_row(switches, k) + lane])
            work[NEW + switches[1 + k] * W + lane] = F(value - mode * landing[SLACK + k * W + lane])
            landing[LANDED + lane], landing[UNCUT + lane] = k, max(landing[UNCUT + lane], step)
            return
    if which >= 0:
        work[ERROR + lane] = F(2.0)
        # with more of a step that goes to an edge, `propose` would go there again
        most = 0.98 if work[LAST + lane] > F(0.0) else 1.0 - 4.0 * EPSILON
        landing[RETRY + lane] = max(min(first, most), 1e-6) * step
        landing[UNCUT + lane] = max(landing[UNCUT + lane], step)


@njit(**INLINED)
def approach(work, lane, switches, landing, tolerance):
    """Where nothing is a number beyond a switch, try half of the way to it; change the branch when it is near."""
    soonest, which = np.inf, -1
    for k in range(switches.size - 1):
        speed = -float(work[mode_row(switches, k) + lane] * work[K0 + switches[1 + k] * W + lane])
        if speed > 0.0:
            time = max(way(work, lane, Y, switches, landing, k), 0.0) / speed
            if time < soonest:
                soonest, which = time, k
    if soonest >= float(work[STEP + lane]):
        return
    near = NEARBY * just_accepted(work, lane, switches, which, tolerance) + rounding(work, lane, switches, which)
    if way(work, lane, Y, switches, landing, which) > near:
        landing[RETRY + lane] = 0.5 * soonest
    else:
        work[Y + switches[1 + which] * W + lane] = work[value_row(switches, which) + lane]
        landing[LANDED + lane] = which
        work[ERROR + lane] = F(2.0)  # not lost


@njit(**INLINED)
def keep_lengths(work, notes, landing, endings):
    """Set the lengths that steps are tried with again, and see to it that the lanes which have landed are called."""
    for lane in range(W):
        if notes[MEMBER + lane] < 0 or work[FLAG + lane] == F(LOST):
            continue
        if landing[RETRY + lane] > 0.0:
            work[H + lane] = F(landing[RETRY + lane])
        elif landing[LANDED + lane] >= 0.0:
            endings[lane // 32] |= 1 << (lane & 31)
        elif work[FLAG + lane] >= F(0.0):
            landing[UNCUT + lane], landing[CHANGES + lane] = 0.0, 0.0


@njit(**INLINED)
def change_branches(slopes, work, lane, switches, landing, tolerance):
    """Change the mode of the switch at which a lane has landed, and of others that are passed; set its slope K0."""
    which, changes = int(landing[LANDED + lane]), landing[CHANGES + lane] + 1.0
    landing[LANDED + lane], landing[CHANGES + lane] = -1.0, changes
    for k in range(switches.size - 1):
        at = mode_row(switches, k) + lane
        left = way(work, lane, Y, switches, landing, k)
        towards = work[at] * work[K0 + switches[1 + k] * W + lane] < F(0.0)
        if k == which or left < 0.0 or (left == 0.0 and towards):
            work[at] = -work[at]
            landing[SLACK + k * W + lane] = -1.0
    called(slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, K1)))
    for i in range(N):
        work[K0 + i * W + lane] = work[K1 + i * W + lane]
    for k in range(switches.size - 1):
        if landing[SLACK + k * W + lane] < 0.0:
            back = work[mode_row(switches, k) + lane] * work[K0 + switches[1 + k] * W + lane] < F(0.0)
            held = back or changes > switches.size + 3
            slack = HELD_SLACK * just_accepted(work, lane, switches, k, tolerance)
            slack = max(slack, 2.0 * rounding(work, lane, switches, k))
            landing[SLACK + k * W + lane] = slack if held else 0.0
