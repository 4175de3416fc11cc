"""`fit`: parameters of a membrane from recordings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, FitError, UnitError
from loligo._progress import Progress, Report
from loligo._units import MV, numbers, positive, whole
from loligo.fitting.bounds import box_of
from loligo.fitting.clamped import ClampedMembrane
from loligo.fitting.clamped_states import ClampedStates
from loligo.fitting.current_clamp import CurrentClamped
from loligo.fitting.descent import MOST_EVALUATIONS
from loligo.fitting.electrode import OF_CLAMP, SERIES, SeriesClamped, unit_of, with_electrode, without_electrode
from loligo.fitting.linked_currents import LinkedCurrents
from loligo.fitting.links import Links, base, ties_of
from loligo.fitting.priors import checked_priors
from loligo.fitting.problem import Problem
from loligo.fitting.result import Fit
from loligo.fitting.runs import Run, Runs
from loligo.fitting.search import EVALUATIONS, Descent, searched, sobol
from loligo.fitting.shooting import ShootingProblem
from loligo.fitting.silence import check_spikes
from loligo.fitting.starts import starts_of
from loligo.fitting.uncertainty import measured_noise
from loligo.kernel.stops import finishing
from loligo.membrane import Membrane, checked_membrane
from loligo.sweep import Sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.problem import Compared, SumOfSquares

MOST_THREADS: Final = 256
LEAST_OF_A_TRACE: Final = 3  # samples
TRIED: Final = 64  # points at which ties are checked if no start responds
QUIET: Final = 1.5  # standard deviations of the noise: the largest range of a trace that is noise alone
NOISELESS: Final = 1e-6  # relative to the largest current: the assumed noise if no sweep shows noise


def fit(
    membrane: Membrane,
    sweeps: Sweep | Iterable[Sweep],
    bounds: Mapping[str, Any],
    *,
    starts: Any = 30,
    seed: int = 0,
    noise: Any = None,
    priors: Mapping[str, tuple[float, float]] | None = None,
    tied: Mapping[str, Any] | None = None,
    evaluations: int = MOST_EVALUATIONS,
    threads: int | None = None,
    progress: Progress = None,
) -> Fit:
    """Find the parameters with which a membrane reproduces measured currents or a measured v.

    The currents of a voltage clamp and their derivatives with respect to the parameters are computed together; they are
    exact where the command is constant. Traces of v under current clamp are fitted by multiple shooting: the trace is
    cut, states at the cuts are free, and a penalty on jumps at the cuts grows until they vanish. The initial state of a
    trace stays free. A bounded Levenberg-Marquardt method minimises the sum of squares from many starts. Each start is
    tried with two more random points, and the lowest of the three minima counts, unless one already leaves only noise.
    `loligo.time_limit` and Ctrl-C end the search, which then returns the best fit so far.

    Parameters
    ----------
    membrane : Membrane
        Under voltage clamp its gates must depend on v alone, and kinetic schemes need commands of steps. Parameters
        that are not varied keep their values.
    sweeps : Sweep or several
        All from a voltage clamp, with commands, or all from a current clamp, with stimuli; windows of ``exclude`` are
        not compared. Under voltage clamp the membrane is settled at the holding potential at the start of a sweep.
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
        is weighted as the noisiest), and errors are scaled by the residuals.
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
        No sweep, sweeps of both clamps, invalid bounds or starts, fewer samples than parameters.
    ModelError
        Under voltage clamp: the membrane has further states, or kinetic schemes and a command that is not made of
        steps.
    FitError
        No start gives a current or v that resembles the measured one, the measured current is 0, or v is only noise;
        v has spikes, but the best fit has none.

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
    measured = _checked(sweeps)
    links = _links(membrane, measured, bounds, tied)
    problem = _problem(links, measured, bounds, noise, priors)
    box = problem.box
    if problem.samples <= len(box.names):
        raise ArgumentError(
            f"{problem.samples} samples cannot determine {len(box.names)} parameters: vary fewer, "
            "or exclude fewer samples."
        )
    points = starts_of(starts, box, links.membrane, regressed=measured[0].clamp == "current")
    seed = whole(seed, "seed", least=0)
    with report:
        try:
            descents, ended = searched(
                problem, points, seed, whole(evaluations, "evaluations", least=1), report,
                None if threads is None else whole(threads, "threads", least=1, most=MOST_THREADS),
                problem.regressed if isinstance(problem, ShootingProblem) else None,
            )  # fmt: skip
        except FitError:
            links.check_ties(box.values(sobol(len(box.names), TRIED, seed) if isinstance(points, int) else points))
            raise
    lowest = min(descents, key=lambda one: one.minimum.quadratic.cost).minimum
    best = lowest.point
    ended = ended or ("" if lowest.converged else EVALUATIONS)

    def values_at(point: NDArray[np.float64]) -> dict[str, float]:
        return dict(zip(box.names, box.values(point[: len(box.names)]).tolist(), strict=True))

    with finishing():
        runs = _runs(problem, descents, values_at, links, measured[0])
        misfit = problem.misfit(best)
    values = values_at(best)
    found = without_electrode(links.membrane_at(np.array(list(values.values())), 0))
    fitted = Fit(
        found, measured, values, misfit, runs, ended, time.perf_counter() - begun, noise is not None,
        problem.at(best), best[: len(box.names)], links,
    )  # fmt: skip
    with finishing():
        check_spikes(fitted)
    return fitted


