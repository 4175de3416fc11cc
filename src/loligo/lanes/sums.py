"""Weighted sums of vectors, and the scale of errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loligo.lanes.memory import Rows
from loligo.lanes.rows import NEW, RELATIVE, SCALE, W, Y
from loligo.lanes.vectors import Vector, greatest

Term = Callable[[int], Any]


def combined(weights: Any, term: Term) -> Any:
    """Return the sum of weights times terms; terms of weight 0 are left out."""
    total: Any = None
    for j, weight in enumerate(map(float, weights)):
        if weight != 0.0:
            total = weight * term(j) if total is None else total + weight * term(j)
    return total


def in_halves(weights: Any, term: Term) -> Any:
    """Return the same sum, computed as two halves so that two chains of additions run in parallel."""
    used = [j for j, weight in enumerate(weights) if weight != 0.0]
    if len(used) < 4:
        return combined(weights, term)
    first = used[len(used) // 2]
    late = [float(weight) if j >= first else 0.0 for j, weight in enumerate(weights)]
    return combined(weights[:first], term) + combined(late, term)


def scale_of(i: int, work: Rows) -> Vector:
    """Return the inverse of the scale of errors of variable ``i``."""
    if i not in RELATIVE:
        return work[SCALE + i * W]
    size = greatest(abs(work[Y + i * W]), abs(work[NEW + i * W]))
    return work[SCALE + i * W] / (size * work[SCALE + i * W] * RELATIVE[i] + 1.0)
