"""`fit_features`: parameters for which a membrane reproduces measured features or spike times."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import FitError, TimeLimitError
from loligo._units import whole
from loligo.fitting.bounds import box_of
from loligo.fitting.descent import Minimum, Quadratic, descended
from loligo.fitting.feature_comparison import Compared
from loligo.fitting.feature_result import FeatureFit
from loligo.fitting.feature_targets import counted, experiments_of
from loligo.fitting.links import Links, ties_of
from loligo.fitting.priors import checked_priors
from loligo.fitting.search import EVALUATIONS, GIVEN, Descent, sobol
from loligo.fitting.starts import starts_of
from loligo.kernel.stops import Stopped, current_stop, finishing
from loligo.membrane import Membrane, checked_membrane
from loligo.stimulus import Stimulus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

MEMBER: Final = "member"
MOST_MEMBERS: Final = 1_000_000
SCREENING: Final = 1e-5  # tolerance of the runs that decide where searches begin
NEGLIGIBLE: Final = 1e-8  # relative to the sum of squares: if the predicted decrease is smaller, this is the minimum
LEAST: Final = 1e-9  # squared standard deviations: also if it is below this, as where all targets are reached


def fit_features(
    membrane: Membrane,
    stimulus: Stimulus | Sequence[Stimulus],
    targets: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    bounds: Mapping[str, Any],
    *,
    duration: float | Sequence[float] | None = None,
    tied: Mapping[str, Any] | None = None,
    priors: Mapping[str, tuple[float, float]] | None = None,
    members: int = 1024,
    starts: Any = 5,
    seed: int = 0,
    evaluations: int = 60,
    threads: int | None = None,
) -> FeatureFit:
    """Find the parameters for which a membrane reproduces measured features.

    A population that fills the bounds is run. From its best members a bounded Levenberg-Marquardt method minimises the
    sum of squared deviations. Derivatives of spike times are exact; those of features are differences between members
    that run together. `loligo.time_limit` and Ctrl-C end the search; the best result so far is then returned.

    Parameters
    ----------
    membrane : Membrane
    stimulus : Stimulus or several
        The current [µA/cm²]. With several stimuli, ``targets`` has one mapping for each, and names in the result
        include the index of their stimulus: ``mean_frequency[1]``.
    targets : mapping of str to (float, float), or several
        Mean and standard deviation of numeric features from `loligo.population.FEATURES`, each in its unit. Some, such
        as ``mean_frequency``, jump where the number of spikes changes: combine them with ``spike_count`` or spike
        times. ``"spike_times"`` takes the times of all spikes [ms], or a `Sweep` in which they are the crossings of the
        membrane's ``spike_level``, and their standard deviation [ms].
    bounds : mapping of str to (float, float) or Bound
        What is varied, by name, and between what. What is ``per="sweep"`` in a `Bound` has its own value under each
        stimulus: ``E_leak[0]``, ``E_leak[1]``, ...
    duration : float or several, optional
        Length of the runs [ms]; by default 60 ms longer than the stimulus.
    tied, priors
        As for `loligo.fit`.
    members : int
        Number of screened members (Sobol points of the bounds).
    starts : int or array (starts, n)
        Number of searches, which begin at the best members; or values to begin from instead, in the order of
        ``bounds``.
    seed : int
        Seed of the screened points.
    evaluations : int
        Largest number of evaluations in each search.
    threads : int, optional
        Number of threads for populations; the result does not depend on it.

    Returns
    -------
    FeatureFit

    Raises
    ------
    ArgumentError, UnitError, UnknownNameError
        Targets, bounds, formulas or numbers are invalid.
    FitError
        No member has all features, or as many spikes as the targets; the message says what the members have.

    Examples
    --------
    >>> import loligo as lo
    >>> found = fit_features(
    ...     lo.models.squid(), lo.Step(10.0, stop=100), {"mean_frequency": (75, 1), "AP_amplitude": (80, 1)},
    ...     {"g_Na": (60, 240), "g_K": (10, 60)}, members=128, starts=1,
    ... )
    >>> {name: round(value) for name, value in found.features.items()}
    {'mean_frequency': 75, 'AP_amplitude': 80}
    """
    begun = time.perf_counter()
    checked_membrane(membrane)
    experiments = experiments_of(stimulus, targets, duration, membrane.spike_level)
    box = box_of(membrane, bounds, (), len(experiments))
    links = Links(membrane, len(experiments), box.names, ties_of(membrane, tuple(bounds), tied))
    compared = Compared(links, box, experiments, checked_priors(priors, box, membrane), threads)
    count = whole(members, "members", least=1, most=MOST_MEMBERS)
    points = starts_of(starts, box, membrane)
    most, seed = whole(evaluations, "evaluations", least=1), whole(seed, "seed", least=0)
    if isinstance(points, int):
        screened = sobol(len(box.names), count, seed)
        points = screened[_screened(compared, screened)[:points]]
    else:
        count = 0
    descents, ended = _descended(compared, points, most, MEMBER if count else GIVEN)
    best = min((one.minimum for one in descents), key=lambda one: one.quadratic.cost)
    ended = ended or ("" if best.converged else EVALUATIONS)
    with finishing():
        residuals = compared.residuals(best.point)
    if residuals is None:
        raise RuntimeError("the best member has no features")
    return FeatureFit(compared, best, residuals, count, tuple(descents), ended, time.perf_counter() - begun)


def _screened(compared: Compared, points: Vector) -> NDArray[np.intp]:
    """Return the indices of the members with all features and as many spikes as the targets, the best first."""
    every = [compared.members(one, points, SCREENING) for one in compared.experiments]
    cost = np.zeros(len(points))
    for one, (features, spikes) in zip(compared.experiments, every, strict=True):
        means, deviations = np.array([*one.targets.features.values()]).reshape(-1, 2).T
        cost += (((features - means) / deviations) ** 2).sum(axis=1)
        for k, times in enumerate(spikes if one.targets.spikes.size else ()):
            same = times.size == one.targets.spikes.size
            cost[k] += (((times - one.targets.spikes) / one.targets.deviation) ** 2).sum() if same else np.inf
    values = compared.box.values(points)
    for k, mean, deviation in compared.priors:
        cost += ((values[:, k] - mean) / deviation) ** 2
    usable = np.flatnonzero(np.isfinite(cost))
    if not usable.size:
        compared.links.check_ties(values)
        raise FitError(_why_none(compared, every))
    return usable[np.argsort(cost[usable], kind="stable")]


def _why_none(compared: Compared, every: list[tuple[Vector, list[Vector]]]) -> str:
    parts = []
    for one, (features, spikes) in zip(compared.experiments, every, strict=True):
        measured = one.targets.spikes.size
        parts += [
            f"{name} exists in {np.isfinite(own).sum():,}" for name, own in zip(one.names, features.T, strict=False)
        ]
        if measured:
            counts = [min(times.size, measured + 1) for times in spikes]
            least, most = min(counts), max(counts)
            fired = f"{least:,} to {most:,}" if least < most else f"{most:,}"
            more = " or more" if most > measured else ""
            under = f" under stimulus {one.suffix}" if one.suffix else ""
            were = "was" if measured == 1 else "were"
            parts.append(f"{counted(measured, 'spike')} {were} measured{under}, members fire {fired}{more}")
    return (
        f"None of {counted(len(every[0][0]), 'member')} within the bounds can be compared: {'; '.join(parts)}. Widen "
        "the bounds, change the stimulus, or screen more members=."
    )


def _descended(compared: Compared, points: Vector, evaluations: int, origin: str) -> tuple[list[Descent], str]:
    """Return the ends of searches from points, and what stopped them early; the last one is then unfinished."""
    descents: list[Descent] = []
    ended = ""

    def evaluate(point: Vector) -> Quadratic | None:
        nonlocal ended
        if ended:
            raise StopIteration
        try:
            current_stop().check()
            return compared.quadratic(point)
        except (KeyboardInterrupt, TimeLimitError, Stopped) as error:
            ended = "Ctrl-C" if isinstance(error, KeyboardInterrupt) else "the time limit"
            raise StopIteration from None

    for point in points:
        begun, minimum = time.perf_counter(), None
        try:
            if (here := evaluate(point)) is not None:
                minimum = descended(evaluate, point, here, evaluations, NEGLIGIBLE, least=LEAST)
        except StopIteration:
            if descents:
                break
            with finishing():
                here = compared.quadratic(point)
            if here is None:
                continue
            minimum = Minimum(point, here, 1, converged=False)
        if minimum is not None:
            descents.append(Descent(minimum, time.perf_counter() - begun, 0, origin))
        if ended and descents:
            break
    if not descents:
        raise FitError(
            f"None of the {len(points)} starts has all features, and as many spikes as the targets: screen more "
            "members=, and begin at more of them with starts=."
        )
    return descents, ended
