"""The windows of time of which something is recorded: before the base, the base, the stimulus, and after it."""

from __future__ import annotations

import numpy as np

from loligo.kernel.calling import kept_apart, shifted
from loligo.kernel.entries import inlined
from loligo.lanes.machine import Course, Quartic
from loligo.lanes.record import TOTALS
from loligo.lanes.roots import lowest_between
from loligo.lanes.rows import INSIDE, LOWEST, MARKED, MEAN, MEMBER, NEXT, PHASE


@inlined
def partial_mean(q: Quartic, step: float, theta: float) -> float:
    """Return the integral of v over the first part of a step."""
    inner = q.d2 / 3.0 + theta * (q.d3 / 4.0 + theta * q.d4 / 5.0)
    return step * theta * (q.v0 + theta * (0.5 * q.d1 + theta * inner))


@inlined
def pass_marks(c: Course, lane: int, begin: float, step: float, q: Quartic) -> None:
    """Go over to the next of the windows (before, base, stimulus, after) where a step crosses their borders."""
    kept_apart()
    clock, notes, m = c.clock, c.notes, c.notes[MEMBER + lane]
    marks, totals = shifted(c.marks, 3 * c.shape[m]), shifted(c.totals, len(TOTALS) * m)
    while begin + step >= clock[NEXT + lane]:
        theta = min(max((clock[NEXT + lane] - begin) / step, 0.0), 1.0) if step > 0.0 else 0.0
        part = partial_mean(q, step, theta)
        if notes[PHASE + lane] == 1:
            length = marks[1] - marks[0]
            totals[TOTALS.base] = (clock[MEAN + lane] + part) / length if length > 0.0 else np.nan
        if notes[PHASE + lane] == 2:
            totals[TOTALS.minimum] = min(clock[LOWEST + lane], lowest_between(q, 0.0, theta))
        notes[PHASE + lane] += 1
        clock[INSIDE + lane] = 1.0 if notes[PHASE + lane] != 2 else 0.0
        clock[MEAN + lane] = -part * clock[INSIDE + lane]  # `average` adds the whole step
        clock[LOWEST + lane] = -np.inf
        if notes[PHASE + lane] == 2:
            clock[LOWEST + lane] = lowest_between(q, theta, 1.0)
        clock[NEXT + lane] = marks[notes[PHASE + lane]] if notes[PHASE + lane] < 3 else np.inf
    notes[MARKED] = 1
