"""The result of a fit: values with their errors, and diagnostics."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import unknown_name
from loligo._units import CAPACITANCE, CONDUCTANCE, MV
from loligo.fitting.digits import with_error
from loligo.fitting.profile import Profile, checked_level, profiled
from loligo.fitting.uncertainty import autocorrelation, clustered, correlation_length, runs_test, told

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from loligo.fitting.problem import SumOfSquares
    from loligo.fitting.search import Run
    from loligo.membrane import Membrane
    from loligo.sweep import Sweep

    Vector = NDArray[np.float64]

OF_A_CELL: Final = {CONDUCTANCE: "µS", CAPACITANCE: "nF"}  # units if currents are in nA
UNKNOWN: Final = 0.5  # widths of the box: a larger standard deviation means not identified
SMALL_PART: Final = 0.1  # smaller entries of a combination are not reported
CORRELATED: Final = 2.0  # a longer correlation of residuals, in samples, is reported
NEAR_BEST: Final = 1.01  # relative to the best misfit: starts within this found the same minimum
AT_LOW, AT_HIGH = 1e-15, 1.0 - 1e-12  # relative to the width of the box: rounding of a value at its bound
UNTOLD: Final = 1e3  # widths of the box: standard deviation of unidentified combinations


@dataclass(frozen=True, eq=False)
class Fit:
    """A membrane fitted to recordings.

    Attributes
    ----------
    membrane : Membrane
        With the best values.
    sweeps : tuple of Sweep
    values : dict of str to float
        The best values, each in the unit of its parameter.
    misfit : float
        Root mean square of the residuals [unit of the data].
    runs : tuple of Run
        All starts: misfit, values, evaluations, seconds, whether each converged, how often it was redrawn.
    ended : str
        What ended the search early: "Ctrl-C", "the limit of time", or "".
    seconds : float
        Total time of the fit [s].
    """

    membrane: Membrane
    sweeps: tuple[Sweep, ...]
    values: dict[str, float]
    misfit: float
    runs: tuple[Run, ...]
    ended: str
    seconds: float
    noise_known: bool
    _problem: SumOfSquares = field(repr=False)
    _point: Vector = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that were varied, in the order of `covariance`."""
        return self._problem.box.names

    @property
    def data_unit(self) -> str:
        """The unit of the data: of v under current clamp, else of the current."""
        return MV if self.sweeps[0].clamp == "current" else self.sweeps[0].current_unit

    def unit(self, name: str) -> str:
        """Return the unit of a parameter: per area, or of a whole cell if the currents are."""
        own = self.membrane.parameters[name].unit
        return OF_A_CELL.get(own, own) if self.sweeps[0].per == "cell" else own

    @cached_property
    def _parts(self) -> list[tuple[Vector, Vector]]:
        values = np.array([self.values[name] for name in self.names])
        return self._problem.residuals(values)

    @cached_property
    def _weighted(self) -> list[tuple[Vector, Vector]]:
        return [
            (misfit / noise, jacobian / noise)
            for (misfit, jacobian), noise in zip(self._parts, self._problem.noise, strict=True)
        ]

    @cached_property
    def residuals(self) -> tuple[Vector, ...]:
        """Model minus measurement at the compared samples, sweep by sweep [unit of the data]."""
        return tuple(misfit for misfit, _ in self._parts)

    @cached_property
    def deviance(self) -> float:
        """The sum of squares of the residuals over the noise, and of priors."""
        own = sum(float(misfit @ misfit) for misfit, _ in self._weighted)
        return own + sum(
            ((self.values[self.names[k]] - mean) / deviation) ** 2 for k, mean, deviation in self._problem.priors
        )

    @property
    def degrees(self) -> int:
        """Number of samples minus number of parameters."""
        return max(self._problem.samples - len(self.names), 1)

    @property
    def scatter(self) -> float:
        """The variance of the residuals over that of the noise; at least that of rounding."""
        rounding = np.finfo(float).eps ** 2 * self._problem.nothing / self._problem.samples
        return max(self.deviance / self.degrees, rounding)

    @cached_property
    def _slopes(self) -> Vector:
        """The derivative of each value in its coordinate, from 0 to 1 between its bounds."""
        return self._problem.box.slopes(np.array([self.values[name] for name in self.names]))

    @cached_property
    def _told(self) -> tuple[Vector, Vector]:
        """The result of `told`, in coordinates from 0 to 1 between bounds, which do not depend on units."""
        found = sum((jacobian.T @ jacobian for _, jacobian in self._weighted), np.zeros((len(self.names),) * 2))
        for k, _, deviation in self._problem.priors:
            found[k, k] += deviation**-2
        return told(found * np.outer(self._slopes, self._slopes))

    @cached_property
    def _known(self) -> Vector:
        """The covariance in these coordinates, without unidentified directions."""
        return self._told[0] * (1.0 if self.noise_known else self.scatter)

    @cached_property
    def _unknown(self) -> Vector:
        """The contribution of unidentified directions to the covariance of the values."""
        untold = UNTOLD * self._slopes[:, np.newaxis] * self._told[1]
        return np.asarray(untold @ untold.T)

    @cached_property
    def covariance(self) -> Vector:
        """The covariance of the values, shape (n, n), in the order of `names`, for independent residuals.

        It uses the variance of a given noise, or else that of the residuals. A combination that the data do not
        determine at all has a standard deviation of 1000 widths of the bounds.
        """
        return np.asarray(self._known * np.outer(self._slopes, self._slopes) + self._unknown)

    @cached_property
    def correlation(self) -> Vector:
        """The correlation of the values, shape (n, n)."""
        deviation = np.sqrt(np.diag(self.covariance))
        return np.asarray(self.covariance / np.outer(deviation, deviation))

    @cached_property
    def errors(self) -> dict[str, float]:
        """The standard error of each value, in its unit, for independent residuals."""
        return dict(zip(self.names, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    @cached_property
    def robust_errors(self) -> dict[str, float]:
        """The standard error of each value for correlated residuals, such as those of a wrong model."""
        found = clustered(self._weighted, self._told[0] * np.outer(self._slopes, self._slopes)) + self._unknown
        return dict(zip(self.names, np.sqrt(np.diag(found)).tolist(), strict=True))

    @cached_property
    def correlation_length(self) -> float:
        """The correlation length of the residuals, in samples; 1 if they are independent."""
        return max(correlation_length(own) for own in self.residuals)

    @cached_property
    def runs_probability(self) -> float:
        """The probability of so few sign changes of the residuals if they were independent, of the worst sweep."""
        return min(runs_test(own) for own in self.residuals)

    @property
    def aicc(self) -> float:
        """Akaike's criterion, corrected for few samples (Hurvich and Tsai 1989, doi:10.1093/biomet/76.2.297)."""
        n, k = self._problem.samples, len(self.names) + (not self.noise_known)
        return self._twice_unlikelihood + 2 * k + (2 * k * (k + 1) / (n - k - 1) if n > k + 1 else math.inf)

    @property
    def bic(self) -> float:
        """Schwarz' criterion (1978, doi:10.1214/aos/1176344136)."""
        return self._twice_unlikelihood + (len(self.names) + (not self.noise_known)) * math.log(self._problem.samples)

    @property
    def _twice_unlikelihood(self) -> float:
        n = self._problem.samples
        noise = sum(
            2 * len(misfit) * math.log(own) for misfit, own in zip(self.residuals, self._problem.noise, strict=True)
        )
        own = self.deviance if self.noise_known else n * math.log(self.scatter * self.degrees / n) + n
        return own + noise + n * math.log(2 * math.pi)

    def intervals(self, level: float = 0.95, *, profiles: bool = False) -> dict[str, tuple[float, float]]:
        """Return confidence intervals of the values.

        Parameters
        ----------
        level : float
            The probability, between 0 and 1.
        profiles : bool
            Whether to use profile likelihoods, with a search for each end; else the covariance, on the scale of each
            bound. An end beyond a bound is replaced by the bound.

        Returns
        -------
        dict of str to (float, float)
        """
        level = checked_level(level)
        if profiles:
            return {name: self.profile(name).interval(level) for name in self.names}
        from scipy.special import ndtri

        box, width = self._problem.box, float(ndtri(0.5 + level / 2))
        deviation = np.array([self.errors[name] for name in self.names]) / self._slopes
        low, high = (box.values(np.clip(self._point + side * width * deviation, 0.0, 1.0)) for side in (-1, 1))
        return {name: (float(a), float(b)) for name, a, b in zip(self.names, low, high, strict=True)}

    def profile(self, name: str) -> Profile:
        """Return the profile likelihood of a parameter: the lowest sum of squares with this one held at each value.

        Parameters
        ----------
        name : str

        Returns
        -------
        Profile

        Raises
        ------
        UnknownNameError
            The parameter was not varied.
        """
        if name not in self.names:
            raise unknown_name("parameter that was varied", name, self.names)
        if name not in self._profiles:
            unit, scale = self.unit(name), 1.0 if self.noise_known else self.scatter
            self._profiles[name] = profiled(self._problem, self._point, name, unit, scale)
        return self._profiles[name]

    @cached_property
    def _profiles(self) -> dict[str, Profile]:
        return {}

    @cached_property
    def unidentified(self) -> list[dict[str, float]]:
        """Combinations of parameters that the data do not identify, with the change of each parameter.

        Changes are in widths of the bounds, on the scale of each; the largest is 1. A combination is identified if its
        standard deviation is less than half of that width.
        """
        variances, vectors = np.linalg.eigh(self._known)
        directions = [*self._told[1].T, *vectors.T[variances >= UNKNOWN**2][::-1]]
        found = []
        for direction in directions:
            largest = direction[np.argmax(np.abs(direction))]
            parts = dict(zip(self.names, (direction / largest).tolist(), strict=True))
            found.append({name: part for name, part in parts.items() if abs(part) >= SMALL_PART})
        return found

    @property
    def at_bounds(self) -> list[str]:
        """Parameters whose best value is a bound."""
        return [
            name for name, place in zip(self.names, self._point, strict=True) if place <= AT_LOW or place >= AT_HIGH
        ]

    def predicted(self, sweep: int = 0) -> tuple[Vector, Vector]:
        """Return the prediction of the best membrane at the compared samples of a sweep, and its standard error.

        Returns
        -------
        current, error : array (samples,)
            [unit of the current]; the error is that of the mean, from the covariance.
        """
        grid, (misfit, jacobian) = self._problem.clamped.grids[sweep], self._parts[sweep]
        slopes = jacobian * self._slopes
        return grid.measured + misfit, np.sqrt(np.einsum("ij,ij->i", slopes @ self._known, slopes).clip(min=0.0))

    def plot(self, panels: Any = None, *, figure: Figure | None = None) -> Figure:
        """Draw data and model, residuals and their autocorrelation, and the values with their intervals.

        Parameters
        ----------
        panels : sequence of matplotlib Axes, optional
            Four axes to draw on: for data and model, residuals, their autocorrelation, values.
        figure : matplotlib Figure, optional
            An empty figure, instead of ``panels``; by default a new pyplot figure.

        Returns
        -------
        matplotlib Figure
        """
        from loligo.figures import fit_panels

        box = self._problem.box
        places = {
            name: [float(box.point(np.where(np.array(box.names) == name, end, box.low))[k]) for end in ends]
            for k, (name, ends) in enumerate(self.intervals().items())
        }
        return fit_panels(
            [
                (
                    sweep.name,
                    _with_gaps(grid.kept, sweep.t[grid.kept]),
                    _with_gaps(grid.kept, grid.measured),
                    _with_gaps(grid.kept, grid.measured + misfit),
                )
                for sweep, grid, misfit in zip(self.sweeps, self._problem.clamped.grids, self.residuals, strict=True)
            ],
            correlations=[autocorrelation(own) for own in self.residuals],
            places={
                name: (float(place), places[name][0], places[name][1])
                for name, place in zip(self.names, self._point, strict=True)
            },
            bounds={name: (float(a), float(b)) for name, a, b in zip(box.names, box.low, box.high, strict=True)},
            unit=self.data_unit,
            panels=panels,
            figure=figure,
        )

    def described(self) -> dict[str, Any]:
        """Return all numbers of the fit in a form for JSON, with None for an infinite AICc."""
        words = {
            "membrane": self.membrane.name,
            "values": self.values,
            "errors": self.errors,
            "robust_errors": self.robust_errors,
            "intervals_95": {name: list(pair) for name, pair in self.intervals().items()},
            "units": {name: self.unit(name) for name in self.names},
            "correlation": self.correlation.tolist(),
            "unidentified": self.unidentified,
            "at_bounds": self.at_bounds,
            "misfit": self.misfit,
            "unit": self.data_unit,
            "samples": self._problem.samples,
            "correlation_length": self.correlation_length,
            "aicc": self.aicc,
            "bic": self.bic,
            "ended": self.ended,
            "seconds": self.seconds,
            "runs": [run._asdict() for run in self.runs],
        }
        return {key: None if isinstance(one, float) and not math.isfinite(one) else one for key, one in words.items()}

    def __str__(self) -> str:
        unit = self.data_unit
        width = max(len(name) for name in self.names)
        correlated = self.correlation_length >= CORRELATED
        errors = self.robust_errors if correlated else self.errors
        lines = [f"Fit of {self.membrane.name} to {len(self.sweeps)} sweep{'s' * (len(self.sweeps) > 1)}"]
        for name in self.names:
            shown = with_error(self.values[name], errors[name])
            bound = "  (at its bound)" if name in self.at_bounds else ""
            lines.append(f"  {name:<{width}}  {shown} {self.unit(name)}".rstrip() + bound)
        near = sum(run.misfit <= NEAR_BEST * self.misfit for run in self.runs)
        samples = sum(own.size for own in self.residuals)
        lines.append(
            f"  misfit {self.misfit:.4g} {unit} over {samples} samples; {near} of {len(self.runs)} starts came as low"
        )
        if correlated:
            lines.append(
                f"  residuals are correlated over {self.correlation_length:.0f} samples; errors account for this, and "
                f"would otherwise be {self._smaller()} times smaller"
            )
        for parts in self.unidentified:
            combination = ", ".join(f"{name} {part:+.2g}" for name, part in parts.items())
            lines.append(f"  the data do not determine this combination (in widths of the bounds): {combination}")
        redrawn = sum(run.redrawn for run in self.runs)
        lines.append(
            f"  {redrawn} starts that did not respond were redrawn; {self.seconds:.1f} s"
            + (f"; ended by {self.ended}" if self.ended else "")
        )
        return "\n".join(lines)

    def _smaller(self) -> str:
        """Return the factor by which errors would be smaller if residuals were independent."""
        ratios = [self.robust_errors[name] / self.errors[name] for name in self.names if self.errors[name] > 0]
        low, high = min(ratios), max(ratios)
        return f"{low:.2g}" if high < 1.2 * low else f"{low:.2g} to {high:.2g}"

    def __repr__(self) -> str:
        values = ", ".join(f"{name} = {value:.6g}" for name, value in self.values.items())
        return f"<Fit of {self.membrane.name!r}: {values}; misfit {self.misfit:.4g} {self.data_unit}>"


def _with_gaps(kept: NDArray[np.intp], trace: Vector) -> Vector:
    """Return a trace with NaN where samples were excluded."""
    return np.insert(trace, np.flatnonzero(np.diff(kept) > 1) + 1, np.nan)
