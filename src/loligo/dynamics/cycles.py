"""Branches of limit cycles, followed by pseudo-arclength through their folds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loligo.dynamics.branch import HOMOCLINIC, HOPF
from loligo.dynamics.collocation import Metric, corrected
from loligo.dynamics.continuation import ITSELF, Ending, Problem, StepSizes
from loligo.dynamics.continuation import followed as followed_one_way
from loligo.dynamics.criticality import oscillation
from loligo.dynamics.orbits import Loop, Mesh, Orbit, adapted, overlap, roughness
from loligo.dynamics.system import PARTS_OF_RANGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.system import System

CELLS, MAX_CELLS = 40, 240
MAX_ROUGHNESS = 2e-3  # scaled error of a cell's polynomial above which there should be more cells
WORK_LIMIT = 300_000  # cells times variables, over all steps one way: half a minute for a dozen variables
MAX_PERIOD_RATIO = 3e4  # times the shortest of a branch
DIVERGING_PERIOD_RATIO = 4.0  # times the shortest period of a branch: from here on its growth may be a divergence
SETTLED_DRIFT = 1e-7  # of the range: the parameter changes no more while the period grows by a factor e
NEARLY_SETTLED_DRIFT = 1e-4  # the same, where Newton's method goes no further
SAME_PERIOD = 1e-6  # relative: cycles at one value of the parameter whose periods differ by less are one
PLACE_SIZE = 0.05  # of the way that every variable goes: so near one state a cycle counts as being at it
LINGERING_SHARE = (
    0.5  # of the period at one place: the cycle meets an equilibrium; in a canard it moves on, however slowly
)


@dataclass(frozen=True, eq=False)
class Stride:
    """One step along a branch.

    Attributes
    ----------
    base : Orbit
        From which.
    length : float
        How far along its tangent.
    there : Orbit
        The next orbit.
    position : int
        The number of the first of the two orbits of the branch between which it lies.
    backwards : bool
        Its base is the second of them.
    """

    base: Orbit
    length: float
    there: Orbit
    position: int
    backwards: bool = False


@dataclass(frozen=True, eq=False)
class CycleTrack:
    """Limit cycles of one branch in order.

    Attributes
    ----------
    orbits : tuple of Orbit
    strides : tuple of Stride
        The steps between them, for those who look for what happens on the way.
    notes : tuple of str
        Why it ends where nothing should end.
    ending, beginning : {"", "Hopf", "homoclinic", "period doubling", "itself"}
        What is at its ends, where it was followed to.
    """

    orbits: tuple[Orbit, ...]
    strides: tuple[Stride, ...]
    notes: tuple[str, ...] = ()
    ending: str = ""
    beginning: str = ""

    def with_end(self, orbit: Orbit) -> CycleTrack:
        """Return the same branch with one more orbit at its end."""
        return replace(self, orbits=(*self.orbits, orbit))


class CycleCurve:
    """The curve of limit cycles of a system, as orbits on meshes.

    Attributes
    ----------
    system : System
    unit : float
        Of the parameter, along the curve.
    work : int
        What was spent on steps so far: cells times variables.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        self.unit = system.width / PARTS_OF_RANGE
        self.work = 0

    def metric(self, orbit: Orbit) -> Metric:
        """Return the lengths in which directions at an orbit are measured."""
        mean = np.einsum("ij,ijn->n", orbit.mesh.weights, orbit.loop.inner)
        variance = float(np.einsum("ij,ijn->", orbit.mesh.weights, (orbit.loop.inner - mean) ** 2))
        return Metric(math.sqrt(1 + variance), orbit.loop.period, self.unit)

    def stepped(self, orbit: Orbit, s: float, *, tolerance: float = 1e-6) -> Orbit | None:
        """Return the orbit a length along the tangent."""
        self.work += len(orbit.loop.starts) * self.system.size
        guess = replace(orbit, loop=orbit.loop.plus(orbit.tangent, s))
        return corrected(self.system, guess, orbit.tangent, self.metric(orbit), tolerance=tolerance)

    def at_value(self, guess: Orbit, p: float, *, tolerance: float = 1e-6) -> Orbit | None:
        """Return the orbit with a given value of the parameter near a guess."""
        zero = guess.loop.times(0.0)
        normal = replace(zero, value=1.0)
        near = replace(guess, loop=replace(guess.loop, value=p))
        return corrected(self.system, near, normal, self.metric(guess), tolerance=tolerance)

    def on_mesh(self, orbit: Orbit, mesh: Mesh) -> Orbit:
        """Return an orbit on another mesh, ready for the next step: with a tangent of length one where it is."""
        moved = orbit.on(mesh)
        length = math.sqrt(self.metric(moved).product(mesh, moved.tangent, moved.tangent))
        return replace(moved, tangent=moved.tangent.times(1 / length))

    def born_at(self, z: NDArray[np.float64], p: float) -> Orbit:
        """Return the cycle of no amplitude at a Hopf point, with the oscillation as its tangent."""
        eigenvalue, vector = oscillation(self.system.jacobians(z[None], p)[0])
        mesh = Mesh(np.linspace(0.0, 1.0, CELLS + 1))

        def turning(times: NDArray[np.float64], factor: complex) -> NDArray[np.float64]:
            turned: NDArray[np.float64] = (factor * vector * np.exp(2j * math.pi * times)[..., None]).real
            return turned

        tangent = Loop(turning(mesh.ends[:-1], 1.0), turning(mesh.times, 1.0), 0.0, 0.0)
        loop = Loop(np.tile(z, (CELLS, 1)), np.tile(z, (*mesh.times.shape, 1)), 2 * math.pi / eigenvalue.imag, p)
        exponents = np.linalg.eigvals(self.system.jacobians(z[None], p)[0]) * loop.period
        multipliers = np.exp(exponents[np.argsort(np.abs(exponents.real))].astype(complex))
        orbit = Orbit(mesh, loop, turning(mesh.times, 2j * math.pi), tangent, multipliers, 0.0)
        length = math.sqrt(self.metric(orbit).product(mesh, tangent, tangent))
        return replace(orbit, tangent=tangent.times(1 / length))


