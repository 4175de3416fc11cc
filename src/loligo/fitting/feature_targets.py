"""The targets of a fit: features with mean and standard deviation, and spike times with a standard deviation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, UnitError
from loligo._units import MS, is_pair, number, numbers, positive
from loligo.population import FEATURES
from loligo.population.features import features_named
from loligo.simulation.current import default_duration
from loligo.stimulus import Stimulus
from loligo.sweep import Sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

SPIKES: Final = "spike_times"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless the number is 1."""
    plural = "es" if noun.endswith("ch") else "s"
    return f"{number:,} {noun}{plural * (number != 1)}"


@dataclass(frozen=True, eq=False)
class Targets:
    """The measured features and spike times.

    Attributes
    ----------
    features : dict of str to (float, float)
        Mean and standard deviation, in the unit of each.
    spikes : array (spikes,)
        Times [ms]; empty if none are compared.
    deviation : float
        Standard deviation of spike times [ms].
    """

    features: dict[str, tuple[float, float]]
    spikes: Vector
    deviation: float

    @property
    def means(self) -> Vector:
        """The means of all features, then the times of spikes."""
        return np.array([*(mean for mean, _ in self.features.values()), *self.spikes.tolist()])

    @property
    def deviations(self) -> Vector:
        """Their standard deviations."""
        return np.array([*(width for _, width in self.features.values()), *[self.deviation] * self.spikes.size])

    def counted_as(self, weight: float) -> Targets:
        """Return the targets with the deviations of so many equal measurements."""
        by = weight**-0.5
        return Targets(
            {name: (mean, by * width) for name, (mean, width) in self.features.items()},
            self.spikes,
            by * self.deviation,
        )

    @property
    def count(self) -> int:
        """The number of compared numbers."""
        return len(self.features) + self.spikes.size


def targets_of(given: Any, spike_level: float) -> Targets:
    """Return targets from the argument of `loligo.fit_features`.

    Raises
    ------
    ArgumentError, UnitError, UnknownNameError
        There is no feature, a feature is a word, a target is not a pair of numbers, or spike times do not increase.
    """
    if not isinstance(given, Mapping) or not given:
        raise ArgumentError(
            "Targets must map features to a mean and a standard deviation, e.g. {'AP_amplitude': (90, 4)}; got "
            f"{given!r:.80}."
        )
    features, times, deviation = {}, np.empty(0), 1.0
    for name, pair in given.items():
        if not is_pair(pair):
            raise ArgumentError(f"The target of {name} must be a mean and a standard deviation; got {pair!r:.80}.")
        mean, width = pair
        if name == SPIKES:
            times = _times(mean, spike_level)
            deviation = positive(width, MS, "the standard deviation of spike times")
            continue
        (feature,) = features_named([name])
        if feature.words:
            raise ArgumentError(f"{name} is a word; a fit compares numbers: choose among {', '.join(_numeric())}.")
        features[name] = (
            number(mean, feature.unit, f"the mean of {name}"),
            positive(width, feature.unit, f"the standard deviation of {name}"),
        )
    return Targets(features, times, deviation)


def _numeric() -> list[str]:
    return [name for name, feature in FEATURES.items() if not feature.words]


def _times(given: Any, level: float) -> Vector:
    """Return spike times; for a sweep, the crossings of the level, by linear interpolation between its samples."""
    if isinstance(given, Sweep):
        if given.v is None:
            raise ArgumentError("Spike times need a sweep under current clamp; this one is under voltage clamp.")
        v, t = given.v, given.t
        k = np.flatnonzero((v[:-1] < level) & (v[1:] >= level) & given.kept[:-1])
        times = t[k] + (t[k + 1] - t[k]) * (level - v[k]) / (v[k + 1] - v[k])
    else:
        times = np.atleast_1d(numbers(given, MS, SPIKES))
    if times.ndim != 1 or not times.size or not (np.diff(times) > 0).all():
        raise ArgumentError(f"{SPIKES} must be one or more increasing times [ms]; got {times.tolist()!r:.80}.")
    return np.asarray(times, dtype=float)


