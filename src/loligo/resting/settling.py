"""Steady values of further states at held potentials, from several starting points, for all potentials at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.resting.conserved import Sums

    Array = NDArray[np.float64]


class Problem(Protocol):
    """Equations of a steady state: ``g(v, x) = 0`` for states x, over rows of v or of other held variables.

    Attributes
    ----------
    count : int
        Number of states.
    guess : array (states,)
        A guess of each state.
    minimum : array (states,)
        The lower end of each state's domain.
    sums : Sums
        Conserved sums, whose equations replace those of their pivots.
    """

    count: int
    guess: Array
    minimum: Array
    sums: Sums

    def equations(self, v: Array, x: Array) -> Array:
        """Return g, shape (rows, states)."""

    def derivatives(self, v: Array, x: Array) -> Array:
        """Return the derivative of g with respect to x, shape (rows, states, states)."""


NEWTON_STEPS: Final = 30
DAMPINGS: Final = (0.5, 0.2, 0.05)
CONVERGED_STEP: Final = 1e-10  # relative to a state: size of a last Newton step; the error after it is about its square
SAME_STATE: Final = 1e-6  # relative to a state: closer solutions count as one
SAME_STATE_FLOOR: Final = 1e-10  # relative to the largest solution: closer solutions also count as one
EULER_STEPS: Final = 45
SMALL_STEP: Final = 1e-3  # relative to a state: smaller steps show that Newton's method converges
RUNAWAY: Final = 1e15
MOST_RUNS: Final = 5  # largest number of starting points integrated in time if Newton's method converges from none
GUESS_FACTORS: Final = (1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3)  # starting points are the guesses times these factors
STATE_SIZES: Final = (1e-9, 1e-6, 1e-4, 1e-2, 1.0, 100.0, 1e4)  # more starting points: one size for all states
SEED: Final = 7


def settled(problem: Problem, v: Array, starts: Array, *, patient: bool = False) -> Array:
    """Return the steady further states at each v, each from one start; NaN where none was reached.

    Parameters
    ----------
    problem : Problem
    v : array (rows,)
    starts : array (rows, states)
    patient : bool
        Whether to integrate in time if Newton's method fails, which is slow if there is no solution.

    Returns
    -------
    array (rows, states)
        States inside their domain whose derivatives vanish.
    """
    if not problem.count:
        return starts
    with np.errstate(all="ignore"):
        x, arrived = newton(problem, v, starts)
        lost = np.flatnonzero(~arrived) if patient else np.empty(0, np.intp)
        if lost.size:
            nearer = _euler(problem, v[lost], starts[lost])
            x[lost], arrived[lost] = newton(problem, v[lost], nearer)
        x[~(arrived & (x >= problem.minimum).all(axis=1))] = np.nan
    return x


def starts(problem: Problem) -> Array:
    """Return the starting points: the guess, decades above and below it, and decades that do not depend on it."""
    guess = np.where(problem.guess == 0.0, 1.0, problem.guess)
    rows = [problem.guess, *(guess * factor for factor in GUESS_FACTORS)]
    rows += [np.full(problem.count, size) for size in STATE_SIZES]
    if (problem.minimum < 0.0).any():
        rows += [np.where(problem.minimum < 0.0, -row, row) for row in rows[1:]]
    if problem.count > 1:
        mixed = np.random.default_rng(SEED).uniform(-3.0, 3.0, (8 * min(problem.count, 8), problem.count))
        rows += [*(guess * 10.0**mixed)]
    found = np.array(rows)
    return found[(found >= problem.minimum).all(axis=1)]


def solutions_at(problem: Problem, v: Array) -> list[Array]:
    """Return the distinct steady further states for each v, from all starts."""
    tried = starts(problem)
    some = settled(problem, np.repeat(v, len(tried), axis=0), np.tile(tried, (len(v), 1)))
    some = some.reshape(len(v), len(tried), -1)
    lost = np.flatnonzero(np.isnan(some).max(axis=2).min(axis=1))
    if lost.size:
        few = tried[np.linspace(0, len(tried) - 1, MOST_RUNS).astype(int)]
        again = settled(problem, np.repeat(v[lost], len(few), axis=0), np.tile(few, (lost.size, 1)), patient=True)
        some[lost, : len(few)] = again.reshape(lost.size, len(few), -1)
    return [distinct(one) for one in some]


def distinct(solutions: Array, sizes: Array | float = 0.0) -> Array:
    """Return the distinct finite solutions, sorted by the first state, then by the second, ...

    ``sizes`` (states,) are the sizes of the states elsewhere: solutions that differ by rounding near zero count as one.
    """
    solutions = solutions[np.isfinite(solutions).all(axis=1)]
    noise = SAME_STATE_FLOOR * np.maximum(np.abs(solutions).max(axis=0, initial=0.0), sizes)
    found: list[Array] = []
    for one in solutions:
        if not any(
            (np.abs(one - other) <= SAME_STATE * np.maximum(np.abs(one), np.abs(other)) + noise).all()
            for other in found
        ):
            found.append(one)
    return np.array(sorted(found, key=lambda one: one.tolist())).reshape(-1, solutions.shape[1])


def newton(problem: Problem, v: Array, start: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Take damped Newton steps inside the domain; return the states (rows, states) and which rows have converged."""
    x, arrived = start.copy(), np.zeros(len(v), dtype=bool)
    left = problem.equations(v, x)
    going = np.flatnonzero(np.isfinite(left).all(axis=1))
    for _ in range(NEWTON_STEPS):
        if not going.size:
            break
        at, here, now = v[going], x[going], left[going]
        jacobian = problem.derivatives(at, here)
        move = -solved(jacobian, now)
        small = (np.abs(move) <= CONVERGED_STEP * np.abs(here)).all(axis=1)
        weights = 1.0 / _sizes(jacobian, here, move)
        there = _inside(problem, here, here + move)
        after = problem.equations(at, there)
        before = _norm(now * weights)
        worse = ~(_norm(after * weights) < before) & ~small
        for damping in DAMPINGS:
            again = np.flatnonzero(worse)
            if not again.size:
                break
            there[again] = _inside(problem, here[again], here[again] + damping * move[again])
            after[again] = problem.equations(at[again], there[again])
            worse[again] = ~(_norm(after[again] * weights[again]) < before[again])
        good = np.isfinite(after).all(axis=1) & np.isfinite(move).all(axis=1) & ~worse
        exact = (now == 0.0).all(axis=1) & np.isfinite(move).all(axis=1)
        there[~good], after[~good] = here[~good], now[~good]
        x[going], left[going] = there, after
        arrived[going] = (good & small) | exact
        going = going[good & ~small & ~exact]
    return x, arrived


