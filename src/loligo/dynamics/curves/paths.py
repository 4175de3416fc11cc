"""Curves of bifurcations of equilibria in two parameters, followed both ways."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.continuation import ITSELF, Ending, StepSizes
from loligo.dynamics.system import furthest
from loligo.dynamics.zeros import Branch, Path, Place, followed_both_ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.conditions import Conditions

    Array = NDArray[np.float64]

SAME_DISTANCE: Final = 1e-6  # scaled distance below which two bifurcations are one


class BifurcationBranch(Branch):
    """A curve of bifurcations that is followed one way until it leaves the ranges, closes, or has no frequency left."""

    sizes = StepSizes(first=0.02, shortest=1e-6, longest=0.2, least_cosine=0.95, most_points=3000)

    def __init__(self, conditions: Conditions, start: Place) -> None:
        super().__init__(conditions)
        self.conditions, self.start = conditions, start
        self.potentials = furthest(conditions.plane.membrane)

    def ends_before(self, points: Sequence[Place], base: Place, there: Place) -> Ending[Place] | None:
        """End where a parameter leaves its range."""
        conditions = self.conditions
        if conditions.plane.inside(conditions.values(there.x)):
            return None
        end = _border(conditions, base.x, there.x)
        if end is None or np.abs(end - base.x).max() <= SAME_DISTANCE:
            return Ending()
        return Ending((Place(end, conditions.tangent(end, base.tangent)),))

    def ends_after(self, points: Sequence[Place], base: Place, length: float) -> Ending[Place] | None:
        """End where v is far from anything, where no oscillation is left, or where the curve is closed."""
        (x, tangent), (lowest, highest), n = points[-1], self.potentials, self.conditions.plane.size + 2
        if not lowest <= self.conditions.state(x)[0] <= highest:
            return Ending(note=_stopped(self.conditions, x, f"v leaves {lowest:g} to {highest:g} mV"))
        if self.conditions.turning and x[-1] < 0:  # past a double zero eigenvalue
            return Ending()
        near = np.linalg.norm(x[:n] - self.start.x[:n]) < length
        back = len(points) > 4 and near and tangent[:n] @ self.start.tangent[:n] > 0
        return Ending((self.start,), kind=ITSELF) if back else None

    def stuck(self, points: Sequence[Place], base: Place) -> Ending[Place]:
        """End with a note."""
        return Ending(note=_stopped(self.conditions, base.x, "Newton's method no longer converges"))

    def used_up(self, points: Sequence[Place], base: Place) -> Ending[Place]:
        """End with a note."""
        return Ending(note=_stopped(self.conditions, base.x, f"it has {len(points)} points"))


def sharpened(conditions: Conditions, x: Array, fixed: int) -> Array | None:
    """Return the bifurcation near an unknown at which one of the parameters stays as it is."""
    return conditions.with_fixed(x, conditions.plane.size + fixed)


def followed(conditions: Conditions, start: Array) -> Path:
    """Follow a curve from one of its points both ways and join the two halves."""
    upwards = np.zeros(start.size)
    upwards[conditions.plane.size : conditions.plane.size + 2] = 1.0
    return followed_both_ways(partial(BifurcationBranch, conditions), start, upwards)


def on(conditions: Conditions, path: Path, x: Array) -> bool:
    """Tell whether a bifurcation lies on a curve that is known already."""
    n = conditions.plane.size + 2
    offsets = np.linalg.norm(path.points[:, :n] - x[:n], axis=1)
    for k in np.argsort(offsets)[:3]:
        if offsets[k] > 2 * BifurcationBranch.sizes.longest:
            break
        t = path.tangents[k]
        at = path.points[k].copy()
        at[:n] += t[:n] * float(t[:n] @ (x[:n] - at[:n])) / float(t[:n] @ t[:n])
        normal = np.append(t[:n], np.zeros(x.size - n))
        at[:n] += normal[:n] * float(normal[:n] @ (x[:n] - at[:n])) / float(normal[:n] @ normal[:n])
        there = conditions.corrected(at, normal)
        if there is None:  # as at a double zero eigenvalue, where Newton's method has nothing to hold on to
            there = at
        if np.abs(there[:n] - x[:n]).max() < SAME_DISTANCE:
            return True
    return False


def _border(conditions: Conditions, x: Array, there: Array) -> Array | None:
    """Return where the curve leaves the ranges, between a point inside and one outside."""
    plane, n = conditions.plane, conditions.plane.size
    share, k, end = plane.border(x[n : n + 2], there[n : n + 2], plane.units)
    if share < 0:
        return None
    guess = x + share * (there - x)
    guess[n + k] = end
    found = sharpened(conditions, guess, k)
    if found is not None:
        found[n + k] = end
    return found


def _stopped(conditions: Conditions, x: Array, why: str) -> str:
    where = conditions.plane.said(conditions.values(x))
    return f"A curve of {conditions.word} stops at {where}, v = {conditions.state(x)[0]:.4g} mV: {why}."
