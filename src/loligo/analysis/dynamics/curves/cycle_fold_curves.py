"""Curves of folds of cycles in two parameters, followed by pseudo-arclength."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.analysis.dynamics.curves.cycle_fold_points import shown
from loligo.analysis.dynamics.curves.cycle_fold_starts import along, of_bautin, of_cycle
from loligo.analysis.dynamics.curves.cycle_folds import SHARP, FoldCycle, Weights, corrected, normalised, stepped
from loligo.analysis.dynamics.orbits import adapted, roughness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.analysis.dynamics.curves.parameter_plane import ParameterPlane
    from loligo.analysis.dynamics.curves.sets import BifurcationCurve, SpecialPoint

    Array = NDArray[np.float64]

FIRST, SHORTEST, LONGEST = 0.05, 1e-6, 0.4  # steps along a curve
TURN: Final = 0.9  # cosine of the largest angle between neighbouring tangents
MOST_POINTS: Final = 300
CELLS, MOST_CELLS = 80, 240
ROUGHEST: Final = 2e-3  # scaled error of a cell's polynomial above which there should be more cells
LONGEST_PERIOD: Final = 1e3  # times that of the fold from which a curve is followed
SAME: Final = 1e-4  # relative: of periods, and of ranges, below which two folds are one
FAINT: Final = 0.1  # scaled: amplitude below which a curve that goes no further has shrunk to its equilibrium
NEAR: Final = 0.02  # of the ranges: a curve that shrinks to an equilibrium so near a Bautin point ends in it


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


def followed(plane: ParameterPlane, start: FoldCycle) -> FoldPath:
    """Follow a curve both ways from one of its folds."""
    forth, closed, note, ended = _half(plane, start)
    if closed:
        return FoldPath(tuple(forth), (note,) if note else ())
    back, _, other, begun = _half(plane, replace(start, tangent=start.tangent.times(-1.0)))
    turned = [replace(one, tangent=one.tangent.times(-1.0)) for one in reversed(back[1:])]
    return FoldPath((*turned, *forth), tuple(text for text in (other, note) if text), (begun, ended))


def _half(plane: ParameterPlane, start: FoldCycle) -> tuple[list[FoldCycle], bool, str, bool]:
    """Follow a curve one way; return its folds, whether it closed, why it stopped if it failed, whether it shrank."""
    fold, step, cells, found, rested = start, FIRST, len(start.mesh.widths), [start], True
    while len(found) < MOST_POINTS:
        there = stepped(plane, fold, step)
        if there is None or _cosine(plane, fold, there) < TURN:
            step, rested = step / 2, False
            if step < SHORTEST:
                if _fading(found, plane.size):  # the phase of so small a cycle is lost in rounding
                    return found, False, "", True
                return found, False, _stopped(plane, fold, "Newton's method no longer converges"), False
            continue
        if _overlap(fold, there, plane.size) < 0:  # through the equilibrium and back as the same cycles
            return found, False, "", True
        if not plane.inside(there.here.pair):
            end = _border(plane, fold, there)
            return ([*found, end] if end is not None else found), False, "", False
        found.append(there)
        if there.here.loop.period > LONGEST_PERIOD * start.here.loop.period:
            return found, False, _stopped(plane, there, "the period grows without bound"), False
        if len(found) > 8 and _returned(plane, start, fold, there):
            return [*found, start], True, "", False
        if roughness(there.orbit)[1] > ROUGHEST:
            cells = min(MOST_CELLS, int(1.2 * cells))
        fold = normalised(plane, there.on(adapted(there.orbit, cells)))
        step, rested = min(LONGEST, 1.5 * step if rested else step), True
    return found, False, _stopped(plane, fold, f"it has {MOST_POINTS} points"), False


def _cosine(plane: ParameterPlane, fold: FoldCycle, there: FoldCycle) -> float:
    """Return the cosine of the angle between two tangents, measured alike."""
    weights = Weights(plane, fold)
    lengths = weights.product(fold.tangent, fold.tangent) * weights.product(there.tangent, there.tangent)
    return weights.product(fold.tangent, there.tangent) / math.sqrt(lengths)


def _amplitude(fold: FoldCycle, n: int) -> float:
    """Return the scaled size of a cycle around its mean."""
    return math.sqrt(_overlap(fold, fold, n))


def _fading(found: list[FoldCycle], n: int) -> bool:
    """Tell whether the cycles are small and becoming smaller."""
    sizes = [_amplitude(fold, n) for fold in found[-2:]]
    return len(sizes) == 2 and sizes[1] < min(sizes[0], FAINT)


def _overlap(a: FoldCycle, b: FoldCycle, n: int) -> float:
    """Return the inner product of two oscillations on one mesh: negative once a curve has met its equilibrium."""
    parts = [one.here.loop.inner[..., :n] for one in (a, b)]
    one, other = (u - np.einsum("ij,ijn->n", a.mesh.weights, u) for u in parts)
    return float(np.einsum("ij,ijn,ijn->", a.mesh.weights, one, other))


def _border(plane: ParameterPlane, fold: FoldCycle, there: FoldCycle) -> FoldCycle | None:
    """Return where the curve leaves the ranges, between a fold inside and one outside."""
    a, b = fold.here.pair, there.here.pair
    shares = [
        ((end - a[k]) / (b[k] - a[k]), k)
        for k, span in enumerate(plane.spans)
        for end, sign in zip(span, (-1, 1), strict=True)
        if sign * (b[k] - end) > 0 and a[k] != b[k]
    ]
    share, k = min(shares)
    if share <= 0:
        return None
    near = replace(fold, here=fold.here.plus(there.here.plus(fold.here, -1.0), share))
    found = corrected(plane, near, along(near, first=float(k == 0), second=float(k == 1)), tolerance=SHARP)
    if found is None:
        return None
    end = plane.spans[k][int(b[k] > a[k])]  # without rounding
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
        if apart < SAME and abs(there.here.loop.period / start.here.loop.period - 1) < SAME:
            return True
    return False


def _bautin_of(plane: ParameterPlane, path: FoldPath, points: list[SpecialPoint]) -> tuple[SpecialPoint | None, ...]:
    """Return the Bautin points at the two ends of a curve."""
    found: list[SpecialPoint | None] = []
    for shrinks, fold in zip(path.shrinks, (path.folds[0], path.folds[-1]), strict=True):
        apart = [np.abs((np.array(one.values) - fold.here.pair) / plane.widths).max() for one in points]
        near = shrinks and apart and min(apart) < NEAR
        found.append(points[int(np.argmin(apart))] if near else None)
    return tuple(found)


def _stopped(plane: ParameterPlane, fold: FoldCycle, why: str) -> str:
    where = f"{plane.said(fold.here.pair)}, period {fold.here.loop.period:.5g} ms"
    return f"A curve of folds of cycles stops at {where}: {why}."
