"""Curves of folds of cycles and of period doublings in two parameters, each followed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.curves.cycle_conditions import CycleCondition
from loligo.dynamics.curves.doubling_condition import DOUBLINGS
from loligo.dynamics.curves.fold_condition import FOLDS
from loligo.dynamics.curves.sets import BAUTIN
from loligo.dynamics.curves.special_cycle_paths import SpecialPath, followed, on, stopped
from loligo.dynamics.curves.special_cycle_points import shown
from loligo.dynamics.curves.special_cycle_starts import of_bautin, of_cycle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.branch import Point
    from loligo.dynamics.curves.parameter_plane import ParameterPlane
    from loligo.dynamics.curves.sets import BifurcationCurve, SpecialPoint

    Array = NDArray[np.float64]

END_DISTANCE: Final = 0.02  # of the ranges: a curve that shrinks to an equilibrium so near a special point ends in it
CONDITIONS: Final[dict[str, CycleCondition]] = {one.kind: one for one in (FOLDS, DOUBLINGS)}


def special_cycle_curves(
    plane: ParameterPlane,
    starts: list[tuple[Point, float]],
    ends: list[SpecialPoint],
    say: Callable[[str], object],
) -> tuple[list[BifurcationCurve], list[SpecialPoint], list[str]]:
    """Follow every curve once: from special cycles that are known, then from Bautin points that none of these led to.

    Parameters
    ----------
    plane : ParameterPlane
    starts : list of (Point, float)
        Bifurcations of cycles over the first parameter, and the second one's value.
    ends : list of SpecialPoint
        Of equilibria, at which curves of cycles may end.
    say : callable
        Called with one line on what is being followed.
    """
    paths: list[SpecialPath] = []
    notes: list[str] = []
    for point, second in starts:
        condition = CONDITIONS[point.kind]
        where = plane.said(np.array([point.value, second]))
        start = None if point.cycle is None else of_cycle(plane, condition, point.cycle, second)
        if start is None:
            notes.append(
                f"No curve of {condition.plural} could be followed from {where}, period {point.period:.5g} ms."
            )
        elif not any(on(plane, path, start) for path in paths):
            say(f"{condition.plural} from {where}")
            paths.append(followed(plane, start))
    reached = [_ends(plane, path, ends) for path in paths]
    for bautin in ends:
        if bautin.kind != BAUTIN or any(bautin is end for pair in reached for end in pair):
            continue
        where = f"the Bautin point at {plane.said(np.array(bautin.values))}"
        say(f"{FOLDS.plural} from {where}")
        start = of_bautin(plane, bautin.state, np.array(bautin.values))
        if start is None or not plane.inside(start.here.pair):
            notes.append(f"No {FOLDS.plural} were found beside {where}.")
            continue
        paths.append(followed(plane, start))
        reached.append(_ends(plane, paths[-1], ends))
    for path, pair in zip(paths, reached, strict=True):
        for shrinks, end, special in zip(path.shrinks, pair, path.ends, strict=True):
            if shrinks and end is None:
                notes.append(stopped(plane, special, "its cycles shrink to an equilibrium"))
    parts = [shown(plane, path.cycles, pair) for path, pair in zip(paths, reached, strict=True)]
    points = [point for _, own, _ in parts for point in own]
    notes += [note for path, (_, _, doubts) in zip(paths, parts, strict=True) for note in (*path.notes, *doubts)]
    return [curve for curve, _, _ in parts], points, notes


def _ends(plane: ParameterPlane, path: SpecialPath, points: list[SpecialPoint]) -> tuple[SpecialPoint | None, ...]:
    """Return the special points of equilibria at the two ends of a curve."""
    kind = path.cycles[0].condition.ends_at
    own = [point for point in points if point.kind == kind]
    found: list[SpecialPoint | None] = []
    for shrinks, special in zip(path.shrinks, path.ends, strict=True):
        apart = [np.abs((np.array(one.values) - special.here.pair) / plane.widths).max() for one in own]
        near = shrinks and apart and min(apart) < END_DISTANCE
        found.append(own[int(np.argmin(apart))] if near else None)
    return tuple(found)
