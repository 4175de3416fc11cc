"""What every tool is asked to do, how it is timed, and how its answer is judged.

A tool brings one function, ``prepare(method, value, clamp)``. It builds the squid membrane for one setting
(a time step or a tolerance) and returns ``run(amplitude) -> (seconds, spike_times)``, a run of that current
clamp from exact rest. Everything else is here and the same for all tools. Only the standard library and
numpy are needed, so that the module works in every tool's environment.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

REST = {
    "v": 0.00027756626542950745,
    "m": 0.052934217620863984,
    "h": 0.5961110463468279,
    "n": 0.31768116757978115,
}
"""The equilibrium without current: v in mV from nominal rest, gates without unit."""

SPIKE_LEVEL = 50.0
"""A spike is an upward crossing of this v, mV."""

AMPLITUDE = 10.0
"""Current of the ``simulate`` job, µA/cm²."""

ALLOWED_ERROR = {"simulate": 1e-3, "threshold": 1e-3, "population": 1e-2}
"""What counts as right: ms of the worst spike time, µA/cm² of the threshold."""

HALVINGS = 14
BRACKET = (0.0, 10.0)

BUDGET = 15.0
"""Seconds to spend on the repeats of one setting, and the longest run that is tried."""

MOST = 300
"""Repeats of the shortest runs."""

TRUTH = Path("build/bench/truth.json")

CLOCK = time.process_time if os.environ.get("BENCHMARK_CLOCK") == "processor" else time.perf_counter
"""Processor time of the process, of all its threads, says more on a machine that is busy otherwise."""


@dataclass(frozen=True)
class Clamp:
    """A current step from ``start`` to ``stop`` in a run of ``duration``, all in ms."""

    start: float
    stop: float
    duration: float

    def on_grid(self, step: float) -> np.ndarray:
        """Return which time steps of length ``step`` carry the current, shape (steps,), 0 or 1."""
        middle = (np.arange(round(self.duration / step)) + 0.5) * step
        return ((middle > self.start) & (middle < self.stop)).astype(float)


CLAMPS = {"simulate": Clamp(0.0, 500.0, 500.0), "threshold": Clamp(20.0, 180.0, 240.0)}

Run = Callable[[float], tuple[float, Sequence[float]]]
Prepare = Callable[[str, float, Clamp], Run]


@dataclass(frozen=True)
class Measurement:
    """One setting of one tool: how wrong it is and how long it takes.

    ``error`` is in ms (simulate) or µA/cm² (threshold) and None when the number of spikes is wrong;
    ``seconds`` is the median and ``fastest`` the minimum over ``repeats``.
    """

    method: str
    value: float
    error: float | None
    seconds: float
    fastest: float
    repeats: int

    @classmethod
    def of(cls, method: str, value: float, error: float | None, seconds: Sequence[float]) -> Measurement:
        """Summarise the durations of all repeats, in seconds."""
        return cls(method, value, error, statistics.median(seconds), min(seconds), len(seconds))


def crossings(step: float, v: np.ndarray) -> np.ndarray:
    """Return when a sampled trace crosses the spike level upwards.

    Parameters
    ----------
    step
        Sampling interval, ms; the first sample is at t = 0.
    v
        Voltage, mV, shape (samples,).

    Returns
    -------
    numpy.ndarray
        Spike times, ms, located on the cubic through the four samples around each crossing.
    """
    v = np.asarray(v, dtype=float)
    i = np.flatnonzero((v[:-1] < SPIKE_LEVEL) & (v[1:] >= SPIKE_LEVEL))
    i = i[(i >= 1) & (i + 2 < len(v))]
    a, b, c, d = v[i - 1], v[i], v[i + 1], v[i + 2]
    linear, square, cube = c - a / 3 - b / 2 - d / 6, (a + c) / 2 - b, (d - a) / 6 + (b - c) / 2
    s = (SPIKE_LEVEL - b) / (c - b)
    for _ in range(8):
        s -= (b + s * (linear + s * (square + s * cube)) - SPIKE_LEVEL) / (linear + s * (2 * square + 3 * s * cube))
    return (i + s) * step


def spike_error(spikes: Sequence[float], truth: Sequence[float]) -> float | None:
    """Return the largest spike-time error in ms, or None when the count is wrong."""
    if len(spikes) != len(truth):
        return None
    return float(np.max(np.abs(np.asarray(spikes) - np.asarray(truth))))


def bisect(run: Run) -> tuple[float, float]:
    """Return the seconds spent in runs to halve down to the lowest amplitude that fires, and that one."""
    low, high = BRACKET
    total = 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        seconds, spikes = run(middle)
        total += seconds
        low, high = (low, middle) if len(spikes) else (middle, high)
    return total, high


def measure(job: str, run: Run, truth: Mapping, budget: float) -> tuple[float | None, list[float]]:
    """Return the error of one job, and its durations in seconds over about 25 repeats.

    Fewer repeats when they would take more than ``budget`` seconds, more while they take less than one.
    """

    def once() -> tuple[float, float | None]:
        if job == "simulate":
            seconds, spikes = run(AMPLITUDE)
            return seconds, spike_error(spikes, truth["spikes"])
        seconds, amplitude = bisect(run)
        return seconds, abs(amplitude - truth["threshold"])

    run(AMPLITUDE)
    seconds, error = once()
    repeats = int(min(max(budget / seconds, 1), 25 + 1 / seconds, MOST))
    return error, [seconds] + [once()[0] for _ in range(repeats - 1)]


def climb(job: str, prepare: Prepare, ladders: Mapping, truth: Mapping, budget: float) -> list[Measurement]:
    """Measure every method from coarse to fine, without steps that would take longer than ``budget``."""
    measurements = []
    for method, values in ladders.items():
        expected = 0.0
        for value, finer in zip(values, [*values[1:], math.inf], strict=True):
            if method.endswith("time step") and expected > budget:
                break
            error, seconds = measure(job, prepare(method, value, CLAMPS[job]), truth, budget)
            measurements.append(Measurement.of(method, value, error, seconds))
            expected = statistics.median(seconds) * value / finer
    return measurements


def timed(function: Callable[[], object]) -> tuple[float, object]:
    """Call a function; return the seconds it took and its result."""
    start = CLOCK()
    result = function()
    return CLOCK() - start, result


def main(
    tool: str,
    version: str,
    prepare: Prepare,
    ladders: Mapping[str, Sequence[float]],
    own: Mapping[str, Callable[[Mapping, float], list]] | None = None,
) -> None:
    """Run the job named on the command line and print its results as one line of JSON.

    Parameters
    ----------
    tool, version
        What is measured.
    prepare
        Builds a run for one setting, see the module's docstring.
    ladders
        For every method its settings from coarse to fine.
    own
        Jobs that the tool does in its own way: functions of the truth and the seconds for one setting.
    """
    serve(tool, version, {job: partial(climb, job, prepare, ladders) for job in CLAMPS} | dict(own or {}))


def serve(tool: str, version: str, jobs: Mapping[str, Callable[[Mapping, float], list]]) -> None:
    """Do the job named on the command line and print its results, dataclasses, as one line of JSON.

    Parameters
    ----------
    tool, version
        What is measured.
    jobs
        By name, functions of the truth and the seconds for one setting.
    """
    parser = argparse.ArgumentParser(description=f"Measure {tool} on one job and print one JSON line.")
    parser.add_argument("job", choices=jobs)
    parser.add_argument("--truth", type=Path, default=TRUTH, help="file written by python -m benchmarks.truth")
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds to spend on one setting")
    arguments = parser.parse_args()
    truth = json.loads(arguments.truth.read_text(encoding="utf-8"))
    results = [asdict(result) for result in jobs[arguments.job](truth, arguments.budget)]
    print(json.dumps({"tool": tool, "version": version, "job": arguments.job, "results": results}))
