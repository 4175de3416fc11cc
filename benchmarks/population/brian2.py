"""Brian 2 in its C++ standalone mode with OpenMP: one group of axons, spikes counted by a monitor.

``value`` is the time step in ms. ``benchmarks.peers.brian2`` locates the spikes of one axon, by the same method in the
runtime mode. Here the rates share one exponential but for beta_m, powers are products, and the compiler may use its
vectors (Brian's own flags, ``-fno-finite-math-only`` among them, keep exp and pow from it): together more than twice as
fast. Timed is what the compiled program says that it simulated for; making and compiling it is not. Documentation:
https://brian2.readthedocs.io
"""

from __future__ import annotations

import math
import tempfile

import brian2 as b2
import numpy as np

from benchmarks.peers import brian2 as one
from benchmarks.population.protocol import CLAMP, THREADS, Run, main, of_peer
from benchmarks.protocol import REST, SPIKE_LEVEL

LADDERS = {"rk4, time step": (0.1, 0.05, 0.025)}
FLAGS = ["-w", "-O3", "-ffast-math", "-march=native", "-mprefer-vector-width=512"]
EQUATIONS = f"""
slow = exp(-v/80) : 1
middle = (slow*slow)*(slow*slow) : 1
fast = middle*middle : 1
dv/dt = (amplitude - 120*(m*m*m)*h*(v - 115) - 36*(n*n)*(n*n)*(v + 12) - 0.3*(v - 10.6))/ms : 1
dm/dt = (0.1*(25 - v)/({math.exp(2.5)}*fast - 1)*(1 - m) - 4*exp(-v/18)*m)/ms : 1
dh/dt = (0.07*middle*(1 - h) - h/({math.exp(3)}*fast + 1))/ms : 1
dn/dt = (0.01*(10 - v)/({math.e}*fast - 1)*(1 - n) - 0.125*slow*n)/ms : 1
amplitude : 1
"""


def locate(method: str, step: float) -> np.ndarray:
    """Return the spike times of one axon, in the runtime mode."""
    b2.set_device("runtime")
    return of_peer(one.prepare)(method, step)


def prepare(method: str, step: float, amplitudes: np.ndarray) -> Run:
    """Compile the program and return a run of it."""
    b2.set_device("cpp_standalone", build_on_run=False)
    b2.device.reinit()
    b2.device.activate(build_on_run=False)
    b2.prefs.devices.cpp_standalone.openmp_threads = THREADS
    b2.prefs.codegen.cpp.extra_compile_args_gcc = FLAGS
    b2.defaultclock.dt = step * b2.ms
    above = f"v >= {SPIKE_LEVEL}"
    solver = method.split(maxsplit=1)[0].strip(",")
    group = b2.NeuronGroup(len(amplitudes), EQUATIONS, method=solver, threshold=above, refractory=above)
    spikes = b2.SpikeMonitor(group, record=False)
    network = b2.Network(group, spikes)
    for name, value in REST.items():
        setattr(group, name, value)
    group.amplitude = amplitudes
    network.run(CLAMP.duration * b2.ms)
    folder = tempfile.TemporaryDirectory()
    b2.device.build(directory=folder.name, run=False)

    def run() -> tuple[float, np.ndarray]:
        b2.device.run()
        return b2.device._last_run_time, np.array(spikes.count)  # noqa: SLF001

    run.folder = folder  # deleted with the run
    run()
    return run


if __name__ == "__main__":
    main("brian2", b2.__version__, LADDERS, locate, prepare)
