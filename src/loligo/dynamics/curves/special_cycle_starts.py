"""A special cycle in two parameters to start from: from a diagram, or a fold of small cycles near a Bautin point."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.curves.cycle_conditions import CycleCondition, joined
from loligo.dynamics.curves.multiplier_conditions import FOLDS
from loligo.dynamics.curves.special_cycles import Change, SpecialCycle, corrected, normalised, unit_flow
from loligo.dynamics.cycles import SPIKE_CELLS, oscillating_equilibrium
from loligo.dynamics.orbits import Loop, Orbit, adapted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane

    Array = NDArray[np.float64]

# scaled amplitudes of a first cycle near a Bautin point, tried in this order
FIRST_AMPLITUDES: Final = (0.1, 0.03, 0.3, 0.01)
BAUTIN_DISTANCE: Final = 0.05  # fraction of the ranges: a first cycle further away does not belong to the Bautin point


def of_cycle(
    plane: ParameterPlane, condition: CycleCondition, cycle: Orbit, second: float, *, held: int = 1
) -> SpecialCycle | None:
    """Return the special cycle near a known one, with one parameter held constant.

    Parameters
    ----------
    plane : ParameterPlane
    condition : CycleCondition
    cycle : Orbit
        Over the first parameter.
    second : float
        The second parameter.
    held : int
        Index of the parameter that keeps its value: 0 or 1.
    """
    cells = max(SPIKE_CELLS, len(cycle.mesh.widths) // 2)  # special points have halved cells
    moved = cycle.on(adapted(cycle, cells))
    p = np.array([moved.loop.value, second])
    v, change = condition.begun(plane, moved, p)
    here = Change(joined(moved.loop, v), change / moved.loop.period, second)
    flow = unit_flow(moved.mesh, moved.flow)
    guess = normalised(plane, SpecialCycle(condition, moved.mesh, here, here.times(0.0), flow, math.nan))
    return _settled(plane, guess, held)


def of_bautin(plane: ParameterPlane, state: Array, p: Array) -> SpecialCycle | None:
    """Return a fold of small cycles near a Bautin point."""
    for amplitude in FIRST_AMPLITUDES:
        found = _beside(plane, plane.scaled(state), p, amplitude)
        if found is not None and np.abs((found.here.pair - p) / plane.widths).max() < BAUTIN_DISTANCE:
            return found
    return None


def _beside(plane: ParameterPlane, z: Array, p: Array, amplitude: float) -> SpecialCycle | None:
    still = oscillating_equilibrium(plane, z, p)
    length = math.sqrt(np.einsum("ij,ijn,ijn->", still.mesh.weights, still.tangent.inner, still.tangent.inner))
    v = still.tangent.times(1 / length)
    here = Change(joined(still.loop.plus(v, amplitude), v), 0.0, float(p[1]))
    flow = unit_flow(still.mesh, still.flow)
    guess = normalised(plane, SpecialCycle(FOLDS, still.mesh, here, here.times(0.0), flow, math.nan))
    return corrected(plane, guess, Change(joined(v, v.times(0.0)), 0.0, 0.0))


def _settled(plane: ParameterPlane, guess: SpecialCycle, held: int) -> SpecialCycle | None:
    """Return the special cycle near a guess, with one parameter held constant, on a mesh adapted to it."""
    first, second = float(held == 0), float(held == 1)
    found = corrected(plane, guess, along(guess, first=first, second=second))
    for _ in range(2):
        if found is None:
            return None
        moved = normalised(plane, found.on(adapted(found.orbit, len(guess.mesh.widths))))
        found = corrected(plane, moved, along(moved, first=first, second=second))
    return found


def along(special: SpecialCycle, *, first: float = 0.0, second: float = 0.0) -> Change:
    """Return a direction in which only parameters change."""
    zero = special.here.loop.times(0.0)
    return Change(Loop(zero.starts, zero.inner, 0.0, first), 0.0, second)
