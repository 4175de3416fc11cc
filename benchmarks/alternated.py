"""Compare two checkouts of Loligo by alternated runs: ``python -m benchmarks.alternated --before DIR``.

Each checkout runs in a process of its own; the two are timed in turn, pair by pair, so that a slow minute slows both. A
job is repeated until the 95 % interval of its ratio (after / before, from the logarithms of the pairs' ratios) is
narrower than 3 %, or the rounds are used up. Fewer than 1 is quicker than before. ``--jobs starts`` times whole
processes.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 0.03  # of the 95 % interval of a ratio
BURST = 0.15  # s: how long one timing lasts at least
LEAST, FEWEST, MOST = 4, 6, 60  # pairs
KINDS = ("all", "models", "populations", "answers", "diagram", "large", "starts")


def jobs(chosen: str) -> dict[str, object]:
    """Return the jobs of a kind by name: functions that run once."""
    import loligo as lo
    from loligo.lab.offers import OFFERS

    found: dict[str, object] = {}
    if chosen in ("all", "models"):
        for offer in OFFERS:
            stimulus = lo.Step(offer.amplitude[0], start=20, stop=0.9 * offer.duration)
            how = {"initial": {"v": offer.begin}} if offer.begin is not None else {}
            for label, sampling in (("without samples", None), ("default sampling", 0.05)):
                how |= {"sampling": sampling}
                found[f"{offer.key}, {label}"] = partial(lo.simulate, offer.membrane(), stimulus, offer.duration, **how)
    if chosen in ("all", "populations"):
        squid = lo.models.squid()
        axons = lo.Population.sobol(squid, {"g_Na": (60, 240), "g_K": (20, 40)}, size=2048)
        features = ["spike_count", "activity"]
        for tolerance in (1e-3, 1e-4):
            found[f"2,048 axons, 200 ms, tolerance {tolerance:g}"] = lambda t=tolerance: axons.run(
                lo.Step(10.0, start=10, stop=190), 200, features=features, tolerance=t, progress=False
            )
        firing = lo.Population(squid, amplitude=np.linspace(0.0, 20.0, 4096))
        found["4,096 axons, 200 ms, tolerance 0.001"] = partial(
            firing.run, lo.Step(1.0), 200, features=["spike_count"], tolerance=1e-3, progress=False
        )
    if chosen in ("all", "answers"):
        for name in ("squid", "connor_stevens", "wang_buzsaki"):
            membrane = lo.models.MODELS[name]()
            found[f"rest of {name}"] = lambda m=membrane: lo.rest(m.replace(g_leak=m.parameters["g_leak"].value))
            found[f"threshold of {name}"] = lambda m=membrane: lo.threshold(m, lo.Step(1.0, start=20, stop=180))
    if chosen in ("all", "answers", "diagram"):
        found["diagram of squid, 0 to 200"] = lambda: lo.bifurcation(lo.models.squid(), "I", (0.0, 200.0))
    if chosen in ("all", "large"):
        many = lo.Population(lo.models.squid(), amplitude=np.linspace(0.0, 20.0, 100_000))
        found["100,000 axons, 20 ms, tolerance 0.001"] = partial(
            many.run, lo.Step(1.0), 20, features=["spike_count"], tolerance=1e-3, progress=False
        )
    return found


def work(chosen: str) -> None:
    """Answer requests, one line each: the name of a job in, processor seconds for one run out."""
    own, counts = jobs(chosen), {}
    sys.stdout.write(json.dumps(list(own)) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        run, name = own[json.loads(line)], json.loads(line)
        if name not in counts:
            run()
            begun = time.process_time()
            run()
            counts[name] = max(1, int(BURST / (time.process_time() - begun)))
        begun = time.process_time()
        for _ in range(counts[name]):
            run()
        sys.stdout.write(json.dumps((time.process_time() - begun) / counts[name]) + "\n")
        sys.stdout.flush()


STARTS = {
    "one run": "import loligo as lo; lo.simulate(lo.models.squid(), lo.Step(10.0), 100)",
    "a population": "import loligo as lo; lo.Population(lo.models.squid(), amplitude=[5, 9]).run(lo.Step(1.0), 100)",
}


def within(source: Path) -> dict[str, str]:
    """Return the environment of a process that imports a checkout's code."""
    return os.environ | {"PYTHONPATH": f"{source / 'src'}{os.pathsep}{ROOT}", "MPLBACKEND": "Agg"}


