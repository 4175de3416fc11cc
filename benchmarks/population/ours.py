"""Loligo: the same axons by ``lo.Population``, and what only concerns itself (threads, files, size).

``value`` is the tolerance. A run is a whole ``run`` of a population that is there, from the stimulus to the table, by
all threads unless its method says otherwise. Only the first two methods are compared with other tools.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import loligo as lo
from benchmarks.population.protocol import (
    AMPLITUDES,
    BESIDE,
    CLAMP,
    DOUBLE,
    JOB,
    MANY,
    MEMBERS,
    ONE_THREAD,
    SINGLE,
    SIZES,
    STORED,
    STORED_MANY,
    Run,
    Throughput,
    Timed,
    expected,
    size_of,
    time_in_turn,
    true_counts,
)
from benchmarks.protocol import AMPLITUDE, serve, spike_error, timed
from loligo.population import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT = 20
"""Spike times kept of the axon whose spikes are judged."""


@dataclass(frozen=True)
class Setting:
    """One population and how it is run."""

    method: str
    tolerance: float
    how: dict[str, Any] = field(default_factory=dict)
    members: int = MEMBERS
    stored: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """What ``Population.run`` is told, but for the stimulus and what it returns."""
        return {"duration": CLAMP.duration, "tolerance": self.tolerance, **self.how}


SETTINGS = (
    Setting(DOUBLE, 2e-3),
    Setting(DOUBLE, 1e-3),
    Setting(DOUBLE, 1e-4),
    Setting(SINGLE, 1e-3, {"precision": "single"}),
    Setting(SINGLE, 1e-4, {"precision": "single"}),
    Setting(ONE_THREAD, BESIDE, {"threads": 1}),
    Setting(STORED, BESIDE, {"features": list(FEATURES)}, stored=True),
    *(Setting(size_of(size), BESIDE, members=size) for size in SIZES),
    Setting(STORED_MANY, BESIDE, {"features": list(FEATURES)}, MANY, stored=True),
)


def amplitudes(members: int) -> np.ndarray:
    """Return as many currents, in equal steps."""
    return AMPLITUDES if members == MEMBERS else np.linspace(AMPLITUDES[0], AMPLITUDES[-1], members)


def prepare(setting: Setting) -> Run:
    """Run the population once, so that all is compiled, and return a run of it."""
    population = lo.Population(lo.models.squid(), amplitude=amplitudes(setting.members))

    def run() -> tuple[float, np.ndarray]:
        with tempfile.TemporaryDirectory() as folder:  # deleted outside the clock
            store = {"store": str(Path(folder) / "axons")} if setting.stored else {}
            seconds, found = timed(lambda: population.run(lo.Step(1.0), **setting.options, **store))
            table = found.to_dataframe() if setting.stored else found
            return seconds, np.array(table["spike_count"])

    run()
    return run


def error(setting: Setting, truth: Mapping) -> float | None:
    """Return the error of the worst spike time of an axon that gets 10 µA/cm²."""
    axon = lo.Population(lo.models.squid(), amplitude=[AMPLITUDE])
    options = setting.options | {"features": ["spike_count"]}
    found = axon.run(lo.Step(1.0), **options, spike_times=KEPT)
    spikes = np.asarray(found["spike_times"].iloc[0], dtype=float)
    return spike_error(spikes[np.isfinite(spikes)], expected(truth))


def population(truth: Mapping, budget: float) -> list[Throughput]:
    """Measure every setting, those of as many members in turn."""
    measured = []
    members = attrgetter("members")
    for size, settings in groupby(sorted(SETTINGS, key=members), key=members):
        truly = true_counts() if size == MEMBERS else None
        together = [Timed(each.method, each.tolerance, error(each, truth), prepare(each), truly) for each in settings]
        measured += time_in_turn(together, budget)
    return measured


if __name__ == "__main__":
    serve("loligo", lo.__version__, {JOB: population})
