"""Myokit: ``Simulation`` with sensitivities, by CVODES. ``value`` is the tolerance, absolute and relative alike.

Documentation: https://myokit.readthedocs.io
"""

from __future__ import annotations

from functools import cache

import myokit
import numpy as np

from benchmarks.peers.myokit import MODEL
from benchmarks.sensitivities.protocol import AMPLITUDE, CONDUCTANCES, SAMPLING, Run, main, times

LADDERS = {"CVODES, tolerance": (1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11)}


@cache
def simulation(*, derivatives: bool) -> myokit.Simulation:
    """Compile the model with conductances that have names, once for all tolerances."""
    text = MODEL.replace("120*", "g_Na*").replace("36*", "g_K*").replace("0.3*", "g_leak*")
    text += "".join(f"{name} = {value}\n" for name, value in CONDUCTANCES.items())
    protocol = myokit.Protocol()
    protocol.schedule(AMPLITUDE, 0.0, 1e4)
    wanted = (["membrane.v"], [f"membrane.{name}" for name in CONDUCTANCES]) if derivatives else None
    return myokit.Simulation(myokit.parse_model(text), protocol, wanted)


def sensitive(_method: str, tolerance: float, duration: float) -> Run:
    """Return a run with derivatives."""
    made = simulation(derivatives=True)
    sampled = times(duration)

    def run() -> np.ndarray:
        made.reset()
        made.set_tolerance(tolerance, tolerance)
        _, found = made.run(duration + SAMPLING, log=["membrane.v"], log_times=sampled)
        return np.asarray(found)[:, 0, :].T

    return run


def plain(_method: str, tolerance: float, duration: float) -> Run:
    """Return a run without."""
    made = simulation(derivatives=False)
    sampled = times(duration)

    def run() -> np.ndarray:
        made.reset()
        made.set_tolerance(tolerance, tolerance)
        return np.asarray(made.run(duration + SAMPLING, log=["membrane.v"], log_times=sampled)["membrane.v"])

    return run


if __name__ == "__main__":
    main("myokit", myokit.__version__, LADDERS, sensitive, plain)
