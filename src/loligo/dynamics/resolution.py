"""Where a branch of cycles is nearly vertical, as in a canard explosion: finer meshes, and folds larger than errors.

Along a canard errors grow by many powers of ten within one period. The first sign is the trivial multiplier, which is 1
for an exact cycle: where it is not, errors of the mesh may make the parameter turn. Such cycles are solved again with
their cells halved, and a turn of the parameter counts as a fold if it is larger than the shift by halving.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.collocation import SHARP_NEWTON_STEP
from loligo.dynamics.orbits import halved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.continuation import Track
    from loligo.dynamics.cycles import CycleCurve
    from loligo.dynamics.orbits import Orbit

LOCATED_WIDTH: Final = 1e-9  # width of the bracket, along a branch, in which a special cycle is located
MAX_TRIVIAL_DEVIATION: Final = 1e-3  # largest deviation of the trivial multiplier of a cycle from 1
MAX_HALVINGS: Final = 2
# least error claimed, relative to the parameter or its unit along a branch if that is larger
LEAST_ERROR: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Resolved:
    """A branch of cycles on meshes that are fine enough, as far as the work limit allows.

    Attributes
    ----------
    track : Track[Orbit]
    errors : array (orbits,)
        Change in the parameter when cells were halved, no smaller than rounding; rounding alone if they were not. If
        cells should have been halved but were not, the range of the parameter over all such neighbours.
    """

    track: Track[Orbit]
    errors: NDArray[np.float64]


def resolved(curve: CycleCurve, track: Track[Orbit], most: float) -> Resolved:
    """Solve again, with cells halved, those cycles of a branch whose trivial multiplier is not 1.

    Parameters
    ----------
    curve : CycleCurve
    track : Track[Orbit]
    most : float
        Limit on the total work of ``curve``.
    """
    orbits = list(track.points)
    least = [LEAST_ERROR * max(abs(orbit.loop.value), curve.system.unit) for orbit in orbits]
    errors = np.array(least)
    changed = set()
    for k, orbit in enumerate(orbits):
        if _is_resolved(orbit):
            continue
        for _ in range(MAX_HALVINGS):
            finer = finer_orbit(curve, orbits[k]) if curve.work < most else None
            if finer is None:
                break
            before = abs(orbits[k].multipliers[0] - 1)
            errors[k] = max(abs(finer.loop.value - orbits[k].loop.value), least[k])
            orbits[k] = finer
            changed.add(k)
            if _is_resolved(finer) or abs(finer.multipliers[0] - 1) > before / 2:  # else only rounding remains
                break
    left = [k for k, orbit in enumerate(orbits) if k not in changed and not _is_resolved(orbit)]
    errors = np.maximum(errors, _spreads(np.array([orbit.loop.value for orbit in orbits]), left))
    if not changed:
        return Resolved(track, errors)
    strides = []
    for stride in track.strides:
        a, b = stride.position, stride.position + 1
        a, b = (b, a) if stride.backwards else (a, b)
        if a in changed or b in changed:
            way = -1.0 if stride.backwards else 1.0  # sign of the stride's tangents relative to those of its orbits
            ends = [replace(orbits[k], tangent=orbits[k].tangent.times(way)) for k in (a, b)]
            base = ends[0] if a in changed else stride.base
            away = ends[1].on(base.mesh).loop.plus(base.loop, -1.0)
            length = curve.metric(base).product(base.mesh, base.tangent, away)
            strides.append(replace(stride, base=base, length=length, there=ends[1]))
        else:
            strides.append(stride)
    return Resolved(replace(track, points=tuple(orbits), strides=tuple(strides)), errors)


def lasting_turns(values: NDArray[np.float64], errors: NDArray[np.float64]) -> tuple[int, ...]:
    """Return the indices at which a sequence turns round, without turns that are no larger than the errors.

    The two neighbouring turns that differ least are removed together, as long as they differ by no more than the sum of
    their errors. An odd number of spurious turns leaves one, an even number none.

    Examples
    --------
    >>> lasting_turns(np.array([3.0, 1.0, 1.1, 0.9, 2.0]), np.full(5, 0.15))
    (3,)
    >>> lasting_turns(np.array([3.0, 1.0, 1.1, 0.9, 2.0]), np.full(5, 0.01))
    (1, 2, 3)
    """
    changed = np.flatnonzero(np.diff(values, prepend=math.nan) != 0)  # the first of equal neighbours
    slopes = np.sign(np.diff(values[changed]))
    kept = [0, *changed[1:-1][slopes[:-1] * slopes[1:] < 0], len(values) - 1]
    while len(kept) > 2:
        gaps = np.abs(np.diff(values[kept])) - errors[kept[1:]] - errors[kept[:-1]]
        least = int(np.argmin(gaps))
        if gaps[least] > 0:
            break
        inside = [j for j in (least, least + 1) if 0 < j < len(kept) - 1]
        for j in reversed(inside):
            del kept[j]
    return tuple(int(k) for k in kept[1:-1])


def _spreads(values: NDArray[np.float64], chosen: list[int]) -> NDArray[np.float64]:
    """Return, for each chosen index, the range of values over its run of chosen neighbours; 0 for other indices."""
    spreads = np.zeros(len(values))
    for run in np.split(np.array(chosen, dtype=int), np.flatnonzero(np.diff(chosen) > 1) + 1):
        if run.size:
            spreads[run] = np.ptp(values[max(0, run[0] - 1) : run[-1] + 2])
    return spreads


def _is_resolved(orbit: Orbit) -> bool:
    return bool(abs(orbit.multipliers[0] - 1) < MAX_TRIVIAL_DEVIATION)


def finer_orbit(curve: CycleCurve, orbit: Orbit) -> Orbit | None:
    """Return the same cycle with every cell cut in two."""
    return curve.stepped(curve.on_mesh(orbit, halved(orbit.mesh)), 0.0, tolerance=SHARP_NEWTON_STEP)
