"""Compare two checkouts of Loligo by alternated runs: ``python -m benchmarks.alternated --before DIR``.

Each checkout runs in a process of its own; the two are timed in turn, pair by pair, so that a slow minute slows both. A
job is repeated until the 95 % interval of its ratio (after / before, from the logarithms of the pairs' ratios) is
narrower than 3 %, or the rounds are used up. Fewer than 1 is quicker than before.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 0.03  # of the 95 % interval of a ratio
BURST = 0.15  # s: how long one timing lasts at least
FEWEST, MOST = 6, 60  # pairs


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
    if chosen in ("all", "answers"):
        for name in ("squid", "connor_stevens", "wang_buzsaki"):
            membrane = lo.models.MODELS[name]()
            found[f"rest of {name}"] = lambda m=membrane: lo.rest(m.replace(g_leak=m.parameters["g_leak"].value))
            found[f"threshold of {name}"] = lambda m=membrane: lo.threshold(m, lo.Step(1.0, start=20, stop=180))
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


class Worker:
    """A process that runs the jobs with one checkout's code."""

    def __init__(self, source: Path, chosen: str) -> None:
        environment = os.environ | {"PYTHONPATH": f"{source / 'src'}{os.pathsep}{ROOT}", "MPLBACKEND": "Agg"}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.alternated", "--work", chosen],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT,
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
    parser.add_argument("--jobs", default="all", choices=("all", "models", "populations", "answers"))
    parser.add_argument("--rounds", type=int, default=MOST, help="pairs of timings of a job, at most")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work)
        return
    if given.before is None or not (given.before / "src" / "loligo").is_dir():
        parser.error("--before needs the folder of another checkout, e.g. one made by git worktree")
    before, after = Worker(given.before.resolve(), given.jobs), Worker(ROOT, given.jobs)
    print("| job | before, ms | after / before | 95 % interval | pairs |\n| --- | --- | --- | --- | --- |")
    kinds: dict[str, list[float]] = {}
    for job in after.jobs:
        ratios, times = [], []
        while len(ratios) < given.rounds:
            one, other = before.seconds(job), after.seconds(job)
            ratios.append(other / one)
            times.append(one)
            if len(ratios) >= FEWEST and 2 * interval(ratios)[1] < WIDTH:
                break
        middle, half = interval(ratios)
        kinds.setdefault(job.split(", ")[-1], []).append(middle)
        print(f"| {job} | {1e3 * np.median(times):.3g} | {middle:.3f} | ± {half:.3f} | {len(ratios)} |", flush=True)
    for kind, means in kinds.items():
        if len(means) > 1:
            print(f"| geometric mean, {kind} | | {np.exp(np.mean(np.log(means))):.3f} | largest {max(means):.3f} | |")


if __name__ == "__main__":
    main()
