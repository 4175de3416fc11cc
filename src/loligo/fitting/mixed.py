"""A sum of squares over data of several kinds: currents under voltage clamp, traces of v, features and spike times.

The residuals of each are divided by its noise, and the sums are added. Only traces of v have states of their own, so
currents and features are sums of squares of the parameters alone, which multiple shooting takes along.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.fitting.descent import NEAR_DAMPING, Minimum, Quadratic, descended
from loligo.fitting.problem import CURRENT, FEATURES, Start, V
from loligo.fitting.search import CTRL_C, TIME_LIMIT, evaluator
from loligo.fitting.uncertainty import told
from loligo.kernel.stops import current_stop, finishing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.bounds import Box
    from loligo.fitting.feature_comparison import Compared as ComparedFeatures
    from loligo.fitting.feature_targets import Experiment
    from loligo.fitting.noise_levels import Levels
    from loligo.fitting.problem import Compared, Problem
    from loligo.fitting.shooting import ShootingProblem

    Vector = NDArray[np.float64]

MISSED: Final = 100.0  # standard deviations that a target counts for if the membrane has no such feature or spike
ROUNDS: Final = 5  # largest number of estimates of the noise from residuals
SAME: Final = 0.01  # relative change in the noise below which these estimates end


@dataclass(frozen=True, eq=False)
class Reached:
    """The means of the targets under one stimulus, in the order of its names; none is left out."""

    measured: Vector

    @property
    def kept(self) -> NDArray[np.intp]:
        """The indices of the targets."""
        return np.arange(self.measured.size)


@dataclass(frozen=True, eq=False)
class Grids:
    """The compared data of all sweeps."""

    grids: Sequence[Compared]


@dataclass(frozen=True, eq=False)
class Mixed:
    """A sum of squares over data of several kinds; see `loligo.fitting.problem.SumOfSquares`.

    Attributes
    ----------
    box : Box
    priors : sequence of (int, float, float)
    levels : Levels
        Noise and weight of each sweep.
    currents : Problem or None
        The sweeps under voltage clamp; with the priors unless there are traces.
    traces : ShootingProblem or None
        The sweeps under current clamp, with the priors; this problem also adds the sum of squares of ``currents``.
    features : Compared or None
        Targets; their standard deviations are divided by the square root of their weights.
    experiments : tuple of Experiment
        Targets as they were given.
    """

    box: Box
    priors: Sequence[tuple[int, float, float]]
    levels: Levels
    currents: Problem | None
    traces: ShootingProblem | None
    features: ComparedFeatures | None
    experiments: tuple[Experiment, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each sweep has measured."""
        return self.levels.kinds

    @property
    def estimated(self) -> tuple[str, ...]:
        """The kinds of data whose noise is estimated from residuals."""
        return self.levels.estimated

    @cached_property
    def clamped(self) -> Grids:
        """The compared data, in the order of the sweeps; of features the means of the targets."""
        return Grids(
            self._in_order(
                self.currents.clamped.grids if self.currents else (),
                self.traces.clamped.grids if self.traces else (),
                [Reached(one.targets.means) for one in self.experiments],
            )
        )

    @cached_property
    def noise(self) -> list[Any]:
        """What residuals are divided by: of sweeps a number, of targets one for each."""
        divisors = self.levels.divisors
        levels = [divisors[self.levels.places(kind)].tolist() for kind in (CURRENT, V)]
        return self._in_order(*levels, [one.targets.deviations for one in self._compared])

    @property
    def targeted(self) -> list[tuple[int, Experiment]]:
        """The targets as they were given, with their places among the sweeps."""
        return list(zip(self.levels.places(FEATURES), self.experiments, strict=True))

    @property
    def _compared(self) -> Sequence[Experiment]:
        return self.features.experiments if self.features else ()

    def _in_order(self, *parts: Sequence[Any]) -> list[Any]:
        """Return what belongs to currents, to traces and to features in the order of the sweeps."""
        found: list[Any] = [None] * len(self.kinds)
        for kind, part in zip((CURRENT, V, FEATURES), parts, strict=True):
            for k, one in zip(self.levels.places(kind), part, strict=True):
                found[k] = one
        return found

    @cached_property
    def samples(self) -> int:
        """Number of compared samples, features and spikes."""
        return sum(grid.measured.size for grid in self.clamped.grids)

    @cached_property
    def nothing(self) -> float:
        """The sum of squares of a membrane without currents, constant traces and no features."""
        own = [part.nothing for part in (self.currents, self.traces) if part is not None]
        return sum(own) + self._missed

    @property
    def _missed(self) -> float:
        return MISSED**2 * sum(one.targets.count for one in self._compared)

    def explained(self, point: Vector, cost: float) -> float:
        """Return the decrease of a sum of squares at a point relative to a model that explains nothing."""
        values = self.box.values(point[: len(self.box.names)])
        return self.nothing - cost + float(sum(((values[k] - mean) / width) ** 2 for k, mean, width in self.priors))

    def regressed(self) -> Vector:
        """Return the parameters of a regression of dv/dt on currents."""
        if self.traces is None:
            raise RuntimeError("there is no trace of v")
        return self.traces.regressed()

    def quadratic(self, point: Vector) -> Quadratic | None:
        """Return the quadratic model around parameters, or parameters and first states."""
        current_stop().check()
        host = self.traces or self.currents
        return self._with_features(None if host is None else host.quadratic(point), point)

    def unstopped(self, point: Vector) -> Quadratic | None:
        """Return the same even after the search has been stopped."""
        with finishing():
            host = self.traces or self.currents
            return self._with_features(None if host is None else host.unstopped(point), point)

    def _with_features(self, own: Quadratic | None, point: Vector) -> Quadratic | None:
        if own is None or self.features is None:
            return own
        n = len(self.box.names)
        there = self.features.quadratic(point[:n])
        if there is None:
            return replace(own, cost=own.cost + self._missed)
        gradient, curvature = own.gradient.copy(), own.curvature.copy()
        gradient[:n] += there.gradient
        curvature[:n, :n] += there.curvature
        return Quadratic(own.cost + there.cost, gradient, curvature)

    @property
    def coarse(self) -> Mixed:
        """The problem for the coarse descent: this one."""
        return self

    def begun(self, point: Vector) -> Start | None:
        """Return a start from a point: with the conductances of the currents, then with the states of the traces."""
        responds, evaluations = True, 0
        for part in (self.currents, self.traces):
            if part is None:
                continue
            start = part.begun(point)
            if start is None:
                return None
            point, responds, evaluations = start.point, responds and start.responds, evaluations + start.evaluations
        here = self.unstopped(point)
        return None if here is None else Start(point, here, responds, evaluations)

    def at(self, point: Vector) -> Mixed:
        """Return the problem of the parameters alone; first states are sought near those of a point."""
        return self if self.traces is None else replace(self, traces=self.traces.at(point))

    def residuals(self, values: Vector, point: Vector | None = None) -> list[tuple[Vector, Vector]]:
        """Return model minus measured and its derivatives, by sweep, each in its unit.

        They are NaN for features that the membrane does not have.
        """
        own = self.box.point(values)
        reached = []
        for one in self._compared:
            found = None if self.features is None else self.features.deviations(one, own)
            count = one.targets.count
            away, slopes = found or (np.full(count, np.nan), np.full((count, own.size), np.nan))
            width = one.targets.deviations
            reached.append((away * width, slopes * width[:, np.newaxis] / self.box.slopes(values)))
        return self._in_order(
            self.currents.residuals(values) if self.currents else (),
            self.traces.residuals(values, point) if self.traces else (),
            reached,
        )

    def weighted(self, point: Vector) -> list[tuple[Vector, Vector]]:
        """Return residuals and derivatives over the noise, by sweep."""
        parts = self.residuals(self.box.values(point[: len(self.box.names)]), point)
        return [(own / one, (slopes.T / one).T) for (own, slopes), one in zip(parts, self.noise, strict=True)]

    def misfit(self, point: Vector) -> float:
        """Return the root mean square of the residuals over their noise, with weights, at a point."""
        return math.sqrt(sum(float(own @ own) for own, _ in self.weighted(point)) / self.samples)

    def noise_factors(self, point: Vector) -> dict[str, float]:
        """Return by what the residuals at a point exceed the noise of each kind whose noise is estimated.

        Each kind has as many degrees of freedom as it has samples, less the parameters that it determines.
        """
        parts, n = self.weighted(point), len(self.box.names)
        slopes = self.box.slopes(self.box.values(point[:n]))
        curvatures = [(jacobian * slopes).T @ (jacobian * slopes) for _, jacobian in parts]
        total = sum(curvatures, np.zeros((n, n)))
        for k, _, deviation in self.priors:
            total[k, k] += (slopes[k] / deviation) ** 2
        covariance, found = told(total)[0], {}
        for kind in self.estimated:
            own = [k for k in self.levels.places(kind) if self.levels.free[k]]
            squares = sum(float(parts[k][0] @ parts[k][0]) / self.levels.weights[k] for k in own)
            taken = sum(float(np.trace(covariance @ curvatures[k])) for k in own)
            degrees = max(sum(parts[k][0].size for k in own) - taken, 1.0)
            found[kind] = math.sqrt(squares / degrees) or 1.0
        return found

    def rescaled(self, factors: Mapping[str, float]) -> Mixed:
        """Return the problem with the estimated noise of each kind multiplied."""
        levels = self.levels.scaled(factors)
        currents, traces = self.currents, self.traces
        if currents is not None:
            currents = replace(currents, noise=levels.divisors[levels.places(CURRENT)])
        if traces is not None:
            beside = None if currents is None else currents.unstopped
            traces = replace(traces, noise=levels.divisors[levels.places(V)], beside=beside)
        return replace(self, levels=levels, currents=currents, traces=traces)


def calibrated(problem: Mixed, minimum: Minimum, most: int) -> tuple[Mixed, Minimum, str]:
    """Return the problem and its minimum with the noise of each kind that was not given estimated from residuals.

    The noise and the minimum are found in turns, until the noise of no kind changes by more than 1 %. The third value
    says what ended this early, "" if nothing did.
    """
    try:
        for _ in range(ROUNDS if problem.estimated else 0):
            with finishing():
                factors = problem.noise_factors(minimum.point)
            scaled = problem.rescaled(factors)
            here = scaled.unstopped(minimum.point)
            if here is None:
                raise RuntimeError("the best point is not finite")
            found = descended(evaluator(scaled), minimum.point, here, most, damping=NEAR_DAMPING)
            problem, minimum = scaled, replace(found, evaluations=minimum.evaluations + found.evaluations)
            if current_stop().asked:
                return problem, minimum, TIME_LIMIT
            if all(abs(one - 1.0) <= SAME for one in factors.values()):
                break
    except KeyboardInterrupt:
        return problem, replace(minimum, converged=False), CTRL_C
    return problem, minimum, ""
