"""Stores of two checkouts, alternated, with and without fsync: ``python -m benchmarks.stores --before DIR``.

CPU time of the process, the least of several runs [ms]; wall time too, since fsync waits.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHILD = """
import json, os, sys, tempfile, time
import numpy as np, loligo as lo
if sys.argv[1] == "without fsync":
    os.fsync = lambda number: None
squid, step = lo.models.squid(), lo.Step(6.0, start=2, stop=40)
few = lo.Population(squid, g_Na=np.linspace(60, 240, 64))
many = lo.Population.sobol(squid, {"g_Na": (60, 240), "g_K": (10, 80)}, size=4096, seed=1)
count, found = 0, {}
with tempfile.TemporaryDirectory() as top:
    def run(population, store=None, size=None):
        place = {} if store is None else {"store": f"{top}/{store}", "shard_size": size}
        population.run(step, 50, progress=False, threads=1, **place)
    def fresh(population, size):
        global count
        count += 1
        run(population, count, size)
    jobs = {
        "64 members, table": lambda: run(few),
        "64 members, 8 shards": lambda: fresh(few, 8),
        "4096 members, 1 shard": lambda: fresh(many, 65536),
        "16 shards found again": lambda: run(many, "again", 256),
        "16 shards opened and read": lambda: lo.StoredRun.open(f"{top}/again").to_dataframe(),
    }
    for name, job in jobs.items():
        job()
        times = []
        for _ in range(6):
            begun = time.process_time(), time.perf_counter()
            job()
            times.append((time.process_time() - begun[0], time.perf_counter() - begun[1]))
        found[name] = [1e3 * min(each[k] for each in times) for k in (0, 1)]
print(json.dumps(found))
"""


def measured(checkout: Path, how: str) -> dict[str, list[float]]:
    """Return CPU and wall time of every job in a process of a checkout [ms]."""
    environment = os.environ | {"PYTHONPATH": str(checkout / "src")}
    line = [sys.executable, "-W", "ignore", "-c", CHILD, how]
    done = subprocess.run(line, capture_output=True, text=True, check=True, env=environment)
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print a table of the least times of some rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, required=True, metavar="DIR", help="the other checkout")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    kinds = {"before": (given.before.resolve(), "as it is"), "after": (ROOT, "as it is")}
    kinds["after, without fsync"] = (ROOT, "without fsync")
    rounds = [{kind: measured(*how) for kind, how in kinds.items()} for _ in range(given.rounds)]
    print("| job | " + " | ".join(f"{kind}, CPU (wall) ms" for kind in kinds) + " |\n|---|---|---|---|")
    for job in rounds[0]["before"]:
        cells = [[min(each[kind][job][k] for each in rounds) for k in (0, 1)] for kind in kinds]
        print(f"| {job} | " + " | ".join(f"{cpu:.2f} ({wall:.2f})" for cpu, wall in cells) + " |")


if __name__ == "__main__":
    main()
