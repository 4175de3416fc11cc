"""Brian 2: equations as text, a fixed time step, run with the Cython runtime target and ``run()``.

``value`` is the time step in ms. The trace is recorded at every step and crossings are located on it
afterwards, outside the clock: a threshold condition would only tell the step. ``run()`` prepares its code
objects anew every time, about 0.2 s that do not shrink with the time step. Documentation:
https://brian2.readthedocs.io
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import brian2 as b2

from benchmarks.protocol import CLAMPS, REST, Clamp, Run, crossings, main, timed

if TYPE_CHECKING:
    import numpy as np

LADDERS = {
    "rk4, time step": (0.1, 0.05, 0.025, 0.01),
    "rk2, time step": (0.05, 0.025, 0.01, 0.005, 0.0025, 0.00125),
    "exponential_euler (the default), time step": (0.05, 0.025, 0.01, 0.001, 0.0001),
}

EQUATIONS = """
dv/dt = ({current} - 120*m**3*h*(v - 115) - 36*n**4*(v + 12) - 0.3*(v - 10.6))/ms : 1
dm/dt = (0.1*(25 - v)/(exp((25 - v)/10) - 1)*(1 - m) - 4*exp(-v/18)*m)/ms : 1
dh/dt = (0.07*exp(-v/20)*(1 - h) - h/(exp((30 - v)/10) + 1))/ms : 1
dn/dt = (0.01*(10 - v)/(exp((10 - v)/10) - 1)*(1 - n) - 0.125*exp(-v/80)*n)/ms : 1
amplitude : 1
"""


def prepare(method: str, step: float, clamp: Clamp) -> Run:
    """Build the network, store its first state and return a run of ``clamp``."""
    b2.prefs.codegen.target = "cython"
    gate = f"amplitude*int(t >= {clamp.start}*ms)*int(t < {clamp.stop}*ms)"
    current = "amplitude" if clamp == CLAMPS["simulate"] else gate
    solver = method.split(maxsplit=1)[0].strip(",")
    b2.defaultclock.dt = step * b2.ms
    neuron = b2.NeuronGroup(1, EQUATIONS.format(current=current), method=solver)
    trace = b2.StateMonitor(neuron, "v", record=True)
    network = b2.Network(neuron, trace)
    for name, value in REST.items():
        setattr(neuron, name, value)
    network.store()

    def run(amplitude: float) -> tuple[float, np.ndarray]:
        network.restore()
        neuron.amplitude = amplitude
        seconds, _ = timed(lambda: network.run(clamp.duration * b2.ms))
        return seconds, crossings(step, trace.v[0])

    return run


if __name__ == "__main__":
    main("brian2", b2.__version__, prepare, LADDERS)