class Starts:
    """Fresh processes with one checkout's code, each of its own cache: empty at first, or warm."""

    def __init__(self, source: Path) -> None:
        self._environment = within(source)
        self._warm = tempfile.TemporaryDirectory()
        self.jobs = [f"{kind} of {what}" for what in STARTS for kind in ("warm start", "first process ever")]
        for line in STARTS.values():
            self._spent(line, self._warm.name)

    def _spent(self, line: str, cache: str) -> float:
        environment = self._environment | {"LOLIGO_CACHE_DIR": cache, "PYTHONDONTWRITEBYTECODE": ""}
        started = os.posix_spawn(sys.executable, [sys.executable, "-W", "ignore", "-c", line], environment)
        _, status, used = os.wait4(started, 0)
        if status:
            sys.exit(f"failed: {line}")
        return used.ru_utime + used.ru_stime

    def seconds(self, job: str) -> float:
        """Return the processor time of one process."""
        kind, what = job.split(" of ")
        if kind == "warm start":
            return self._spent(STARTS[what], self._warm.name)
        with tempfile.TemporaryDirectory() as empty:
            return self._spent(STARTS[what], empty)


class Worker:
    """A process that runs the jobs with one checkout's code."""

    def __init__(self, source: Path, chosen: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.alternated", "--work", chosen],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=within(source), cwd=ROOT,
        )  # fmt: skip
        self.jobs: list[str] = json.loads(self._process.stdout.readline())

    def seconds(self, job: str) -> float:
        """Time one burst of a job."""
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return float(json.loads(self._process.stdout.readline()))


def interval(ratios: list[float]) -> tuple[float, float]:
    """Return the geometric mean of ratios and half the width of its 95 % interval, relative; a fifth is trimmed."""
    from scipy import stats

    logs = stats.trimboth(np.sort(np.log(ratios)), 0.1)
    half = stats.t.ppf(0.975, logs.size - 1) * logs.std(ddof=1) / np.sqrt(logs.size)
    return float(np.exp(logs.mean())), float(half)


def main() -> None:
    """Read the command line, compare, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alternated", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--before", type=Path, metavar="DIR", help="the other checkout")
    parser.add_argument("--jobs", default="all", choices=KINDS)
    parser.add_argument("--only", default="", metavar="TEXT", help="the jobs whose names contain this text")
    parser.add_argument("--rounds", type=int, default=MOST, help="pairs of timings of a job, at most")
    parser.add_argument("--seconds", type=float, default=math.inf, help="wall time for a job after which it ends")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work)
        return
    if given.before is None or not (given.before / "src" / "loligo").is_dir():
        parser.error("--before needs the folder of another checkout, e.g. one made by git worktree")
    compared = Starts if given.jobs == "starts" else partial(Worker, chosen=given.jobs)
    before, after = compared(given.before.resolve()), compared(ROOT)
    print("| job | before, ms | after / before | 95 % interval | pairs |\n| --- | --- | --- | --- | --- |")
    kinds: dict[str, list[float]] = {}
    for job in (name for name in after.jobs if given.only in name):
        ratios, times = [], []
        begun = time.perf_counter()
        while len(ratios) < given.rounds:
            one, other = before.seconds(job), after.seconds(job)
            ratios.append(other / one)
            times.append(one)
            if len(ratios) >= FEWEST and 2 * interval(ratios)[1] < WIDTH:
                break
            if len(ratios) >= LEAST and time.perf_counter() - begun > given.seconds:
                break
        middle, half = interval(ratios)
        kinds.setdefault(job.split(", ")[-1], []).append(middle)
        print(f"| {job} | {1e3 * np.median(times):.3g} | {middle:.3f} | ± {half:.3f} | {len(ratios)} |", flush=True)
    for kind, means in kinds.items():
        if len(means) > 1:
            print(f"| geometric mean, {kind} | | {np.exp(np.mean(np.log(means))):.3f} | largest {max(means):.3f} | |")


if __name__ == "__main__":
    main()
