"""Brian 2, its Cython target: one group of axons, v recorded every 0.05 ms.

``value`` is the time step in ms. Equations and flags of the compiler are those of ``benchmarks.population.brian2``,
which make it more than twice as fast. The C++ standalone mode writes records of v to a disk and reads them again, so
all is done in one process here. Documentation: https://brian2.readthedocs.io
"""

from __future__ import annotations

import brian2 as b2
import numpy as np

from benchmarks.features.protocol import CLAMP, SAMPLING, Run, main
from benchmarks.population.brian2 import EQUATIONS, FLAGS
from benchmarks.protocol import REST

LADDERS = {"rk4, time step": (0.05, 0.025)}
"""Steps of 0.1 ms give a wrong number of spikes."""

MEMBERS = 4001


def prepare(method: str, step: float, amplitudes: np.ndarray) -> Run:
    """Build the network and return a run of it."""
    b2.prefs.codegen.target = "cython"
    b2.prefs.codegen.cpp.extra_compile_args_gcc = FLAGS
    b2.defaultclock.dt = step * b2.ms
    group = b2.NeuronGroup(len(amplitudes), EQUATIONS, method=method.split(",", maxsplit=1)[0])
    trace = b2.StateMonitor(group, "v", record=True, dt=SAMPLING * b2.ms)
    network = b2.Network(group, trace)
    for name, value in REST.items():
        setattr(group, name, value)
    group.amplitude = amplitudes
    network.store()

    def run() -> np.ndarray:
        network.restore()
        network.run(CLAMP.duration * b2.ms)
        return np.asarray(trace.v)

    return run


if __name__ == "__main__":
    main("brian2", b2.__version__, LADDERS, MEMBERS, prepare)
