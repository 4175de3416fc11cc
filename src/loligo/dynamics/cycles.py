"""Branches of limit cycles, followed by pseudo-arclength through their folds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.dynamics.branch import HOMOCLINIC, HOPF
from loligo.dynamics.collocation import LAST_NEWTON_STEP, Metric, corrected
from loligo.dynamics.continuation import Ending, Problem, StepSizes, Track, followed_both_ways
from loligo.dynamics.continuation import followed as followed_one_way
from loligo.dynamics.criticality import oscillation
from loligo.dynamics.orbits import Loop, Mesh, Orbit, adapted, overlap, roughness, variance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.system import Equations, System

SMALL_CYCLE_CELLS = 40  # number of cells of a nearly sinusoidal cycle
SPIKE_CELLS = 80  # number of cells of any other cycle, at the start of a branch or curve
MAX_CELLS = 240
MAX_ROUGHNESS = 2e-3  # scaled error of the polynomial of a cell: if it is larger, there should be more cells
WORK_LIMIT = 300_000  # cells times variables, over all steps in one direction: half a minute for a dozen variables
MAX_PERIOD_RATIO = 3e4  # relative to the shortest period of a branch: a growing period that is longer diverges
DIVERGING_PERIOD_RATIO = 4.0  # relative to the shortest period of a branch: a shorter period does not diverge yet
SETTLED_DRIFT = 1e-7  # fraction of the range: the period diverges if its growth by a factor e takes a smaller change
NEARLY_SETTLED_DRIFT = 1e-4  # the drift that counts as settled where Newton's method no longer converges
SAME_PERIOD = 1e-6  # relative: cycles at one value of the parameter whose periods differ by less are the same
PLACE_SIZE = 0.05  # fraction of the range of each variable: a cycle this close to a state counts as being at it
LINGERING_SHARE = 0.5  # fraction of the period at one state: a cycle with more meets an equilibrium, a canard moves on


class CycleCurve:
    """The curve of limit cycles of a system, as orbits on meshes.

    Attributes
    ----------
    system : System
    work : int
        Work spent on steps so far: cells times variables.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        self.work = 0

    def metric(self, orbit: Orbit) -> Metric:
        """Return the metric for directions at an orbit."""
        return Metric(math.sqrt(1 + variance(orbit.mesh, orbit.loop.inner)), orbit.loop.period, self.system.unit)

    def stepped(self, orbit: Orbit, s: float, *, tolerance: float = LAST_NEWTON_STEP) -> Orbit | None:
        """Return the orbit at a given length along the tangent."""
        self.work += len(orbit.loop.starts) * self.system.size
        guess = replace(orbit, loop=orbit.loop.plus(orbit.tangent, s))
        return corrected(self.system, guess, orbit.tangent, self.metric(orbit), tolerance=tolerance)

    def at_value(self, guess: Orbit, p: float, *, tolerance: float = LAST_NEWTON_STEP) -> Orbit | None:
        """Return the orbit with a given value of the parameter near a guess."""
        zero = guess.loop.times(0.0)
        normal = replace(zero, value=1.0)
        near = replace(guess, loop=replace(guess.loop, value=p))
        return corrected(self.system, near, normal, self.metric(guess), tolerance=tolerance)

    def on_mesh(self, orbit: Orbit, mesh: Mesh) -> Orbit:
        """Return an orbit on another mesh, with a tangent of length one, ready for the next step."""
        moved = orbit.on(mesh)
        length = math.sqrt(self.metric(moved).product(mesh, moved.tangent, moved.tangent))
        return replace(moved, tangent=moved.tangent.times(1 / length))

    def born_at(self, z: NDArray[np.float64], p: float) -> Orbit:
        """Return the cycle of zero amplitude at a Hopf point, with the oscillation as its tangent."""
        orbit = oscillating_equilibrium(self.system, z, p)
        length = math.sqrt(self.metric(orbit).product(orbit.mesh, orbit.tangent, orbit.tangent))
        return replace(orbit, tangent=orbit.tangent.times(1 / length))


