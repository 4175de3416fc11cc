"""The result of a fit: values with their errors, and diagnostics."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import unknown_name
from loligo._units import MV, whole
from loligo.fitting.electrode import unit_of, without_electrode
from loligo.fitting.estimate import Estimate
from loligo.fitting.feature_targets import FeatureTargets
from loligo.fitting.mixed import Mixed
from loligo.fitting.problem import FEATURES, V
from loligo.fitting.profile import Profile, checked_level, profiled
from loligo.fitting.summary import described, summary
from loligo.fitting.uncertainty import combinations, propagated

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from loligo.fitting.bounds import Bound
    from loligo.fitting.links import Links
    from loligo.fitting.problem import SumOfSquares
    from loligo.fitting.runs import Runs
    from loligo.membrane import Membrane
    from loligo.sweep import Sweep

    Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fit:
    """A membrane fitted to recordings.

    Attributes
    ----------
    membrane : Membrane
        Membrane with the best values; parameters with one value per sweep have the value of the first sweep. See
        `membranes`.
    sweeps : tuple of Sweep, or of Sweep and FeatureTargets
    values : dict of str to float
        The best values, each in the unit of its parameter.
    misfit : float
        Root mean square of the residuals [unit of the data]. For several kinds of data, or with weights, each residual
        is divided by its noise and multiplied by the square root of its weight. See `misfits`.
    runs : sequence of Run
        All starts, each with misfit, values, evaluations and seconds. It prints as a table; ``runs.to_dataframe()``
        returns a DataFrame.
    ended : str
        What ended the search early: "Ctrl-C", "the time limit", "the limit of evaluations", or "".
    seconds : float
        Total time of the fit [s].
    """

    membrane: Membrane
    sweeps: tuple[Sweep | FeatureTargets, ...]
    values: dict[str, float]
    misfit: float
    runs: Runs
    ended: str
    seconds: float
    noise_known: bool
    _problem: SumOfSquares = field(repr=False)
    _point: Vector = field(repr=False)
    _links: Links = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that were varied, in the order of `covariance`."""
        return self._problem.box.names

    @cached_property
    def _recorded(self) -> list[Sweep]:
        return [one for one in self.sweeps if not isinstance(one, FeatureTargets)]

    @property
    def data_unit(self) -> str:
        """The unit of the data: of v under current clamp, else of the current; "" of residuals over their noise."""
        if isinstance(self._problem, Mixed):
            return ""
        return self.unit_of(self._problem.kinds[0])

    def unit_of(self, kind: str) -> str:
        """Return the unit of a kind of data; "SD", standard deviations, of features."""
        return {FEATURES: "SD", V: MV}.get(kind, self._recorded[0].current_unit)

    def unit(self, name: str) -> str:
        """Return the unit of a parameter: per area, or of a whole cell if the currents are."""
        return unit_of(self._links.membrane, name, self._recorded[0])

    @property
    def membranes(self) -> tuple[Membrane, ...]:
        """The best membrane of each sweep."""
        return tuple(without_electrode(self._links.membrane_at(self._values, k)) for k in range(len(self.sweeps)))

    @property
    def converged(self) -> bool:
        """Whether the search of the best values converged; else a limit ended it, and a better fit may be near."""
        return any(run.converged for run in self.runs if run.values == self.values)

    @property
    def samples(self) -> int:
        """Number of compared samples."""
        return self._problem.samples

    @property
    def formulas(self) -> dict[str, str]:
        """The formulas of parameters that follow from others."""
        return {name: formula.text for name, formula in self._links.ties.items()}

    @property
    def bounds(self) -> dict[str, Bound]:
        """The bounds of the varied parameters, with the scale of the search."""
        return self._problem.box.bounds

    @property
    def priors(self) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation of each prior, in the unit of the parameter."""
        return {self.names[k]: (mean, deviation) for k, mean, deviation in self._problem.priors}

    @cached_property
    def tied(self) -> dict[str, tuple[float, float]]:
        """Value and standard error of parameters that follow from others, in the unit of each.

        The error is that of `covariance`, to first order. If a formula contains a parameter with one value for each
        sweep, so does the result.
        """
        return self._tied(self.covariance)

    @cached_property
    def robust_tied(self) -> dict[str, tuple[float, float]]:
        """Like `tied`, but with errors for correlated residuals, like `robust_errors`."""
        return self._tied(self._estimate.robust)

    def _tied(self, covariance: Vector) -> dict[str, tuple[float, float]]:
        found = self._links.tied(self._values).items()
        return {name: (value, propagated(slopes, covariance)) for name, (value, slopes) in found}

    def derived(self, formula: str, sweep: int | None = None) -> tuple[float, float]:
        """Return the value of a formula of parameters, and its standard error from `covariance`, to first order.

        Parameters
        ----------
        formula : str
            A formula of parameters in ``membrane.parameters``, e.g. ``"g_Na / g_K"``.
        sweep : int, optional
            The sweep whose values are used, counted from 0; needed if the formula has a parameter that differs between
            sweeps.

        Returns
        -------
        value, error : float

        Raises
        ------
        ExpressionError, UnknownNameError, ArgumentError
            The text is not a formula, a name is not a parameter, or a sweep is unknown or missing while values differ.
        """
        place = 0 if sweep is None else whole(sweep, "sweep", least=0, most=len(self.sweeps) - 1)
        value, slopes = self._links.derived(self._values, formula, place, chosen=sweep is not None)
        return value, propagated(slopes, self.covariance)

    @property
    def _values(self) -> Vector:
        return np.array([self.values[name] for name in self.names])

    @cached_property
    def _estimate(self) -> Estimate:
        return Estimate(self._problem, self._values, self.noise_known)

    @cached_property
    def residuals(self) -> tuple[Vector, ...]:
        """Model minus measurement at the compared samples, sweep by sweep [unit of the data]; of targets as listed."""
        return tuple(misfit for misfit, _ in self._estimate.parts)

    @property
    def misfits(self) -> dict[str, float]:
        """The root mean square of the residuals of each kind of data, in its unit; of "features" in deviations."""
        return self._estimate.misfits

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each sweep has measured: "current", "v", or "features"."""
        return self._problem.kinds

    @property
    def noise_estimated(self) -> tuple[str, ...]:
        """The kinds of data whose noise was estimated from residuals; none of one kind without weights."""
        return self._problem.estimated

    @property
    def noise(self) -> tuple[float | None, ...]:
        """The noise of each sweep as the fit has used it [unit of the data], weights aside; None for targets.

        With data of several kinds, or with weights, that of a kind that was not given is estimated from the residuals.
        """
        return self._estimate.noise

    @property
    def targets(self) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation of each target, in its unit; empty without `FeatureTargets`."""
        return {name: (mean, width) for name, (mean, width, _) in self._estimate.reached.items()}

    @property
    def features(self) -> dict[str, float]:
        """The features and spike times of the membrane that `targets` name, each in its unit."""
        return {name: mean + away for name, (mean, _, away) in self._estimate.reached.items()}

    @property
    def deviations(self) -> dict[str, float]:
        """How far each of these is from its target, in standard deviations of the target."""
        return {name: away / width for name, (_, width, away) in self._estimate.reached.items()}

    @property
    def deviance(self) -> float:
        """The sum of squares of the residuals over the noise, and of priors."""
        return self._estimate.deviance

    @property
    def degrees(self) -> int:
        """Number of samples minus number of parameters."""
        return self._estimate.degrees

    @property
    def scatter(self) -> float:
        """The variance of the residuals over that of the noise; at least that of rounding."""
        return self._estimate.scatter

    @property
    def noise_ratio(self) -> float:
        """The standard deviation of the residuals over that of the noise: near 1 where only noise is left."""
        return math.sqrt(self._estimate.squares / self.degrees)

    @property
    def noise_ratios(self) -> dict[str, float]:
        """The same of each kind of data, without weights, over the noise given or between neighbouring samples."""
        return self._estimate.noise_ratios

    @property
    def covariance(self) -> Vector:
        """The covariance of the values, shape (n, n), in the order of `names`, for independent residuals.

        It uses the variance of a given noise, or else that of the residuals. No standard deviation exceeds 1000 widths
        of the bounds, the value for a combination that the data do not determine.
        """
        return self._estimate.covariance

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
        return dict(zip(self.names, np.sqrt(np.diag(self._estimate.robust)).tolist(), strict=True))

    @property
    def correlation_length(self) -> float:
        """The correlation length of the residuals, in samples; 1 if they are independent."""
        return self._estimate.correlation_length

    @property
    def runs_probability(self) -> float:
        """The probability of this few sign changes of the residuals if they were independent, of the worst sweep."""
        return self._estimate.runs_probability

    @property
    def aicc(self) -> float:
        """Akaike's criterion, corrected for few samples (Hurvich and Tsai 1989, doi:10.1093/biomet/76.2.297)."""
        return self._estimate.aicc

    @property
    def bic(self) -> float:
        """Schwarz' criterion (1978, doi:10.1214/aos/1176344136)."""
        return self._estimate.bic

    def intervals(self, level: float = 0.95, *, profiles: bool = False) -> dict[str, tuple[float, float]]:
        """Return confidence intervals of the values.

        Parameters
        ----------
        level : float
            The probability, between 0 and 1.
        profiles : bool
            Whether to use profile likelihoods, with a search for each end, or the covariance, on the scale of each
            bound. An end beyond a bound is replaced by the bound. Profiles may raise the errors of `profile`.

        Returns
        -------
        dict of str to (float, float)
        """
        level = checked_level(level)
        if profiles:
            return {name: self.profile(name).interval(level) for name in self.names}
        return self._estimate.interval_ends(self._point, level)

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
        FitError
            There is a better fit along the profile, so this one is not the best: start again at the error's values.
        TimeLimitError, KeyboardInterrupt
            `loligo.time_limit` or Ctrl-C stopped the calculation of the profile; no part of it is kept.
        """
        if name not in self.names:
            raise unknown_name("parameter that was varied", name, self.names)
        if name not in self._profiles:
            unit = self.unit(name)
            self._profiles[name] = profiled(self._problem, self._point, name, unit, self._estimate.scale)
        return self._profiles[name]

    @cached_property
    def _profiles(self) -> dict[str, Profile]:
        return {}

    @cached_property
    def unidentified(self) -> list[dict[str, float]]:
        """Combinations of parameters that the data do not identify, with the change in each parameter.

        Changes are in widths of the bounds, on the scale of each; the largest is 1. A combination is identified if its
        standard deviation is less than half of that width.
        """
        return combinations(self._estimate.known, self._estimate.told[1], self.names)

    @property
    def at_bounds(self) -> list[str]:
        """Parameters whose best value is a bound."""
        return self._problem.box.at_bounds(self._point)

    def predicted(self, sweep: int = 0) -> tuple[Vector, Vector]:
        """Return the prediction of the best membrane at the compared samples of a sweep, and its standard error.

        Returns
        -------
        predicted, error : array (samples,)
            [unit of the data], or of targets their features; the error is that of the mean, from the covariance.
        """
        return self._estimate.predicted(sweep)

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
        from loligo.fitting.picture import drawn

        return drawn(self, self._problem, self._point, panels, figure)

    def described(self) -> dict[str, Any]:
        """Return all numbers of the fit in a form for JSON, with None for an infinite AICc."""
        return described(self)

    def __str__(self) -> str:
        return summary(self)

    def __repr__(self) -> str:
        values = ", ".join(f"{name} = {value:.6g}" for name, value in self.values.items())
        return f"<Fit of {self.membrane.name!r}: {values}; misfit {self.misfit:.4g} {self.data_unit}>"
