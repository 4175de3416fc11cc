"""Curves of bifurcations of cycles in two parameters, each followed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.continuation import Track, followed_both_ways
from loligo.dynamics.curves.cycle_conditions import CycleCondition
from loligo.dynamics.curves.homoclinic_condition import HOMOCLINICS
from loligo.dynamics.curves.homoclinic_starts import of_bogdanov_takens
from loligo.dynamics.curves.multiplier_conditions import DOUBLINGS, FOLDS
from loligo.dynamics.curves.sets import BAUTIN, BOGDANOV_TAKENS
from loligo.dynamics.curves.special_cycle_paths import EQUILIBRIUM, SpecialBranch, on, stopped
from loligo.dynamics.curves.special_cycle_points import shown
from loligo.dynamics.curves.special_cycle_starts import of_bautin, of_cycle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.branch import Point
    from loligo.dynamics.curves.parameter_plane import ParameterPlane
    from loligo.dynamics.curves.sets import BifurcationCurve, SpecialPoint
    from loligo.dynamics.curves.special_cycles import SpecialCycle

    Array = NDArray[np.float64]

# fraction of the ranges: a curve with vanishing amplitude ends at a special point this close
END_DISTANCE: Final = 0.02
CONDITIONS: Final[dict[str, CycleCondition]] = {one.kind: one for one in (FOLDS, DOUBLINGS, HOMOCLINICS)}


class SpecialCycleCurves:
    """Curves of special cycles, each followed once.

    Parameters
    ----------
    plane : ParameterPlane
    ends : list of SpecialPoint
        Special points of equilibria at which curves of cycles may end.
    say : callable
        Called with a one-line description of what is being followed.

    Attributes
    ----------
    notes : list of str
    """

    def __init__(self, plane: ParameterPlane, ends: list[SpecialPoint], say: Callable[[str], object]) -> None:
        self.plane, self.ends, self.say = plane, ends, say
        self.notes: list[str] = []
        self._tracks: list[Track[SpecialCycle]] = []
        self._reached: list[tuple[SpecialPoint | None, ...]] = []

    def from_points(self, points: list[Point], second: float) -> None:
        """Follow the curves of bifurcations of cycles over the first parameter, at a value of the second."""
        for point in points:
            condition = CONDITIONS[point.kind]
            where = self.plane.said(np.array([point.value, second]))
            start = None if point.cycle is None else of_cycle(self.plane, condition, point.cycle, second)
            if start is None:
                self.notes.append(
                    f"No curve of {condition.plural} could be followed from {where}, period {point.period:.5g} ms."
                )
            else:
                self._follow(start, where)

    def from_bautin_points(self) -> None:
        """Follow the folds of cycles from Bautin points that no other curve has reached."""
        for point, where in self._new(BAUTIN):
            start = of_bautin(self.plane, point.state, np.array(point.values))
            if start is None or not self.plane.inside(start.here.pair):
                self.notes.append(f"No {FOLDS.plural} were found near {where}.")
            else:
                self._follow(start, where)

    def from_bogdanov_takens_points(self, hopf: list[BifurcationCurve]) -> None:
        """Follow the homoclinic orbits from Bogdanov-Takens points that no other curve has reached."""
        for point, where in self._new(BOGDANOV_TAKENS):
            start, why = of_bogdanov_takens(self.plane, hopf, point)
            if start is None:
                self.notes.append(f"No {HOMOCLINICS.plural} were found near {where}: {why}.")
            else:
                self._follow(start, where)

    def shown(self) -> tuple[list[BifurcationCurve], list[SpecialPoint]]:
        """Return all curves and the points on them, and keep notes on where they end."""
        curves: list[BifurcationCurve] = []
        points: list[SpecialPoint] = []
        for track, pair in zip(self._tracks, self._reached, strict=True):
            for special, end in zip(_shrinking(track), pair, strict=True):
                if special is not None and end is None:
                    self.notes.append(stopped(self.plane, special, "its cycles shrink to an equilibrium"))
            curve, own, doubts = shown(self.plane, track.points, pair)
            curves.append(curve)
            points += own
            self.notes += [*track.notes, *doubts]
        return curves, points

    def _follow(self, start: SpecialCycle, where: str) -> None:
        if any(on(self.plane, track, start) for track in self._tracks):
            return
        self.say(f"{start.condition.plural} from {where}")
        self._tracks.append(followed_both_ways(partial(SpecialBranch, self.plane), start))
        self._reached.append(_ends(self.plane, self._tracks[-1], self.ends))

    def _new(self, kind: str) -> Iterator[tuple[SpecialPoint, str]]:
        """Yield the special points of equilibria at which no curve has ended yet, with their positions in words."""
        for point in self.ends:
            if point.kind == kind and not any(point is end for pair in self._reached for end in pair):
                yield point, f"the {kind} point at {self.plane.said(np.array(point.values))}"


def _shrinking(track: Track[SpecialCycle]) -> tuple[SpecialCycle | None, SpecialCycle | None]:
    """Return the first and the last cycle of a curve, or None where the amplitude does not vanish."""
    first, last = (end.kind == EQUILIBRIUM for end in (track.beginning, track.ending))
    return track.points[0] if first else None, track.points[-1] if last else None


def _ends(
    plane: ParameterPlane, track: Track[SpecialCycle], points: list[SpecialPoint]
) -> tuple[SpecialPoint | None, ...]:
    """Return the special points of equilibria at the two ends of a curve."""
    own = [point for point in points if point.kind == track.points[0].condition.ends_at]

    def at(special: SpecialCycle | None) -> SpecialPoint | None:
        if special is None or not own:
            return None
        apart = [np.abs((np.array(one.values) - special.here.pair) / plane.widths).max() for one in own]
        return own[int(np.argmin(apart))] if min(apart) < END_DISTANCE else None

    return tuple(at(special) for special in _shrinking(track))
