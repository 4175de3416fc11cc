"""Loligo: the same jobs as the other tools, and what only concerns itself (accuracy, memory)."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import loligo as lo
from benchmarks.protocol import CLAMPS, Clamp, Measurement, Run, main, spike_error, timed
from benchmarks.truth import REFERENCE_SPIKES

if TYPE_CHECKING:
    from collections.abc import Mapping

TOLERANCES = (1e-3, 3e-4, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10)
LADDERS = {"spikes only, tolerance": TOLERANCES, "with traces, tolerance": TOLERANCES}


@dataclass(frozen=True)
class Figure:
    """One number with its name and unit."""

    name: str
    value: float
    unit: str


def prepare(method: str, tolerance: float, clamp: Clamp) -> Run:
    """Return a run of ``clamp`` that is a whole ``lo.simulate``, from the stimulus to the recording."""
    squid = lo.models.squid()
    how = {"sampling": None} if method.startswith("spikes") else {}

    def run(amplitude: float) -> tuple[float, list[float]]:
        seconds, recording = timed(
            lambda: lo.simulate(
                squid,
                lo.Step(amplitude, start=clamp.start, stop=clamp.stop),
                duration=clamp.duration,
                tolerance=tolerance,
                **how,
            )
        )
        return seconds, list(recording.spikes)

    return run


SQUID = lo.models.squid()


def long_step() -> Any:
    """Find the threshold of the long step, of a membrane that is there."""
    clamp = CLAMPS["threshold"]
    return lo.threshold(SQUID, lo.Step(1.0, start=clamp.start, stop=clamp.stop), resolution=1e-3)


def threshold(truth: Mapping, budget: float) -> list[Measurement]:
    """Time ``lo.threshold`` with its defaults."""
    long_step()
    first, found = timed(long_step)
    repeats = int(min(max(budget / first, 1), 200))
    seconds = [timed(long_step)[0] for _ in range(repeats)]
    return [Measurement.of("lo.threshold, resolution", 1e-3, abs(found.value - truth["threshold"]), seconds)]


def accuracy(truth: Mapping, _budget: float) -> list[Figure]:
    """Compare spike times over 100 ms and the threshold of a long step with independent figures."""
    squid, figures = lo.models.squid(), []
    for label, how in (("default", {}), ("tolerance=1e-10", {"tolerance": 1e-10})):
        for amplitude, spikes in REFERENCE_SPIKES.items():
            found = lo.simulate(squid, lo.Step(amplitude), duration=100, **how).spikes
            error = spike_error(found, spikes)
            figures.append(Figure(f"worst of {len(spikes)} spikes at {amplitude:g} µA/cm², {label}", error, "ms"))
    found = long_step()
    return [
        *figures,
        Figure("error of the long step's threshold", abs(found.value - truth["threshold"]), "µA/cm²"),
        Figure("width of its bracket", found.bracket[1] - found.bracket[0], "µA/cm²"),
        Figure("runs it took", found.runs, ""),
    ]


def resident() -> int:
    """Return this process's resident memory in bytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def memory(_truth: Mapping, _budget: float) -> list[Figure]:
    """Measure the growth of resident memory over 1,000 runs after 100."""
    squid = lo.models.squid()

    def runs(count: int) -> int:
        for _ in range(count):
            lo.simulate(squid, lo.Step(10.0), duration=100)
        gc.collect()
        return resident()

    before = runs(100)
    return [Figure("growth over 1,000 runs after 100", (runs(1000) - before) / 2**20, "MiB")]


if __name__ == "__main__":
    own = {"threshold": threshold, "accuracy": accuracy, "memory": memory}
    main("loligo", lo.__version__, prepare, LADDERS, own)
