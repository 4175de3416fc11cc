"""Fits of recorded hERG currents from many starts: ``python -m benchmarks.fits fits``.

That is every tenth sample of cell 5. ``python -m benchmarks.fits CELL FILE.npz`` takes all samples of cell 1 or 5
from arrays ``t`` [ms] and ``i`` [nA] (doi:10.6084/m9.figshare.4702546). Model and bounds: `examples.herg_clamp_fit`.
``python -m benchmarks.fits coverage 40`` fits 8 parameters of the squid to 40 traces of v that it made itself,
``coverage 38 40`` to the last three of them.
Every start is measured on one thread.
"""

from __future__ import annotations

import json
import math
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

import loligo as lo
from benchmarks.dynamics import Reached
from benchmarks.protocol import serve
from benchmarks.tools import ROOT

sys.path.insert(0, str(ROOT / "examples"))

from herg_clamp_fit import BOUNDS, CHANNEL, LEVELS, command

if TYPE_CHECKING:
    from collections.abc import Mapping

RECORDING = ROOT / "examples" / "data" / "herg_sine_wave_cell_5.npz"
CELLS = {1: (21.3, (0.0478, 0.478), 7.527107e-3), 5: (21.4, (0.0612, 0.612), 7.302375e-3)}
"""Temperature [°C], bounds of the conductance [µS], least error that was known before."""

TENTH = 7.320082e-03
"""Least error for the tenth of the samples: that of all of 68 starts."""

STARTS, SEEDS = 30, (1, 2, 3)
NEAR, ALLOWED, SHARE, SECONDS = 1.01, 1e-6, 0.8, 2.0
"""Of the best error; above the known error; share of starts that come near the best; of the median start."""


def fitted(cell: int, path: Any, seed: int) -> tuple[list[float], list[float], float]:
    """Return, of every start, its error over the range of the current and what it took, and all processor time [s]."""
    celsius, bounds, _ = CELLS[cell]
    with np.load(path) as file:
        t, current = file["t"], file["i"]
    windows = [(start, start + 5) for start in LEVELS]
    sweep = lo.Sweep(t, current=current, per="cell", command=command(), holding=-80, exclude=windows)
    channel = CHANNEL.replace(E_Kr=8314 * (273.15 + celsius) / 96485 * math.log(4 / 130))
    begun = time.process_time()
    found = lo.fit(channel, sweep, BOUNDS | {"g_Kr": bounds}, starts=STARTS, seed=seed, threads=1)
    scale = float(np.ptp(sweep.current[sweep.kept]))
    worked = time.process_time() - begun
    return [run.misfit / scale for run in found.runs], [run.seconds for run in found.runs], worked


def reached(cell: int, path: Any, known: float) -> list[Reached]:
    """Fit from several sets of starts; return the best error, the worst share, and the median time."""
    sets = [fitted(cell, path, seed) for seed in SEEDS]
    best = min(min(errors) for errors, *_ in sets)
    shares = [sum(error <= NEAR * best for error in errors) / STARTS for errors, *_ in sets]
    worst_best = max(min(errors) for errors, *_ in sets)
    took = median(second for _, seconds, _ in sets for second in seconds)
    total = len(SEEDS) * STARTS
    name = f"hERG, cell {cell}, {len(SEEDS)} times {STARTS} starts"
    return [
        Reached(f"{name}: best error, worst set", worst_best, "", known + ALLOWED),
        Reached(f"{name}: starts not within 1 %, worst set", 1 - min(shares), "", 1 - SHARE),
        Reached(f"{name}: median start", took, "s", SECONDS),
        Reached(f"{name}: mean start, processor time", sum(own for *_, own in sets) / total, "s", SECONDS),
    ]


CONDUCTANCES, REVERSALS = ("g_Na", "g_K", "g_leak", "C"), ("E_Na", "E_K", "E_leak")
FACTOR, SHIFT, WARMER = 3.0, 15.0, 5.0
"""How far bounds lie from the truth: of conductances and C; of reversal potentials [mV]; of the temperature [°C]."""


def covered(seed: int) -> dict[str, Any]:
    """Fit 300 ms of noisy v under an Ornstein-Uhlenbeck current from beside the truth and from anywhere.

    Returns the misfit [mV] and processor time [s] of both starts, and by how many errors each value is off.
    """
    squid = lo.models.squid()
    truth = {name: squid[name] for name in (*CONDUCTANCES, *REVERSALS, "celsius")}
    current = lo.Noise(5.0, tau=3.0, seed=seed, mean=8.0, stop=300.0)
    made = lo.simulate(squid, current, 300.0, sampling=0.1)
    random = np.random.default_rng(seed)
    sweep = lo.Sweep(made.t, v=made.v + random.normal(0.0, 1.0, made.t.size), stimulus=current)
    bounds: dict[str, Any] = {name: (truth[name] / FACTOR, truth[name] * FACTOR) for name in CONDUCTANCES}
    bounds |= {name: (truth[name] - SHIFT, truth[name] + SHIFT) for name in REVERSALS}
    bounds["celsius"] = truth["celsius"] - WARMER, truth["celsius"] + WARMER
    beside = [x + 0.05 * random.normal() * (abs(x) if name in CONDUCTANCES else 20.0) for name, x in truth.items()]
    ends = np.array([bounds[name] for name in truth]).T
    found, took = [], []
    for starts in (np.clip(beside, *ends)[None], 1):
        begun = time.process_time()
        found.append(lo.fit(squid, sweep, {name: bounds[name] for name in truth}, starts=starts, seed=seed, threads=1))
        took.append(time.process_time() - begun)
    best = min(found, key=lambda one: one.misfit)
    intervals = best.intervals(0.95)
    return {
        "seed": seed, "misfits": [one.misfit for one in found], "seconds": took,
        "off": {name: (best.values[name] - x) / best.errors[name] for name, x in truth.items()},
        "inside": sum(intervals[name][0] <= x <= intervals[name][1] for name, x in truth.items()),
    }  # fmt: skip


def fits(_truth: Mapping, _budget: float) -> list[Reached]:
    """Fit the recording that comes with the examples."""
    return reached(5, RECORDING, TENTH)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1].isdigit():
        for one in reached(int(sys.argv[1]), sys.argv[2], CELLS[int(sys.argv[1])][2]):
            print(f"{one.name}: {one.value:.7g} {one.unit} (at most {one.most:.7g})")
    elif len(sys.argv) in {3, 4} and sys.argv[1] == "coverage":
        first, last = [1, *map(int, sys.argv[2:])][-2:]
        for number in range(first, last + 1):
            print(json.dumps(covered(number)), flush=True)
    else:
        serve("loligo", lo.__version__, {"fits": fits})
