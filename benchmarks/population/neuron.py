"""NEURON: as many compartments with its ``hh`` mechanism as there are axons, its tables off, in its own threads.

Two methods, as in ``benchmarks.peers.neuron``, which also locates the spikes of one axon: the fixed step of second
order with all axons in step, where ``value`` is the time step in ms, and CVODE with a solver for each axon
(``use_local_dt``), where it is the absolute tolerance. Spikes are counted by ``APCount``. Documentation:
https://nrn.readthedocs.io
"""

from __future__ import annotations

import math

import numpy as np
from neuron import __version__ as version
from neuron import h

from benchmarks.peers import neuron as one
from benchmarks.population.protocol import CLAMP, THREADS, Run, main, of_peer
from benchmarks.protocol import REST, SPIKE_LEVEL, timed

LADDERS = {
    "fixed step of second order, time step": (0.025, 0.01, 0.005),
    "CVODE for each axon, tolerance": (1e-3, 1e-4, 1e-5),
}
MEMBERS = 512


def axon(amplitude: float) -> tuple:
    """Return one axon with its current and its counter of spikes."""
    soma = h.Section()
    soma.L = soma.diam = math.sqrt(one.AREA * 1e8 / math.pi)
    soma.insert("hh")
    soma.el_hh, soma.ena, soma.ek, soma.cm = one.OUTSIDE + 10.6, one.OUTSIDE + 115, one.OUTSIDE - 12, 1.0
    electrode = h.IClamp(soma(0.5))
    electrode.delay, electrode.dur, electrode.amp = CLAMP.start, CLAMP.stop, amplitude * one.AREA * 1e3
    counter = h.APCount(soma(0.5))
    counter.thresh = one.OUTSIDE + SPIKE_LEVEL
    return soma, electrode, counter


def prepare(method: str, value: float, amplitudes: np.ndarray) -> Run:
    """Build the axons and return a run of all."""
    h.usetable_hh, h.celsius = 0, 6.3
    axons = [axon(amplitude) for amplitude in amplitudes]
    solver, context = h.CVode(), h.ParallelContext()
    context.nthread(THREADS)
    context.set_maxstep(10)
    adaptive = method.startswith("CVODE")
    solver.active(adaptive)
    if adaptive:
        solver.use_local_dt(1)
        solver.atol(value)
    else:
        h.dt, h.secondorder = value, 2

    def run() -> tuple[float, np.ndarray]:
        h.finitialize(one.OUTSIDE + REST["v"])
        seconds, _ = timed(lambda: context.psolve(CLAMP.duration))
        return seconds, np.array([int(counter.n) for *_, counter in axons])

    return run


def locate(method: str, value: float) -> list[float]:
    """Return the spike times of one axon."""
    h.CVode().use_local_dt(0)
    h.ParallelContext().nthread(1)
    return of_peer(one.prepare)(method, value)


if __name__ == "__main__":
    main("neuron", version, LADDERS, locate, prepare, MEMBERS)