class CycleBranch(Problem[Orbit]):
    """A branch of cycles that is followed one way until it leaves the range, closes, or ends at other solutions.

    Parameters
    ----------
    curve : CycleCurve
    start : Orbit
    most : float
        The work that the curve may have done at the end.
    """

    sizes = StepSizes(first=0.05, shortest=1e-7, longest=0.3, least_cosine=0.9, most_points=600)

    def __init__(self, curve: CycleCurve, start: Orbit, most: float) -> None:
        self.curve, self.start, self.most = curve, start, most
        self.cells, self.shortest = len(start.loop.starts), start.loop.period

    def affordable(self) -> bool:
        """Tell whether work is left."""
        return self.curve.work < self.most

    def stepped(self, base: Orbit, length: float) -> Orbit | None:
        """Return the orbit a length along the tangent."""
        return self.curve.stepped(base, length)

    def cosine(self, base: Orbit, there: Orbit) -> float:
        """Return the cosine of the angle between two tangents."""
        return self.curve.metric(base).product(base.mesh, base.tangent, there.tangent)

    def base(self, there: Orbit) -> Orbit:
        """Return an orbit on a mesh of its own, of more cells where it is rough."""
        if roughness(there)[1] > MAX_ROUGHNESS:
            self.cells = min(MAX_CELLS, max(self.cells + 4, int(1.2 * self.cells)))
        return self.curve.on_mesh(there, adapted(there, self.cells))

    def ends_before(self, points: Sequence[Orbit], base: Orbit, there: Orbit) -> Ending[Orbit] | None:
        """End at an equilibrium, and where the parameter leaves the range."""
        if len(points) > 1 and overlap(base, there) < 0:
            return Ending(kind=HOPF)
        p, (low, high) = there.loop.value, self.curve.system.span
        if low <= p <= high:
            return None
        end = self.curve.at_value(there, low if p < low else high)
        return Ending() if end is None else Ending((end,))

    def ends_after(self, points: Sequence[Orbit], base: Orbit, length: float) -> Ending[Orbit] | None:
        """End where the period grows without bound, and where the branch is closed."""
        there = points[-1]
        self.shortest = min(self.shortest, there.loop.period)
        if _diverges(self.curve, there, self.shortest, SETTLED_DRIFT):
            return Ending(kind=HOMOCLINIC)
        if len(points) > 8 and _returned(self.curve, self.start, base, there):
            return Ending((self.start,), kind=ITSELF)
        return None

    def stuck(self, points: Sequence[Orbit], base: Orbit) -> Ending[Orbit] | Orbit:
        """Try again with twice as many cells, unless the period is about to diverge."""
        if _diverges(self.curve, base, self.shortest, NEARLY_SETTLED_DRIFT):
            return Ending(kind=HOMOCLINIC)
        if self.cells >= MAX_CELLS:
            return Ending(note=_stopped(self.curve, base))
        self.cells = min(MAX_CELLS, 2 * self.cells)
        return self.curve.on_mesh(points[-1], adapted(points[-1], self.cells))

    def used_up(self, points: Sequence[Orbit], base: Orbit) -> Ending[Orbit]:
        """End with a note."""
        many = len(points) >= self.sizes.most_points
        why = f"it has {len(points)} points" if many else _spent(len(points), self.cells)
        return Ending(note=f"{_where(self.curve, base)}: {why}.")


