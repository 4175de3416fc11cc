"""Curves of special cycles in two parameters, followed by pseudo-arclength."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.collocation import SHARP_NEWTON_STEP
from loligo.dynamics.continuation import Ending, Problem, Track
from loligo.dynamics.curves.special_cycle_starts import along
from loligo.dynamics.curves.special_cycles import (
    SpecialCycle,
    Weights,
    corrected,
    normalised,
    stepped,
)
from loligo.dynamics.cycles import MAX_PERIOD_RATIO, CycleBranch, cells_for
from loligo.dynamics.orbits import adapted, overlap

if TYPE_CHECKING:
    from loligo.dynamics.curves.parameter_plane import ParameterPlane

PROGRESS_POINTS: Final = 40  # points of a curve over which the change in its parameters is measured
LEAST_PROGRESS: Final = 1e-3  # fraction of the ranges: if no parameter changes more over these points, the curve ends
RETURN_DISTANCE: Final = 0.1  # fraction of a step: a curve is closed if a step passes the curve's start this closely
RETURN_PERIOD: Final = 0.01  # relative: largest difference in period between start and return of a closed curve
EQUILIBRIUM: Final = "equilibrium"  # kind of an ending at which the amplitude of cycles vanishes
SAME_CYCLE: Final = 1e-4  # relative to periods and to ranges: two special cycles that differ by less are the same
FAINT_AMPLITUDE: Final = 0.1  # scaled amplitude: a curve that stops at a smaller one has shrunk to an equilibrium


class SpecialBranch(Problem[SpecialCycle]):
    """A curve of special cycles, followed one way until it leaves the ranges or closes, or until its cycles vanish."""

    sizes = replace(CycleBranch.sizes, longest=0.4)  # larger, because further variables of length one contribute to it

    def __init__(self, plane: ParameterPlane, start: SpecialCycle) -> None:
        self.plane, self.start, self.cells = plane, start, len(start.mesh.widths)

    def stepped(self, base: SpecialCycle, length: float) -> SpecialCycle | None:
        """Return the special cycle at a given length along the tangent."""
        return stepped(self.plane, base, length)

    def cosine(self, base: SpecialCycle, there: SpecialCycle) -> float:
        """Return the cosine of the angle between two tangents, in the same metric."""
        weights = Weights(self.plane, base)
        lengths = weights.product(base.tangent, base.tangent) * weights.product(there.tangent, there.tangent)
        return weights.product(base.tangent, there.tangent) / math.sqrt(lengths)

    def base(self, there: SpecialCycle) -> SpecialCycle:
        """Return a special cycle on its own mesh, with more cells where it is rough."""
        self.cells = cells_for(there.orbit, self.cells)
        return normalised(self.plane, there.on(adapted(there.orbit, self.cells)))

    def turned(self, point: SpecialCycle) -> SpecialCycle:
        """Return a special cycle with the opposite tangent."""
        return replace(point, tangent=point.tangent.times(-1.0))

    def inside(self, point: SpecialCycle) -> bool:
        """Tell whether both parameters are in their ranges."""
        return self.plane.inside(point.here.pair)

    def border(self, base: SpecialCycle, there: SpecialCycle) -> SpecialCycle | None:
        """Return the point at which the curve leaves the ranges, between a special cycle inside and one outside."""
        share, k, end = self.plane.border(base.here.pair, there.here.pair)
        if share <= 0:
            return None
        near = replace(base, here=base.here.plus(there.here.plus(base.here, -1.0), share))
        normal = along(near, first=float(k == 0), second=float(k == 1))
        found = corrected(self.plane, near, normal, tolerance=SHARP_NEWTON_STEP)
        if found is None:
            return None
        # the end of the range without rounding
        if k == 0:
            return replace(found, here=replace(found.here, loop=replace(found.here.loop, value=end)))
        return replace(found, here=replace(found.here, second=end))

    def returned(self, base: SpecialCycle, there: SpecialCycle, length: float) -> bool:
        """Tell whether a step passes the first special cycle of the curve."""
        a, b, c = (one.here.pair / self.plane.units for one in (base, there, self.start))
        share = float((c - a) @ (b - a)) / (float((b - a) @ (b - a)) or 1.0)
        near = 0 <= share <= 1 and np.linalg.norm(a + share * (b - a) - c) < RETURN_DISTANCE * np.linalg.norm(b - a)
        return bool(near) and abs(there.here.loop.period / self.start.here.loop.period - 1) < RETURN_PERIOD

    def ends_before(
        self, points: Sequence[SpecialCycle], base: SpecialCycle, there: SpecialCycle
    ) -> Ending[SpecialCycle] | None:
        """End at an equilibrium, beyond which the branch would retrace the same cycles."""
        return Ending(kind=EQUILIBRIUM) if overlap(base.cycle, there.cycle) < 0 else None

    def ends_after(self, points: Sequence[SpecialCycle]) -> Ending[SpecialCycle] | None:
        """End where the period grows without bound, or where cycles change but the parameters do not."""
        here = points[-1].here
        if here.period > MAX_PERIOD_RATIO * self.start.here.period:
            return Ending(note=self.stopped(points[-1], "the period grows without bound"))
        before = points[-PROGRESS_POINTS - 1].here.pair if len(points) > PROGRESS_POINTS else np.inf
        if np.abs((here.pair - before) / self.plane.widths).max() > LEAST_PROGRESS:
            return None
        why = f"over {PROGRESS_POINTS} points no parameter changes by {LEAST_PROGRESS:.1%} of its range, as in a canard"
        return Ending(note=self.stopped(points[-1], why))

    def stuck(self, points: Sequence[SpecialCycle], base: SpecialCycle) -> Ending[SpecialCycle] | SpecialCycle:
        """End at an equilibrium if cycles are small: the phase of such small cycles is lost in rounding."""
        return Ending(kind=EQUILIBRIUM) if _fading(points) else super().stuck(points, base)

    def stopped(self, point: SpecialCycle, why: str) -> str:
        """Return a note that says where the curve ends and why."""
        return stopped(self.plane, point, why)


def on(plane: ParameterPlane, track: Track[SpecialCycle], start: SpecialCycle) -> bool:
    """Tell whether a special cycle lies on a known curve, at the same value of the second parameter."""
    if track.points[0].condition is not start.condition:
        return False
    second = start.here.second
    for a, b in pairwise(track.points):
        if (a.here.second - second) * (b.here.second - second) > 0:
            continue
        near = replace(a, here=replace(a.here, second=second))
        there = corrected(plane, near, along(near, second=1.0)) if a.here.second != b.here.second else a
        if there is None:
            continue
        apart = abs(there.here.loop.value - start.here.loop.value) / plane.widths[0]
        alike = start.condition.holds_period or abs(there.here.period / start.here.period - 1) < SAME_CYCLE
        if apart < SAME_CYCLE and alike:
            return True
    return False


def stopped(plane: ParameterPlane, special: SpecialCycle, why: str) -> str:
    """Return a note that says where a curve ends and why."""
    where = f"{plane.said(special.here.pair)}, period {special.here.loop.period:.5g} ms"
    return f"A curve of {special.condition.plural} stops at {where}: {why}."


def _fading(found: Sequence[SpecialCycle]) -> bool:
    """Tell whether the cycles are small and becoming smaller."""
    sizes = [math.sqrt(overlap(special.cycle, special.cycle)) for special in found[-2:]]
    return len(sizes) == 2 and sizes[1] < min(sizes[0], FAINT_AMPLITUDE)
