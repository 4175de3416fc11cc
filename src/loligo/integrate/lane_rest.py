"""Where a member starts that is to start at rest: the lanes of a block of scratch look at as many potentials at once.

This text stands between `lane_events` and `lane_loop` in a program for lanes.
"""

from __future__ import annotations

from numba import njit

from loligo.integrate.lane_rows import (  # type: ignore[import-not-found]  # made by lane_step.rows_source
    DRIVE,
    K0,
    K6,
    NEW,
    PARAMETERS,
    REGISTER,
    STAGE,
    F,
    N,
    W,
    Y,
)  # fmt: skip
from loligo.kernel.calling import INLINED, called
from loligo.kernel.lanes import over_lanes, shifted

# a lane is at one potential, its gates at their steady states


def begin_steady(work, clock, unused, unused_too):
    """Set each gate to 0, and to 1 in the new state, both at the same v."""
    for i in range(1, N):
        work[Y + i * W], work[NEW + i * W] = work[Y].constant(0.0), work[Y].constant(1.0)
    work[NEW] = work[Y]


def end_steady(work, clock, unused, unused_too):
    """Set each gate to its steady state.

    A gate's law is linear in itself, so its slopes at 0 and 1 give the state where it stands still.
    """
    for i in range(1, N):
        work[Y + i * W] = work[K0 + i * W] / (work[K0 + i * W] - work[K6 + i * W])
    work[STAGE] = work[Y]


all_begin_steady, all_end_steady = (over_lanes(trace, W, REGISTER) for trace in (begin_steady, end_steady))


@njit(**INLINED)
def all_steady(slopes, work, clock):
    """Set the gates of all lanes to their steady state at each lane's v, and K0 to the slopes there."""
    all_begin_steady(work, clock, F(0.0), F(0.0))
    called(slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, K0)))
    called(slopes, (work, shifted(work, DRIVE), shifted(work, NEW), shifted(work, K6)))
    all_end_steady(work, clock, F(0.0), F(0.0))
    called(slopes, (work, shifted(work, DRIVE), shifted(work, Y), shifted(work, K0)))


@njit(**INLINED)
def find_rest(slopes, prepared, scan, work, clock, lane):
    """Put the lowest equilibrium from -200 to 200 mV at which dv/dt falls into a lane; tell whether there is one."""
    for i in range(prepared):
        for k in range(W):
            scan[PARAMETERS + i * W + k] = work[PARAMETERS + i * W + lane]
    low, high, found, above = -202.0, -202.0, False, False
    while not found and low < 200.0:
        for k in range(W):
            scan[Y + k] = F(low + 2.0 * (k + 1))
            scan[DRIVE + k] = F(0.0)
        all_steady(slopes, scan, clock)
        for k in range(W):
            rising = scan[K0 + k] > F(0.0)
            if not found and above and not rising and low + 2.0 * (k + 1) <= 200.0:
                found, high = True, low + 2.0 * (k + 1)
            above = rising
        low = high - 2.0 if found else low + 2.0 * W
    if not found:
        return False
    for _ in range(20):
        width = (high - low) / (W + 1)
        for k in range(W):
            scan[Y + k] = F(low + (k + 1) * width)
        all_steady(slopes, scan, clock)
        below, beyond = low, high
        for k in range(W):
            at = float(scan[Y + k])
            if scan[K0 + k] > F(0.0):
                below = max(below, at)
            else:
                beyond = min(beyond, at)
        if below == low and beyond == high:
            break
        low, high = min(below, beyond), max(below, beyond)
    scan[Y] = F(0.5 * (low + high))
    all_steady(slopes, scan, clock)
    for i in range(N):
        work[Y + i * W + lane] = scan[Y + i * W]
    return True
