"""Proving, from bounds on dv/dt, that a range of v contains no equilibria except those that were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import LoligoError
from loligo.resting.bounds import Cells, SteadySlope

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from loligo.kernel.intervals import Bounds
    from loligo.membrane import Membrane

    Array = NDArray[np.float64]
    Settle = Callable[[Array, Array], Array]

CELLS: Final = 256
HALVINGS: Final = 40
MOST_CELLS: Final = 4096
SLOPE_DOUBLING: Final = 0.02  # scales of v: within this distance the slope of a further state over v at most doubles
SHORTEST_CELL: Final = 1e-6  # scales of v: the shortest cell at whose end further states have no steady value
CUT: Final = 0.4871  # fraction of a cell at which it is cut, so that no cut falls on an equilibrium at a round number


def shows_none(membrane: Membrane, current: float, span: tuple[float, float]) -> bool:
    """Return whether bounds show that dv/dt, with gates at their steady states, has no zero between two potentials.

    False means that this was not shown; it is always False for membranes with further states.
    """
    if membrane.states:
        return False
    points = np.linspace(*span, CELLS + 1)
    return shows_no_others(membrane, current, np.empty(0), points, np.empty((points.size, 0)))


def shows_no_others(
    membrane: Membrane, current: float, equilibria: Array, points: Array, x: Array, settle: Settle | None = None
) -> bool:
    """Return whether bounds show that dv/dt, with all other variables settled, vanishes only at these equilibria.

    Interval arithmetic bounds dv/dt on cells of v. A cell is decided if these bounds exclude 0, or if the bounds of the
    derivative do: dv/dt is then monotonic, and its signs at the ends of the cell show whether it contains an
    equilibrium. All other cells are divided.

    Three properties of further states are assumed, not proved: on a cell they stay within the range of their steady
    values at its ends, widened by half; there is no equilibrium where they have no steady value; and their slope over v
    changes by at most its own size within a fiftieth of ``v_scale``.

    Parameters
    ----------
    membrane : Membrane
    current : float
        [µA/cm²]
    equilibria : array (n,)
        Their potentials [mV].
    points : array (points,)
        Ends of the first cells, increasing [mV].
    x : array (points, states)
        Settled values of the further states there.
    settle : callable, optional
        Maps v (rows,) and guesses (rows, states) to the settled states; needed if there are further states.

    Returns
    -------
    bool
        False if this was not shown.
    """
    try:
        slope = SteadySlope(membrane, current)
        cells = Cells(points[:-1], points[1:], np.stack([x[:-1], x[1:]], axis=1), SLOPE_DOUBLING * membrane.v_scale)
        held = np.zeros(equilibria.size, dtype=bool)
        with np.errstate(all="ignore"):
            for _ in range(HALVINGS):
                cells = cells[_settling(cells, SHORTEST_CELL * membrane.v_scale)]
                cells, single = _open(slope, cells)
                for low, high in zip(single.low, single.high, strict=True):
                    inside = (equilibria >= low) & (equilibria <= high)
                    if np.count_nonzero(inside) != 1:
                        return False
                    held |= inside
                if not cells.low.size:
                    return bool(held.all())
                if 2 * cells.low.size > MOST_CELLS:
                    return False
                cells = _cut(cells, settle)
    except (LoligoError, NotImplementedError):
        pass
    return False


def _settling(cells: Cells, finest: float) -> NDArray[np.bool_]:
    """Return the cells on which further states settle; on the shortest cells they must settle at both ends."""
    settles = np.isfinite(cells.x).all(axis=2)
    both, either = settles.min(axis=1), settles.max(axis=1)
    kept: NDArray[np.bool_] = both | (either & (cells.high - cells.low > finest))
    return kept


def _open(slope: SteadySlope, cells: Cells) -> tuple[Cells, Cells]:
    """Return the undecided cells, and those that are proved to contain one equilibrium."""
    cells = cells[~_excludes_zero(slope.values(cells))]
    if not cells.low.size:
        return cells, cells
    steep = slope.derivatives(cells)
    cells_beyond = ~_excludes_zero(_about_the_middle(slope, cells, steep))
    cells, steep = cells[cells_beyond], (steep[0][cells_beyond], steep[1][cells_beyond])
    at_ends = [
        slope.values(Cells(v, v, x, cells.unit))
        for v, x in ((cells.low, _twice(cells.x, 0)), (cells.high, _twice(cells.x, 1)))
    ]
    known = _excludes_zero(steep) & _excludes_zero(at_ends[0]) & _excludes_zero(at_ends[1])
    changes = (at_ends[0][0] > 0.0) != (at_ends[1][0] > 0.0)
    return cells[~known], cells[known & changes]


def _about_the_middle(slope: SteadySlope, cells: Cells, steep: Bounds) -> Bounds:
    """Bound dv/dt by its value in the middle of a cell and its derivative, which is narrower on short cells."""
    if cells.x.shape[2]:
        return np.full(cells.low.shape, -np.inf), np.full(cells.low.shape, np.inf)
    middle = 0.5 * (cells.low + cells.high)
    half = np.maximum(cells.high - middle, middle - cells.low)
    reach = half * np.maximum(np.abs(steep[0]), np.abs(steep[1])) * (1.0 + 1e-12)
    low, high = slope.values(Cells(middle, middle, cells.x, cells.unit))
    return low - reach, high + reach


def _cut(cells: Cells, settle: Settle | None) -> Cells:
    middle = cells.low + CUT * (cells.high - cells.low)
    ends = np.where(np.isfinite(cells.x), cells.x, cells.x[:, ::-1])  # use the other end if one has no value
    guess = (1.0 - CUT) * ends[:, 0] + CUT * ends[:, 1]
    x = guess if settle is None else settle(middle, guess)
    return Cells(
        np.concatenate([cells.low, middle]),
        np.concatenate([middle, cells.high]),
        np.concatenate([np.stack([cells.x[:, 0], x], axis=1), np.stack([x, cells.x[:, 1]], axis=1)]),
        cells.unit,
    )


def _twice(x: Array, end: int) -> Array:
    return np.repeat(x[:, end : end + 1], 2, axis=1)


def _excludes_zero(limits: Bounds) -> NDArray[np.bool_]:
    return (limits[0] > 0.0) | (limits[1] < 0.0)
