"""One run, side by side: every tool does every job, and the table is written.

The raw numbers go to ``build/bench/results.json``; a complete run also writes ``docs/benchmarks.md``. A run
of some jobs or tools prints its table instead, since figures of different runs do not belong side by side.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from benchmarks import processes, report
from benchmarks.protocol import BUDGET
from benchmarks.tools import OURS, PEERS, ROOT, NotAvailableError, ask, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

COMPARED = ("simulate", "threshold", "population")
OWN = ("accuracy", "memory", "dynamics", "fits", "lab")
ROUNDS = 2
JOBS = (*COMPARED, "fresh", *OWN)


def machine() -> dict[str, str]:
    """Describe this machine in general terms."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "system": platform.system(),
        "load at the start": f"{os.getloadavg()[0]:.2f}",
    }


def versions() -> dict[str, str]:
    """Return the versions of what our own figures rest on."""
    found = {"python": platform.python_version()}
    for name in ("numpy", "scipy", "numba", "matplotlib"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def schedule(jobs: Sequence[str], tools: Sequence[str]) -> list[tuple[str, str]]:
    """Return (job, tool) in order; tools are compared in several rounds, so that a busy moment hurts none alone."""
    plan = []
    for job in jobs:
        if job in COMPARED:
            plan += [(job, tool) for tool in tools if tool == OURS or job in PEERS[tool].jobs] * ROUNDS
        elif OURS in tools:
            plan.append((job, OURS))
    return plan


def faster(first: dict, second: dict) -> dict:
    """Merge two rounds of one tool: the faster time of each setting, failures only when there is nothing else."""
    if "reason" in first or "reason" in second:
        return second if "reason" in first else first
    best = {(result["method"], result["value"]): result for result in second["results"]}
    for result in first["results"]:
        key = result["method"], result["value"]
        best[key] = min(result, best.get(key, result), key=lambda of_round: of_round["seconds"] or math.inf)
    order = list(dict.fromkeys(result["method"] for result in first["results"]))
    finest_last = sorted(best.values(), key=lambda result: (order.index(result["method"]), -result["value"]))
    return first | {"results": finest_last}


def collect(plan: Sequence[tuple[str, str]], build: Path, budget: float) -> dict:
    """Carry out the plan; return the answers by job and tool, a tool's failure being an answer too."""
    answers: dict[str, dict[str, dict]] = {}
    with tqdm(plan, unit="job") as progress:
        for job, tool in progress:
            progress.set_description(f"{job}: {tool}")
            try:
                fresh = job == "fresh"
                answer = processes.measure(build, progress.refresh) if fresh else ask(tool, job, build, budget / ROUNDS)
            except NotAvailableError as error:
                answer = {"tool": tool, "job": job, "reason": str(error)}
            of_job = answers.setdefault(job, {})
            of_job[tool] = faster(of_job[tool], answer) if tool in of_job else answer
    return answers


def write(path: Path, text: str) -> None:
    """Replace a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def main() -> None:
    """Read the command line, measure, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=JOBS, metavar="JOB", help=", ".join(JOBS))
    tools = (OURS, *PEERS)
    parser.add_argument("--only", nargs="+", choices=tools, default=tools, metavar="TOOL", help=", ".join(tools))
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds to spend on one setting")
    clocks = ("wall", "processor")
    parser.add_argument("--clock", choices=clocks, default="wall", help="processor: for a machine that is busy")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "bench", help="environments and raw numbers")
    parser.add_argument("--output", type=Path, help="the table; default of a complete run: docs/benchmarks.md")
    options = parser.parse_args()
    build = options.build.absolute()
    os.environ["BENCHMARK_CLOCK"] = options.clock
    results = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": machine(),
        "versions": versions(),
        "budget": options.budget,
    }
    plan = schedule(options.jobs, options.only)
    checked([sys.executable, "-m", "benchmarks.truth", str(build / "truth.json")], 600)
    results["jobs"] = collect(plan, build, options.budget)
    write(build / "results.json", json.dumps(results, indent=1))
    complete = set(options.jobs) == set(JOBS) and set(options.only) == set(tools)
    output = options.output or (ROOT / "docs" / "benchmarks.md" if complete else None)
    table = report.markdown(results)
    if output:
        write(output, table)
    else:
        print(table)


if __name__ == "__main__":
    main()
