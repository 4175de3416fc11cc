"""Loligo: 100,001 axons by one ``Population.run`` with all its features, on one thread, to the table.

``value`` is the tolerance. ``python -m benchmarks.features.ours truth`` writes what all tools are judged by.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

import loligo as lo
from benchmarks.features.protocol import CLAMP, COMPARED, JUDGED, NAMES, REPEATS, TRUTH, amplitudes, judged, wrong
from benchmarks.truth import spike_times
from loligo.population import FEATURES

TOLERANCES = (1e-3, 1e-4)
MEMBERS = 100_001
KEPT = 30
"""Spike times kept of the axons whose spikes are judged."""

EXACT = 1e-10


def write_truth() -> None:
    """Write true spike times, and the counts of the axons that are compared."""
    axons = lo.Population(lo.models.squid(), amplitude=amplitudes(COMPARED))
    counted = axons.run(lo.Step(1.0), duration=CLAMP.duration, tolerance=EXACT, features=["spike_count"], threads=1)
    truth = {
        "spikes": {f"{current:g}": spike_times(current, CLAMP) for current in JUDGED},
        "counts": np.asarray(counted["spike_count"]).tolist(),
    }
    TRUTH.parent.mkdir(parents=True, exist_ok=True)
    TRUTH.write_text(json.dumps(truth), encoding="utf-8")


def error(tolerance: float) -> float | None:
    """Return the error of the worst spike time; a member's bits do not depend on how many there are."""
    axons = lo.Population(lo.models.squid(), amplitude=list(JUDGED))
    options = {"features": list(FEATURES), "tolerance": tolerance, "spike_times": KEPT}
    found = axons.run(lo.Step(1.0), duration=CLAMP.duration, **options)["spike_times"]
    times = [np.asarray(one, dtype=float) for one in found]
    return judged({current: one[np.isfinite(one)].tolist() for current, one in zip(JUDGED, times, strict=True)})


def measured(tolerance: float) -> dict:
    """Measure one setting."""
    axons = lo.Population(lo.models.squid(), amplitude=amplitudes(MEMBERS))
    options = {"features": list(FEATURES), "tolerance": tolerance, "threads": 1}
    few = lo.Population(lo.models.squid(), amplitude=amplitudes(COMPARED))
    few.run(lo.Step(1.0), duration=CLAMP.duration, **options)
    spent = []
    for _ in range(REPEATS):
        begun = time.process_time()
        table = axons.run(lo.Step(1.0), duration=CLAMP.duration, **options)
        spent.append(time.process_time() - begun)
    sample = [float(table[name].iloc[MEMBERS // 2]) for name in NAMES]
    found = {"error": error(tolerance), "wrong": wrong(np.asarray(table["spike_count"]))}
    return found | {"members": MEMBERS, "seconds": min(spent), "features": 0.0, "sample": sample}


if __name__ == "__main__":
    if "truth" in sys.argv:
        write_truth()
    else:
        results = [{"method": "tolerance", "value": value} | measured(value) for value in TOLERANCES]
        json.dump({"tool": "loligo", "version": lo.__version__, "results": results}, sys.stdout)