def oscillating_equilibrium(equations: Equations, z: NDArray[np.float64], p: Any) -> Orbit:
    """Return an equilibrium as a cycle of zero amplitude, with its oscillation as the tangent, of any length."""
    jacobian = equations.jacobians(z[None], p)[0]
    eigenvalue, vector = oscillation(jacobian)
    mesh = Mesh(np.linspace(0.0, 1.0, SMALL_CYCLE_CELLS + 1))

    def wave(times: NDArray[np.float64], factor: complex) -> NDArray[np.float64]:
        values: NDArray[np.float64] = (factor * vector * np.exp(2j * math.pi * times)[..., None]).real
        return values

    tangent = Loop(wave(mesh.ends[:-1], 1.0), wave(mesh.times, 1.0), 0.0, 0.0)
    period, value = 2 * math.pi / eigenvalue.imag, equations.values(p)[0]
    loop = Loop(np.tile(z, (SMALL_CYCLE_CELLS, 1)), np.tile(z, (*mesh.times.shape, 1)), period, value)
    exponents = np.linalg.eigvals(jacobian) * period
    multipliers = np.exp(exponents[np.argsort(np.abs(exponents.real))].astype(complex))
    return Orbit(mesh, loop, wave(mesh.times, 2j * math.pi), tangent, multipliers, 0.0)


class CycleBranch(Problem[Orbit]):
    """A branch of cycles, followed in one direction until it leaves the range, closes, or ends at other solutions.

    Parameters
    ----------
    curve : CycleCurve
    start : Orbit
    most : float
        Limit on the total work of the curve.
    """

    sizes = StepSizes(first=0.05, longest=0.3, least_cosine=0.9, most_points=600)

    def __init__(self, curve: CycleCurve, start: Orbit, most: float) -> None:
        self.curve, self.start, self.most = curve, start, most
        self.cells, self.shortest = len(start.loop.starts), start.loop.period

    def affordable(self) -> bool:
        """Tell whether work is left."""
        return self.curve.work < self.most

    def stepped(self, base: Orbit, length: float) -> Orbit | None:
        """Return the orbit at a given length along the tangent."""
        return self.curve.stepped(base, length)

    def cosine(self, base: Orbit, there: Orbit) -> float:
        """Return the cosine of the angle between two tangents."""
        return self.curve.metric(base).product(base.mesh, base.tangent, there.tangent)

    def base(self, there: Orbit) -> Orbit:
        """Return an orbit on its own mesh, with more cells where it is rough."""
        self.cells = cells_for(there, self.cells)
        return self.curve.on_mesh(there, adapted(there, self.cells))

    def turned(self, point: Orbit) -> Orbit:
        """Return an orbit with the opposite tangent."""
        return replace(point, tangent=point.tangent.times(-1.0))

    def inside(self, point: Orbit) -> bool:
        """Tell whether the parameter is in its range."""
        return self.curve.system.inside(point.loop.value)

    def border(self, base: Orbit, there: Orbit) -> Orbit | None:
        """Return the orbit at the end of the range."""
        low, high = self.curve.system.span
        return self.curve.at_value(there, low if there.loop.value < low else high)

    def returned(self, base: Orbit, there: Orbit, length: float) -> bool:
        """Tell whether a step passes the first orbit of the branch, going the same way."""
        first = self.start
        passed = (first.loop.value - base.loop.value) * (first.loop.value - there.loop.value) <= 0
        if not passed or first.tangent.value * there.tangent.value <= 0:
            return False
        return _is_same(self.curve.at_value(there, first.loop.value), first)

    def ends_before(self, points: Sequence[Orbit], base: Orbit, there: Orbit) -> Ending[Orbit] | None:
        """End at an equilibrium, beyond which the branch would retrace the same cycles."""
        return Ending(kind=HOPF) if len(points) > 1 and overlap(base, there) < 0 else None

    def ends_after(self, points: Sequence[Orbit]) -> Ending[Orbit] | None:
        """End where the period grows without bound."""
        self.shortest = min(self.shortest, points[-1].loop.period)
        diverges = _diverges(self.curve, points[-1], self.shortest, SETTLED_DRIFT)
        return Ending(kind=HOMOCLINIC) if diverges else None

    def stuck(self, points: Sequence[Orbit], base: Orbit) -> Ending[Orbit] | Orbit:
        """Try again with twice as many cells, unless the period is about to diverge."""
        if _diverges(self.curve, base, self.shortest, NEARLY_SETTLED_DRIFT):
            return Ending(kind=HOMOCLINIC)
        if self.cells >= MAX_CELLS:
            return Ending(note=self.stopped(base, f"Newton's method no longer converges on {self.cells} cells"))
        self.cells = min(MAX_CELLS, 2 * self.cells)
        return self.curve.on_mesh(points[-1], adapted(points[-1], self.cells))

    def used_up(self, points: Sequence[Orbit], base: Orbit) -> Ending[Orbit]:
        """End with a note."""
        if len(points) >= self.sizes.most_points:
            return super().used_up(points, base)
        spent = f"work limit reached after {len(points)} points on {self.cells} cells; raise effort= to continue"
        return Ending(note=self.stopped(base, spent))

    def stopped(self, point: Orbit, why: str) -> str:
        """Return a note that says where the branch ends and why."""
        where = f"{self.curve.system.said(point.loop.value)}, period {point.loop.period:.5g} ms"
        return f"A branch of limit cycles stops at {where}: {why}."


