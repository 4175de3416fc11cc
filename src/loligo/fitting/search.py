"""Descents from many starts, on several threads; a time limit and Ctrl-C leave the best result so far."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import FitError, TimeLimitError
from loligo.fitting.descent import NEAR, NEAR_DAMPING, Minimum, descended
from loligo.fitting.runs import SOBOL
from loligo.kernel.stops import Stopped, current_stop

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.descent import Quadratic
    from loligo.fitting.problem import Start, SumOfSquares

    Vector = NDArray[np.float64]

DRAWS: Final = 300  # largest number of points drawn for one start until one responds
TRIES: Final = 3  # largest number of descents (tries) of one start, of which the lowest counts
MOST_OF_A_TRY: Final = 80  # largest number of evaluations of a try
# relative to the sum of squares of the noise: a start with a lower minimum needs no further try
NOISE_ALONE: Final = 1.2
LOOKED_AFTER: Final = 0.1  # interval between checks for a stop [s]
EVALUATIONS: Final = "the limit of evaluations"
TIME_LIMIT, CTRL_C = "the time limit", "Ctrl-C"
GIVEN: Final = "given"
REGRESSION: Final = "regression"


@dataclass(frozen=True, eq=False)
class Descent:
    """The descent of one start: its minimum, its cost, and where it came from."""

    minimum: Minimum
    seconds: float
    redrawn: int
    origin: str


def searched(
    problem: SumOfSquares,
    starts: int | Vector,
    seed: int,
    evaluations: int,
    report: Callable[[str, float], object],
    threads: int | None = None,
    first: Callable[[], Vector] | None = None,
) -> tuple[list[Descent], str]:
    """Minimise from every start; return the results in order, and what ended the search early ("" if nothing did).

    ``first`` returns a further start, unless starts are given.

    Raises
    ------
    FitError
        No starting point within the bounds gives a current or v that resembles the measured one.
    """
    problem.coarse  # noqa: B018 - made once, before threads share it
    chosen = not isinstance(starts, int)
    points = sobol(len(problem.box.names), starts, seed) if isinstance(starts, int) else starts
    begins = [(GIVEN if chosen else SOBOL, point.copy) for point in points]
    if first is not None and not chosen:
        begins.insert(0, (REGRESSION, first))
    stop = current_stop().part()
    found: dict[int, Descent] = {}
    ended = ""
    with ThreadPoolExecutor(threads or os.cpu_count() or 1, initializer=stop.adopt) as pool:
        waiting: dict[Future[Descent | None], int] = {
            pool.submit(_descent, problem, begin, [seed, k], evaluations, origin): k
            for k, (origin, begin) in enumerate(begins)
        }
        total = len(waiting)
        try:
            while waiting:
                done, _ = wait(waiting, timeout=LOOKED_AFTER, return_when=FIRST_COMPLETED)
                for future in done:
                    k, one = waiting.pop(future), future.result()
                    if one is not None:
                        found[k] = one
                    report("fit", (total - len(waiting)) / total)
                stop.check()
        except (KeyboardInterrupt, TimeLimitError, Stopped) as error:
            ended = CTRL_C if isinstance(error, KeyboardInterrupt) else TIME_LIMIT
            stop.ask()
            for future, k in waiting.items():
                future.cancel()
                if not future.cancelled() and (one := _kept(future)) is not None:
                    found[k] = one
            if not found:
                raise
        except BaseException:
            stop.ask()
            raise
    best = [problem.explained(one.minimum.point, one.minimum.quadratic.cost) for one in found.values()]
    early = ended or (TIME_LIMIT if stop.asked else "")
    if max(best, default=0.0) <= 0.0 and not early:
        tried = sum(DRAWS + 1 if origin == SOBOL else 1 for origin, _ in begins)
        which = (
            f"None of {tried} starting points within the bounds" if tried > 1 else "The only starting point does not"
        )
        raise FitError(
            f"{which} {'gives' if tried > 1 else 'give'} a current, or a v, that resembles the measured one. Runs may "
            "overflow: check units and signs, and widen the bounds of conductances."
        )
    return [found[k] for k in sorted(found)], early


def _kept(future: Future[Descent | None]) -> Descent | None:
    try:
        return future.result()
    except (Stopped, TimeLimitError):
        return None


def _descent(
    problem: SumOfSquares, begin: Callable[[], Vector], stream: list[int], evaluations: int, origin: str
) -> Descent | None:
    """Minimise from one start and, if it is a point of the Sobol sequence, from some others; return the lowest minimum.

    The descent first uses some of the samples, then all. After the search has been stopped, only the first start
    begins.
    """
    if stream[1]:
        current_stop().check()
    begun, draws, chosen = time.perf_counter(), np.random.default_rng(stream), origin != SOBOL
    coarse, redrawn, spent, beside = problem.coarse, 0, 0, 0
    best: Minimum | None = None
    minimum: Minimum | None
    try:
        point = begin()
        for k in range(1 if chosen else TRIES):
            start, own, took = _responding(coarse, point if not k else draws.random(point.size), draws, chosen)
            redrawn += own
            beside += took
            if start is None:
                break
            most = max(1, min(MOST_OF_A_TRY, evaluations - spent))
            found = descended(evaluator(coarse), start.point, start.quadratic, most, NEAR)
            spent += found.evaluations
            if best is None or found.quadratic.cost < best.quadratic.cost:
                best = found
            if best.quadratic.cost < NOISE_ALONE * coarse.samples or not start.responds:
                break
        minimum = None if best is None else _ended(problem, best, max(1, evaluations - spent))
    except (Stopped, TimeLimitError):
        if best is None or (here := problem.unstopped(best.point)) is None:
            raise
        minimum = Minimum(best.point, here, 1, converged=False)
    if minimum is None:
        return None
    return Descent(
        replace(minimum, evaluations=minimum.evaluations + spent + beside), time.perf_counter() - begun, redrawn, origin
    )


def _ended(problem: SumOfSquares, near: Minimum, most: int) -> Minimum | None:
    """Minimise with all samples, from a point near the minimum."""
    if problem.coarse is problem:
        return descended(evaluator(problem), near.point, near.quadratic, most, damping=NEAR_DAMPING)
    start = problem.begun(near.point)
    if start is None:
        return None
    return descended(evaluator(problem), start.point, start.quadratic, most, damping=NEAR_DAMPING)


def evaluator(problem: SumOfSquares) -> Callable[[Vector], Quadratic | None]:
    """Return the sum of squares for a descent that ends when the search is stopped."""

    def evaluate(place: Vector) -> Quadratic | None:
        try:
            return problem.quadratic(place)
        except (Stopped, TimeLimitError):
            raise StopIteration from None

    return evaluate


def _responding(
    problem: SumOfSquares, point: Vector, draws: np.random.Generator, chosen: bool
) -> tuple[Start | None, int, int]:
    """Return a start from a point, or from another if it does not respond, and the numbers of draws and evaluations.

    If none responds, the lowest counts.
    """
    start, redrawn = problem.begun(point), 0
    took = start.evaluations if start is not None else 0
    while not (chosen or redrawn >= DRAWS or current_stop().asked or (start is not None and start.responds)):
        redrawn += 1
        other = problem.begun(draws.random(point.size))
        took += other.evaluations if other is not None else 0
        if other is not None and (start is None or other.responds or other.quadratic.cost < start.quadratic.cost):
            start = other
    return start, redrawn, took


def sobol(dimension: int, count: int, seed: int) -> Vector:
    """Return points that fill the unit box evenly, shape (count, dimension): a scrambled Sobol sequence."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng(seed), bits=32)
    return np.asarray(sequence.random(1 << (max(count, 2) - 1).bit_length())[:count])
