"""What every tool does in ``python -m benchmarks.features``, how it is timed, and how its answer is judged.

Squid axons at exact rest, each with a constant current from t = 0, 0 to 20 µA/cm² in equal steps; 200 ms; of each the
features below. Loligo computes them while it runs. For the other tools, which compute none, `features_of` does so with
NumPy from v of all axons every 0.05 ms (not eFEL, which works trace by trace). Both are timed together: the processor
time of the process, one thread, compiled, the least of repeated runs, for each axon.

A setting's error is that of its worst spike time, of the axons that get 10, 15 and 20 µA/cm². The truth is DOP853 at
1e-13 with Brent's method. Wrong counts are those of every axon of which Loligo at a tolerance of 1e-10 gives another
number of spikes, of 501.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.protocol import SPIKE_LEVEL, Clamp, crossings, spike_error

CLAMP = Clamp(0.0, 200.0, 200.0)
LARGEST = 20.0  # µA/cm²
SAMPLING = 0.05  # ms
SAMPLES = round(CLAMP.duration / SAMPLING) + 1
JUDGED = (10.0, 15.0, 20.0)
"""Currents of the axons whose spike times are judged, µA/cm²."""

COMPARED = 501
"""Axons that every tool has among its own; all numbers of axons are a multiple of 500 and one more."""

TRUTH = Path("build/bench/features.json")
ENOUGH = 1e-2
"""Largest error of a spike time with which settings are compared, ms."""

REPEATS = 2
REACH = 80
"""Samples within which a spike peaks after it crosses the level, begins before its peak, and falls: 4 ms."""

STEEP = 10.0
"""A spike begins where v rises by so much for the last time before its peak, mV/ms."""

NAMES = (
    "spike_count",
    "time_to_first_spike",
    "mean_frequency",
    "ISI_CV",
    "adaptation_index",
    "peak_voltage",
    "AP_amplitude",
    "AP_duration_half_width",
    "minimum_voltage",
)

Run = Callable[[], np.ndarray]
"""Returns v of all axons every 0.05 ms [mV], shape (axons, samples)."""


def amplitudes(members: int) -> np.ndarray:
    """Return the currents of as many axons [µA/cm²]."""
    return np.linspace(0.0, LARGEST, members)


def features_of(v: np.ndarray) -> np.ndarray:
    """Return the features of traces, shape (axons, features).

    Parameters
    ----------
    v
        Every 0.05 ms from t = 0 on [mV], shape (axons, samples).
    """
    axon, above = np.nonzero((v[:, :-1] < SPIKE_LEVEL) & (v[:, 1:] >= SPIKE_LEVEL))
    crossed = np.bincount(axon, minlength=len(v))
    inside = above + REACH < v.shape[1]  # the others have no whole shape
    axon, above = axon[inside], above[inside]
    after = np.arange(REACH + 1)
    rising = v[axon[:, np.newaxis], above[:, np.newaxis] + after]
    top = above + rising.argmax(axis=1)
    peak = rising.max(axis=1)
    before = v[axon[:, np.newaxis], np.maximum(top[:, np.newaxis] - after[::-1], 0)]
    slow = np.diff(before, axis=1) < STEEP * SAMPLING
    slow[:, -2:] = False  # the peak itself
    begin = before[np.arange(axon.size), REACH - slow[:, ::-1].argmax(axis=1)]
    half = 0.5 * (begin + peak)
    first = _passed(before[:, ::-1], half)
    following = v[axon[:, np.newaxis], np.minimum(top[:, np.newaxis] + after, v.shape[1] - 1)]
    width = (first + _passed(following, half)) * SAMPLING
    counts = np.bincount(axon, minlength=len(v))
    columns = [crossed, *_in_time(axon, top * SAMPLING, counts)]
    columns += [_mean(axon, one, counts) for one in (peak, peak - begin, width)]
    return np.column_stack([*columns, v.min(axis=1)])


def _passed(traces: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Return after how many samples each trace, which starts above its level, falls below it."""
    spikes = np.arange(len(level))
    below = np.maximum((traces < level[:, np.newaxis]).argmax(axis=1), 1)
    upper, lower = traces[spikes, below - 1], traces[spikes, below]
    return below - 1 + (upper - level) / np.where(upper > lower, upper - lower, 1.0)


