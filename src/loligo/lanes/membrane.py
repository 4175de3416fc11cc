"""A membrane for lanes: its equations, compiled once per structure and called by address from the loop."""

from __future__ import annotations

import numpy as np
from numba import from_dtype, types

from loligo.kernel.calling import Pointer
from loligo.kernel.entries import entry_by_address
from loligo.lanes.dimension import HOLDING, N
from loligo.lanes.example import PREPARED, slopes
from loligo.lanes.memory import Rows, over_lanes
from loligo.lanes.rows import PARAMETERS, F, W
from loligo.lanes.vectors import Vector, select

ROWS = types.CPointer(from_dtype(np.dtype(F)))


def held_row(work: Rows, i: int) -> Vector:
    """Return in which lanes a variable is held."""
    return work[PARAMETERS + (PREPARED + i) * W] > 0.5


def free_slopes(work: Rows, drive: Rows, y: Rows, out: Rows) -> None:
    """Set ``out`` to the slopes: 0 where a variable is held."""
    slopes(work, drive, y, out)
    for i in range(N if HOLDING else 0):
        out[i * W] = select(held_row(work, i), out[i * W].constant(0.0), out[i * W])


slopes_of_lanes = over_lanes(free_slopes, W, W)


@entry_by_address(types.void(ROWS, ROWS, ROWS, ROWS))
def all_slopes(work: Pointer, drive: Pointer, y: Pointer, out: Pointer) -> None:
    """Set ``out`` to the slopes of all lanes at ``y``."""
    slopes_of_lanes(work, drive, y, out)
