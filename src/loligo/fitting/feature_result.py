"""What a fit of features found: values with their errors, and the features of the membrane besides the targets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.fitting.digits import value_with_error
from loligo.fitting.result import UNTOLD
from loligo.fitting.uncertainty import combinations, told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.descent import Minimum
    from loligo.fitting.feature_targets import Compared
    from loligo.membrane import Membrane

    Vector = NDArray[np.float64]

FAR: Final = 3.0  # standard deviations from a target, from which on it is said
NEAR_BEST: Final = 1.02  # of the least sum of squares, and one more: searches that found the same


@dataclass(frozen=True, eq=False)
class FeatureFit:
    """A membrane fitted to features or spike times.

    Attributes
    ----------
    members : int
        Number of screened members.
    ended : str
        What ended the search early: "Ctrl-C", "the time limit", or "".
    seconds : float
        What all of it took.
    """

    _compared: Compared = field(repr=False)
    _best: Minimum = field(repr=False)
    members: int
    _minima: tuple[Minimum, ...] = field(repr=False)
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
        """The membrane with the best values."""
        return self._compared.links.membrane_at(self._values, 0)

    @property
    def deviance(self) -> float:
        """The sum of squares of deviations from targets, and from priors, in standard deviations."""
        return self._best.quadratic.cost

    @cached_property
    def _residuals(self) -> tuple[Vector, Vector]:
        found = self._compared.residuals(self._best.point)
        if found is None:
            raise RuntimeError("the best member has no features")
        return found

    @cached_property
    def deviations(self) -> dict[str, float]:
        """How far each feature is from its target, in standard deviations; spikes are ``spike_times[0]``, ..."""
        targets = self._compared.targets
        names = [*targets.features, *(f"spike_times[{k}]" for k in range(targets.spikes.size))]
        return dict(zip(names, self._residuals[0][: len(names)].tolist(), strict=True))

    @cached_property
    def features(self) -> dict[str, float]:
        """The features of the membrane, each in its unit."""
        targets = self._compared.targets.features
        return {name: mean + self.deviations[name] * deviation for name, (mean, deviation) in targets.items()}

    @cached_property
    def spike_times(self) -> Vector:
        """The times of the spikes that were compared [ms]."""
        targets, first = self._compared.targets, len(self._compared.targets.features)
        own = self._residuals[0][first : first + targets.spikes.size]
        return np.asarray(targets.spikes + own * targets.deviation)

    @cached_property
    def _told(self) -> tuple[Vector, Vector]:
        return told(self._residuals[1].T @ self._residuals[1])

    @cached_property
    def covariance(self) -> Vector:
        """Of the values, shape (n, n), in the order of `names`: by the deviations of the targets, to first order.

        A combination that the targets do not determine has a standard deviation of 1000 widths of the bounds.
        """
        slopes, (inverse, untold) = self._compared.box.slopes(self._values), self._told
        return np.asarray((inverse + UNTOLD**2 * untold @ untold.T) * np.outer(slopes, slopes))

    @cached_property
    def errors(self) -> dict[str, float]:
        """The standard error of each value, in its unit."""
        return dict(zip(self.names, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    @cached_property
    def unidentified(self) -> list[dict[str, float]]:
        """Combinations of parameters not determined by the targets, in widths of the bounds; see `Fit.unidentified`."""
        return combinations(*self._told, self.names)

    @cached_property
    def tied(self) -> dict[str, tuple[float, float]]:
        """Value and standard error of parameters that follow from others, in the unit of each."""
        return {
            name: (value, math.sqrt(max(float(slopes @ self.covariance @ slopes), 0.0)))
            for name, (value, slopes) in self._compared.links.tied(self._values).items()
        }

    @property
    def unreached(self) -> list[str]:
        """Targets that the best membrane misses by more than three standard deviations."""
        return [name for name, away in self.deviations.items() if abs(away) > FAR]

    def __str__(self) -> str:
        parameters, targets = self._compared.links.membrane.parameters, self._compared.targets
        width = max(len(name) for name in (*self.names, *self.tied, *self.deviations))
        lines = [f"Fit of {self.membrane.name} to {targets.count} features"]
        both = {name: (self.values[name], self.errors[name]) for name in self.names} | self.tied
        for name, (value, error) in both.items():
            unit = parameters[name].unit
            lines.append(f"  {name:<{width}}  {value_with_error(value, error)} {unit}".rstrip())
        for name, (mean, deviation) in targets.features.items():
            lines.append(f"  {name:<{width}}  {self.features[name]:.5g}; target {mean:g} ± {deviation:g}")
        if targets.spikes.size:
            away = np.abs(self.spike_times - targets.spikes).max()
            lines.append(f"  {'spike_times':<{width}}  {targets.spikes.size} spikes, {away:.2g} ms from theirs at most")
        lines += [
            f"  no member comes close to the target of {name}: the best is {abs(self.deviations[name]):.1f} standard "
            "deviations away" for name in self.unreached
        ]  # fmt: skip
        for parts in self.unidentified:
            combination = ", ".join(f"{name} {part:+.2g}" for name, part in parts.items())
            lines.append(f"  the targets do not determine this combination (in widths of the bounds): {combination}")
        near = sum(one.quadratic.cost <= NEAR_BEST * self.deviance + 1.0 for one in self._minima)
        lines.append(
            f"  sum of squares {self.deviance:.4g}; {near} of {len(self._minima)} searches came as low, from the best "
            f"of {self.members:,} members; {self.seconds:.1f} s" + (f"; ended by {self.ended}" if self.ended else "")
        )
        return "\n".join(lines)

    def __repr__(self) -> str:
        values = ", ".join(f"{name} = {value:.6g}" for name, value in self.values.items())
        return f"<FeatureFit of {self.membrane.name!r}: {values}; sum of squares {self.deviance:.4g}>"
