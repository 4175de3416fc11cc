"""Covariances, likelihoods and tests of the best values, from the residuals and their derivatives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.fitting.mixed import Mixed
from loligo.fitting.problem import FEATURES
from loligo.fitting.uncertainty import clustered, correlation_length, runs_test, told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.problem import SumOfSquares

    Vector = NDArray[np.float64]

UNTOLD: Final = 1e3  # standard deviation of unidentified combinations, in widths of the box


@dataclass(frozen=True, eq=False)
class Estimate:
    """The uncertainty of the best values of a fit; `loligo.fitting.Fit` says what each number means.

    Attributes
    ----------
    problem : SumOfSquares
    values : array (n,)
    noise_known : bool
        Whether the noise of all data was given.
    """

    problem: SumOfSquares
    values: Vector
    noise_known: bool

    @property
    def scaled(self) -> bool:
        """Whether errors are scaled by the residuals: noise not given, and not estimated from residuals before."""
        return not (self.noise_known or self.problem.estimated)

    @property
    def scale(self) -> float:
        """The variance of the residuals in that of the noise, where errors are scaled by it."""
        return self.scatter if self.scaled else 1.0

    @property
    def determined(self) -> int:
        """Number of values that were fitted, with levels of noise."""
        return len(self.values) + (len(self.problem.estimated) or int(self.scaled))

    @cached_property
    def parts(self) -> list[tuple[Vector, Vector]]:
        """Model minus measured and derivatives with respect to the values, by sweep."""
        return self.problem.residuals(self.values)

    @cached_property
    def weighted(self) -> list[tuple[Vector, Vector]]:
        """The same over the noise."""
        pairs = zip(self.parts, self.problem.noise, strict=True)
        return [(misfit / noise, (jacobian.T / noise).T) for (misfit, jacobian), noise in pairs]

    @cached_property
    def squares(self) -> float:
        """The sum of squares of the residuals over the noise."""
        return sum(float(misfit @ misfit) for misfit, _ in self.weighted)

    @cached_property
    def deviance(self) -> float:
        """The same and that of priors."""
        values: list[float] = self.values.tolist()
        return self.squares + sum(((values[k] - mean) / width) ** 2 for k, mean, width in self.problem.priors)

    @property
    def degrees(self) -> int:
        """Number of samples minus number of parameters."""
        return max(self.problem.samples - len(self.values), 1)

    @property
    def scatter(self) -> float:
        """The variance of the residuals over that of the noise; at least that of rounding."""
        rounding = np.finfo(float).eps ** 2 * self.problem.nothing / self.problem.samples
        return max(self.deviance / self.degrees, rounding)

    @cached_property
    def slopes(self) -> Vector:
        """The derivative of each value in its coordinate, from 0 to 1 between its bounds."""
        return self.problem.box.slopes(self.values)

    @cached_property
    def told(self) -> tuple[Vector, Vector]:
        """The result of `told`, in coordinates from 0 to 1 between bounds, which do not depend on units."""
        found = sum((jacobian.T @ jacobian for _, jacobian in self.weighted), np.zeros((len(self.values),) * 2))
        for k, _, deviation in self.problem.priors:
            found[k, k] += deviation**-2
        return told(found * np.outer(self.slopes, self.slopes), UNTOLD / math.sqrt(self.scale))

    @cached_property
    def known(self) -> Vector:
        """The covariance in these coordinates, without unidentified directions."""
        return self.told[0] * self.scale

    @cached_property
    def unknown(self) -> Vector:
        """The contribution of unidentified directions to the covariance of the values."""
        untold = UNTOLD * self.slopes[:, np.newaxis] * self.told[1]
        return np.asarray(untold @ untold.T)

    @cached_property
    def covariance(self) -> Vector:
        """The covariance of the values for independent residuals."""
        return np.asarray(self.known * np.outer(self.slopes, self.slopes) + self.unknown)

    @cached_property
    def robust(self) -> Vector:
        """The covariance of the values for correlated residuals; features count with their deviations."""
        inverse = self.told[0] * np.outer(self.slopes, self.slopes)
        pairs = list(zip(self.weighted, self.problem.kinds, strict=True))
        sampled, single = ([one for one, kind in pairs if (kind == FEATURES) is apart] for apart in (False, True))
        middle = sum((jacobian.T @ jacobian for _, jacobian in single), np.zeros_like(inverse))
        return clustered(sampled, inverse) + np.asarray(inverse @ middle @ inverse) + self.unknown

    @property
    def _traces(self) -> list[Vector]:
        pairs = zip(self.parts, self.problem.kinds, strict=True)
        return [misfit for (misfit, _), kind in pairs if kind != FEATURES]

    @cached_property
    def correlation_length(self) -> float:
        """The correlation length of the residuals, in samples, of the worst sweep."""
        return max(correlation_length(own) for own in self._traces)

    @cached_property
    def runs_probability(self) -> float:
        """The probability of this few sign changes of the residuals if they were independent, of the worst sweep."""
        return min(runs_test(own) for own in self._traces)

    @property
    def aicc(self) -> float:
        """Akaike's criterion, corrected for few samples."""
        n, k = self.problem.samples, self.determined
        return self._twice_unlikelihood + 2 * k + (2 * k * (k + 1) / (n - k - 1) if n > k + 1 else math.inf)

    @property
    def bic(self) -> float:
        """Schwarz' criterion."""
        return self._twice_unlikelihood + self.determined * math.log(self.problem.samples)

    @property
    def _twice_unlikelihood(self) -> float:
        n = self.problem.samples
        pairs = zip(self.parts, self.problem.noise, strict=True)
        noise = sum(2.0 * float(np.log(np.broadcast_to(one, misfit.shape)).sum()) for (misfit, _), one in pairs)
        own = n * math.log(self.scatter * self.degrees / n) + n if self.scaled else self.deviance
        return own + noise + n * math.log(2 * math.pi)

    @cached_property
    def misfits(self) -> dict[str, float]:
        """The root mean square of the residuals of each kind of data, of features in their standard deviations."""
        found = {}
        for kind in dict.fromkeys(self.problem.kinds):
            pairs = zip(self.parts, self.problem.kinds, strict=True)
            own = np.concatenate([one for (one, _), its in pairs if its == kind])
            if kind == FEATURES:
                own = np.array([away / width for _, width, away in self.reached.values()])
            found[kind] = math.sqrt(float(own @ own) / own.size)
        return found

    def interval_ends(self, point: Vector, level: float) -> dict[str, tuple[float, float]]:
        """Return confidence intervals from the covariance, on the scale of each bound and within the bounds."""
        from scipy.special import ndtri

        box, width = self.problem.box, float(ndtri(0.5 + level / 2))
        deviation = np.sqrt(np.diag(self.covariance)) / self.slopes
        low, high = (box.values(np.clip(point + side * width * deviation, 0.0, 1.0)).tolist() for side in (-1, 1))
        return dict(zip(box.names, zip(low, high, strict=True), strict=True))

    def predicted(self, sweep: int) -> tuple[Vector, Vector]:
        """Return the prediction of the best membrane for a sweep, and its standard error."""
        grid, (misfit, jacobian) = self.problem.clamped.grids[sweep], self.parts[sweep]
        slopes = jacobian * self.slopes
        return grid.measured + misfit, np.sqrt(np.einsum("ij,ij->i", slopes @ self.known, slopes).clip(min=0.0))

    @property
    def noise(self) -> tuple[float | None, ...]:
        """The noise of each sweep, weights aside; None for targets."""
        own = self.problem.levels.noise.tolist() if isinstance(self.problem, Mixed) else self.problem.noise
        return tuple(None if kind == FEATURES else one for one, kind in zip(own, self.problem.kinds, strict=True))

    @property
    def noise_ratios(self) -> dict[str, float]:
        """The root mean square of the residuals of each kind over the noise that was given, or between neighbours."""
        if not isinstance(self.problem, Mixed):
            return {self.problem.kinds[0]: math.sqrt(self.squares / self.degrees)}
        found, levels = {}, self.problem.levels
        for kind in dict.fromkeys(levels.kinds):
            by = {k: levels.noise[k] / levels.first[k] / math.sqrt(levels.weights[k]) for k in levels.places(kind)}
            own = np.concatenate([self.weighted[k][0] * one for k, one in by.items()])
            found[kind] = math.sqrt(float(own @ own) / own.size)
        return found

    @cached_property
    def reached(self) -> dict[str, tuple[float, float, float]]:
        """Mean and standard deviation of each target, and by how much it was missed."""
        found: dict[str, tuple[float, float, float]] = {}
        for k, one in self.problem.targeted if isinstance(self.problem, Mixed) else ():
            columns = (one.targets.means.tolist(), one.targets.deviations.tolist(), self.parts[k][0].tolist())
            found |= dict(zip(one.names, zip(*columns, strict=True), strict=True))
        return found
