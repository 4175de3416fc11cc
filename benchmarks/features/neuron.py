"""NEURON: compartments with its ``hh`` mechanism, its tables off, one thread, v recorded every 0.05 ms.

``value`` is the time step of the fixed-step method of second order in ms, which ``benchmarks.population.neuron`` finds
faster at this error than CVODE for each axon. Documentation: https://nrn.readthedocs.io
"""

from __future__ import annotations

import numpy as np
from neuron import __version__ as version
from neuron import h

from benchmarks.features.protocol import CLAMP, SAMPLING, Run, main
from benchmarks.peers.neuron import OUTSIDE
from benchmarks.population.neuron import axon
from benchmarks.protocol import REST

LADDERS = {"fixed step of second order, time step": (0.025, 0.0125, 0.01)}
MEMBERS = 501


def prepare(_method: str, step: float, amplitudes: np.ndarray) -> Run:
    """Build the axons and return a run of all."""
    h.usetable_hh, h.celsius, h.dt, h.secondorder = 0, 6.3, step, 2
    axons = [axon(amplitude) for amplitude in amplitudes]
    traces = [h.Vector().record(soma(0.5)._ref_v, SAMPLING) for soma, *_ in axons]  # noqa: SLF001
    context = h.ParallelContext()
    context.nthread(1)
    context.set_maxstep(10)
    h.CVode().active(False)

    def run() -> np.ndarray:
        h.finitialize(OUTSIDE + REST["v"])
        context.psolve(CLAMP.duration)
        return np.array([trace.as_numpy() for trace in traces]) - OUTSIDE

    run.parts = axons  # NEURON deletes what no Python name holds
    return run


if __name__ == "__main__":
    main("neuron", version, LADDERS, MEMBERS, prepare)
