"""The result of a fit of features: values with their errors, and the fitted features beside their targets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import unknown_name
from loligo.fitting.digits import value_with_error, with_error
from loligo.fitting.estimate import UNTOLD
from loligo.fitting.feature_targets import SPIKES, counted
from loligo.fitting.links import base
from loligo.fitting.profile import Profile, checked_level, profiled
from loligo.fitting.runs import Run, Runs
from loligo.fitting.summary import SEVERAL, ending, known, times_larger
from loligo.fitting.uncertainty import combinations, propagated, told

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from loligo.fitting.bounds import Bound
    from loligo.fitting.descent import Minimum
    from loligo.fitting.feature_comparison import Compared
    from loligo.fitting.search import Descent
    from loligo.membrane import Membrane

    Vector = NDArray[np.float64]

FAR: Final = 3.0  # standard deviations: a larger deviation from a target is reported
NEAR_BEST: Final = 1.02  # searches up to this multiple of the lowest sum of squares, plus 1, found the same minimum


@dataclass(frozen=True, eq=False)
class FeatureFit:
    """A membrane fitted to features or spike times.

    Attributes
    ----------
    members : int
        Number of screened members; 0 if starts were given.
    ended : str
        What ended the search early: "Ctrl-C", "the time limit", "the limit of evaluations" (of the best search), or "".
    seconds : float
        Total time of the fit [s].
    """

    _compared: Compared = field(repr=False)
    _best: Minimum = field(repr=False)
    _residuals: tuple[Vector, Vector] = field(repr=False)
    members: int
    _descents: tuple[Descent, ...] = field(repr=False)
    ended: str
    seconds: float

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that were varied, in the order of `covariance`."""
        return self._compared.box.names

    @cached_property
    def _values(self) -> Vector:
        return self._compared.box.values(self._best.point)

    @cached_property
    def values(self) -> dict[str, float]:
        """The best values, each in the unit of its parameter."""
        return dict(zip(self.names, self._values.tolist(), strict=True))

    @cached_property
    def membrane(self) -> Membrane:
        """The membrane with the best values; under several stimuli with those of the first. See `membranes`."""
        return self.membranes[0]

    @cached_property
    def membranes(self) -> tuple[Membrane, ...]:
        """The best membrane under each stimulus."""
        links = self._compared.links
        return tuple(links.membrane_at(self._values, k) for k in range(links.sweeps))

    @property
    def bounds(self) -> dict[str, Bound]:
        """The bounds of what was varied, each with the scale of the search."""
        return self._compared.box.bounds

    @property
    def priors(self) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation of what was known beforehand, in the unit of each."""
        return {self.names[k]: (mean, deviation) for k, mean, deviation in self._compared.priors}

    @property
    def formulas(self) -> dict[str, str]:
        """The formulas of parameters that follow from others."""
        return {name: formula.text for name, formula in self._compared.links.ties.items()}

    @property
    def at_bounds(self) -> list[str]:
        """Parameters whose best value is a bound."""
        return self._compared.box.at_bounds(self._best.point)

    @property
    def converged(self) -> bool:
        """Whether the search of the best values converged; otherwise a limit ended it, and a better fit may be near."""
        return self._best.converged

    @property
    def deviance(self) -> float:
        """The sum of squares of deviations from targets, and from priors, in standard deviations."""
        return self._best.quadratic.cost

    @property
    def misfit(self) -> float:
        """Root mean square of the deviations from targets and priors, in standard deviations."""
        return math.sqrt(self.deviance / self._residuals[0].size)

    @property
    def noise_ratio(self) -> float:
        """The deviations from the targets, in standard deviations, per remaining degree of freedom (root mean square).

        It is near 1 if the standard deviations alone explain the deviations.
        """
        away = np.array([*self.deviations.values()])
        return math.sqrt(float(away @ away) / max(away.size - len(self.names), 1))

    @cached_property
    def runs(self) -> Runs:
        """All searches: misfit, values, evaluations, seconds, whether each converged; see `Fit.runs`."""
        box, size = self._compared.box, self._residuals[0].size
        rows = (
            (one, dict(zip(self.names, box.values(one.minimum.point).tolist(), strict=True))) for one in self._descents
        )
        return Runs(
            tuple(
                Run(
                    math.sqrt(one.minimum.quadratic.cost / size), values, one.minimum.evaluations, one.seconds,
                    one.minimum.converged, one.redrawn, one.origin,
                )
                for one, values in rows
            ),
            {name: self.unit(name) for name in self.names} | {"misfit": "SD", "seconds": "s"},
        )  # fmt: skip

    @cached_property
    def deviations(self) -> dict[str, float]:
        """The deviation of each feature from its target, in standard deviations.

        Spikes are called ``spike_times[0]``, ...; with several stimuli, ``mean_frequency[1]`` and ``spike_times[1][0]``
        belong to the second.
        """
        names = self._compared.names
        return dict(zip(names, self._residuals[0][: len(names)].tolist(), strict=True))

    @cached_property
    def targets(self) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation of each target in its unit, with the names of `deviations`."""
        found: dict[str, tuple[float, float]] = {}
        for one in self._compared.experiments:
            times = [(time, one.targets.deviation) for time in one.targets.spikes.tolist()]
            found |= dict(zip(one.names, [*one.targets.features.values(), *times], strict=True))
        return found

    @cached_property
    def features(self) -> dict[str, float]:
        """The features of the membrane, each in its unit."""
        return {name: self._reached(name) for name in self.targets if not name.startswith(SPIKES)}

    @cached_property
    def spike_times(self) -> Vector:
        """The times of the spikes that were compared [ms], stimulus after stimulus."""
        return np.array([self._reached(name) for name in self.targets if name.startswith(SPIKES)])

    def _reached(self, name: str) -> float:
        mean, deviation = self.targets[name]
        return mean + self.deviations[name] * deviation

    @cached_property
    def _told(self) -> tuple[Vector, Vector]:
        return told(self._residuals[1].T @ self._residuals[1], UNTOLD)

    @cached_property
    def covariance(self) -> Vector:
        """The covariance of the values, shape (n, n), in the order of `names`, to first order in the deviations.

        A combination that the targets do not determine at all, or to no less than that, has a standard deviation of
        1000 widths of the bounds.
        """
        slopes, (inverse, untold) = self._compared.box.slopes(self._values), self._told
        return np.asarray((inverse + UNTOLD**2 * untold @ untold.T) * np.outer(slopes, slopes))

    @cached_property
    def errors(self) -> dict[str, float]:
        """The standard error of each value, in its unit."""
        return dict(zip(self.names, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    def intervals(self, level: float = 0.95, *, profiles: bool = False) -> dict[str, tuple[float, float]]:
        """Return confidence intervals of the values, within the bounds.

        Parameters
        ----------
        level : float
            The probability, between 0 and 1.
        profiles : bool
            Whether to use profiles of the sum of squares, with a search for each end; otherwise the covariance is used.

        Returns
        -------
        dict of str to (float, float)

        Raises
        ------
        FitError
            A profile found a better fit; see `profile`.
        TimeLimitError, KeyboardInterrupt
            `loligo.time_limit` or Ctrl-C stopped the calculation of the profiles.
        """
        level = checked_level(level)
        if profiles:
            return {name: self.profile(name).interval(level) for name in self.names}
        from scipy.special import ndtri

        box, width = self._compared.box, float(ndtri(0.5 + level / 2))
        away = width * np.array([*self.errors.values()]) / box.slopes(self._values)
        low, high = (box.values(np.clip(self._best.point + side * away, 0.0, 1.0)) for side in (-1, 1))
        return dict(zip(self.names, zip(low.tolist(), high.tolist(), strict=True), strict=True))

    def profile(self, name: str) -> Profile:
        """Return the lowest sum of squares with one parameter held at each value; see `Fit.profile`.

        Raises
        ------
        UnknownNameError
            The parameter was not varied.
        FitError
            There is a better fit along the profile, so this one is not the best: start again from the error's
            ``values``.
        TimeLimitError, KeyboardInterrupt
            `loligo.time_limit` or Ctrl-C stopped the calculation of the profile; no part of it is kept.
        """
        if name not in self.names:
            raise unknown_name("parameter that was varied", name, self.names)
        return profiled(self._compared, self._best.point, name, self.unit(name), 1.0)

    def unit(self, name: str) -> str:
        """Return the unit of a parameter."""
        return self._compared.links.membrane.parameters[base(name)].unit

    def plot(self, panels: Any = None, *, figure: Figure | None = None) -> Figure:
        """Draw the deviations from the targets, and the values with their intervals between the bounds.

        Parameters
        ----------
        panels : sequence of matplotlib Axes, optional
            Two axes to draw on.
        figure : matplotlib Figure, optional
            An empty figure, instead of ``panels``; by default a new pyplot figure.

        Returns
        -------
        matplotlib Figure
        """
        from loligo.figures import feature_panels

        box, bounds = self._compared.box, self._compared.box.bounds
        ends = self.intervals()
        low, high = (box.point(np.array([ends[name][side] for name in self.names])) for side in (0, 1))
        places = zip(self._best.point.tolist(), low.tolist(), high.tolist(), strict=True)
        return feature_panels(
            self.deviations, places=dict(zip(self.names, places, strict=True)),
            bounds={name: (one.low, one.high) for name, one in bounds.items()}, panels=panels, figure=figure,
        )  # fmt: skip

    def described(self) -> dict[str, Any]:
        """Return all numbers of the fit in a form for JSON."""
        return {
            "membrane": self.membrane.name,
            "values": self.values,
            "errors": self.errors,
            "intervals_95": {name: list(pair) for name, pair in self.intervals().items()},
            "tied": {
                name: {"formula": self.formulas[base(name)], "value": value, "error": error}
                for name, (value, error) in self.tied.items()
            },
            "bounds": {
                name: {"low": one.low, "high": one.high, "scale": one.scale} for name, one in self.bounds.items()
            },
            "priors": {name: {"mean": mean, "deviation": width} for name, (mean, width) in self.priors.items()},
            "units": {name: self.unit(name) for name in (*self.names, *self.tied)},
            "targets": {
                name: {"mean": mean, "deviation": width, "reached": self._reached(name)}
                for name, (mean, width) in self.targets.items()
            },
            "covariance": self.covariance.tolist(),
            "unidentified": self.unidentified,
            "at_bounds": self.at_bounds,
            "unreached": self.unreached,
            "misfit": self.misfit,
            "noise_ratio": self.noise_ratio,
            "sum_of_squares": self.deviance,
            "members": self.members,
            "ended": self.ended,
            "converged": self.converged,
            "seconds": self.seconds,
            "runs": [run._asdict() for run in self.runs],
        }

    @cached_property
    def unidentified(self) -> list[dict[str, float]]:
        """Combinations of parameters not determined by the targets, in widths of the bounds; see `Fit.unidentified`."""
        return combinations(*self._told, self.names)

    @cached_property
    def tied(self) -> dict[str, tuple[float, float]]:
        """Value and standard error of parameters that follow from others, in the unit of each."""
        return {
            name: (value, propagated(slopes, self.covariance))
            for name, (value, slopes) in self._compared.links.tied(self._values).items()
        }

    @property
    def unreached(self) -> list[str]:
        """Targets that the fitted membrane misses by more than three standard deviations; others may come closer."""
        return [name for name, away in self.deviations.items() if abs(away) > FAR]

    def __str__(self) -> str:
        width = max(len(name) for name in (*self.names, *self.tied, *self.deviations))
        lines = [f"Fit of {self.membrane.name} to {counted(len(self.targets), 'feature')}"]
        for name in self.names:
            bound = "  (at its bound)" if name in self.at_bounds else ""
            shown = f"{with_error(self.values[name], self.errors[name])} {self.unit(name)}".rstrip()
            lines.append(f"  {name:<{width}}  {shown}{bound}{known(self.priors, name)}")
        for name, (value, error) in self.tied.items():
            shown = f"{value_with_error(value, error)} {self.unit(name)}".rstrip()
            lines.append(f"  {name:<{width}}  {shown}  = {self.formulas[base(name)]}")
        for name, reached in self.features.items():
            mean, deviation = self.targets[name]
            lines.append(f"  {name:<{width}}  {reached:.5g}; target {mean:g} ± {deviation:g}")
        for one in self._compared.experiments:
            if count := one.targets.spikes.size:
                own = [abs(self.deviations[name]) for name in one.names[-count:]]
                label, away = f"{SPIKES}{one.suffix}", max(own) * one.targets.deviation
                lines.append(f"  {label:<{width}}  {counted(count, 'spike')}, each within {away:.2g} ms of its target")
        lines += [
            f"  the fit misses the target of {name} by {abs(self.deviations[name]):.1f} standard deviations"
            for name in self.unreached
        ]  # fmt: skip
        if self.noise_ratio >= SEVERAL:
            times = times_larger(self.noise_ratio)
            lines.append(
                f"  deviations are {times} times the standard deviations of the targets: these are larger and errors "
                "are too small by as much, or the model is wrong"
            )
        for parts in self.unidentified:
            combination = ", ".join(f"{name} {part:+.2g}" for name, part in parts.items())
            lines.append(f"  the targets do not determine this combination (in widths of the bounds): {combination}")
        near = sum(one.minimum.quadratic.cost <= NEAR_BEST * self.deviance + 1.0 for one in self._descents)
        begun = f"the best of {counted(self.members, 'member')}" if self.members else "given starts"
        low = f"{near} of {counted(len(self._descents), 'search')} came as low, from {begun}"
        lines.append(f"  sum of squares {self.deviance:.4g}; {low}; {self.seconds:.1f} s" + ending(self))
        return "\n".join(lines)

    def __repr__(self) -> str:
        values = ", ".join(f"{name} = {value:.6g}" for name, value in self.values.items())
        return f"<FeatureFit of {self.membrane.name!r}: {values}; sum of squares {self.deviance:.4g}>"
