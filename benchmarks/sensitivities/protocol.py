"""What every tool computes in the job ``sensitivities``, how it is timed, and how its answer is judged.

The squid membrane from the numbers of its rest (which stay as they are), 10 µA/cm² from t = 0: dv/dp for the three
conductances every 0.1 ms. The error of a setting is the largest difference from the truth over the largest derivative,
of the worst of the three. The truth is Loligo's at a tolerance of 1e-12, kept in ``build/bench/sensitivities.npz``;
heyoka's at 1e-15 shows how true it is. Time is the processor time of the process, the least of repeated runs.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

CONDUCTANCES = {"g_Na": 120.0, "g_K": 36.0, "g_leak": 0.3}
AMPLITUDE = 10.0  # µA/cm²
SAMPLING = 0.1  # ms
TRUTH = Path("build/bench/sensitivities.npz")
ENOUGH = 1e-3
"""Largest error with which settings are compared."""

SECONDS, MOST = 1.0, 60
"""Processor time for the repeats of a setting, and the most of them."""

Run = Callable[[], np.ndarray]
"""Returns dv/dp, shape (3, samples), or v alone, shape (samples,)."""


def times(duration: float) -> np.ndarray:
    """Return the sampling times [ms]."""
    return np.arange(round(duration / SAMPLING) + 1) * SAMPLING


def worst(found: np.ndarray, duration: float) -> float:
    """Return the error of derivatives against the truth."""
    with np.load(TRUTH) as file:
        true = file[f"{duration:g}"]
    if found.shape != true.shape or not np.isfinite(found).all():
        return float("inf")
    return float(np.max(np.abs(found - true).max(axis=1) / np.abs(true).max(axis=1)))


def least(run: Run) -> tuple[np.ndarray, float]:
    """Return what a run returns and the least processor time of its repeats [s]."""
    run()
    found, spent = run(), []
    while sum(spent) < SECONDS and len(spent) < MOST:
        begun = time.process_time()
        run()
        spent.append(time.process_time() - begun)
    return found, min(spent)


def main(
    tool: str,
    version: str,
    ladders: Mapping[str, Sequence[float]],
    sensitive: Callable[[str, float, float], Run],
    plain: Callable[[str, float, float], Run],
) -> None:
    """Measure each setting until one is accurate enough, and print one line of JSON.

    Parameters
    ----------
    tool, version
        What is measured.
    ladders
        For every method its settings from coarse to fine.
    sensitive, plain
        Functions of method, value and duration that compile and return a run with and without derivatives.
    """
    parser = argparse.ArgumentParser(description=f"Measure {tool} and print one JSON line.")
    parser.add_argument("duration", type=float)
    parser.add_argument("--finer", action="store_true", help="measure all settings")
    given = parser.parse_args()
    results: list[dict] = []
    for method, values in ladders.items():
        for value in values:
            found, seconds = least(sensitive(method, value, given.duration))
            error = worst(found, given.duration)
            _, alone = least(plain(method, value, given.duration))
            results.append({"method": method, "value": value, "error": error, "seconds": seconds, "plain": alone})
            if error <= ENOUGH and not given.finer:
                break
    print(json.dumps({"tool": tool, "version": version, "duration": given.duration, "results": results}))
