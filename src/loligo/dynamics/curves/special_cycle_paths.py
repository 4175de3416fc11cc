"""Curves of special cycles in two parameters, followed by pseudo-arclength."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.continuation import ITSELF, Ending, Problem, StepSizes
from loligo.dynamics.continuation import followed as followed_one_way
from loligo.dynamics.curves.special_cycle_starts import along
from loligo.dynamics.curves.special_cycles import (
    SHARP_NEWTON_STEP,
    SpecialCycle,
    Weights,
    corrected,
    normalised,
    stepped,
)
from loligo.dynamics.cycles import MAX_CELLS, MAX_ROUGHNESS
from loligo.dynamics.orbits import adapted, overlap, roughness

if TYPE_CHECKING:
    from loligo.dynamics.curves.parameter_plane import ParameterPlane

MAX_PERIOD_RATIO: Final = 1e3  # times that of the cycle from which a curve is followed
EQUILIBRIUM: Final = "equilibrium"  # where cycles lose their amplitude
SAME_CYCLE: Final = 1e-4  # relative: of periods, and of ranges, below which two special cycles are one
FAINT_AMPLITUDE: Final = 0.1  # scaled: amplitude below which a curve that goes no further has shrunk to its equilibrium


@dataclass(frozen=True, eq=False)
class SpecialPath:
    """Special cycles of one curve in order.

    Attributes
    ----------
    cycles : tuple of SpecialCycle
    notes : tuple of str
        Why it ends where nothing should end.
    shrinks : (bool, bool)
        Whether the cycles lose their amplitude at the beginning and at the end.
    """

    cycles: tuple[SpecialCycle, ...]
    notes: tuple[str, ...]
    shrinks: tuple[bool, bool] = (False, False)

    @property
    def ends(self) -> tuple[SpecialCycle, SpecialCycle]:
        """The first and the last of them."""
        return self.cycles[0], self.cycles[-1]


class SpecialBranch(Problem[SpecialCycle]):
    """A curve of special cycles, followed one way until it leaves the ranges, closes, or its cycles vanish."""

    sizes = StepSizes(first=0.05, shortest=1e-6, longest=0.4, least_cosine=0.9, most_points=300, cautious=True)

    def __init__(self, plane: ParameterPlane, start: SpecialCycle) -> None:
        self.plane, self.start, self.cells = plane, start, len(start.mesh.widths)

    def stepped(self, base: SpecialCycle, length: float) -> SpecialCycle | None:
        """Return the special cycle a length along the tangent."""
        return stepped(self.plane, base, length)

    def cosine(self, base: SpecialCycle, there: SpecialCycle) -> float:
        """Return the cosine of the angle between two tangents, measured alike."""
        weights = Weights(self.plane, base)
        lengths = weights.product(base.tangent, base.tangent) * weights.product(there.tangent, there.tangent)
        return weights.product(base.tangent, there.tangent) / math.sqrt(lengths)

    def base(self, there: SpecialCycle) -> SpecialCycle:
        """Return a special cycle on a mesh of its own, of more cells where it is rough."""
        if roughness(there.orbit)[1] > MAX_ROUGHNESS:
            self.cells = min(MAX_CELLS, int(1.2 * self.cells))
        return normalised(self.plane, there.on(adapted(there.orbit, self.cells)))

    def ends_before(
        self, points: Sequence[SpecialCycle], base: SpecialCycle, there: SpecialCycle
    ) -> Ending[SpecialCycle] | None:
        """End at an equilibrium, from which the same cycles lead back, and where a parameter leaves its range."""
        if overlap(base.cycle, there.cycle) < 0:
            return Ending(kind=EQUILIBRIUM)
        if self.plane.inside(there.here.pair):
            return None
        end = _border(self.plane, base, there)
        return Ending() if end is None else Ending((end,))

    def ends_after(
        self, points: Sequence[SpecialCycle], base: SpecialCycle, length: float
    ) -> Ending[SpecialCycle] | None:
        """End where the period grows without bound, and where the curve is closed."""
        there = points[-1]
        if there.here.loop.period > MAX_PERIOD_RATIO * self.start.here.loop.period:
            return Ending(note=stopped(self.plane, there, "the period grows without bound"))
        closed = len(points) > 8 and _returned(self.plane, self.start, base, there)
        return Ending((self.start,), kind=ITSELF) if closed else None

    def stuck(self, points: Sequence[SpecialCycle], base: SpecialCycle) -> Ending[SpecialCycle]:
        """End at an equilibrium where cycles are small: the phase of so small a cycle is lost in rounding."""
        if _fading(points):
            return Ending(kind=EQUILIBRIUM)
        return Ending(note=stopped(self.plane, base, "Newton's method no longer converges"))

    def used_up(self, points: Sequence[SpecialCycle], base: SpecialCycle) -> Ending[SpecialCycle]:
        """End with a note."""
        return Ending(note=stopped(self.plane, base, f"it has {len(points)} points"))


def followed(plane: ParameterPlane, start: SpecialCycle) -> SpecialPath:
    """Follow a curve both ways from one of its cycles."""
    forth = followed_one_way(SpecialBranch(plane, start), start)
    if forth.ending.kind == ITSELF:
        return SpecialPath(tuple(forth.points), (forth.ending.note,) if forth.ending.note else ())
    other_way = replace(start, tangent=start.tangent.times(-1.0))
    back = followed_one_way(SpecialBranch(plane, other_way), other_way)
    turned = [replace(one, tangent=one.tangent.times(-1.0)) for one in reversed(back.points[1:])]
    endings = back.ending, forth.ending
    notes = tuple(ending.note for ending in endings if ending.note)
    begun, ended = (ending.kind == EQUILIBRIUM for ending in endings)
    return SpecialPath((*turned, *forth.points), notes, (begun, ended))


def on(plane: ParameterPlane, path: SpecialPath, start: SpecialCycle) -> bool:
    """Tell whether a special cycle lies on a curve that is known already, at the same value of the second parameter."""
    if path.cycles[0].condition is not start.condition:
        return False
    second = start.here.second
    for a, b in zip(path.cycles[:-1], path.cycles[1:], strict=True):
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


def _border(plane: ParameterPlane, special: SpecialCycle, there: SpecialCycle) -> SpecialCycle | None:
    """Return where the curve leaves the ranges, between a special cycle inside and one outside."""
    share, k, end = plane.border(special.here.pair, there.here.pair)
    if share <= 0:
        return None
    near = replace(special, here=special.here.plus(there.here.plus(special.here, -1.0), share))
    found = corrected(plane, near, along(near, first=float(k == 0), second=float(k == 1)), tolerance=SHARP_NEWTON_STEP)
    if found is None:
        return None
    # the end of the range without rounding
    if k == 0:
        return replace(found, here=replace(found.here, loop=replace(found.here.loop, value=end)))
    return replace(found, here=replace(found.here, second=end))


def _returned(plane: ParameterPlane, start: SpecialCycle, special: SpecialCycle, there: SpecialCycle) -> bool:
    """Tell whether the step from one special cycle to the next passes the first of the curve."""
    a, b, c = (one.here.pair / plane.units for one in (special, there, start))
    share = float((c - a) @ (b - a)) / (float((b - a) @ (b - a)) or 1.0)
    near = 0 <= share <= 1 and np.linalg.norm(a + share * (b - a) - c) < 0.1 * np.linalg.norm(b - a)
    return bool(near) and abs(there.here.loop.period / start.here.loop.period - 1) < 0.01
