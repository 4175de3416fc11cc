"""Curves of folds of cycles in two parameters, followed by pseudo-arclength."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.continuation import ITSELF, Ending, Problem, StepSizes
from loligo.dynamics.continuation import followed as followed_one_way
from loligo.dynamics.curves.cycle_fold_points import shown
from loligo.dynamics.curves.cycle_fold_starts import along, of_bautin, of_cycle
from loligo.dynamics.curves.cycle_folds import (
    SHARP_NEWTON_STEP,
    FoldCycle,
    Weights,
    corrected,
    normalised,
    stepped,
)
from loligo.dynamics.orbits import adapted, roughness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane
    from loligo.dynamics.curves.sets import BifurcationCurve, SpecialPoint

    Array = NDArray[np.float64]

MAX_CELLS: Final = 240
MAX_ROUGHNESS: Final = 2e-3  # scaled error of a cell's polynomial above which there should be more cells
MAX_PERIOD_RATIO: Final = 1e3  # times that of the fold from which a curve is followed
EQUILIBRIUM: Final = "equilibrium"  # where cycles lose their amplitude
SAME_FOLD: Final = 1e-4  # relative: of periods, and of ranges, below which two folds are one
FAINT_AMPLITUDE: Final = 0.1  # scaled: amplitude below which a curve that goes no further has shrunk to its equilibrium
BAUTIN_DISTANCE: Final = 0.02  # of the ranges: a curve that shrinks to an equilibrium so near a Bautin point ends in it


@dataclass(frozen=True, eq=False)
class FoldPath:
    """Folds of cycles of one curve in order.

    Attributes
    ----------
    folds : tuple of FoldCycle
    notes : tuple of str
        Why it ends where nothing should end.
    shrinks : (bool, bool)
        Whether the cycles lose their amplitude at the beginning and at the end.
    """

    folds: tuple[FoldCycle, ...]
    notes: tuple[str, ...]
    shrinks: tuple[bool, bool] = (False, False)


def cycle_fold_curves(
    plane: ParameterPlane,
    starts: list[tuple[Array, float, Array]],
    bautin: list[SpecialPoint],
    say: Callable[[str], object],
) -> tuple[list[BifurcationCurve], list[SpecialPoint], list[str]]:
    """Follow every curve once: from folds that are known, then from Bautin points that none of these led to.

    Parameters
    ----------
    plane : ParameterPlane
    starts : list of (array (variables,), float, array (2,))
        A plain state of the cycle, its period and both parameters.
    bautin : list of SpecialPoint
    say : callable
        Called with one line on what is being followed.
    """
    paths: list[FoldPath] = []
    notes: list[str] = []
    for state, period, p in starts:
        start = of_cycle(plane, state, period, p)
        if start is None:
            notes.append(f"No curve of folds of cycles could be followed from {plane.said(p)}, period {period:.5g} ms.")
        elif not any(_on(plane, path, start) for path in paths):
            say(f"folds of cycles from {plane.said(p)}")
            paths.append(followed(plane, start))
    reached = [_bautin_of(plane, path, bautin) for path in paths]
    for point in bautin:
        if any(point is end for ends in reached for end in ends):
            continue
        where = f"the Bautin point at {plane.said(np.array(point.values))}"
        say(f"folds of cycles from {where}")
        start = of_bautin(plane, point.state, np.array(point.values))
        if start is None or not plane.inside(start.here.pair):
            notes.append(f"No folds of cycles were found beside {where}.")
            continue
        paths.append(followed(plane, start))
        reached.append(_bautin_of(plane, paths[-1], bautin))
    for path, ends in zip(paths, reached, strict=True):
        for shrinks, end, fold in zip(path.shrinks, ends, (path.folds[0], path.folds[-1]), strict=True):
            if shrinks and end is None:
                notes.append(_stopped(plane, fold, "its cycles shrink to an equilibrium"))
    parts = [shown(plane, path.folds, ends) for path, ends in zip(paths, reached, strict=True)]
    points = [point for _, own, _ in parts for point in own]
    notes += [note for path, (_, _, doubts) in zip(paths, parts, strict=True) for note in (*path.notes, *doubts)]
    return [curve for curve, _, _ in parts], points, notes


class FoldBranch(Problem[FoldCycle]):
    """A curve of folds of cycles that is followed one way until it leaves the ranges, closes, or its cycles vanish."""

    sizes = StepSizes(first=0.05, shortest=1e-6, longest=0.4, least_cosine=0.9, most_points=300, cautious=True)

    def __init__(self, plane: ParameterPlane, start: FoldCycle) -> None:
        self.plane, self.start, self.cells = plane, start, len(start.mesh.widths)

    def stepped(self, base: FoldCycle, length: float) -> FoldCycle | None:
        """Return the fold a length along the tangent."""
        return stepped(self.plane, base, length)

    def cosine(self, base: FoldCycle, there: FoldCycle) -> float:
        """Return the cosine of the angle between two tangents, measured alike."""
        weights = Weights(self.plane, base)
        lengths = weights.product(base.tangent, base.tangent) * weights.product(there.tangent, there.tangent)
        return weights.product(base.tangent, there.tangent) / math.sqrt(lengths)

    def base(self, there: FoldCycle) -> FoldCycle:
        """Return a fold on a mesh of its own, of more cells where it is rough."""
        if roughness(there.orbit)[1] > MAX_ROUGHNESS:
            self.cells = min(MAX_CELLS, int(1.2 * self.cells))
        return normalised(self.plane, there.on(adapted(there.orbit, self.cells)))

    def ends_before(
        self,
        points: Sequence[FoldCycle],
        base: FoldCycle,
        there: FoldCycle,
    ) -> Ending[FoldCycle] | None:
        """End at an equilibrium, from which the same cycles lead back, and where a parameter leaves its range."""
        if _overlap(base, there, self.plane.size) < 0:
            return Ending(kind=EQUILIBRIUM)
        if self.plane.inside(there.here.pair):
            return None
        end = _border(self.plane, base, there)
        return Ending() if end is None else Ending((end,))

    def ends_after(
        self,
        points: Sequence[FoldCycle],
        base: FoldCycle,
        length: float,
    ) -> Ending[FoldCycle] | None:
        """End where the period grows without bound, and where the curve is closed."""
        there = points[-1]
        if there.here.loop.period > MAX_PERIOD_RATIO * self.start.here.loop.period:
            return Ending(note=_stopped(self.plane, there, "the period grows without bound"))
        closed = len(points) > 8 and _returned(self.plane, self.start, base, there)
        return Ending((self.start,), kind=ITSELF) if closed else None

    def stuck(self, points: Sequence[FoldCycle], base: FoldCycle) -> Ending[FoldCycle]:
        """End at an equilibrium where cycles are small: the phase of so small a cycle is lost in rounding."""
        if _fading(points, self.plane.size):
            return Ending(kind=EQUILIBRIUM)
        return Ending(note=_stopped(self.plane, base, "Newton's method no longer converges"))

    def used_up(self, points: Sequence[FoldCycle], base: FoldCycle) -> Ending[FoldCycle]:
        """End with a note."""
        return Ending(note=_stopped(self.plane, base, f"it has {len(points)} points"))


def followed(plane: ParameterPlane, start: FoldCycle) -> FoldPath:
    """Follow a curve both ways from one of its folds."""
    forth = followed_one_way(FoldBranch(plane, start), start)
    if forth.ending.kind == ITSELF:
        return FoldPath(tuple(forth.points), (forth.ending.note,) if forth.ending.note else ())
    other_way = replace(start, tangent=start.tangent.times(-1.0))
    back = followed_one_way(FoldBranch(plane, other_way), other_way)
    turned = [replace(one, tangent=one.tangent.times(-1.0)) for one in reversed(back.points[1:])]
    endings = back.ending, forth.ending
    notes = tuple(ending.note for ending in endings if ending.note)
    begun, ended = (ending.kind == EQUILIBRIUM for ending in endings)
    return FoldPath((*turned, *forth.points), notes, (begun, ended))


def _amplitude(fold: FoldCycle, n: int) -> float:
    """Return the scaled size of a cycle around its mean."""
    return math.sqrt(_overlap(fold, fold, n))


def _fading(found: Sequence[FoldCycle], n: int) -> bool:
    """Tell whether the cycles are small and becoming smaller."""
    sizes = [_amplitude(fold, n) for fold in found[-2:]]
    return len(sizes) == 2 and sizes[1] < min(sizes[0], FAINT_AMPLITUDE)


def _overlap(a: FoldCycle, b: FoldCycle, n: int) -> float:
    """Return the inner product of two oscillations on one mesh: negative once a curve has met its equilibrium."""
    parts = [one.here.loop.inner[..., :n] for one in (a, b)]
    one, other = (u - np.einsum("ij,ijn->n", a.mesh.weights, u) for u in parts)
    return float(np.einsum("ij,ijn,ijn->", a.mesh.weights, one, other))


def _border(plane: ParameterPlane, fold: FoldCycle, there: FoldCycle) -> FoldCycle | None:
    """Return where the curve leaves the ranges, between a fold inside and one outside."""
    share, k, end = plane.border(fold.here.pair, there.here.pair)
    if share <= 0:
        return None
    near = replace(fold, here=fold.here.plus(there.here.plus(fold.here, -1.0), share))
    found = corrected(plane, near, along(near, first=float(k == 0), second=float(k == 1)), tolerance=SHARP_NEWTON_STEP)
    if found is None:
        return None
    # the end of the range without rounding
    if k == 0:
        return replace(found, here=replace(found.here, loop=replace(found.here.loop, value=end)))
    return replace(found, here=replace(found.here, second=end))


def _returned(plane: ParameterPlane, start: FoldCycle, fold: FoldCycle, there: FoldCycle) -> bool:
    """Tell whether the step from one fold to the next passes the first of the curve."""
    a, b, c = (one.here.pair / plane.units for one in (fold, there, start))
    share = float((c - a) @ (b - a)) / (float((b - a) @ (b - a)) or 1.0)
    near = 0 <= share <= 1 and np.linalg.norm(a + share * (b - a) - c) < 0.1 * np.linalg.norm(b - a)
    return bool(near) and abs(there.here.loop.period / start.here.loop.period - 1) < 0.01


def _on(plane: ParameterPlane, path: FoldPath, start: FoldCycle) -> bool:
    """Tell whether a fold lies on a curve that is known already, at the same value of the second parameter."""
    second = start.here.second
    for a, b in zip(path.folds[:-1], path.folds[1:], strict=True):
        if (a.here.second - second) * (b.here.second - second) > 0:
            continue
        near = replace(a, here=replace(a.here, second=second))
        there = corrected(plane, near, along(near, second=1.0)) if a.here.second != b.here.second else a
        if there is None:
            continue
        apart = abs(there.here.loop.value - start.here.loop.value) / plane.widths[0]
        if apart < SAME_FOLD and abs(there.here.loop.period / start.here.loop.period - 1) < SAME_FOLD:
            return True
    return False


def _bautin_of(plane: ParameterPlane, path: FoldPath, points: list[SpecialPoint]) -> tuple[SpecialPoint | None, ...]:
    """Return the Bautin points at the two ends of a curve."""
    found: list[SpecialPoint | None] = []
    for shrinks, fold in zip(path.shrinks, (path.folds[0], path.folds[-1]), strict=True):
        apart = [np.abs((np.array(one.values) - fold.here.pair) / plane.widths).max() for one in points]
        near = shrinks and apart and min(apart) < BAUTIN_DISTANCE
        found.append(points[int(np.argmin(apart))] if near else None)
    return tuple(found)


def _stopped(plane: ParameterPlane, fold: FoldCycle, why: str) -> str:
    where = f"{plane.said(fold.here.pair)}, period {fold.here.loop.period:.5g} ms"
    return f"A curve of folds of cycles stops at {where}: {why}."
