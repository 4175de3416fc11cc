"""Branch switching at a period doubling: the cycles of twice the period that begin there.

At a period doubling the linearised equations have a solution v that returns with the opposite sign. The branch of
cycles of twice the period begins at the cycle traversed twice, in the direction v in the first round and -v in the
second, as cycles begin at a Hopf point in the direction of the oscillation. Both directions, v and -v, lead to the same
cycles, started half a period apart. The branch ends where both rounds are the same again, at another period doubling.

Source
------
Kuznetsov YA (2004) Elements of applied bifurcation theory, 3rd ed., Springer, section 10.3,
doi:10.1007/978-1-4757-3978-7.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.branch import DOUBLING
from loligo.dynamics.continuation import Ending, Track
from loligo.dynamics.critical_directions import doubling_direction
from loligo.dynamics.cycles import CycleBranch, CycleCurve, followed
from loligo.dynamics.orbits import Loop, Mesh, Orbit, adapted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.branch import Point

ROUND_SAMPLES: Final = 200  # number of samples of each of the two rounds that are compared
LAST_STEP: Final = 3e-3  # longest step, as a length along the branch, across the period doubling at its end
# of the period, and of the unit of the parameter: a branch ends at a period doubling this close
SAME_DOUBLING: Final = 1e-3


def doubled(curve: CycleCurve, cycle: Orbit) -> Orbit:
    """Return the cycle of a period doubling, traversed twice, with the direction in which the rounds differ."""
    once = curve.on_mesh(cycle, adapted(cycle, len(cycle.mesh.widths) // 2))  # the cells of special cycles are halved
    v = doubling_direction(curve.system, once, once.loop.value)
    ends = once.mesh.ends / 2
    mesh = Mesh(np.append(ends[:-1], ends + 0.5))
    loop = Loop(_twice(once.loop.starts), _twice(once.loop.inner), 2 * once.loop.period, once.loop.value)
    tangent = Loop(_twice(v.starts, -1.0), _twice(v.inner, -1.0), 0.0, 0.0)
    squares = once.multipliers**2
    orbit = Orbit(mesh, loop, 2 * _twice(once.flow), tangent, squares, once.residual)
    length = math.sqrt(curve.metric(orbit).product(mesh, tangent, tangent))
    return replace(orbit, tangent=tangent.times(1 / length))


class DoubledBranch(CycleBranch):
    """A branch of cycles that began at a period doubling."""

    def stepped(self, base: Orbit, length: float) -> Orbit | None:
        """Return the orbit at a length along the tangent, by a short step where both rounds become the same."""
        there = super().stepped(base, length)
        too_far = there is not None and length > LAST_STEP and _passes_end(base, there)
        return None if too_far else there

    def ends_before(self, points: Sequence[Orbit], base: Orbit, there: Orbit) -> Ending[Orbit] | None:
        """End where both rounds are the same, beyond which the branch would retrace the same cycles."""
        if len(points) > 1 and _passes_end(base, there):
            return Ending(kind=DOUBLING)
        return super().ends_before(points, base, there)


def followed_from(
    curve: CycleCurve, start: Point, doublings: Sequence[Point], effort: float
) -> tuple[Track[Orbit], Point | None]:
    """Follow the cycles of twice the period from a period doubling.

    Parameters
    ----------
    curve : CycleCurve
    start : Point
        Point with its cycle.
    doublings : sequence of Point
        Other period doublings, at one of which the branch may end.
    effort : float
        The work limit, as a multiple of the default.

    Returns
    -------
    Track[Orbit]
    Point or None
        The period doubling at the end of the branch, if it is one of those given.
    """
    if start.cycle is None:
        raise ValueError("a period doubling whose cycle is not known")
    track = followed(curve, doubled(curve, start.cycle), effort, DoubledBranch)
    if track.ending.kind != DOUBLING:
        return track, None
    last = track.points[-1].loop
    apart = [max(abs(p.value - last.value) / curve.system.unit, abs(2 * p.period / last.period - 1)) for p in doublings]
    end = doublings[int(np.argmin(apart))] if apart and min(apart) < SAME_DOUBLING else None
    if end is None or end.cycle is None:
        return track, None
    return replace(track, points=(*track.points, doubled(curve, end.cycle))), end


def _twice(part: NDArray[np.float64], factor: float = 1.0) -> NDArray[np.float64]:
    return np.concatenate([part, factor * part])


def _passes_end(base: Orbit, there: Orbit) -> bool:
    """Tell whether both rounds become the same between two orbits."""
    return float((_difference(base) * _difference(there)).sum()) < 0


def _difference(orbit: Orbit) -> NDArray[np.float64]:
    """Return the difference between the two rounds, shape (samples, variables)."""
    times = np.linspace(0.0, 0.5, ROUND_SAMPLES, endpoint=False)
    return orbit.along(times) - orbit.along(times + 0.5)
