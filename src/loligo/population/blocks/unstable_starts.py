"""Members whose given initial state is exactly an unstable equilibrium, and which stayed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.kernel import compiled
from loligo.resting import stays_unstable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.population.blocks.stimuli import Shapes
    from loligo.population.plan import Plan

STAYED: Final = (
    "stayed at the unstable equilibrium given as its initial state; change initial_v, or initial_ of a further "
    "state, a little to see where it goes"
)


def stayed(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    shapes: Shapes,
    initial: NDArray[np.float64],
    still: NDArray[np.int64],
) -> list[int]:
    """Return which of some members began at an unstable equilibrium under their initial current.

    Parameters
    ----------
    plan : Plan
    columns : mapping of str to array (members,)
    shapes : Shapes
    initial : array (members or 1, variables)
        The initial states; NaN for gates that start at rest.
    still : array of int
        The members to examine: those that hardly moved at first.
    """
    current, lasting = _openings(shapes)
    known: dict[tuple[Any, ...], bool] = {}
    found = []
    for member in still.tolist():
        start, opening = initial[member if len(initial) > 1 else 0], (float(current[member]), float(lasting[member]))
        if np.isnan(start[0]) or np.isnan(opening[1]):
            continue
        varied: dict[str, Any] = {name: float(columns[name][member]) for name in plan.parameters if name in columns}
        key = (start.tobytes(), *varied.values(), *opening)
        if key not in known:
            known[key] = _is_unstable(plan.membrane.replace(**varied), start, *opening)
        if known[key]:
            found.append(member)
    return found


def _is_unstable(membrane: Membrane, start: NDArray[np.float64], current: float, lasting: float) -> bool:
    kernel, q = compiled(membrane)
    with np.errstate(all="ignore"):
        state = np.where(np.isnan(start), kernel.steady(np.nan_to_num(start), q), start)
    return stays_unstable(membrane, state, current, lasting)


def _openings(shapes: Shapes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each member's initial current and how long it is constant [ms]; NaN if it is not constant."""
    pieces, edges, fixed, scaled, waves = shapes.stimuli[:5]
    if len(pieces) < 2:
        return np.zeros(shapes.which.size), np.full(shapes.which.size, np.nan)
    piece, edge = pieces[shapes.which], pieces[shapes.which] + shapes.which
    line = fixed[piece] + shapes.amplitude[:, None] * scaled[piece]
    steady = (line[:, 1] == 0.0) & (waves[piece + 1] == waves[piece]) & (shapes.which >= 0)
    return line[:, 0], np.where(steady, edges[edge + 1] - edges[edge], np.nan)
