"""Distance between a curve of cycles of one long period and the homoclinic orbits, from a comparison of two periods."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.curves.special_cycles import SpecialCycle, corrected

if TYPE_CHECKING:
    from loligo.dynamics.curves.parameter_plane import ParameterPlane

PERIOD_RATIO: Final = 1.1  # period of the longer of two cycles that are compared, relative to the other


def errors(plane: ParameterPlane, special: SpecialCycle) -> tuple[float, float]:
    """Return how far a curve moves, in both parameters, while the period of its cycles grows by a factor e.

    Let p(T) be the position of the curve for the period T. If p(T) approaches its limit as exp(-lambda T), the distance
    is this number divided by lambda T, which is above 1; if as 1/T², at a saddle-node, the distance is half of this
    number. The result is infinite if there is no cycle of a longer period.
    """
    loop = special.here.loop
    longer = replace(special, here=replace(special.here, loop=replace(loop, period=PERIOD_RATIO * loop.period)))
    found = corrected(plane, longer, special.tangent)
    if found is None:
        return math.inf, math.inf
    moved = (found.here.pair - special.here.pair) / plane.units
    along = special.tangent.pair / plane.units
    across = moved - along * float(along @ moved) / (float(along @ along) or 1.0)
    first, second = np.abs(across) * plane.units / math.log(PERIOD_RATIO)
    least = np.spacing(np.abs(special.here.pair))
    return float(first + least[0]), float(second + least[1])
