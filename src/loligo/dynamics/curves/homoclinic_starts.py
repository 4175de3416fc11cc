"""A homoclinic orbit to start from near a Bogdanov-Takens point, at which the small cycles of a nearby Hopf point end.

Homoclinic orbits, Hopf points and saddle-nodes leave a Bogdanov-Takens point along one direction, and their distances
from one another grow with the square of the distance from it. From a Hopf point a little way off, cycles are followed
over the parameter that crosses this direction, until their period grows without bound.

Source
------
Kuznetsov YA (2004) Elements of applied bifurcation theory, 3rd ed., Springer, section 8.4,
doi:10.1007/978-1-4757-3978-7.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.branch import HOMOCLINIC
from loligo.dynamics.curves.homoclinic_condition import HOMOCLINICS
from loligo.dynamics.curves.sets import BOGDANOV_TAKENS, BifurcationCurve, SpecialPoint
from loligo.dynamics.curves.special_cycle_starts import of_cycle
from loligo.dynamics.cycles import CycleCurve, followed
from loligo.dynamics.system import STIMULUS, System

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane
    from loligo.dynamics.curves.special_cycles import SpecialCycle

    Array = NDArray[np.float64]

# fractions of the ranges: distances of a Hopf point from the Bogdanov-Takens point, tried in this order
HOPF_DISTANCES: Final = (0.02, 0.05, 0.01, 0.1)
START_EFFORT: Final = 0.3  # work limit of the branch of cycles from such a Hopf point, as a fraction of the default


def of_bogdanov_takens(
    plane: ParameterPlane, curves: list[BifurcationCurve], point: SpecialPoint
) -> tuple[SpecialCycle | None, str]:
    """Return a homoclinic orbit near a Bogdanov-Takens point in which a curve of Hopf points ends.

    Returns
    -------
    SpecialCycle or None
    str
        Why no orbit was found.
    """
    ends = [
        (np.abs(np.subtract((hopf.x[k], hopf.y[k]), point.values) / plane.widths).max(), hopf, k)
        for hopf in curves
        for k in np.flatnonzero(np.array(hopf.marks) == BOGDANOV_TAKENS)
    ]
    if not ends:
        return None, "no curve of Hopf points ends there"
    _, hopf, end = min(ends, key=lambda one: one[0])
    pairs = np.column_stack([hopf.x, hopf.y]) / plane.widths
    apart = np.abs(pairs - pairs[end]).max(axis=1)
    way = np.arange(end + 1, len(hopf)) if end < len(hopf) / 2 else np.arange(end)[::-1]
    why = "no Hopf point lies near it"
    for distance in HOPF_DISTANCES:
        far = np.flatnonzero(apart[way] >= distance)
        if not far.size or hopf.marks[way[far[0]]]:
            continue
        k = int(way[far[0]])
        found, why = _beside(plane, hopf, k, np.abs(pairs[k] - pairs[end]))
        if found is not None:
            return found, ""
    return None, why


def _beside(plane: ParameterPlane, hopf: BifurcationCurve, k: int, way: Array) -> tuple[SpecialCycle | None, str]:
    """Return the homoclinic orbit that ends the cycles of a Hopf point, over the parameter transverse to the curve."""
    pair = float(hopf.x[k]), float(hopf.y[k])
    free = int(np.argmin(way))
    held = 1 - free
    names, membrane = plane.names, plane.membrane_at(np.array(pair))
    current = plane.current_at(np.array(pair)) if names[free] != STIMULUS else plane.current
    curve = CycleCurve(System(membrane, names[free], plane.spans[free], current))
    track = followed(curve, curve.born_at(curve.system.scaled(hopf.states[k]), pair[free]), START_EFFORT)
    if track.ending.kind != HOMOCLINIC:
        return None, f"cycles from the Hopf point at {plane.said(np.array(pair))} meet no saddle"
    orbit = track.points[-1]
    end = [*pair]
    end[free] = orbit.loop.value
    start = of_cycle(plane, HOMOCLINICS, replace(orbit, loop=replace(orbit.loop, value=end[0])), end[1], held=held)
    return start, "" if start is not None else "Newton's method does not converge there"
