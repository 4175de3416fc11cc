"""How a run keeps its tolerance: ``python -m benchmarks.tolerance models`` (or ``linear``, or ``scipy``).

``models`` runs every published membrane under random stimuli. Errors are held against what the steps may add up to:
ten times the sum over the steps of the norms of ``dx(t)/dx(t_k)``, times one tolerance. Runs in which that sum exceeds
10^6 are counted apart. ``linear`` runs random linear membranes beside their closed forms, and ``scipy`` runs SciPy's
DOP853 on the same problems, restarted at every edge of the stimulus. Each prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

import loligo as lo
from loligo.lab.offers import OFFERS
from loligo.models.stomatogastric import NEURONS

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))  # what the tests draw and judge

from analytic.linear_membranes import ROUND_OFF, V_SCALE, judged, random_problem
from reference import variational

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analytic.linear_membranes import Problem

SLOW = 400.0  # ms: the longest run of a model


@dataclass(frozen=True)
class Subject:
    """A membrane, the sizes of its stimuli, the length of its runs [ms], and where they begin [mV]."""

    name: str
    membrane: lo.Membrane
    amplitude: tuple[float, float, float]
    duration: float
    begin: float | None = None


def subjects() -> list[Subject]:
    """Return every membrane that the page offers, and all neurons of the stomatogastric ganglion."""
    found = [
        Subject(offer.key, offer.membrane(), offer.amplitude, min(offer.duration / 2, SLOW), offer.begin)
        for offer in OFFERS
        if offer.model != "stomatogastric"
    ]
    pacemaker = next(offer for offer in OFFERS if offer.model == "stomatogastric")
    pyloric = [
        Subject(neuron, lo.models.stomatogastric(neuron), pacemaker.amplitude, SLOW, pacemaker.begin)
        for neuron in NEURONS
    ]
    return found + pyloric


@dataclass
class Tally:
    """What came of the runs of one membrane."""

    worst: float = 0.0
    worst_seed: int = -1
    beyond: list[int] = field(default_factory=list)
    apart: int = 0
    worst_apart: float = 0.0
    failed: list[int] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)
    stiff: int = 0

    def add(self, seed: int, verdict: variational.Verdict) -> None:
        """Count a run."""
        self.stiff += "rosenbrock" in verdict.methods
        if verdict.apart:
            self.apart += 1
            self.worst_apart = max(self.worst_apart, verdict.worst)
            return
        self.sums.append(float(verdict.sums.max()))
        if verdict.worst > self.worst:
            self.worst, self.worst_seed = verdict.worst, seed
        if verdict.worst > 1.0:
            self.beyond.append(seed)


def run_models(given: argparse.Namespace) -> None:
    """Print a table of random runs of every membrane."""
    chosen = [one for one in subjects() if not given.models or one.name in given.models]
    seeds = range(given.seed, given.seed + given.count)
    bar = tqdm(total=len(chosen) * given.count * len(given.tolerances), unit=" runs", disable=None)
    print(
        f"method {given.method}\n\n"
        "| model | tolerance | runs | stiff-safe in | median sum | worst error / (10 x sum) | its seed | beyond "
        "| apart | worst of those | failed |\n" + "| --- " * 11 + "|"
    )
    for subject in chosen:
        for tolerance in given.tolerances:
            tally = Tally()
            for seed in seeds:
                _run(subject, seed, given, tolerance, tally)
                bar.update()
            sums = f"{np.median(tally.sums):.0f}" if tally.sums else "-"
            print(
                f"| {subject.name} | {tolerance:g} | {given.count} | {tally.stiff} | {sums} | {tally.worst:.3g} "
                f"| {tally.worst_seed} | {_listed(tally.beyond)} | {tally.apart} | {tally.worst_apart:.3g} "
                f"| {_listed(tally.failed)} |",
                flush=True,
            )
    bar.close()


def _run(subject: Subject, seed: int, given: argparse.Namespace, tolerance: float, tally: Tally) -> None:
    one = variational.experiment(
        subject.membrane, subject.amplitude, subject.duration, seed, begin=subject.begin, samples=given.points
    )
    try:
        verdict = variational.judged(
            subject.membrane, one.stimulus, subject.duration, one.times,
            initial=one.initial, method=given.method, tolerance=tolerance,
        )  # fmt: skip
    except lo.LoligoError:
        tally.failed.append(seed)
    else:
        tally.add(seed, verdict)


def _listed(seeds: list[int]) -> str:
    """Return how many, and the first of them."""
    return f"{len(seeds)} ({', '.join(map(str, seeds[:5]))})" if seeds else "0"


def problems(given: argparse.Namespace) -> Iterator[tuple[int, Problem]]:
    """Draw linear membranes, each from a seed of its own."""
    for seed in range(given.seed, given.seed + given.count):
        yield seed, random_problem(np.random.default_rng(seed), fastest=given.fastest, two=given.two)


def run_linear(given: argparse.Namespace) -> None:
    """Print a table of random linear membranes beside their closed forms."""
    print(
        f"{_kind(given)}, method {given.method}\n\n"
        "| tolerance | samples | runs | samples > 10 | > 100 | worst | ends > 10 | > 100 | worst | spikes > 10 | > 100 "
        "| invented | missed | seeds beyond 10 |\n" + "| --- " * 14 + "|"
    )
    for tolerance in given.tolerances:
        for count in given.samples:
            rows, seeds = [], []
            for seed, problem in tqdm(problems(given), total=given.count, unit=" runs", disable=None):
                verdict = judged(problem, tolerance, method=given.method, count=count, seed=seed)
                row = (verdict.samples, verdict.end, verdict.spikes, verdict.invented, verdict.missed)
                rows.append(row)
                if max(row[:3]) > 10 or row[3] or row[4]:
                    seeds.append(seed)
            samples, ends, spikes, invented, missed = np.array(rows).T
            print(
                f"| {tolerance:g} | {count} | {given.count} | {_beyond(samples)} | {samples.max():.3g} "
                f"| {_beyond(ends)} | {ends.max():.3g} | {_beyond(spikes)} | {invented.sum():.0f} | {missed.sum():.0f} "
                f"| {_listed(seeds)} |",
                flush=True,
            )


def _kind(given: argparse.Namespace) -> str:
    return f"{'two variables' if given.two else 'one variable'}, rates to {given.fastest:g} per ms"


def _beyond(errors: np.ndarray) -> str:
    """Return how many of the errors are more than 10 and more than 100 tolerances."""
    return f"{(errors > 10).sum()} | {(errors > 100).sum()}"


def run_scipy(given: argparse.Namespace) -> None:
    """Print the same table for SciPy's DOP853, whose tolerance is absolute, and the same."""
    print(
        f"SciPy DOP853, {_kind(given)}\n\n"
        "| tolerance | runs | samples > 10 | > 100 | worst | ends > 10 | > 100 | worst |\n" + "| --- " * 8 + "|"
    )
    for tolerance in given.tolerances:
        rows = [
            dop853(problem, tolerance, seed)
            for seed, problem in tqdm(problems(given), total=given.count, unit=" runs", disable=None)
        ]
        samples, ends = np.array(rows).T
        print(
            f"| {tolerance:g} | {given.count} | {_beyond(samples)} | {samples.max():.3g} | {_beyond(ends)} "
            f"| {ends.max():.3g} |",
            flush=True,
        )