def _euler(problem: Problem, v: Array, start: Array) -> Array:
    """Integrate the states in time by growing implicit Euler steps, until they settle."""
    x: Array = np.maximum(start, problem.minimum)
    left = problem.equations(v, x)
    bad = ~np.isfinite(left).all(axis=1)
    x[bad], left[bad] = np.nan, np.nan
    size = np.maximum(np.abs(x), 1e-12)
    step = (0.3 * size / np.maximum(np.abs(left), 1e-300)).min(axis=1)
    free = np.ones(problem.count)
    free[problem.sums.pivots] = 0.0
    going = np.flatnonzero(~bad)
    for turn in range(EULER_STEPS):
        if not going.size:
            break
        at, here, now = v[going], x[going], left[going]
        jacobian = problem.derivatives(at, here)
        move = solved(-jacobian + free * np.eye(problem.count) / step[going, None, None], now)
        there = _inside(problem, here, here + move)
        after = problem.equations(at, there)
        good: NDArray[np.bool_] = np.isfinite(after).min(axis=1)
        good &= (np.abs(there - here) <= 3.0 * np.maximum(np.abs(here), size[going])).min(axis=1)
        x[going[good]], left[going[good]] = there[good], after[good]
        size[going] = np.where(good[:, None], np.maximum(np.abs(x[going]), 1e-12), 3.0 * size[going])
        step[going] *= np.where(good, 4.0, 0.2)
        near: NDArray[np.bool_] = (np.abs(move) <= SMALL_STEP * np.abs(here)).min(axis=1)
        away: NDArray[np.bool_] = (np.abs(there) > RUNAWAY).max(axis=1)
        going = going[~(good & near & (turn > 8)) & ~away]
    return x


def solved(matrices: Array, right: Array) -> Array:
    """Solve linear systems row by row; NaN where a matrix is singular or not finite."""
    size = np.maximum(np.abs(matrices).max(axis=2), 1e-300)
    scaled, right = matrices / size[:, :, None], right / size
    columns = np.maximum(np.abs(scaled).max(axis=1), 1e-300)
    scaled = scaled / columns[:, None, :]
    sound = np.isfinite(scaled).all(axis=(1, 2)) & np.isfinite(right).all(axis=1)
    scaled[~sound] = np.eye(matrices.shape[1])
    sound &= np.abs(np.linalg.det(scaled)) > 1e-280
    scaled[~sound] = np.eye(matrices.shape[1])
    found: Array = np.linalg.solve(scaled, right[:, :, None])[:, :, 0] / columns
    found[~sound] = np.nan
    return found


def _inside(problem: Problem, here: Array, there: Array) -> Array:
    """Shorten steps that would pass the minimum of a state to nine tenths of the way to it."""
    inside: Array = np.where(there < problem.minimum, problem.minimum + 0.1 * (here - problem.minimum), there)
    return inside


def _sizes(jacobian: Array, x: Array, move: Array) -> Array:
    """Return the size of the terms of each equation, from the Jacobian."""
    reach: Array = np.abs(x) + np.abs(np.where(np.isfinite(move), move, 0.0))
    sizes: Array = np.maximum((np.abs(jacobian) @ reach[:, :, None])[:, :, 0], 1e-300)
    return sizes


def _norm(rows: Array) -> Array:
    largest: Array = np.abs(rows).max(axis=1)
    return largest