def followed(
    curve: CycleCurve, start: Orbit, effort: float = 1.0, problem: type[CycleBranch] = CycleBranch
) -> Track[Orbit]:
    """Follow a branch of cycles along the tangent of its first one, until it leaves the range or ends.

    ``effort`` scales the work limit of the branch; ``problem`` decides where it ends.
    """
    return followed_one_way(problem(curve, start, curve.work + effort * WORK_LIMIT))


def joined(curve: CycleCurve, orbit: Orbit, effort: float = 1.0) -> Track[Orbit]:
    """Follow a branch in both directions from an orbit in its middle."""
    return followed_both_ways(lambda start: CycleBranch(curve, start, curve.work + effort * WORK_LIMIT), orbit)


def cells_for(orbit: Orbit, cells: int) -> int:
    """Return the number of cells for the next orbit of a branch: more than now if this orbit is rough."""
    rough = roughness(orbit)[1] > MAX_ROUGHNESS
    return min(MAX_CELLS, max(cells + 4, int(1.2 * cells))) if rough else cells


def stable_at(track: Track[Orbit], p: float) -> bool:
    """Tell whether a branch has a stable cycle at a value of the parameter."""
    return any(
        (a.loop.value - p) * (b.loop.value - p) <= 0 and a.stable and b.stable for a, b in pairwise(track.points)
    )


def passes(curve: CycleCurve, track: Track[Orbit], orbit: Orbit) -> bool:
    """Tell whether a cycle lies on a branch."""
    p = orbit.loop.value
    passed = (a for a, b in pairwise(track.points) if (a.loop.value - p) * (b.loop.value - p) <= 0)
    return any(_is_same(curve.at_value(a, p), orbit) for a in passed)


def _is_same(found: Orbit | None, orbit: Orbit) -> bool:
    """Tell whether a cycle found at a value of the parameter is the same as a known one."""
    return found is not None and abs(found.loop.period / orbit.loop.period - 1) < SAME_PERIOD


def drift(orbit: Orbit) -> float:
    """Return the change in the parameter, along the tangent, while the period grows by a factor e."""
    growth = orbit.tangent.period / orbit.loop.period
    return orbit.tangent.value / growth if growth else math.inf


def _diverges(curve: CycleCurve, orbit: Orbit, shortest: float, settled: float) -> bool:
    """Tell whether the period grows without bound as the parameter approaches a limit."""
    growing = orbit.tangent.period > 0 and orbit.loop.period > DIVERGING_PERIOD_RATIO * shortest
    if not growing:
        return False
    if orbit.loop.period > MAX_PERIOD_RATIO * shortest:
        return True
    return abs(drift(orbit)) < settled * curve.system.width and _lingering(orbit) > LINGERING_SHARE


def _lingering(orbit: Orbit) -> float:
    """Return the fraction of its period that a cycle spends near the state where it moves most slowly."""
    inner = orbit.loop.inner
    spread = np.ptp(inner, axis=(0, 1))
    spread[spread == 0.0] = 1.0
    slowest = np.unravel_index(int(np.argmin((np.abs(orbit.flow) / spread).max(axis=2))), inner.shape[:2])
    near = (np.abs(inner - inner[slowest]) / spread).max(axis=2) < PLACE_SIZE
    return float(orbit.mesh.weights[near].sum())
