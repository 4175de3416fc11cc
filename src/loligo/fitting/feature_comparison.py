"""Features and spike times of members at points of a box, compared with targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import DivergenceError, RestError, StepLimitError
from loligo.fitting.bounds import Box
from loligo.fitting.descent import Quadratic
from loligo.fitting.feature_targets import SPIKES, Experiment
from loligo.fitting.links import Links
from loligo.population import Population
from loligo.simulation.current import recorded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

TOLERANCE: Final = 1e-8  # tolerance of the runs for differences of features
STEP: Final = 1e-4  # fraction of the width of the bounds: half-width of the central differences of features


@dataclass(frozen=True, eq=False)
class Compared:
    """A membrane under stimuli, whose features and spikes are compared with targets.

    Attributes
    ----------
    links : Links
    box : Box
    experiments : sequence of Experiment
    priors : sequence of (int, float, float)
    threads : int or None
    """

    links: Links
    box: Box
    experiments: Sequence[Experiment]
    priors: Sequence[tuple[int, float, float]]
    threads: int | None

    @property
    def names(self) -> list[str]:
        """The names of all features and spikes, in the order of residuals."""
        return [name for one in self.experiments for name in one.names]

    def members(self, one: Experiment, points: Vector, tolerance: float) -> tuple[Vector, list[Vector]]:
        """Return features, shape (points, features), and the first spike times of members at points of the box."""
        inner = np.array([self.links.at(self.box.values(point), one.place)[0] for point in points])
        valid = np.isfinite(inner).all(axis=1)
        features = np.full((len(points), len(one.targets.features)), np.nan)
        spikes = [np.empty(0)] * len(points)
        if not valid.any():
            return features, spikes
        columns = dict(zip(self.links.inner, np.ascontiguousarray(inner[valid].T), strict=True))
        table: Any = Population.table(self.links.membrane, columns).run(
            one.stimulus, one.duration, features=[*one.targets.features] or ["spike_count"],
            spike_times=one.targets.spikes.size + 1, tolerance=tolerance, progress=False, threads=self.threads,
        )  # fmt: skip
        ran = np.asarray(table["status"] == "ok")
        for k, name in enumerate(one.targets.features):
            features[valid, k] = np.where(ran, np.asarray(table[name], dtype=float), np.nan)
        for k, times in zip(np.flatnonzero(valid).tolist(), table[SPIKES], strict=True):
            spikes[k] = np.asarray(times, dtype=float)
        return features, spikes

    def quadratic(self, point: Vector) -> Quadratic | None:
        """Return the quadratic model of the squared deviations around a point, or None if it cannot be compared."""
        found = self.residuals(point)
        if found is None or not np.isfinite(found[1]).all():
            return None
        misfit, jacobian = found
        return Quadratic(float(misfit @ misfit), jacobian.T @ misfit, jacobian.T @ jacobian)

    def residuals(self, point: Vector) -> tuple[Vector, Vector] | None:
        """Return deviations from targets and priors, and their derivatives with respect to the coordinates of a point.

        Derivatives of features are central differences between members; those of spike times are exact. The result is
        None if a feature does not exist, or the number of spikes differs from that of the targets.
        """
        rows, jacobians = [np.empty(0)], [np.empty((0, point.size))]
        for one in self.experiments:
            found = self.deviations(one, point)
            if found is None:
                return None
            rows.append(found[0])
            jacobians.append(found[1])
        values = self.box.values(point)
        slopes = self.box.slopes(values)
        for k, mean, deviation in self.priors:
            rows.append(np.array([(values[k] - mean) / deviation]))
            jacobians.append((np.arange(point.size) == k)[np.newaxis] * slopes / deviation)
        return np.concatenate(rows), np.concatenate(jacobians)

    def deviations(self, one: Experiment, point: Vector) -> tuple[Vector, Vector] | None:
        """Return the deviations from the targets under one stimulus and their derivatives, as `residuals` does."""
        rows, jacobians = [np.empty(0)], [np.empty((0, point.size))]
        if one.targets.features:
            found = self._differenced(one, point)
            if found is None:
                return None
            rows.append(found[0])
            jacobians.append(found[1])
        if one.targets.spikes.size:
            values = self.box.values(point)
            timed = self.spike_times(one, values)
            if timed is None:
                return None
            rows.append((timed[0] - one.targets.spikes) / one.targets.deviation)
            jacobians.append(timed[1] * self.box.slopes(values) / one.targets.deviation)
        return np.concatenate(rows), np.concatenate(jacobians)

    def spike_times(self, one: Experiment, values: Vector) -> tuple[Vector, Vector] | None:
        """Return spike times and exact derivatives with respect to the values, or None if their number differs."""
        inner, matrix = self.links.at(values, one.place)
        if not np.isfinite(inner).all():
            return None
        names = self.links.inner
        membrane = self.links.membrane.replace(**dict(zip(names, inner.tolist(), strict=True)))
        try:
            run = recorded(
                membrane, one.stimulus, one.duration, initial="rest", tolerance=TOLERANCE, sampling=None,
                sensitivities=names,
            )  # fmt: skip
        except (DivergenceError, RestError, StepLimitError):
            return None
        if run.spikes.size != one.targets.spikes.size:
            return None
        gradient = run.spike_gradient()
        return run.spikes, np.stack([gradient[name] for name in names], axis=1) @ matrix

    def _differenced(self, one: Experiment, point: Vector) -> tuple[Vector, Vector] | None:
        ends = np.clip(point + STEP * np.concatenate([np.eye(point.size), -np.eye(point.size)]), 0.0, 1.0)
        features, _ = self.members(one, np.vstack([point, ends]), TOLERANCE)
        here, above, below = features[0], features[1 : 1 + point.size], features[1 + point.size :]
        if not np.isfinite(here).all():
            return None
        up, down = np.diagonal(ends[: point.size]) - point, point - np.diagonal(ends[point.size :])
        up, down = (np.broadcast_to(side[:, np.newaxis], above.shape) for side in (up, down))
        high, low = np.where(np.isfinite(above), above, here), np.where(np.isfinite(below), below, here)
        width = np.where(np.isfinite(above), up, 0.0) + np.where(np.isfinite(below), down, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            slopes = np.where(width > 0.0, (high - low) / width, 0.0)
        means, deviations = np.array(list(one.targets.features.values())).T
        return (here - means) / deviations, (slopes / deviations).T
