"""What a fit of features compares: features with mean and standard deviation, spike times with theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, DivergenceError, RestError, StepLimitError
from loligo._units import MS, number, numbers, positive
from loligo.fitting.bounds import Box
from loligo.fitting.links import Links
from loligo.population import FEATURES, Population
from loligo.population.features import features_named
from loligo.simulation.current import recorded
from loligo.sweep import Sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.stimulus import Stimulus

    Vector = NDArray[np.float64]

SPIKES: Final = "spike_times"
TOLERANCE: Final = 1e-8  # tolerance of runs whose differences are taken
STEP: Final = 1e-4  # fraction of the width of the bounds: half of the distance over which features are differenced


@dataclass(frozen=True, eq=False)
class Targets:
    """What was measured.

    Attributes
    ----------
    features : dict of str to (float, float)
        Mean and standard deviation, in the unit of each.
    spikes : array (spikes,)
        Times [ms]; empty where none are compared.
    deviation : float
        Their standard deviation [ms].
    """

    features: dict[str, tuple[float, float]]
    spikes: Vector
    deviation: float

    @property
    def count(self) -> int:
        """How many numbers are compared."""
        return len(self.features) + self.spikes.size


def targets_of(given: Any, spike_level: float) -> Targets:
    """Return targets as `loligo.fit_features` takes them.

    Raises
    ------
    ArgumentError, UnitError, UnknownNameError
        No feature, one that is a word, no pair of numbers, spike times that do not increase.
    """
    if not isinstance(given, Mapping) or not given:
        raise ArgumentError(
            "Targets map features to a mean and a standard deviation, e.g. {'AP_amplitude': (90, 4)}; got "
            f"{given!r:.80}."
        )
    features, times, deviation = {}, np.empty(0), 1.0
    for name, pair in given.items():
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
            raise ArgumentError(f"The target of {name} is a mean and a standard deviation; got {pair!r:.80}.")
        if name == SPIKES:
            times = _times(pair[0], spike_level)
            deviation = positive(pair[1], MS, "the standard deviation of spike times")
            continue
        (feature,) = features_named([name])
        if feature.words:
            raise ArgumentError(f"{name} is a word; a fit compares numbers: choose among {', '.join(_numeric())}.")
        features[name] = (
            number(pair[0], feature.unit, f"the mean of {name}"),
            positive(pair[1], feature.unit, f"the standard deviation of {name}"),
        )
    return Targets(features, times, deviation)


def _numeric() -> list[str]:
    return [name for name, feature in FEATURES.items() if not feature.words]


def _times(given: Any, level: float) -> Vector:
    """Return spike times; of a sweep, where v crosses the level, on lines between its samples."""
    if isinstance(given, Sweep):
        if given.v is None:
            raise ArgumentError("Spike times are those of a sweep under current clamp; this is one of a voltage clamp.")
        v, t = given.v, given.t
        k = np.flatnonzero((v[:-1] < level) & (v[1:] >= level) & given.kept[:-1])
        times = t[k] + (t[k + 1] - t[k]) * (level - v[k]) / (v[k + 1] - v[k])
    else:
        times = np.atleast_1d(numbers(given, MS, SPIKES))
    if times.ndim != 1 or not times.size or not (np.diff(times) > 0).all():
        raise ArgumentError(f"{SPIKES} are one or more times [ms], increasing; got {times.tolist()!r:.80}.")
    return np.asarray(times, dtype=float)


@dataclass(frozen=True, eq=False)
class Compared:
    """A membrane under a stimulus, of which features and spikes are compared with targets.

    Attributes
    ----------
    links : Links
    box : Box
    stimulus : Stimulus
    duration : float
        [ms]
    targets : Targets
    priors : sequence of (int, float, float)
    threads : int or None
    """

    links: Links
    box: Box
    stimulus: Stimulus
    duration: float
    targets: Targets
    priors: Sequence[tuple[int, float, float]]
    threads: int | None

    def members(self, points: Vector, tolerance: float) -> tuple[Vector, list[Vector]]:
        """Return features, shape (points, features), and the first spike times of members at points of the box."""
        inner = np.array([self.links.at(self.box.values(point), 0)[0] for point in points])
        valid = np.isfinite(inner).all(axis=1)
        features = np.full((len(points), len(self.targets.features)), np.nan)
        spikes = [np.empty(0)] * len(points)
        if not valid.any():
            return features, spikes
        columns = dict(zip(self.links.inner, np.ascontiguousarray(inner[valid].T), strict=True))
        table: Any = Population.table(self.links.membrane, columns).run(
            self.stimulus, self.duration, features=[*self.targets.features] or ["spike_count"],
            spike_times=self.targets.spikes.size + 1, tolerance=tolerance, progress=False, threads=self.threads,
        )  # fmt: skip
        ran = np.asarray(table["status"] == "ok")
        for k, name in enumerate(self.targets.features):
            features[valid, k] = np.where(ran, np.asarray(table[name], dtype=float), np.nan)
        for k, times in zip(np.flatnonzero(valid).tolist(), table[SPIKES], strict=True):
            spikes[k] = np.asarray(times, dtype=float)
        return features, spikes

    def residuals(self, point: Vector) -> tuple[Vector, Vector] | None:
        """Return deviations from targets and priors, and their derivatives in the coordinates of a point.

        Features are differenced between members on both sides, spike times have exact derivatives. None where a feature
        does not exist, or spikes are more or fewer than the targets.
        """
        rows, jacobians = [np.empty(0)], [np.empty((0, point.size))]
        if self.targets.features:
            found = self._differenced(point)
            if found is None:
                return None
            rows.append(found[0])
            jacobians.append(found[1])
        values = self.box.values(point)
        slopes = self.box.slopes(values)
        if self.targets.spikes.size:
            timed = self.spike_times(values)
            if timed is None:
                return None
            rows.append((timed[0] - self.targets.spikes) / self.targets.deviation)
            jacobians.append(timed[1] * slopes / self.targets.deviation)
        for k, mean, deviation in self.priors:
            rows.append(np.array([(values[k] - mean) / deviation]))
            jacobians.append((np.arange(point.size) == k)[np.newaxis] * slopes / deviation)
        return np.concatenate(rows), np.concatenate(jacobians)

    def spike_times(self, values: Vector) -> tuple[Vector, Vector] | None:
        """Return spike times and their exact derivatives in the values, or None where their number is another."""
        inner, matrix = self.links.at(values, 0)
        if not np.isfinite(inner).all():
            return None
        names = self.links.inner
        membrane = self.links.membrane.replace(**dict(zip(names, inner.tolist(), strict=True)))
        try:
            run = recorded(
                membrane, self.stimulus, self.duration, initial="rest", tolerance=TOLERANCE, sampling=None,
                sensitivities=names,
            )  # fmt: skip
        except (DivergenceError, RestError, StepLimitError):
            return None
        if run.spikes.size != self.targets.spikes.size:
            return None
        gradient = run.spike_gradient()
        return run.spikes, np.stack([gradient[name] for name in names], axis=1) @ matrix

    def _differenced(self, point: Vector) -> tuple[Vector, Vector] | None:
        ends = np.clip(point + STEP * np.concatenate([np.eye(point.size), -np.eye(point.size)]), 0.0, 1.0)
        features, _ = self.members(np.vstack([point, ends]), TOLERANCE)
        here, above, below = features[0], features[1 : 1 + point.size], features[1 + point.size :]
        if not np.isfinite(here).all():
            return None
        up, down = np.diagonal(ends[: point.size]) - point, point - np.diagonal(ends[point.size :])
        up, down = (np.broadcast_to(side[:, np.newaxis], above.shape) for side in (up, down))
        high, low = np.where(np.isfinite(above), above, here), np.where(np.isfinite(below), below, here)
        width = np.where(np.isfinite(above), up, 0.0) + np.where(np.isfinite(below), down, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            slopes = np.where(width > 0.0, (high - low) / width, 0.0)
        means, deviations = np.array(list(self.targets.features.values())).T
        return (here - means) / deviations, (slopes / deviations).T
