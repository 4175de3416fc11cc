"""Filling the samples that lie on a step."""

from __future__ import annotations

from loligo.integrate.dimension import N
from loligo.integrate.drive import drive
from loligo.integrate.explicit import ENDS_WITH_SLOPE, attempt, between, dense
from loligo.integrate.machine import SAMPLED, Course, Piece, T
from loligo.integrate.rows import END, NEW, START, Y, slope_of
from loligo.kernel.calling import kept_apart
from loligo.kernel.entries import inlined

SHORTEST_PART = 1e-3  # a part of a sampled step is not halved again if it is no longer than this fraction of the step


@inlined
def sample(c: Course, p: Piece, step: float, after: float, off: float, is_dense: bool) -> None:
    """Fill the samples on a step, from its dense output or from shorter steps over it."""
    work, counts, t, rough = c.work, c.counts, c.numbers[T], off
    if not is_dense:
        rough = dense(c.rhs, t - p.origin, step, p.c0, p.c1, p.waves, c.q, c.table, work)
    if not rough <= 1.0:  # the step is accurate at its ends: sampling must not change it
        refined(c, p, step)
    while counts[SAMPLED] < c.times.size and c.times[counts[SAMPLED]] <= after:
        at = counts[SAMPLED]
        for i in range(N):
            if c.times[at] == after:
                c.samples[at, i] = work[NEW + i]
            elif rough <= 1.0:
                c.samples[at, i] = between(work, (c.times[at] - t) / step, i)
        counts[SAMPLED] += 1


@inlined
def refined(c: Course, p: Piece, h: float) -> None:
    """Fill the samples inside a step from shorter steps over it, and leave the step as it is.

    The shorter steps are halves of the step, or quarters, and so on, until the dense output of each is accurate.
    """
    kept_apart()
    work, t, s, times, rows = c.work, c.numbers[T], c.numbers[T] - p.origin, c.times, (Y, NEW, START, END)
    for row in range(4):
        for i in range(N):
            c.kept[row * N + i] = work[rows[row] + i]
    at, length, begun = c.counts[SAMPLED], 0.5 * h, 0.0
    while begun < h and at < times.size and times[at] <= t + h:
        length = min(length, h - begun)
        error = attempt(c.rhs, c.jacobian, s + begun, length, p.c0, p.c1, p.waves, c.q, c.tolerance, c.table, work)
        if not ENDS_WITH_SLOPE:
            slope_of(c.rhs, drive(p.c0, p.c1, p.waves, s + begun + length), c.q, work, NEW, END)
        error = max(dense(c.rhs, s + begun, length, p.c0, p.c1, p.waves, c.q, c.table, work), error)
        if not error <= 1.0 and length > SHORTEST_PART * h:
            length *= 0.5
            continue
        while at < times.size and times[at] <= t + begun + length:
            for i in range(N):
                c.samples[at, i] = between(work, (times[at] - t - begun) / length, i)
            at += 1
        begun += length
        for i in range(N):
            work[Y + i] = work[NEW + i]
            work[START + i] = work[END + i]
    for row in range(4):
        for i in range(N):
            work[rows[row] + i] = c.kept[row * N + i]