def _runs(
    problem: SumOfSquares, descents: Iterable[Descent], values_at: Callable[[Any], dict[str, float]], links: Links,
    sweep: Sweep,
) -> Runs:  # fmt: skip
    """Return what each start found, with the units of a sweep."""
    units = {name: unit_of(links.membrane, name, sweep) for name in links.names}
    units |= {"misfit": MV if sweep.clamp == "current" else sweep.current_unit, "seconds": "s"}
    rows = tuple(
        Run(
            problem.misfit(one.minimum.point), values_at(one.minimum.point), one.minimum.evaluations, one.seconds,
            one.minimum.converged, one.redrawn, one.origin,
        )
        for one in descents
    )  # fmt: skip
    return Runs(rows, units)


def _links(membrane: Membrane, sweeps: tuple[Sweep, ...], bounds: Mapping[str, Any], tied: Any) -> Links:
    """Return the parameters that follow from the varied values; invalid bounds are refused before compilation."""
    if isinstance(bounds, Mapping) and (tied is None or isinstance(tied, Mapping)):
        named = [name for name in (*bounds, *(tied or ())) if name in OF_CLAMP]
        if named and sweeps[0].clamp == "current":
            raise ArgumentError(
                f"{named[0]} is a parameter of the electrode of a voltage clamp; v was measured here: leave it out."
            )
        membrane = with_electrode(membrane, named)
    box = box_of(membrane, bounds, (), len(sweeps))
    for name, low in zip(box.names, box.low.tolist(), strict=True):
        if base(name) == SERIES and low <= 0.0:
            raise ArgumentError(f"{SERIES} is above 0; got a bound of {low:g}. For no series resistance, leave it out.")
    return Links(membrane, len(sweeps), box.names, ties_of(membrane, tuple(bounds), tied))


def _problem(
    links: Links, sweeps: tuple[Sweep, ...], bounds: Mapping[str, Any], noise: Any, priors: Any
) -> SumOfSquares:
    """Return the problem to minimise, under the clamp of the sweeps."""
    membrane = links.membrane
    if sweeps[0].clamp == "current":
        traced = CurrentClamped(membrane, sweeps, links.names, links)
        own = box_of(membrane, bounds, (), len(sweeps))
        level = _noise(noise, traced.grids)
        if all(trace.measured.std() < QUIET * one for trace, one in zip(traced.grids, level.tolist(), strict=True)):
            raise FitError(
                "The measured v changes no more than its noise, so it determines no parameter: use stronger stimuli."
            )
        return ShootingProblem(traced, own, level, checked_priors(priors, own, membrane))
    form = SeriesClamped if SERIES in links.inner else ClampedStates if membrane.schemes else ClampedMembrane
    plain = form(membrane, sweeps, links.inner)
    clamped = plain if links.plain else LinkedCurrents(plain, links)
    box = box_of(membrane, bounds, clamped.exponents, len(sweeps))
    if not any(grid.measured.any() for grid in clamped.grids):
        raise FitError(
            "The measured current is 0 at all compared samples, so nothing can be fitted: check the sweeps and their "
            "exclude windows."
        )
    return Problem(clamped, box, _noise(noise, clamped.grids), checked_priors(priors, box, membrane))


def _checked(sweeps: Any) -> tuple[Sweep, ...]:
    measured = (sweeps,) if isinstance(sweeps, Sweep) else tuple(sweeps) if isinstance(sweeps, Iterable) else (sweeps,)
    for sweep in measured:
        if not isinstance(sweep, Sweep):
            raise UnitError(
                f"sweeps must be lo.Sweep(t, current=..., command=...) or several of them; got {sweep!r:.80}."
            )
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
    if not measured:
        raise ArgumentError("A fit needs at least one sweep.")
    if len({sweep.clamp for sweep in measured}) > 1:
        raise ArgumentError("All sweeps of a fit must be under current clamp, or all under voltage clamp.")
    if len({sweep.per for sweep in measured}) > 1:
        raise UnitError("All sweeps of a fit must be in µA/cm², or all in nA of a whole cell.")
    return measured


def _noise(noise: Any, grids: Sequence[Compared]) -> NDArray[np.float64]:
    """Return the noise of each sweep."""
    count = len(grids)
    if noise is None:
        found = np.array([measured_noise(grid.measured) for grid in grids])
        largest = max(float(np.abs(grid.measured).max()) for grid in grids)
        return np.where(found > 0.0, found, float(found.max()) or NOISELESS * largest)
    given = numbers(noise, "", "noise")
    if given.shape not in {(), (count,)}:
        raise ArgumentError(f"noise must be one number, or one for each of the {count} sweeps; got {noise!r:.80}.")
    return np.array([positive(float(one), "", "noise") for one in np.broadcast_to(given, (count,))])
