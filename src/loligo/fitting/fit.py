"""`fit`: parameters of a membrane from recordings."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, FitError
from loligo._progress import Progress, Report
from loligo._units import MV, whole
from loligo.fitting.assembly import checked_data, kind_of, links_of, problem_of
from loligo.fitting.descent import MOST_EVALUATIONS
from loligo.fitting.electrode import unit_of, without_electrode
from loligo.fitting.feature_targets import FeatureTargets
from loligo.fitting.links import Links
from loligo.fitting.mixed import Mixed, calibrated
from loligo.fitting.noise_levels import of_one_kind
from loligo.fitting.problem import V
from loligo.fitting.result import Fit
from loligo.fitting.runs import Run, Runs
from loligo.fitting.search import EVALUATIONS, Descent, searched, sobol
from loligo.fitting.shooting import ShootingProblem
from loligo.fitting.silence import check_spikes
from loligo.fitting.starts import starts_of
from loligo.kernel.stops import finishing
from loligo.membrane import Membrane, checked_membrane
from loligo.sweep import Sweep

if TYPE_CHECKING:
    from loligo.fitting.problem import SumOfSquares

MOST_THREADS: Final = 256
TRIED: Final = 64  # number of points at which ties are checked if no start responds
_MISSED: Final = (
    "The best membrane lacks a feature of the targets, or has more or fewer spikes than these: try more starts=, widen "
    "the bounds, or check the stimulus of the targets."
)


def fit(
    membrane: Membrane,
    sweeps: Sweep | Iterable[Sweep | FeatureTargets],
    bounds: Mapping[str, Any],
    *,
    starts: Any = 30,
    seed: int = 0,
    noise: Any = None,
    weights: Any = None,
    priors: Mapping[str, tuple[float, float]] | None = None,
    tied: Mapping[str, Any] | None = None,
    evaluations: int = MOST_EVALUATIONS,
    threads: int | None = None,
    progress: Progress = None,
) -> Fit:
    """Find the parameters with which a membrane reproduces measured currents or v, or both, alone or with features.

    The currents of a voltage clamp and their derivatives with respect to the parameters are computed together; they are
    exact where the command is constant. Traces of v under current clamp are fitted by multiple shooting: the trace is
    cut, states at the cuts are free, and a penalty on jumps at the cuts grows until they vanish. The initial state of a
    trace stays free. A bounded Levenberg-Marquardt method minimises the sum of squares from many starts. Each start is
    tried with two more random points, and the lowest of the three minima counts, unless one already leaves only noise.
    `loligo.time_limit` and Ctrl-C end the search, which then returns the best fit so far.

    Data of several kinds are fitted together: the residuals of each kind are divided by the noise of that kind, and
    their squares are added. Derivatives of currents, v and spike times are exact; those of features are central
    differences, as in `loligo.fit_features`.

    Parameters
    ----------
    membrane : Membrane
        Under voltage clamp its gates must depend on v alone, and kinetic schemes need commands of steps. Parameters
        that are not varied keep their values.
    sweeps : Sweep or several
        Sweeps from a voltage clamp, with commands, or a current clamp, with stimuli, or of both; windows of ``exclude``
        are not compared. Under voltage clamp the membrane is settled at the holding potential at the start
        of a sweep. Among them may be `FeatureTargets`: features and spike times that were measured under a stimulus.
    bounds : mapping of str to (float, float) or Bound
        The varied parameters, by name (any of ``membrane.parameters``), with their bounds. A parameter with
        ``per="sweep"`` in its `Bound` has its own value in each sweep. Under voltage clamp also ``g_leak_clamp`` and
        ``E_leak_clamp``, a leak of the electrode, and ``series_resistance`` [kΩ cm², MΩ of a cell]: then v is
        integrated, with the capacitive current, for any membrane.
    starts : int, array (starts, n) or table
        Number of starting points, spread evenly within the bounds on the scale of each; or their values, in the order
        of ``bounds``, or by name (a DataFrame or a mapping). A point that overflows, or whose current does not resemble
        the measured one, is redrawn; given values are not. Under current clamp a number of starts adds one more, the
        first: a regression of dv/dt on the currents of gates driven by the recorded v; with 0 it is the only start.
    seed : int
        Seed of the starts.
    noise : float or sequence of float, optional
        Standard deviation of the measurement, one for all sweeps or one for each [unit of the data]. By default sweeps
        are weighted by the noise between neighbouring samples, at least that of an A/D converter (a sweep without noise
        is weighted as the noisiest), and errors are scaled by the residuals. For data of several kinds: a mapping such
        as ``{"current": 5.0, "v": 1.0}``, or one entry for each sweep, which is None for targets and for noise to be
        estimated. The noise of a kind is estimated from neighbouring samples, then repeatedly from the residuals of the
        best fit. Targets have standard deviations of their own.
    weights : sequence or mapping of float, optional
        How many times each sweep or target counts, or each kind of data, e.g. ``{"current": 0.5, "features": 2.0}``. A
        weight of 2 has the same effect, also on the errors, as a noise smaller by the square root of 2.
    priors : mapping of str to (float, float), optional
        Prior knowledge of parameters: mean and standard deviation of a normal distribution.
    tied : mapping of str to str or float, optional
        Parameters that follow from others: formulas of varied and of any other parameter of the membrane, e.g.
        ``{"g_leak": "g_K / 120"}``; or the number at which one is fixed.
    evaluations : int
        Largest number of evaluations for each start, not counting those in which ties are tightened.
    threads : int, optional
        Number of threads, by default one for each processor; the result does not depend on it.
    progress : bool or callable, optional
        True shows a bar. A callable gets ``"fit"`` and the fraction of starts that are done; returning False cancels.

    Returns
    -------
    Fit

    Raises
    ------
    ArgumentError, UnitError, UnknownNameError
        No sweep, invalid bounds, noise, weights or starts, fewer samples than parameters, targets without sweeps.
    ModelError
        Under voltage clamp: the membrane has further states, or kinetic schemes and a command that is not made of
        steps.
    FitError
        No start gives a current or v that resembles the measured one, the measured current is 0, v is only noise, or v
        has spikes but the best fit has none. With several kinds of data: they show no noise and none was given, or the
        best fit lacks a feature or has other spikes.

    Examples
    --------
    >>> import numpy as np, loligo as lo
    >>> axon, command = lo.models.squid(rest=-65), lo.Step(60.0, start=1)
    >>> made = lo.voltage_clamp(axon, command, 10, holding=-65)
    >>> noisy = made.ionic_current + np.random.default_rng(1).normal(0, 2.0, made.t.size)
    >>> found = fit(axon, lo.Sweep(made.t, current=noisy, command=command, holding=-65), {"g_Na": (20, 500)}, starts=3)
    >>> abs(found.values["g_Na"] - 120) < 3 * found.errors["g_Na"]
    True
    """
    begun = time.perf_counter()
    report = Report(progress)
    checked_membrane(membrane)
    measured = checked_data(sweeps)
    kinds = [kind_of(one) for one in measured]
    links = links_of(membrane, kinds, bounds, tied)
    noise = of_one_kind(noise, kinds)
    problem = problem_of(links, measured, bounds, noise, weights, priors)
    box, most = problem.box, whole(evaluations, "evaluations", least=1)
    if problem.samples <= len(box.names):
        raise ArgumentError(
            f"{problem.samples} samples cannot determine {len(box.names)} parameters: vary fewer, or exclude less data."
        )
    points = starts_of(starts, box, links.membrane, regressed=V in kinds)
    seed = whole(seed, "seed", least=0)
    with report:
        try:
            descents, ended = searched(
                problem, points, seed, most, report,
                None if threads is None else whole(threads, "threads", least=1, most=MOST_THREADS),
                problem.regressed if isinstance(problem, (ShootingProblem, Mixed)) and V in kinds else None,
            )  # fmt: skip
        except FitError:
            links.check_ties(box.values(sobol(len(box.names), TRIED, seed) if isinstance(points, int) else points))
            raise
    k = min(range(len(descents)), key=lambda k: descents[k].minimum.quadratic.cost)
    if isinstance(problem, Mixed):
        problem, lowest, stopped = calibrated(problem, descents[k].minimum, 1 if ended else most)
        descents[k], ended = replace(descents[k], minimum=lowest), ended or stopped
    lowest = descents[k].minimum
    ended = ended or ("" if lowest.converged else EVALUATIONS)
    with finishing():
        runs = _runs(problem, descents, links, next(one for one in measured if isinstance(one, Sweep)))
        misfit, values = runs[k].misfit, runs[k].values
        if not math.isfinite(misfit):
            raise FitError(_MISSED)
    found = without_electrode(links.membrane_at(np.array(list(values.values())), 0))
    fitted = Fit(
        found, measured, values, misfit, runs, ended, time.perf_counter() - begun,
        noise is not None if not isinstance(problem, Mixed) else not problem.estimated,
        problem.at(lowest.point), lowest.point[: len(box.names)], links,
    )  # fmt: skip
    with finishing():  # residuals, too, so that a fit that a time limit ended is printed within that limit
        check_spikes(fitted)
    return fitted


def _runs(problem: SumOfSquares, descents: Iterable[Descent], links: Links, sweep: Sweep) -> Runs:
    """Return the results of all starts, with the units of a sweep."""
    names = problem.box.names
    units = {name: unit_of(links.membrane, name, sweep) for name in names} | {"seconds": "s"}
    if not isinstance(problem, Mixed):
        units["misfit"] = MV if sweep.clamp == "current" else sweep.current_unit
    rows = tuple(
        Run(
            problem.misfit(one.minimum.point),
            dict(zip(names, problem.box.values(one.minimum.point[: len(names)]).tolist(), strict=True)),
            one.minimum.evaluations, one.seconds, one.minimum.converged, one.redrawn, one.origin,
        )
        for one in descents
    )  # fmt: skip
    return Runs(rows, units)
