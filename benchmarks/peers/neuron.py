"""NEURON: the built-in ``hh`` mechanism with its tables off, in one compartment.

Two methods: CVODE, where ``value`` is the absolute tolerance, and NEURON's fixed step of second order,
where it is the time step in ms. CVODE finds its spikes itself (``condition_order(2)``); with a fixed step
they are located afterwards on the recorded trace. The mechanism measures v from outside, so rest is at -65
mV and the leak reversal at -54.4 mV; a relative tolerance, another Jacobian and ``continuerun`` were tried
and are slower for the same error. Documentation: https://nrn.readthedocs.io
"""

from __future__ import annotations

import math

from neuron import __version__ as version
from neuron import h

from benchmarks.protocol import REST, SPIKE_LEVEL, Clamp, Run, crossings, main, timed

LADDERS = {
    "CVODE, tolerance": (1e-2, 1e-3, 1e-4, 1e-5, 3e-6, 1e-6, 1e-7, 1e-8, 1e-9),
    "fixed step of second order, time step": (0.1, 0.05, 0.025, 0.01, 0.005, 0.0025, 0.001),
}

OUTSIDE = -65.0
"""Nominal rest in NEURON's convention, mV."""

AREA = 1e-5
"""Membrane area, cm²: 1 µA/cm² is then 0.01 nA."""


def prepare(method: str, value: float, clamp: Clamp) -> Run:
    """Build the compartment and return a run of ``clamp``."""
    soma = h.Section(name="soma")
    soma.L = soma.diam = math.sqrt(AREA * 1e8 / math.pi)
    soma.insert("hh")
    h.usetable_hh = 0
    soma.el_hh, soma.ena, soma.ek, soma.cm, h.celsius = OUTSIDE + 10.6, OUTSIDE + 115, OUTSIDE - 12, 1.0, 6.3
    electrode = h.IClamp(soma(0.5))
    electrode.delay, electrode.dur = clamp.start, clamp.stop - clamp.start
    spikes, trace = h.Vector(), h.Vector()
    detector = h.NetCon(soma(0.5)._ref_v, None, sec=soma)  # noqa: SLF001
    detector.threshold = OUTSIDE + SPIKE_LEVEL
    detector.record(spikes)
    solver, context = h.CVode(), h.ParallelContext()
    context.set_maxstep(10)
    adaptive = method.startswith("CVODE")
    solver.active(adaptive)
    if adaptive:
        solver.atol(value)
        solver.condition_order(2)
    else:
        h.dt, h.secondorder = value, 2
        trace.record(soma(0.5)._ref_v)  # noqa: SLF001

    def run(amplitude: float) -> tuple[float, list[float]]:
        electrode.amp = amplitude * AREA * 1e3
        h.finitialize(OUTSIDE + REST["v"])
        seconds, _ = timed(lambda: context.psolve(clamp.duration))
        return seconds, list(spikes if adaptive else crossings(value, trace.as_numpy() - OUTSIDE))

    run.parts = (soma, detector)  # NEURON deletes what no Python name holds
    return run


if __name__ == "__main__":
    main("neuron", version, prepare, LADDERS)