@dataclass(frozen=True, eq=False)
class Experiment:
    """A stimulus and what was measured under it.

    Attributes
    ----------
    stimulus : Stimulus
    duration : float
        [ms]
    targets : Targets
    suffix : str
        Suffix of the name of each feature: "[1]" for the second of several stimuli, "" for a single one.
    place : int
        Its index among the experiments whose parameters may differ.
    """

    stimulus: Stimulus
    duration: float
    targets: Targets
    suffix: str
    place: int = 0

    @property
    def names(self) -> list[str]:
        """The names of features, then of spikes."""
        spikes = [f"{SPIKES}{self.suffix}[{k}]" for k in range(self.targets.spikes.size)]
        return [*(f"{name}{self.suffix}" for name in self.targets.features), *spikes]


def experiments_of(stimulus: Any, targets: Any, duration: Any, spike_level: float) -> tuple[Experiment, ...]:
    """Return the experiments given to `loligo.fit_features`: one stimulus, or several with as many targets.

    Raises
    ------
    ArgumentError, UnitError, UnknownNameError
        An argument is not a stimulus; the number of targets or durations differs from that of stimuli; `targets_of`
        refuses the targets; or spike times lie outside the run.
    """
    if isinstance(stimulus, Stimulus):
        stimuli, wanted, suffixes = [stimulus], [targets], [""]
    else:
        stimuli = list(stimulus) if isinstance(stimulus, Sequence) else []
        if not stimuli or not all(isinstance(one, Stimulus) for one in stimuli):
            raise UnitError(f"stimulus must be a Stimulus such as lo.Step(10.0), or several; got {stimulus!r:.80}.")
        wanted = list(targets) if isinstance(targets, Sequence) and not isinstance(targets, str) else [targets]
        suffixes = [f"[{k}]" for k in range(len(stimuli))]
    several = (isinstance(duration, Sequence) and not isinstance(duration, (str, bytes))) or np.ndim(duration) == 1
    lengths = list(duration) if several else [duration] * len(stimuli)
    for given, what in ((wanted, "mappings of targets"), (lengths, "durations")):
        if len(given) != len(stimuli):
            subject = f"{len(stimuli)} stimuli need" if len(stimuli) > 1 else "1 stimulus needs"
            raise ArgumentError(f"{subject} as many {what}; got {len(given)}.")
    found = tuple(
        Experiment(
            one, default_duration(one) if length is None else positive(length, MS, "duration"),
            targets_of(own, spike_level), suffix, place,
        )
        for place, (one, length, own, suffix) in enumerate(zip(stimuli, lengths, wanted, suffixes, strict=True))
    )  # fmt: skip
    for each in found:
        outside = each.targets.spikes[(each.targets.spikes < 0) | (each.targets.spikes > each.duration)]
        if outside.size:
            raise ArgumentError(
                f"{SPIKES}{each.suffix} contains {outside[0]:g} ms, outside the run from 0 to {each.duration:g} ms: "
                "count times from the beginning of the run, or give a longer duration=."
            )
    return found


@dataclass(frozen=True, eq=False)
class FeatureTargets:
    """Features, or spike times, that were measured under one stimulus: data for `loligo.fit`, together with sweeps.

    Parameters
    ----------
    stimulus : Stimulus
        The current, in the unit of the sweeps [µA/cm², or nA of a whole cell].
    targets : mapping of str to (float, float)
        Mean and standard deviation of features, and the times of all spikes with theirs, as for `loligo.fit_features`.
    duration : float, optional
        Length of the run [ms]; by default 60 ms longer than the stimulus.

    Raises
    ------
    UnitError, ArgumentError
        No stimulus, or no mapping of targets; `loligo.fit` checks each target.

    Examples
    --------
    >>> import loligo as lo
    >>> FeatureTargets(lo.Step(10.0, start=2, stop=30), {"spike_times": ([4.1, 18.9], 0.05)}, duration=40)
    FeatureTargets(spike_times)
    """

    stimulus: Stimulus
    targets: Mapping[str, Any]
    duration: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.stimulus, Stimulus):
            got = f"{self.stimulus!r:.80}"
            raise UnitError(f"The stimulus of FeatureTargets must be one such as lo.Step(10.0); got {got}.")
        if not isinstance(self.targets, Mapping) or not self.targets:
            targets_of(self.targets, 0.0)

    def experiment(self, spike_level: float, place: int, suffix: str) -> Experiment:
        """Return the checked experiment; errors are those of `experiments_of`."""
        (found,) = experiments_of(self.stimulus, self.targets, self.duration, spike_level)
        return replace(found, suffix=suffix, place=place)

    def __repr__(self) -> str:
        return f"FeatureTargets({', '.join(self.targets)})"
