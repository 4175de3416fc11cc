"""A right-hand side over many states: the text of a program, compiled once for all membranes."""

from __future__ import annotations

from typing import Any

from numba import njit, types

from loligo.kernel.calling import FAST, call_rhs, pointer_to

_matrix = types.float64[:, ::1]


@njit(
    types.void(types.int64, types.float64, _matrix, types.float64[::1]),
    cache=True,
    error_model="numpy",
    fastmath=FAST,
)
def slopes(rhs: int, stimulus: float, rows: Any, q: Any) -> None:
    """In each row of ``rows`` (2 n numbers), put dy/dt of the first n numbers into the last n."""
    n = rows.shape[1] // 2
    work, constants = pointer_to(rows), pointer_to(q)
    for k in range(rows.shape[0]):
        call_rhs(rhs, stimulus, work, 2 * n * k, constants, 2 * n * k + n)
    rows[0, 0] = work[0]  # the block lives as long as its pointer is used
