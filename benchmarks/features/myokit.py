"""Myokit: the axons one after the other by CVODES, v every 0.05 ms.

``value`` is the tolerance, absolute and relative alike. Documentation: https://myokit.readthedocs.io
"""

from __future__ import annotations

import myokit
import numpy as np

from benchmarks.features.protocol import CLAMP, SAMPLES, SAMPLING, Run, main
from benchmarks.peers.myokit import MODEL

LADDERS = {"CVODES, tolerance": (1e-4, 1e-5, 1e-6)}
MEMBERS = 501
TIMES = np.arange(SAMPLES) * SAMPLING


def prepare(_method: str, tolerance: float, amplitudes: np.ndarray) -> Run:
    """Compile the simulation and return a run of all axons."""
    simulation = myokit.Simulation(myokit.parse_model(MODEL))
    simulation.set_tolerance(tolerance, tolerance)

    def trace(amplitude: float) -> np.ndarray:
        protocol = myokit.Protocol()
        protocol.schedule(amplitude, CLAMP.start, CLAMP.duration + 1.0)
        simulation.set_protocol(protocol)
        simulation.reset()
        log = simulation.run(CLAMP.duration + SAMPLING, log=["membrane.v"], log_times=TIMES)
        return np.asarray(log["membrane.v"])

    return lambda: np.array([trace(amplitude) for amplitude in amplitudes.tolist()])


if __name__ == "__main__":
    main("myokit", myokit.__version__, LADDERS, MEMBERS, prepare)
