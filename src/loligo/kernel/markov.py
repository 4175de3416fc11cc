"""Continuous-time Markov chains as arrays: accurate steady states and propagators, without subtractions.

Row i of a generator contains the rates from state i. The diagonal is not used: the exit rate of a state is the sum of
its row. Only sums, products and quotients of non-negative numbers are computed, so every occupancy has full relative
accuracy, however stiff the chain is.

Grassmann WK, Taksar MI, Heyman DP (1985) Regenerative analysis and steady state distributions for Markov chains.
Oper Res 33:1107-1116, doi:10.1287/opre.33.5.1107. Xue J, Ye Q (2008) Entrywise relative perturbation bounds for
exponentials of essentially non-negative matrices. Numer Math 110:393-403, doi:10.1007/s00211-008-0167-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LONGEST_SERIES_TIME: Final = 0.5  # mean number of transitions for which the exponential is computed as a series
TERMS: Final = 14  # number of terms of this series: the next, 0.5**15/15!, is below rounding


def generators(rates: Array, ways: Sequence[tuple[int, int]], states: int) -> Array:
    """Return generators, shape (rows, states, states), from the rates of transitions, shape (rows, transitions)."""
    found = np.zeros((len(rates), states, states))
    for k, (begin, end) in enumerate(ways):
        found[:, begin, end] = rates[:, k]
    return found


@np.errstate(all="ignore")  # a rate that is not finite gives NaN
def steady_occupancies(generator: Array) -> Array:
    """Return the steady occupancies of each chain.

    States are eliminated one by one, those with the fastest exit first; the chain of the others then jumps over them.

    Parameters
    ----------
    generator : array (rows, states, states)
        [1/ms]

    Returns
    -------
    array (rows, states)
        Non-negative, with sum 1; NaN where a rate is not finite, or if the chain has several absorbing parts.
    """
    rest = np.array(generator, dtype=float)
    rows, states = rest.shape[:2]
    row = np.arange(rows)
    diagonal = np.arange(states)
    rest[:, diagonal, diagonal] = 0.0
    largest = rest.max(axis=(1, 2), initial=0.0)
    rest /= np.where(largest > 0.0, largest, 1.0)[:, None, None]
    left = np.ones((rows, states), dtype=bool)
    order: list[NDArray[np.intp]] = []
    inflows: list[Array] = []
    for _ in range(states - 1):
        leaving = np.where(left, rest.sum(axis=2), -1.0)
        k = leaving.argmax(axis=1)
        inflow = rest[row, :, k] / leaving[row, k][:, None]
        left[row, k] = False
        rest += inflow[:, :, None] * rest[row, k][:, None, :]
        rest[row, k], rest[row, :, k], rest[:, diagonal, diagonal] = 0.0, 0.0, 0.0
        order.append(k)
        inflows.append(inflow)
    occupancies = left.astype(float)
    for k, inflow in zip(reversed(order), reversed(inflows), strict=True):
        occupancies[row, k] = (occupancies * inflow).sum(axis=1)
        occupancies /= occupancies.sum(axis=1, keepdims=True)
    return occupancies


@np.errstate(all="ignore")
def propagators(generator: Array, times: Array) -> Array:
    """Return ``exp(t Q)`` of each chain: occupancies after a time are ``before @ propagator``.

    A series over a short time, in which at most half a transition is expected, is squared repeatedly; each time the
    diagonal is set to 1 minus the rest of its row, so that errors of squaring do not accumulate.

    Parameters
    ----------
    generator : array (rows, states, states)
        [1/ms]
    times : array (rows,)
        [ms]

    Returns
    -------
    array (rows, states, states)
        Non-negative, with rows that sum to 1.
    """
    moves = generator * times[:, None, None]
    states = moves.shape[1]
    diagonal = np.arange(states)
    moves[:, diagonal, diagonal] = 0.0
    leaving = moves.sum(axis=2)
    fastest = leaving.max(axis=1, initial=0.0)
    most = fastest[np.isfinite(fastest)].max(initial=0.0)
    squarings = max(0, int(np.ceil(np.log2(max(most, 1e-300) / LONGEST_SERIES_TIME))))
    moves, leaving, fastest = (part * 0.5**squarings for part in (moves, leaving, fastest))
    moves[:, diagonal, diagonal] = fastest[:, None] - leaving
    found = np.broadcast_to(np.eye(states), moves.shape)
    for term in range(TERMS, 0, -1):
        found = np.eye(states) + moves @ found / term
    found = _stochastic(found * np.exp(-fastest)[:, None, None])
    for _ in range(squarings):
        found = _stochastic(found @ found)
    return found


@np.errstate(all="ignore")
def time_constants(generator: Array) -> Array:
    """Return the time constants of each chain [ms], shape (rows, states - 1), the longest first.

    A time constant is -1 divided by the real part of a nonzero eigenvalue.
    """
    whole = np.array(generator, dtype=float)
    diagonal = np.arange(whole.shape[1])
    whole[:, diagonal, diagonal] = 0.0
    whole[:, diagonal, diagonal] = -whole.sum(axis=2)
    found = np.full((len(whole), whole.shape[1]), np.nan)
    finite = np.isfinite(whole).all(axis=(1, 2))
    found[finite] = np.sort(np.linalg.eigvals(whole[finite]).real, axis=1)
    constants: Array = -1.0 / found[:, -2::-1]
    return constants


def _stochastic(matrix: Array) -> Array:
    """Return matrices with row sums of 1, by adjusting the diagonal or, if that is small, rescaling the row."""
    diagonal = np.arange(matrix.shape[1])
    off = matrix.copy()
    off[:, diagonal, diagonal] = 0.0
    elsewhere = off.sum(axis=2)
    off[:, diagonal, diagonal] = np.where(elsewhere < 0.5, 1.0 - elsewhere, matrix[:, diagonal, diagonal])
    rows: Array = off / off.sum(axis=2, keepdims=True)
    return rows
