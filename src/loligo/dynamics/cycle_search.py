"""The limit cycles of a diagram: from Hopf points, from runs that settle to cycles, and from period doublings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.branch import DOUBLING, HOPF, Branch, Point
from loligo.dynamics.continuation import Track
from loligo.dynamics.cycle_points import cycle_points
from loligo.dynamics.cycles import CycleCurve, followed, joined, passes, stable_at
from loligo.dynamics.doubled_cycles import followed_from
from loligo.dynamics.settled_cycles import settled_cycle

if TYPE_CHECKING:
    from loligo.dynamics.orbits import Orbit
    from loligo.dynamics.system import System

PROBED_VALUES: Final = 5  # values of the parameter at which runs search for cycles that no Hopf point leads to
# a branch ends at a Hopf point if period and parameter differ by less: of the period, of a tenth of the range
SAME_HOPF: Final = 0.1


class CycleSearch:
    """Branches of cycles, each followed once, with their special points.

    Parameters
    ----------
    system : System
    equilibria : list of Point
        The bifurcations of equilibria.
    effort : float
        The work limit of each branch, as a multiple of the default.
    doublings : int
        Number of successive period doublings from which cycles of twice the period are followed.
    say : callable
        Called with a one-line description of what is being followed.

    Attributes
    ----------
    points : list of Point
    branches : list of Branch
    notes : list of str
    """

    def __init__(
        self, system: System, equilibria: list[Point], effort: float, doublings: int, say: Callable[[str], object]
    ) -> None:
        self.curve = CycleCurve(system)
        self.equilibria, self.effort, self.doublings, self.say = equilibria, effort, doublings, say
        self.tracks: list[Track[Orbit]] = []
        self.points: list[Point] = []
        self.branches: list[Branch] = []
        self.notes: list[str] = []
        self._remarks: list[tuple[float, str]] = []

    def from_hopf_points(self) -> None:
        """Follow the cycles of every Hopf point once."""
        waiting = [point for point in self.equilibria if point.kind == HOPF]
        found: list[tuple[Track[Orbit], tuple[Point, ...]]] = []
        while waiting:
            start = waiting.pop(0)
            self.say(f"cycles from the Hopf point at {self._said(start.value)}")
            born = self.curve.born_at(self.curve.system.scaled(start.state), start.value)
            track, end = _ended(self.curve, followed(self.curve, born, self.effort), waiting)
            waiting = [point for point in waiting if point is not end]
            found.append((track, (start,) if end is None else (start, end)))
        self._kept(found, 0)

    def from_runs(self) -> None:
        """Follow the cycles that runs settle to, at values where no stable cycle is known."""
        found: list[tuple[Track[Orbit], tuple[Point, ...]]] = []
        for p in np.linspace(*self.curve.system.span, PROBED_VALUES):
            if self._stable_at(float(p), found):
                continue
            self.say(f"a run at {self._said(float(p))}")
            orbit, remark = settled_cycle(self.curve, float(p))
            if orbit is not None and any(passes(self.curve, track, orbit) for track in self._all(found)):
                remark = f"At {self._said(float(p))} the membrane oscillates near an unstable limit cycle."
                orbit = None
            if orbit is not None:
                found.append((joined(self.curve, orbit, self.effort), ()))
            elif remark:
                self._remarks.append((float(p), remark))
        self._kept(found, 0)
        self.notes = [text for p, text in self._remarks if not self._stable_at(p, [])] + self.notes

    def _all(self, found: list[tuple[Track[Orbit], tuple[Point, ...]]]) -> list[Track[Orbit]]:
        return [*self.tracks, *(track for track, _ in found)]

    def _stable_at(self, p: float, found: list[tuple[Track[Orbit], tuple[Point, ...]]]) -> bool:
        return any(stable_at(track, p) for track in self._all(found))

    def _kept(self, found: list[tuple[Track[Orbit], tuple[Point, ...]]], doublings: int) -> None:
        """Record branches with their special points, and follow the branches that bifurcate from them."""
        starts: list[Point] = []
        for track, known in found:
            self.tracks.append(track)
            self.say("special points of a branch of cycles")
            own, branch, stopped = cycle_points(self.curve, track, tuple(self.equilibria), known, self.effort)
            self.points += own
            self.branches.append(branch)
            self.notes += [*track.notes, *stopped]
            starts += [point for point in own if point.kind == DOUBLING]
        if starts and doublings < self.doublings:
            self._kept(self._doubled(starts), doublings + 1)
        elif starts and doublings:
            places = ", ".join(f"{point.value:.6g}" for point in starts)
            self.notes.append(
                f"Cycles of {2**doublings} times the period have further period doublings at "
                f"{self.curve.system.parameter} = {places}; raise doublings= to follow them."
            )

    def _doubled(self, waiting: list[Point]) -> list[tuple[Track[Orbit], tuple[Point, ...]]]:
        """Return the branches of twice the period, without duplicates."""
        found: list[tuple[Track[Orbit], tuple[Point, ...]]] = []
        while waiting:
            start = waiting.pop(0)
            self.say(f"cycles from the period doubling at {self._said(start.value)}")
            track, end = followed_from(self.curve, start, waiting, self.effort)
            waiting = [point for point in waiting if point is not end]
            found.append((track, (start,) if end is None else (start, end)))
            if track.ending.kind == DOUBLING and end is None:
                value = track.points[-1].loop.value
                self.notes.append(
                    f"The doubled cycles from {self._said(start.value)} end near {self._said(value)}, at a period "
                    "doubling that was not found."
                )
        return found

    def _said(self, p: float) -> str:
        return self.curve.system.said(p)


def _ended(curve: CycleCurve, track: Track[Orbit], waiting: list[Point]) -> tuple[Track[Orbit], Point | None]:
    """Add the Hopf point at the end of a branch that shrank to an equilibrium."""
    if track.ending.kind != HOPF:
        return track, None
    last = track.points[-1].loop
    for point in sorted(waiting, key=lambda point: abs(point.value - last.value)):
        near = abs(point.value - last.value) < SAME_HOPF * curve.system.width / 10
        if near and abs(point.period / last.period - 1) < SAME_HOPF:
            end = curve.born_at(curve.system.scaled(point.state), point.value)
            return replace(track, points=(*track.points, end)), point
    return track, None
