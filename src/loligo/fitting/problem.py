"""The objective of a fit: the squared residuals of all sweeps, each divided by its noise, and of priors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import numpy as np

from loligo.fitting.clamped import normal
from loligo.fitting.descent import Quadratic, bounded_step
from loligo.kernel.stops import current_stop, finishing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.bounds import Box

    Vector = NDArray[np.float64]

RESPONDS: Final = 0.01  # fraction of the sum of squares of the currents, without noise, that a start must explain
ENOUGH: Final = 2000  # number of samples that suffice for the coarse descent
STANDS_OUT: Final = 2.0  # sum of squares, relative to that of the noise, from which fewer samples show the currents
CHANCE: Final = 4.0  # squares of the noise that a start must explain in addition, since chance may explain some
CURRENT, V, FEATURES = "current", "v", "features"  # kinds of data
FIRM: Final = 1e-12  # relative damping of the step to the best conductances


class Start(NamedTuple):
    """The start of a descent, whether its currents resemble the measured ones, and the evaluations it took."""

    point: Vector
    quadratic: Quadratic
    responds: bool
    evaluations: int = 0


class Compared(Protocol):
    """The measured values of one sweep at the compared samples, and the indices of these samples."""

    @property
    def measured(self) -> Vector:
        """The measured values."""
        ...

    @property
    def kept(self) -> NDArray[np.intp]:
        """The indices of the compared samples of the sweep."""
        ...


class Clamped(Protocol):
    """A membrane under the protocols of sweeps."""

    @property
    def grids(self) -> Sequence[Compared]:
        """The compared data, sweep by sweep."""
        ...


class CurrentFunction(Protocol):
    """Currents under voltage clamp, with derivatives, as functions of the varied values."""

    linear: list[str]

    @property
    def grids(self) -> Sequence[Compared]:
        """The compared data, sweep by sweep."""
        ...

    def thinned(self, every: int) -> CurrentFunction:
        """Return the same object with fewer samples."""
        ...

    def __call__(self, values: Vector) -> list[tuple[Vector, Vector]]:
        """Return current and derivatives at the kept samples, by sweep."""
        ...


class SumOfSquares(Protocol):
    """The interface of problems of both clamps for searches, profiles and fits; see `Problem`."""

    @property
    def box(self) -> Box:
        """The bounds."""
        ...

    @property
    def noise(self) -> Sequence[Any] | Vector:
        """The noise of each sweep, a number; of features, one for each."""
        ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each sweep has measured: "current", "v" or "features"."""
        ...

    @property
    def estimated(self) -> tuple[str, ...]:
        """Kinds of data whose noise was estimated from residuals, so that these agree with it."""
        ...

    @property
    def priors(self) -> Sequence[tuple[int, float, float]]:
        """The priors."""
        ...

    @property
    def clamped(self) -> Clamped:
        """The membrane under its clamp."""
        ...

    @property
    def samples(self) -> int:
        """Number of compared samples."""
        ...

    @property
    def nothing(self) -> float:
        """The sum of squares of a model that explains nothing."""
        ...

    def residuals(self, values: Vector) -> list[tuple[Vector, Vector]]:
        """Return model minus measured and its derivatives, by sweep."""
        ...

    def quadratic(self, point: Vector) -> Quadratic | None:
        """Return the quadratic model around a point."""
        ...

    def explained(self, point: Vector, cost: float) -> float:
        """Return the decrease of a sum of squares relative to a model that explains nothing."""
        ...

    def misfit(self, point: Vector) -> float:
        """Return the root mean square of the residuals."""
        ...

    def at(self, point: Vector) -> SumOfSquares:
        """Return the problem in the form that a fit stores."""
        ...

    @property
    def coarse(self) -> SumOfSquares:
        """The same problem with fewer samples, for the coarse descent; or itself."""
        ...

    def unstopped(self, point: Vector) -> Quadratic | None:
        """Return the quadratic model at a point after the search has been stopped."""
        ...

    def begun(self, point: Vector) -> Start | None:
        """Return a start from a point of the box."""
        ...


