"""Nodes and matrices of the voltage clamp: Gauss-Kronrod for linear gates, Radau IIA for everything nonlinear.

Every second Kronrod node is a Gauss node, so one set of rates gives a value and its check.
Kronrod AS (1965) Nodes and Weights of Quadrature Formulas, Consultants Bureau; the Radau method is that of
Hairer & Wanner, Solving Ordinary Differential Equations II, section IV.5, doi:10.1007/978-3-642-05221-7.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

GAUSS, GAUSS_SHORT = np.array([4, 3])  # as numpy integers: Numba compiles a separate version for each Python constant
KRONROD, KRONROD_SHORT = 2 * GAUSS + 1, 2 * GAUSS_SHORT + 1
STAGES: Final = GAUSS + 1


class Nodes(NamedTuple):
    """Nodes in the unit interval, and linear maps from values there to properties of the interpolating polynomial.

    Attributes
    ----------
    weights : array (n,)
        The integral from 0 to 1.
    begin, end : array (n,)
        The values at 0 and at 1, respectively.
    integral : array (n, n)
        Integrals from 0: row k is the contribution of the value at node k to the integral up to each node.
    derivative : array (n, n)
        Derivatives at each node.
    at : array (n,)
        The nodes, increasing.
    """

    weights: NDArray[np.float64]
    begin: NDArray[np.float64]
    end: NDArray[np.float64]
    integral: NDArray[np.float64]
    derivative: NDArray[np.float64]
    at: NDArray[np.float64]


class Stages(NamedTuple):
    """The Radau stages, and maps from values at the Kronrod nodes to the stages.

    Attributes
    ----------
    at : array (s,)
        The stages, the last of which is 1.
    matrix : array (s, s)
        Coefficients A of the method.
    check : array (s + 1,)
        Weights of the slopes at 0 and at the stages in the error estimate, a formula without the last stage.
    value : array (s, n)
        The value at each stage of the polynomial through values at the Kronrod nodes.
    integral : array (s, n)
        The integral of the same polynomial from 0 to each stage.
    """

    at: NDArray[np.float64]
    matrix: NDArray[np.float64]
    check: NDArray[np.float64]
    value: NDArray[np.float64]
    integral: NDArray[np.float64]


@lru_cache(maxsize=1)
def clamp_nodes() -> tuple[Nodes, Nodes, Nodes, Nodes, Stages]:
    """Return the Kronrod and Gauss nodes, those for short steps, and the Radau stages."""
    fine, coarse = _pair(GAUSS)
    radau = 0.5 * (legendre.legroots([0.0] * (STAGES - 1) + [-1.0, 1.0]) + 1.0)
    radau[-1] = 1.0
    with_start = np.append(0.0, radau[:-1])
    embedded = _integrals(np.ones(1), STAGES)[0] @ np.linalg.inv(_values(with_start, STAGES))
    stages = Stages(
        radau,
        _integrals(radau, STAGES) @ np.linalg.inv(_values(radau, STAGES)),
        np.append(embedded, 0.0) - np.append(0.0, _nodes(radau).weights),
        *(function(radau, KRONROD) @ np.linalg.inv(_values(fine.at, KRONROD)) for function in (_values, _integrals)),
    )
    return fine, coarse, *_pair(GAUSS_SHORT), stages


@lru_cache(maxsize=1)
def clamp_table() -> NDArray[np.float64]:
    """Return all numbers of `clamp_nodes` in one array, for compiled code."""
    table = np.concatenate([array.ravel() for group in clamp_nodes() for array in group])
    table.flags.writeable = False
    return table


def _pair(n: int) -> tuple[Nodes, Nodes]:
    gauss = legendre.legroots([0.0] * n + [1.0])
    kronrod = np.sort(np.concatenate([gauss, legendre.legroots(_stieltjes(n))]))
    return _nodes(0.5 * (kronrod + 1.0)), _nodes(0.5 * (gauss + 1.0))


def _stieltjes(n: int) -> NDArray[np.float64]:
    """Return the Legendre series of the polynomial whose roots Kronrod adds to those of P_n."""

    def term(k: int) -> legendre.Legendre:
        return legendre.Legendre([0.0] * k + [1.0])

    lower = range((n + 1) % 2, n + 1, 2)  # the result is odd or even, and orthogonal to P_n times lower powers
    tests = [term(n) * term(k) for k in range(1, n + 1, 2)]
    moments = np.array([[(term(k) * test).integ(lbnd=-1)(1.0) for k in (*lower, n + 1)] for test in tests])
    series = np.zeros(n + 2)
    series[list(lower)] = np.linalg.solve(moments[:, :-1], -moments[:, -1])
    series[-1] = 1.0
    return series


def _nodes(at: NDArray[np.float64]) -> Nodes:
    n = at.size
    inverse = np.linalg.inv(_values(at, n))
    slopes = legendre.legval(2.0 * at - 1.0, legendre.legder(np.eye(n), scl=2.0)).T
    begin, end = _values(np.array([0.0, 1.0]), n) @ inverse
    weights = _integrals(np.ones(1), n)[0] @ inverse
    return Nodes(weights, begin, end, (_integrals(at, n) @ inverse).T, slopes @ inverse, at)


def _values(at: NDArray[np.float64], terms: int) -> NDArray[np.float64]:
    """Return the shifted Legendre polynomials at points, shape (points, terms)."""
    return np.asarray(legendre.legvander(2.0 * at - 1.0, terms - 1), dtype=np.float64)


def _integrals(at: NDArray[np.float64], terms: int) -> NDArray[np.float64]:
    """Return the integrals of the shifted Legendre polynomials from 0 to each point, shape (points, terms)."""
    return np.asarray(legendre.legval(2.0 * at - 1.0, legendre.legint(np.eye(terms), lbnd=-1, scl=0.5)).T)