def _mean(axon: np.ndarray, values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the mean over the spikes of each axon, NaN where there is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.bincount(axon, values, counts.size) / counts


def _in_time(axon: np.ndarray, times: np.ndarray, counts: np.ndarray) -> list[np.ndarray]:
    """Return the latency, the mean frequency, the variation of intervals and the adaptation index of each axon."""
    first = np.r_[0, np.cumsum(counts)[:-1]]
    fires = counts > 0
    latency, frequency = np.full(counts.size, np.nan), np.full(counts.size, np.nan)
    latency[fires] = times[first[fires]]
    frequency[fires] = 1e3 * counts[fires] / times[first[fires] + counts[fires] - 1]
    place = np.arange(axon.size) - first[axon]  # of the spike among those of its axon
    interval = np.diff(times, prepend=0.0)
    used = place >= 2
    number = np.maximum(counts - 2, 0)
    mean = _mean(axon[used], interval[used], number)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = np.bincount(axon[used], (interval[used] - mean[axon[used]]) ** 2, counts.size)
        variation = np.where(number > 1, np.sqrt(squares / (number - 1)) / mean, np.nan)
    left_out = np.minimum((0.1 * counts + 0.5).astype(int), 2)
    used = place >= left_out[axon] + 2
    number = np.maximum(counts - left_out - 2, 0)
    change = np.diff(interval, prepend=0.0) / (interval + np.r_[0.0, interval[:-1]] + (interval == 0.0))
    index = np.where(number > 1, _mean(axon[used], change[used], number), np.nan)
    return [latency, frequency, variation, index]


def judged(spikes: Mapping[float, Sequence[float]]) -> float | None:
    """Return the error of the worst spike time [ms] by current, or None when a number of spikes is wrong."""
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))["spikes"]
    errors = [spike_error(spikes[current], truth[f"{current:g}"]) for current in JUDGED]
    return None if any(one is None for one in errors) else max(one for one in errors if one is not None)


def wrong(counts: np.ndarray) -> int:
    """Return how many of the compared axons have another number of spikes than they should."""
    true = json.loads(TRUTH.read_text(encoding="utf-8"))["counts"]
    return int(np.count_nonzero(counts[:: (len(counts) - 1) // (COMPARED - 1)] != np.array(true)))


def measured(members: int, run: Run) -> dict:
    """Return the error, and the least processor time of a run and of its features [s], after one that warms up."""
    runs, features = [], []
    run()
    for _ in range(REPEATS):
        begun = time.process_time()
        v = run()
        ran = time.process_time()
        table = features_of(v)
        runs.append(ran - begun)
        features.append(time.process_time() - ran)
    places = [round(current / LARGEST * (members - 1)) for current in JUDGED]
    spikes = {current: crossings(SAMPLING, v[k]).tolist() for current, k in zip(JUDGED, places, strict=True)}
    sample = table[places[0]].tolist()
    found = {"error": judged(spikes), "wrong": wrong(table[:, 0])}
    return found | {"members": members, "seconds": min(runs), "features": min(features), "sample": sample}


def main(
    tool: str, version: str, ladders: Mapping[str, Sequence[float]], members: int, prepare: Callable[..., Run]
) -> None:
    """Measure settings from coarse to fine until one is right, and print one line of JSON.

    Parameters
    ----------
    tool, version
        What is measured.
    ladders
        For every method its settings from coarse to fine.
    members
        Number of axons: a multiple of 500 and one more.
    prepare
        Function of method, value and currents that compiles and returns a run.
    """
    results: list[dict] = []
    for method, values in ladders.items():
        for value in values:
            found = measured(members, prepare(method, value, amplitudes(members)))
            results.append({"method": method, "value": value} | found)
            if found["error"] is not None and found["error"] <= ENOUGH:
                break
    json.dump({"tool": tool, "version": version, "results": results}, sys.stdout)