@dataclass(frozen=True, eq=False)
class Problem:
    """A sum of squares over a box.

    Attributes
    ----------
    clamped : CurrentFunction
    box : Box
    noise : array (sweeps,)
        Standard deviation by which residuals are divided [unit of the current].
    priors : sequence of (int, float, float)
        Index of the parameter, mean and standard deviation of each prior.
    """

    clamped: CurrentFunction
    box: Box
    noise: Vector
    priors: Sequence[tuple[int, float, float]] = ()

    @property
    def samples(self) -> int:
        """Number of compared samples."""
        return sum(grid.measured.size for grid in self.clamped.grids)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each sweep has measured."""
        return (CURRENT,) * len(self.noise)

    @property
    def estimated(self) -> tuple[str, ...]:
        """Kinds of data whose noise was estimated from residuals: none, errors are scaled instead."""
        return ()

    def residuals(self, values: Vector) -> list[tuple[Vector, Vector]]:
        """Return, for each sweep, model minus measured and its derivatives with respect to the parameters.

        In the unit of the current.
        """
        grids = self.clamped.grids
        with np.errstate(invalid="ignore", over="ignore"):
            return [(i - grid.measured, slopes) for grid, (i, slopes) in zip(grids, self.clamped(values), strict=True)]

    def quadratic(self, point: Vector) -> Quadratic | None:
        """Return the quadratic model around a point of the box, or None if it is not finite."""
        current_stop().check()
        return self.unstopped(point)

    def unstopped(self, point: Vector) -> Quadratic | None:
        """Return the quadratic model around a point even after the search has been stopped."""
        values = self.box.values(point)
        slopes = self.box.slopes(values)
        n = values.size
        cost, gradient, curvature = 0.0, np.zeros(n), np.zeros((n, n))
        for (misfit, jacobian), noise in zip(self.residuals(values), self.noise.tolist(), strict=True):
            cost += normal(misfit, jacobian, noise, gradient, curvature)
        with np.errstate(invalid="ignore", over="ignore"):
            gradient, curvature = gradient * slopes, curvature * np.outer(slopes, slopes)
            for k, mean, deviation in self.priors:
                away, slope = (values[k] - mean) / deviation, slopes[k] / deviation
                cost += float(away * away)
                gradient[k] += slope * away
                curvature[k, k] += slope * slope
        return Quadratic(cost, gradient, curvature) if np.isfinite(cost) and np.isfinite(curvature).all() else None

    @cached_property
    def coarse(self) -> Problem:
        """The same problem with some thousand samples, if there are many more and the current exceeds the noise."""
        every = self.samples // ENOUGH
        if every < 2 or self.nothing < STANDS_OUT * self.samples:
            return self
        return Problem(self.clamped.thinned(every), self.box, self.noise, self.priors)

    @cached_property
    def nothing(self) -> float:
        """The sum of squares of a membrane without currents."""
        grids = zip(self.clamped.grids, self.noise.tolist(), strict=True)
        return float(sum(grid.measured @ grid.measured / noise**2 for grid, noise in grids))

    def explained(self, point: Vector, cost: float) -> float:
        """Return the decrease of a sum of squares at a point relative to a membrane without currents."""
        values = self.box.values(point)
        penalty = float(sum(((values[k] - mean) / deviation) ** 2 for k, mean, deviation in self.priors))
        return self.nothing - cost + penalty

    def misfit(self, point: Vector) -> float:
        """Return the root mean square of the residuals at a point [unit of the current]."""
        parts = [own for own, _ in self.residuals(self.box.values(point))]
        return math.sqrt(sum(float(own @ own) for own in parts) / self.samples)

    def at(self, point: Vector) -> Problem:  # noqa: ARG002 - other problems depend on it
        """Return the problem in the form that a fit stores, with this as its best point."""
        return self

    def begun(self, point: Vector) -> Start | None:
        """Return a start from a point, with the best conductances there; None if the currents overflow.

        It is returned even after the search has been stopped.
        """
        with finishing():
            return self._begun(point)

    def _begun(self, point: Vector) -> Start | None:
        here = self.unstopped(point)
        if here is None:
            return None
        own = np.array([name in self.clamped.linear for name in self.box.names])
        values = self.box.values(point)
        if own.any():
            slopes = self.box.slopes(values)[own]
            part = Quadratic(
                here.cost, here.gradient[own] / slopes, here.curvature[np.ix_(own, own)] / np.outer(slopes, slopes)
            )
            firm = FIRM * np.diag(part.curvature) + np.finfo(float).tiny
            step = bounded_step(part, firm, self.box.low[own] - values[own], self.box.high[own] - values[own])
            values[own] += step
            point = np.clip(self.box.point(values), 0.0, 1.0)
            here = self.unstopped(point)
        if here is None:
            return None
        enough = CHANCE + RESPONDS * max(self.nothing - self.samples, 0.0)
        return Start(point, here, responds=self.explained(point, here.cost) > enough)
