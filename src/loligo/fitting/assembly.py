"""The problem that a fit minimises, assembled from sweeps and targets, bounds, noise, weights and priors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import ArgumentError, FitError, UnitError
from loligo.fitting.bounds import box_of
from loligo.fitting.clamped import ClampedMembrane
from loligo.fitting.clamped_states import ClampedStates
from loligo.fitting.current_clamp import CurrentClamped
from loligo.fitting.electrode import OF_CLAMP, SERIES, SeriesClamped, with_electrode, without_electrode
from loligo.fitting.feature_comparison import Compared as ComparedFeatures
from loligo.fitting.feature_targets import FeatureTargets
from loligo.fitting.linked_currents import LinkedCurrents
from loligo.fitting.links import Links, base, ties_of
from loligo.fitting.mixed import Mixed
from loligo.fitting.noise_levels import levels_of, noise_of
from loligo.fitting.priors import checked_priors
from loligo.fitting.problem import CURRENT, FEATURES, Problem, V
from loligo.fitting.shooting import ShootingProblem
from loligo.fitting.volts import check_volts
from loligo.membrane import Membrane
from loligo.sweep import Sweep

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loligo.fitting.problem import SumOfSquares

    Vector = NDArray[np.float64]
    CurrentsUnderClamp = ClampedMembrane | ClampedStates | SeriesClamped | LinkedCurrents

LEAST_OF_A_TRACE: Final = 3  # smallest number of compared samples of a current clamp
QUIET: Final = 1.5  # standard deviations of the noise: a v whose own standard deviation is smaller is noise alone


def kind_of(one: Sweep | FeatureTargets) -> str:
    """Return what was measured: "current", "v" or "features"."""
    return FEATURES if isinstance(one, FeatureTargets) else V if one.clamp == "current" else CURRENT


def checked_data(given: Any) -> tuple[Sweep | FeatureTargets, ...]:
    """Return the sweeps and targets given to `loligo.fit`.

    Raises
    ------
    ArgumentError, UnitError
        Nothing, something else, sweeps without protocols or samples, in different units, targets alone.
    """
    single = isinstance(given, (Sweep, FeatureTargets)) or not isinstance(given, Iterable)
    measured = (given,) if single else tuple(given)
    for one in measured:
        if not isinstance(one, FeatureTargets):
            _check_sweep(one)
    if not measured:
        raise ArgumentError("A fit needs at least one sweep.")
    sweeps = [one for one in measured if isinstance(one, Sweep)]
    if not sweeps:
        raise ArgumentError("Features alone are fitted by lo.fit_features, which first screens members: use it here.")
    if len({sweep.per for sweep in sweeps}) > 1:
        raise UnitError("All sweeps of a fit must be in µA/cm², or all in nA of a whole cell.")
    return measured


def _check_sweep(sweep: Any) -> None:
    if not isinstance(sweep, Sweep):
        raise UnitError(f"sweeps must be lo.Sweep(t, current=..., command=...) or several of them; got {sweep!r:.80}.")
    sweep.command if sweep.clamp == "voltage" else sweep.stimulus  # noqa: B018 - refuses an absent protocol
    if sweep.per == "unsaid":
        raise ArgumentError(
            f"The currents of {sweep!r:.60}... are those of a whole cell, in nA: give it area= [cm²] by "
            "sweep.replace, or per='cell' for a membrane whose conductances are µS."
        )
    if not sweep.kept.any():
        raise ArgumentError(f"{sweep!r:.60}... has no sample outside its excluded windows.")
    if sweep.clamp == "current" and sweep.kept.sum() < LEAST_OF_A_TRACE:
        raise ArgumentError(f"{sweep!r:.60}... has fewer than {LEAST_OF_A_TRACE} compared samples.")


def links_of(membrane: Membrane, kinds: Sequence[str], bounds: Mapping[str, Any], tied: Any) -> Links:
    """Return the parameters that follow from the varied values; invalid bounds are refused before compilation."""
    if isinstance(bounds, Mapping) and (tied is None or isinstance(tied, Mapping)):
        named = [name for name in (*bounds, *(tied or ())) if name in OF_CLAMP]
        if named and CURRENT not in kinds:
            raise ArgumentError(
                f"{named[0]} is a parameter of the electrode of a voltage clamp; v was measured here: leave it out."
            )
        membrane = with_electrode(membrane, named)
    box = box_of(membrane, bounds, (), len(kinds))
    for name, low in zip(box.names, box.low.tolist(), strict=True):
        if base(name) == SERIES and low <= 0.0:
            raise ArgumentError(f"{SERIES} is above 0; got a bound of {low:g}. For no series resistance, leave it out.")
    return Links(membrane, len(kinds), box.names, ties_of(membrane, tuple(bounds), tied))


def problem_of(
    links: Links, measured: Sequence[Sweep | FeatureTargets], bounds: Mapping[str, Any], noise: Any, weights: Any,
    priors: Any,
) -> SumOfSquares:  # fmt: skip
    """Return the problem to minimise: of one kind of data, or of several kinds or with weights."""
    kinds = [kind_of(one) for one in measured]
    if weights is not None or len({*kinds}) > 1:
        return _mixed(links, measured, kinds, bounds, noise, weights, priors)
    sweeps, membrane = [one for one in measured if isinstance(one, Sweep)], links.membrane
    if kinds[0] == V:
        check_volts(membrane, sweeps)
        traced = CurrentClamped(membrane, sweeps, links.names, links)
        box = box_of(membrane, bounds, (), len(sweeps))
        level = noise_of(noise, traced.grids)
        _check_traces(traced, level)
        return ShootingProblem(traced, box, level, checked_priors(priors, box, membrane))
    clamped = _clamped(links, sweeps)
    box = box_of(membrane, bounds, clamped.exponents, len(sweeps))
    return Problem(clamped, box, noise_of(noise, clamped.grids), checked_priors(priors, box, membrane))


def _clamped(links: Links, sweeps: Sequence[Sweep]) -> CurrentsUnderClamp:
    """Return the currents of sweeps under voltage clamp."""
    form = SeriesClamped if SERIES in links.inner else ClampedStates if links.membrane.schemes else ClampedMembrane
    plain = form(links.membrane, sweeps, links.inner)
    clamped = plain if links.plain else LinkedCurrents(plain, links)
    if not any(grid.measured.any() for grid in clamped.grids):
        raise FitError(
            "The measured current is 0 at all compared samples, so nothing can be fitted: check the sweeps and their "
            "exclude windows."
        )
    return clamped


def _check_traces(traced: CurrentClamped, noise: Vector) -> None:
    if all(trace.measured.std() < QUIET * one for trace, one in zip(traced.grids, noise.tolist(), strict=True)):
        raise FitError("The measured v shows only noise, so it determines no parameter: use stronger stimuli.")


def _mixed(
    links: Links, measured: Sequence[Sweep | FeatureTargets], kinds: Sequence[str], bounds: Mapping[str, Any],
    noise: Any, weights: Any, priors: Any,
) -> Mixed:  # fmt: skip
    """Return the problem of data of several kinds, or with weights."""
    sweeps = {k: one for k, one in enumerate(measured) if isinstance(one, Sweep)}
    levels = levels_of(kinds, noise, weights, {k: one.trace[one.kept] for k, one in sweeps.items()})
    clamp, v, features = (levels.places(kind) for kind in (CURRENT, V, FEATURES))
    clamped = _clamped(links.among(clamp, links.membrane), [sweeps[k] for k in clamp]) if clamp else None
    box = box_of(links.membrane, bounds, clamped.exponents if clamped else (), len(kinds))
    given, divisors = checked_priors(priors, box, links.membrane), levels.divisors
    currents = None if clamped is None else Problem(clamped, box, divisors[clamp], () if v else given)
    absent = frozenset(OF_CLAMP) & {*links.inner}
    bare = without_electrode(links.membrane) if absent else links.membrane
    traces = None
    if v:
        check_volts(bare, [sweeps[k] for k in v])
        traced = CurrentClamped(bare, [sweeps[k] for k in v], links.names, links.among(v, bare, absent))
        _check_traces(traced, levels.noise[v])
        beside = None if currents is None else currents.unstopped
        traces = ShootingProblem(traced, box, divisors[v], given, beside=beside)
    experiments = _experiments({k: measured[k] for k in features}, bare.spike_level)
    weighed = tuple(
        replace(one, targets=one.targets.counted_as(levels.weights[k]))
        for k, one in zip(features, experiments, strict=True)
    )
    compared = ComparedFeatures(links.among(features, bare, absent), box, weighed, (), 1) if features else None
    return Mixed(box, given, levels, currents, traces, compared, experiments)


def _experiments(targets: Mapping[int, Any], spike_level: float) -> tuple[Any, ...]:
    """Return the experiments of targets, by the number of each among the sweeps."""
    several = len(targets) > 1
    return tuple(
        one.experiment(spike_level, place, f"[{k}]" if several else "")
        for place, (k, one) in enumerate(targets.items())
    )
