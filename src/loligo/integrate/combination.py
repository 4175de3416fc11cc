"""Sums of rows of a program's memory, weighted by a row of a method's table."""

from __future__ import annotations

from numpy import float64
from numpy.typing import NDArray

from loligo.integrate.dimension import N
from loligo.kernel.calling import Pointer, block, shifted
from loligo.kernel.entries import inlined
from loligo.kernel.rowwise import add_rows

_add, _add_one_by_one = add_rows(N), add_rows(N, 1)


@inlined
def weighted(
    table: NDArray[float64], row: int, work: Pointer, first: int, begin: int, count: int, h: float, y: int, out: int
) -> None:
    """Set row ``out`` to row ``y`` plus h times ``count`` rows from ``first`` on, weighted by a row of the table.

    The weights between the first and number ``begin`` are 0, and are skipped.
    """
    weights = shifted(block(table), row * table.shape[1])
    _add(weights, begin, count, shifted(work, first), h, shifted(work, y), shifted(work, out))


@inlined
def weighted_one_by_one(
    table: NDArray[float64], row: int, work: Pointer, first: int, begin: int, count: int, h: float, y: int, out: int
) -> None:
    """Do the same without vector instructions, for rows that have just been written one number at a time."""
    weights = shifted(block(table), row * table.shape[1])
    _add_one_by_one(weights, begin, count, shifted(work, first), h, shifted(work, y), shifted(work, out))
