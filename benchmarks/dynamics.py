"""Loligo's dynamics against independent figures, and how long they take: ``python -m benchmarks.dynamics dynamics``."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

import loligo as lo
from benchmarks.protocol import REST, serve, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SQUID = lo.models.squid()
SPAN = (0.0, 200.0)

# Two independent integrators (Taylor series in quadruple precision, DOP853), checked with AUTO-07p: all digits correct.
HOPF = (9.779337995393126, 154.526333665808)
MAIN_FOLD = 6.264221274513723
PERIODS = {
    7.0: 17.150608183652004,
    10.0: 14.638324788661684,
    20.0: 11.56543559917957,
    50.0: 8.544604632976881,
    150.0: 5.957616422569856,
}
# AUTO-07p: Doedel EJ, Oldeman BE (2012), Concordia University.
SMALL_FOLDS = (7.8462471202, 7.9216854943)
DOUBLING = 7.8492373982

RELATIVE, SMALL, LEAK = 1e-7, 1e-5, 1e-8
DIAGRAM, CURVE, STRENGTH = 10.0, 10.0, 2.0
"""Targets: relative and absolute differences, seconds."""

ROUNDS = 3
E_LEAK = 3.0
"""Another reversal potential of the leak, mV: it moves every current by g_leak times the difference."""


@dataclass(frozen=True)
class Reached:
    """One number with its name and unit, and the most that it should be."""

    name: str
    value: float
    unit: str
    most: float


def nearest(points: Sequence[Any], value: float) -> float:
    """Return the distance of a value from the next point."""
    return min((abs(point.value - value) for point in points), default=float("inf"))


def relative(points: Sequence[Any], values: Sequence[float]) -> float:
    """Return the largest relative difference of values from the points next to them."""
    return max(nearest(points, value) / value for value in values)


def periods() -> float:
    """Return the largest relative difference of stable cycles' periods, each at the end of a diagram of its own."""
    worst = 0.0
    for current, period in PERIODS.items():
        diagram = lo.bifurcation(SQUID, "I", (current - 0.4, current))
        there = [
            abs(branch.periods[k] / period - 1)
            for branch in diagram.branches
            for k in (0, -1)
            if branch.kind == "cycles" and branch.values[k] == current and branch.stable[k]
        ]
        worst = max(worst, min(there, default=float("inf")))
    return worst


def leak_rule() -> float:
    """Return by how much a bifurcation current misses the one that the leak's own current says [µA/cm²]."""
    shift = SQUID["g_leak"] * (SQUID["E_leak"] - E_LEAK)
    plain = lo.bifurcation(SQUID, "I", (5.0, 30.0)).points
    moved = lo.bifurcation(SQUID.replace(E_leak=E_LEAK), "I", (5.0 + shift, 30.0 + shift)).points
    if [point.kind for point in plain] != [point.kind for point in moved]:
        return float("inf")
    return max(abs(other.value - one.value - shift) for one, other in zip(plain, moved, strict=True))


def seconds(task: Callable[[], object]) -> float:
    """Return the median of a few rounds, after one that may compile."""
    task()
    return median(timed(task)[0] for _ in range(ROUNDS))


def dynamics(_truth: Mapping, _budget: float) -> list[Reached]:
    """Compare the diagram of the squid with its reference, and time diagram and curves."""
    diagram = lo.bifurcation(SQUID, "I", SPAN)
    rest = lo.rest(SQUID)
    folds, doublings = diagram.of_kind("fold of cycles"), diagram.of_kind("period doubling")
    resting = max(abs(rest[name] / value - 1) for name, value in REST.items())
    amplitudes, durations = np.linspace(0.0, 170.0, 400), np.geomspace(0.05, 50.0, 50)
    return [
        Reached("both Hopf points, relative", relative(diagram.of_kind("Hopf"), HOPF), "", RELATIVE),
        Reached("main fold of cycles, relative", relative(folds, [MAIN_FOLD]), "", RELATIVE),
        Reached("rest, relative", resting, "", RELATIVE),
        Reached(f"periods of {len(PERIODS)} stable cycles, relative", periods(), "", RELATIVE),
        *(Reached(f"fold at {value:.7f}", nearest(folds, value), "µA/cm²", SMALL) for value in SMALL_FOLDS),
        Reached(f"period doubling at {DOUBLING:.7f}", nearest(doublings, DOUBLING), "µA/cm²", SMALL),
        Reached("leak rule, all bifurcations from 5 to 30", leak_rule(), "µA/cm²", LEAK),
        Reached("whole diagram, 0 to 200", seconds(lambda: lo.bifurcation(SQUID, "I", SPAN)), "s", DIAGRAM),
        Reached("`fi_curve`, 400 amplitudes, three ways", seconds(lambda: lo.fi_curve(SQUID, amplitudes)), "s", CURVE),
        Reached(
            "`strength_duration`, 50 durations to 1e-6",
            seconds(lambda: lo.strength_duration(SQUID, durations)),
            "s",
            STRENGTH,
        ),
    ]


if __name__ == "__main__":
    serve("loligo", lo.__version__, {"dynamics": dynamics})
