"""Members that were told to start exactly at an equilibrium that does not hold, and stayed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.kernel import compiled
from loligo.resting import stands_still, stays_unstable, variable_scales

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from loligo.population.plan import Plan
    from loligo.population.stimuli import Shapes

STAYED: Final = (
    "stayed at the unstable equilibrium where it was told to start; initial_v a little off shows where it goes"
)


def stayed(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    parameters: NDArray[np.float64],
    shapes: Shapes,
    initial: NDArray[np.float64],
    silent: NDArray[np.int64],
) -> list[int]:
    """Return which of some members began at an unstable equilibrium under the current that they began with.

    Parameters
    ----------
    plan : Plan
    columns : mapping of str to array (members,)
    parameters : array (members, parameters)
    shapes : Shapes
    initial : array (members or 1, variables)
        Where members start; NaN of gates that start at rest.
    silent : array of int
        The members that are looked at.
    """
    kernel, _ = compiled(plan.membrane)
    scales, found = variable_scales(plan.membrane), []
    for member in silent.tolist():
        start = initial[member if len(initial) > 1 else 0]
        opening = _opening(shapes, member)
        if opening is None or np.isnan(start[0]):
            continue
        q = kernel.prepared_from(parameters[member])
        with np.errstate(all="ignore"):
            state = np.where(np.isnan(start), kernel.steady(np.nan_to_num(start), q), start)
            if not stands_still(kernel, q, state, scales, *opening):
                continue
        varied: dict[str, Any] = {name: float(columns[name][member]) for name in plan.parameters if name in columns}
        if stays_unstable(plan.membrane.replace(**varied), state, *opening):
            found.append(member)
    return found


def _opening(shapes: Shapes, member: int) -> tuple[float, float] | None:
    """Return the constant current that a member begins with and how long it lasts [ms]; None where it changes."""
    pieces, edges, fixed, scaled, waves = shapes.arrays[:5]
    shape = int(shapes.which[member])
    piece, edge = int(pieces[shape]), int(pieces[shape]) + shape
    constant, slope = (fixed[piece] + shapes.amplitude[member] * scaled[piece]).tolist()
    if slope or waves[piece + 1] > waves[piece]:
        return None
    return constant, float(edges[edge + 1] - edges[edge])