def dop853(problem: Problem, tolerance: float, seed: int, count: int = 150) -> tuple[float, float]:
    """Return how far off SciPy's samples and end are, in tolerances."""
    from scipy.integrate import solve_ivp

    times = np.append(np.sort(np.random.default_rng(seed).uniform(0, problem.duration, count)), problem.duration)
    pieces, values = problem.stimulus.joined(problem.duration), problem.membrane
    y, found = problem.initial.copy(), np.empty(times.size)
    scale = np.array([V_SCALE, 1.0])[: y.size]
    for k in range(pieces.constant.size):
        start, end = pieces.edges[k], pieces.edges[k + 1]
        within = (times > start) & (times <= end)
        asked = np.append(times[within] - start, end - start)
        part = solve_ivp(
            _slope(values, pieces, k), (0.0, end - start), y,
            method="DOP853", t_eval=np.unique(asked), rtol=2.3e-14, atol=tolerance * scale,
        )  # fmt: skip
        found[within], y = part.y[0, np.searchsorted(part.t, times[within] - start)], part.y[:, -1]
    truth = problem.solution(times)
    one = max(tolerance * V_SCALE, ROUND_OFF * np.abs(truth).max() / 10)
    errors = np.abs(found - truth) / one
    return float(errors[:-1].max()), float(errors[-1])


def _slope(membrane: lo.Membrane, pieces: lo.stimulus.Pieces, k: int) -> Callable[[float, np.ndarray], list[float]]:
    """Return the right-hand side of a linear membrane on a piece of its stimulus."""
    constant, slope = pieces.constant[k], pieces.slope[k]
    amplitude, phase, omega, chirp = pieces.waves[pieces.offsets[k] : pieces.offsets[k + 1]].T[:, :, None]
    g, E, C = membrane["g_leak"], membrane["E_leak"], membrane["C"]

    def current(s: float) -> float:
        return constant + slope * s + float((amplitude * np.sin(phase + (omega + chirp * s) * s)).sum())

    if len(membrane.variables) == 1:
        return lambda s, y: [(current(s) - g * (y[0] - E)) / C]
    b, d, k_w = membrane["b"], membrane["d"], membrane["k"]
    return lambda s, y: [(current(s) - g * (y[0] - E) - k_w * y[1]) / C, b * (y[0] - E) - d * y[1]]


def main() -> None:
    """Read the command line and run what it names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tolerance", description=__doc__.split("\n", 1)[0])
    kinds = parser.add_subparsers(required=True)
    for name, run in (("models", run_models), ("linear", run_linear), ("scipy", run_scipy)):
        kind = kinds.add_parser(name, help=run.__doc__)
        kind.set_defaults(run=run)
        kind.add_argument("--count", type=int, default=250, help="runs (of each membrane)")
        kind.add_argument("--tolerances", type=float, nargs="+", default=[1e-6])
        kind.add_argument("--seed", type=int, default=0, help="of the first run; the others follow")
        if name != "scipy":
            kind.add_argument("--method", default="auto")
        if name == "models":
            kind.add_argument("--points", type=int, default=120, help="sample times of a run, besides its end")
            kind.add_argument("--models", nargs="+", help="some of them, by the key of the lab or the neuron")
        else:
            kind.add_argument("--fastest", type=float, default=1e3, help="the largest rate, per ms")
            kind.add_argument("--two", action="store_true", help="two variables, with complex eigenvalues")
        if name == "linear":
            kind.add_argument("--samples", type=int, nargs="+", default=[150, 0], help="of a run; 0: none")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    given.run(given)


if __name__ == "__main__":
    main()