def followed(
    curve: CycleCurve, start: Orbit, effort: float = 1.0, problem: type[CycleBranch] = CycleBranch
) -> CycleTrack:
    """Follow a branch of cycles along the tangent of its first one, until it leaves the range or ends.

    ``effort`` scales how much work may be spent on it; ``problem`` says where it ends.
    """
    half = followed_one_way(problem(curve, start, curve.work + effort * WORK_LIMIT), start)
    strides = tuple(Stride(one.base, one.length, one.there, one.position) for one in half.advances)
    notes = (half.ending.note,) if half.ending.note else ()
    return CycleTrack(tuple(half.points), strides, notes, half.ending.kind)


def joined(curve: CycleCurve, orbit: Orbit, effort: float = 1.0) -> CycleTrack:
    """Follow a branch both ways from an orbit in its middle."""
    forth = followed(curve, orbit, effort)
    if forth.ending == ITSELF:
        return forth
    back = followed(curve, replace(orbit, tangent=orbit.tangent.times(-1.0)), effort)
    first = len(back.orbits) - 1
    strides = [replace(one, position=first - one.position - 1, backwards=True) for one in reversed(back.strides)]
    strides += [replace(one, position=one.position + first) for one in forth.strides]
    orbits = (*reversed(back.orbits), *forth.orbits[1:])
    return CycleTrack(orbits, tuple(strides), back.notes + forth.notes, forth.ending, back.ending)


def stable_at(track: CycleTrack, p: float) -> bool:
    """Tell whether a branch has a stable cycle at a value of the parameter."""
    pairs = zip(track.orbits[:-1], track.orbits[1:], strict=True)
    return any((a.loop.value - p) * (b.loop.value - p) <= 0 and a.stable and b.stable for a, b in pairs)


def passes(curve: CycleCurve, track: CycleTrack, orbit: Orbit) -> bool:
    """Tell whether a cycle is one of a branch."""
    p = orbit.loop.value
    for a, b in zip(track.orbits[:-1], track.orbits[1:], strict=True):
        if (a.loop.value - p) * (b.loop.value - p) > 0:
            continue
        near = curve.at_value(a, p)
        if near is not None and abs(near.loop.period / orbit.loop.period - 1) < SAME_PERIOD:
            return True
    return False


def drift(orbit: Orbit) -> float:
    """Return by how much the parameter changes while the period grows by a factor e, along the tangent."""
    growth = orbit.tangent.period / orbit.loop.period
    return orbit.tangent.value / growth if growth else math.inf


def _diverges(curve: CycleCurve, orbit: Orbit, shortest: float, settled: float) -> bool:
    """Tell whether the period grows without bound at a value of the parameter that is reached."""
    growing = orbit.tangent.period > 0 and orbit.loop.period > DIVERGING_PERIOD_RATIO * shortest
    if not growing:
        return False
    if orbit.loop.period > MAX_PERIOD_RATIO * shortest:
        return True
    return abs(drift(orbit)) < settled * curve.system.width and _lingering(orbit) > LINGERING_SHARE


def _lingering(orbit: Orbit) -> float:
    """Return for which part of its period a cycle stays at the place where it moves least."""
    inner = orbit.loop.inner
    spread = np.ptp(inner, axis=(0, 1))
    spread[spread == 0.0] = 1.0
    slowest = np.unravel_index(int(np.argmin((np.abs(orbit.flow) / spread).max(axis=2))), inner.shape[:2])
    near = (np.abs(inner - inner[slowest]) / spread).max(axis=2) < PLACE_SIZE
    return float(orbit.mesh.weights[near].sum())


def _returned(curve: CycleCurve, start: Orbit, orbit: Orbit, there: Orbit) -> bool:
    """Tell whether the step from one orbit to the next passes the first of the branch, going the same way."""
    passed = (start.loop.value - orbit.loop.value) * (start.loop.value - there.loop.value) <= 0
    if not passed or start.tangent.value * there.tangent.value <= 0:
        return False
    near = curve.at_value(there, start.loop.value)
    return near is not None and abs(near.loop.period / start.loop.period - 1) < SAME_PERIOD


def _where(curve: CycleCurve, orbit: Orbit) -> str:
    system = curve.system
    where = f"{system.parameter} = {orbit.loop.value:.6g} {system.unit}".rstrip()
    return f"A branch of limit cycles stops at {where}, period {orbit.loop.period:.5g} ms"


def _stopped(curve: CycleCurve, orbit: Orbit) -> str:
    return f"{_where(curve, orbit)}: Newton's method no longer converges on {len(orbit.loop.starts)} cells."


def _spent(points: int, cells: int) -> str:
    return f"work limit reached after {points} points on {cells} cells; raise effort= to continue"
