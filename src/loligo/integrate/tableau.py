"""The coefficients of a one-step method, checked against the order conditions when the tableau is created.

A method is of order p if a weighted sum of its stages is ``1/density`` for every rooted tree with at most p nodes
(Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed. 1993, theorem II.2.13; for Rosenbrock
methods volume II, theorem IV.7.2). There are 200 such trees up to order 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ROUNDING = 1e-12  # largest residual of an order condition, relative to 1 plus the summed sizes of its terms
PLACES = (0.2, 0.5, 0.9)  # fractions of a step at which the order of its dense output is checked


class Tree(NamedTuple):
    """A rooted tree: the indices in `trees` of the subtrees at its root, its number of nodes, and its density."""

    branches: tuple[int, ...]
    nodes: int
    density: int


@cache
def trees(most: int) -> tuple[Tree, ...]:
    """Return all rooted trees with at most ``most`` nodes; each comes after its subtrees.

    >>> [len(trees(most)) for most in range(1, 9)]
    [1, 2, 4, 8, 17, 37, 85, 200]
    """
    found: list[Tree] = []
    ends: list[int] = []  # how many trees have at most k nodes

    def forests(nodes: int, last: int) -> Iterator[tuple[int, ...]]:
        """Yield groups of trees with this number of nodes in total, and no index above ``last``."""
        if nodes == 0:
            yield ()
        for k in range(min(last + 1, ends[nodes]) - 1, -1, -1):
            yield from ((k, *others) for others in forests(nodes - found[k].nodes, k))

    for nodes in range(1, most + 1):
        ends.append(len(found))
        own = list(forests(nodes - 1, len(found)))
        found += [Tree(branches, nodes, nodes * prod(found[k].density for k in branches)) for branches in own]
    return tuple(found)


class Estimate(NamedTuple):
    """An error estimate: a weighted sum of slopes in which all terms up to an order vanish."""

    weights: Array
    order: int


@dataclass(frozen=True, eq=False)
class Tableau:
    """A method's coefficients: a step from y leads to ``y + h sum_i weights[i] k_i``.

    The slopes are ``k_i = f(y + h sum_j stages[i, j] k_j)``. For Rosenbrock methods, and equations that are not
    autonomous, see `loligo.integrate.rosenbrock`.

    Attributes
    ----------
    order : int
        Order of the step.
    stages : array (s, s)
    weights : array (s,)
    times : array (s,)
        The time of each stage within the step, from 0 to 1.
    estimates : tuple of Estimate
        Error estimates by which a step is accepted or rejected.
    dense : callable
        Function from a place in the step (0 to 1) to the weights of the state there.
    dense_order : int
    implicit : array (s, s), optional
        For a Rosenbrock method: in each slope, the weights of the Jacobian times each slope; gamma on the diagonal.

    Raises
    ------
    ValueError
        A condition is not met, or an order is above that of the step; the message names the estimate and its claimed
        order.
    """

    order: int
    stages: Array
    weights: Array
    times: Array
    estimates: tuple[Estimate, ...]
    dense: Callable[[float], Array]
    dense_order: int
    implicit: Array | None = None

    def __post_init__(self) -> None:
        missed = np.abs(self.stages.sum(axis=1) - self.times)
        if not (missed <= ROUNDING * (1.0 + np.abs(self.stages).sum(axis=1))).all():
            raise ValueError("The times of the stages are not the sums of their weights.")
        for what, order in (("the dense output", self.dense_order), *self._estimated()):
            if order > self.order:
                raise ValueError(
                    f"{what} cannot be of order {order}, above the order {self.order} of the step: "
                    f"give at most {self.order}."
                )
        values = self._values()
        _check("the step", self.order, self.weights, 1.0, values)
        for (what, order), (weights, _) in zip(self._estimated(), self.estimates, strict=True):
            _check(what, order, weights, 0.0, values)
        for place in PLACES:
            _check(f"the dense output at {place:g}", self.dense_order, self.dense(place), place, values)

    def _estimated(self) -> Iterator[tuple[str, int]]:
        """Yield name and order of each error estimate."""
        for k, (_, order) in enumerate(self.estimates):
            yield f"error estimate {k}", order

    def _values(self) -> Array:
        """Return the value of each tree at every stage, shape (trees, s)."""
        together = self.stages if self.implicit is None else self.stages + self.implicit
        values: list[Array] = []
        highest = max(self.order, self.dense_order, *(estimate.order for estimate in self.estimates), 1)
        for tree in trees(highest):
            own = together if len(tree.branches) == 1 else self.stages  # a Jacobian enters if a node has one branch
            value = np.ones(len(self.stages))
            for k in tree.branches:
                value = value * (own @ values[k])
            values.append(value)
        return np.array(values)


def _check(what: str, order: int, weights: Array, place: float, values: Array) -> None:
    """Check that weights of the stages give the state at a place in the step to an order."""
    known = trees(order)
    nodes, densities = (np.array([tree[k] for tree in known], float) for k in (1, 2))
    terms = values[: len(known)] * weights
    missed = np.abs(terms.sum(axis=1) - place**nodes / densities)
    wrong = np.flatnonzero(~(missed <= ROUNDING * (1.0 + np.abs(terms).sum(axis=1))))
    if wrong.size:
        k = wrong[0]
        raise ValueError(
            f"{what} is not of order {order}: a condition of order {nodes[k]:g} misses by {missed[k]:.3g}."
        )
