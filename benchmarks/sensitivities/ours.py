"""Loligo: ``lo.simulate`` with ``sensitivities``, a whole call. ``value`` is the tolerance.

``python -m benchmarks.sensitivities.ours truth`` writes the truth.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

import loligo as lo
from benchmarks.protocol import REST
from benchmarks.sensitivities.protocol import AMPLITUDE, CONDUCTANCES, TRUTH, Run, main, times

LADDERS = {"tolerance": (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)}


def simulated(tolerance: float, duration: float, names: Any = ()) -> lo.Recording:
    """Return a run, with derivatives in the named numbers."""
    return lo.simulate(
        lo.models.squid(), lo.Step(AMPLITUDE), duration, initial=REST, tolerance=tolerance, sampling=times(duration),
        sensitivities=names,
    )  # fmt: skip


def derivatives(tolerance: float, duration: float) -> np.ndarray:
    """Return dv/dp, shape (3, samples)."""
    found = simulated(tolerance, duration, tuple(CONDUCTANCES))
    return np.array([found.sensitivity(name)["v"] for name in CONDUCTANCES])


def sensitive(_method: str, tolerance: float, duration: float) -> Run:
    """Return a run with derivatives."""
    return lambda: derivatives(tolerance, duration)


def plain(_method: str, tolerance: float, duration: float) -> Run:
    """Return a run without."""
    return lambda: np.asarray(simulated(tolerance, duration).v)


if __name__ == "__main__":
    if sys.argv[1:] == ["truth"]:
        np.savez(TRUTH, **{f"{duration:g}": derivatives(1e-12, duration) for duration in (100.0, 200.0)})
    else:
        main("loligo", lo.__version__, LADDERS, sensitive, plain)
