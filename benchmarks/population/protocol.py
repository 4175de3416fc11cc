"""What every tool is asked to do in the job ``population``, how it is timed, and how its answer is judged.

A tool brings two functions. ``locate(method, value)`` returns the spike times of an axon that gets 10 µA/cm²,
found by that setting; it need not be quick. ``prepare(method, value, amplitudes)`` compiles what the tool compiles
and returns ``run() -> (seconds, counts)``, a run of all axons from exact rest. Needed are only the standard library
and numpy, as in ``benchmarks.protocol``.
"""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.protocol import ALLOWED_ERROR, AMPLITUDE, Clamp, serve, spike_error

JOB = "population"
MEMBERS = 4096
CLAMP = Clamp(0.0, 200.0, 200.0)
AMPLITUDES = np.linspace(0.0, 20.0, MEMBERS)
"""Constant currents from t = 0, µA/cm²."""

FIRST_WITH = {
    0: 0, 1: 459, 2: 1223, 3: 1264, 4: 1273, 5: 1277, 6: 1279, 7: 1280, 9: 1281, 11: 1282, 12: 1347, 13: 1544,
    14: 1851, 15: 2253, 16: 2745, 17: 3324, 18: 3992,
}  # fmt: skip
"""The first member with so many spikes; the counts rise with the current, 43,491 in all.

From the classical Runge-Kutta method at 0.01 and at 0.0025 ms and a Taylor series at 1e-15, which agree.
"""

DOUBLE, SINGLE = "double precision, tolerance", "single precision, tolerance"
ONE_THREAD = "double precision, one thread, tolerance"
STORED = "double precision, all features and a store, tolerance"
SIZES = 10_000, 100_000, 1_000_000
MANY = 100_000
STORED_MANY = f"double precision, {MANY:,} axons, all features and a store, tolerance"
"""What Loligo calls its settings; the table compares some of them with one another."""

BESIDE = 1e-3
"""Loligo's tolerance where its threads, files and sizes are measured."""

THREADS = os.cpu_count() or 1
MOST = 25
"""Repeats of the shortest runs."""

Locate = Callable[[str, float], Sequence[float]]
Run = Callable[[], tuple[float, np.ndarray]]
Prepare = Callable[[str, float, np.ndarray], Run]


@dataclass(frozen=True)
class Throughput:
    """One setting of one tool: how wrong it is, and how long it takes when it is the one to be timed.

    ``error`` is that of the worst spike time at 10 µA/cm² in ms, None when the count is wrong; ``seconds`` is the
    median and ``fastest`` the minimum over ``repeats``, None when the setting was not timed; ``spikes`` is the number
    of all spikes and ``wrong`` how many of the ``members`` have another count than they should, None if not known.
    """

    method: str
    value: float
    error: float | None
    seconds: float | None = None
    fastest: float | None = None
    repeats: int = 0
    members: int = MEMBERS
    spikes: int | None = None
    wrong: int | None = None


def true_counts(members: int = MEMBERS) -> np.ndarray:
    """Return how many spikes the members have, of as many as there are or of every so manieth."""
    first = np.array(list(FIRST_WITH.values()))
    counts = np.array(list(FIRST_WITH))
    return counts[np.searchsorted(first, np.arange(0, MEMBERS, MEMBERS // members), side="right") - 1]


def size_of(members: int) -> str:
    """Return what Loligo calls its setting with another number of members."""
    return f"double precision, {members:,} axons, tolerance"


def expected(truth: Mapping) -> list[float]:
    """Return the true spike times at 10 µA/cm² within the job's duration, ms."""
    return [time for time in truth["spikes"] if time <= CLAMP.duration]


@dataclass(frozen=True)
class Timed:
    """A setting that is to be timed: its runs, and the true counts of spikes where they are known."""

    method: str
    value: float
    error: float | None
    run: Run
    truly: np.ndarray | None


def time_in_turn(settings: Sequence[Timed], budget: float) -> list[Throughput]:
    """Time settings that are to be compared in turn, so that a slow minute of the machine is one of all of them.

    Rounds are repeated until the budget of seconds for each is spent; of one setting there is one at least, and of
    several three, for the sake of their ratio.
    """
    seconds: list[list[float]] = [[] for _ in settings]
    counts = [np.empty(0)] * len(settings)
    spent, rounds = 0.0, 0
    least = 1 if len(settings) == 1 else 3
    while rounds < least or (rounds < MOST and spent * (rounds + 1) / rounds <= budget * len(settings)):
        for k, setting in enumerate(settings):
            passed, counts[k] = setting.run()
            seconds[k].append(passed)
            spent += passed
        rounds += 1
    return [
        Throughput(
            setting.method,
            setting.value,
            setting.error,
            statistics.median(of_it),
            min(of_it),
            rounds,
            len(found),
            int(found.sum()),
            None if setting.truly is None else int(np.count_nonzero(found != setting.truly)),
        )
        for setting, of_it, found in zip(settings, seconds, map(np.asarray, counts), strict=True)
    ]


def coarsest(errors: Sequence[float | None]) -> int | None:
    """Return the first setting that is right, as are all finer ones after it, or None."""
    wrong = [i for i, error in enumerate(errors) if (math.inf if error is None else error) > ALLOWED_ERROR[JOB]]
    first = wrong[-1] + 1 if wrong else 0
    return first if first < len(errors) else None


def ladder_of(
    ladders: Mapping[str, Sequence[float]],
    locate: Locate,
    prepare: Prepare,
    members: int,
    truth: Mapping,
    budget: float,
) -> list[Throughput]:
    """Judge every setting of every method by its spike times; time each method's coarsest right setting."""
    amplitudes = AMPLITUDES[:: MEMBERS // members]
    measured = []
    for method, values in ladders.items():
        errors = [spike_error(locate(method, value), expected(truth)) for value in values]
        chosen = coarsest(errors)
        for i, (value, error) in enumerate(zip(values, errors, strict=True)):
            if i == chosen:
                timed = Timed(method, value, error, prepare(method, value, amplitudes), true_counts(members))
                measured += time_in_turn([timed], budget)
            else:
                measured.append(Throughput(method, value, error))
    return measured


def main(
    tool: str,
    version: str,
    ladders: Mapping[str, Sequence[float]],
    locate: Locate,
    prepare: Prepare,
    members: int = MEMBERS,
) -> None:
    """Do the job and print its results as one line of JSON.

    Parameters
    ----------
    tool, version
        What is measured.
    ladders
        For every method its settings from coarse to fine.
    locate, prepare
        See the module's docstring.
    members
        How many of the axons a slow tool runs, evenly chosen; 4096 divided by a whole number.
    """
    serve(tool, version, {JOB: partial(ladder_of, ladders, locate, prepare, members)})


def of_peer(prepare: Callable) -> Locate:
    """Return the ``locate`` that runs a tool's own module for the job ``simulate``, by its ``prepare``."""
    return lambda method, value: prepare(method, value, CLAMP)(AMPLITUDE)[1]
