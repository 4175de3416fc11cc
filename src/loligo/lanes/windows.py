"""The time windows in which totals are recorded: before the base, the base, the stimulus, and after it."""

from __future__ import annotations

import numpy as np

from loligo.kernel.calling import kept_apart, shifted
from loligo.kernel.entries import inlined
from loligo.lanes.dimension import POTENTIALS
from loligo.lanes.explicit import dense_v
from loligo.lanes.machine import Course, Quartic
from loligo.lanes.record import TOTALS
from loligo.lanes.roots import lowest_between
from loligo.lanes.rows import INSIDE, LOWEST, MARKED, MEAN, MEMBER, NEXT, PHASE, W, Y, lane_of, potential_of


@inlined
def partial_mean(q: Quartic, step: float, theta: float) -> float:
    """Return the integral of v over the first part of a step."""
    inner = q.d2 / 3.0 + theta * (q.d3 / 4.0 + theta * q.d4 / 5.0)
    return step * theta * (q.v0 + theta * (0.5 * q.d1 + theta * inner))


@inlined
def pass_marks(c: Course, lane: int, begin: float, step: float) -> None:
    """Change to the next window (before, base, stimulus, after) where a step crosses a border.

    A step of length zero marks the start of a member.
    """
    kept_apart()
    clock, notes, m = c.clock, c.notes, c.notes[MEMBER + lane]
    marks = shifted(c.marks, 3 * c.shape[m])
    while begin + step >= clock[NEXT + lane]:
        theta = min(max((clock[NEXT + lane] - begin) / step, 0.0), 1.0) if step > 0.0 else 0.0
        notes[PHASE + lane] += 1
        clock[INSIDE + lane] = 1.0 if notes[PHASE + lane] != 2 else 0.0
        for k in range(POTENTIALS):
            place = k * W + lane
            q = Quartic(np.float64(c.work[Y + place]), 0.0, 0.0, 0.0, 0.0)
            if step > 0.0:
                q = dense_v(c.work, place)
            change_window(c, place, notes[PHASE + lane], q, step, theta)
        clock[NEXT + lane] = marks[notes[PHASE + lane]] if notes[PHASE + lane] < 3 else np.inf
    notes[MARKED] = 1


@inlined
def change_window(c: Course, place: int, phase: int, q: Quartic, step: float, theta: float) -> None:
    """End one window of a potential and begin the next, ``phase``, at a place within a step."""
    clock, m = c.clock, c.notes[MEMBER + lane_of(place)]
    marks, part = shifted(c.marks, 3 * c.shape[m]), partial_mean(q, step, theta)
    totals = shifted(c.totals, len(TOTALS) * (POTENTIALS * m + potential_of(place)))
    if phase == 2:
        length = marks[1] - marks[0]
        totals[TOTALS.base] = (clock[MEAN + place] + part) / length if length > 0.0 else np.nan
    if phase == 3:
        totals[TOTALS.minimum] = min(clock[LOWEST + place], lowest_between(q, 0.0, theta))
    clock[MEAN + place] = -part * clock[INSIDE + lane_of(place)]  # `average` adds the whole step
    clock[LOWEST + place] = lowest_between(q, theta, 1.0) if phase == 2 else -np.inf
