"""BrainPy: its ``HH`` group with a Runge-Kutta integrator, one compiled loop over the steps.

``value`` is the time step in ms; its default, exponential Euler, is tried too. The group measures v from outside, so
rest is at -65 mV and the leak reversal at -54.4 mV. The group's arrays are divided among as many devices of JAX as
there are processors, which is twice as fast here as leaving them whole. Documentation: https://brainpy.readthedocs.io
"""

from __future__ import annotations

from benchmarks.population import devices  # isort: skip (JAX reads its settings when it is imported)

import brainpy as bp
import brainpy.math as bm
import jax
import numpy as np

from benchmarks.population.protocol import CLAMP, Run, main
from benchmarks.protocol import AMPLITUDE, REST, SPIKE_LEVEL, crossings, timed

LADDERS = {
    "rk4 in double precision, time step": (0.1, 0.05, 0.025),
    "rk4 in single precision, time step": (0.1, 0.05, 0.025),
    "exp_auto (the default) in double precision, time step": (0.01, 0.001),
}
OUTSIDE = -65.0
"""Nominal rest in BrainPy's convention, mV."""


def group(method: str, step: float, members: int) -> bp.dyn.HH:
    """Return axons at rest, in the precision that the method's name says."""
    devices.precision(method)
    bm.set_float(bm.float64 if "double" in method else bm.float32)
    bm.set_dt(step)
    start = {f"{gate}_initializer": bp.init.Constant(REST[gate]) for gate in "mhn"}
    return bp.dyn.HH(
        members,
        ENa=OUTSIDE + 115,
        EK=OUTSIDE - 12,
        EL=OUTSIDE + 10.6,
        gL=0.3,
        V_th=OUTSIDE + SPIKE_LEVEL,
        V_initializer=bp.init.Constant(OUTSIDE + REST["v"]),
        method=method.split(maxsplit=1)[0],
        **start,
    )


def locate(method: str, step: float) -> np.ndarray:
    """Return the spike times of one axon, from its trace."""
    axon = group(method, step, 1)

    def once(i: jax.Array) -> jax.Array:
        bp.share.save(t=i * step, dt=step, i=i)
        axon.update(AMPLITUDE)
        return axon.V.value[0]

    trace = np.asarray(bm.for_loop(once, bm.arange(round(CLAMP.duration / step))))
    return crossings(step, np.concatenate([[REST["v"]], trace - OUTSIDE]))


def prepare(method: str, step: float, amplitudes: np.ndarray) -> Run:
    """Compile the loop and return a run of all axons."""
    axons = group(method, step, len(amplitudes))
    counts = bm.Variable(bm.zeros(len(amplitudes), dtype=bm.int32))
    mesh = jax.sharding.Mesh(np.array(jax.devices()), ("axons",))
    shares = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("axons"))
    currents = jax.device_put(np.asarray(amplitudes, dtype=axons.V.dtype), shares)

    def once(i: jax.Array) -> None:
        bp.share.save(t=i * step, dt=step, i=i)
        counts.value += axons.update(currents)

    @bm.jit
    def loop() -> None:
        bm.for_loop(once, bm.arange(round(CLAMP.duration / step)))

    def advance() -> None:
        loop()
        counts.value.block_until_ready()

    def run() -> tuple[float, np.ndarray]:
        axons.reset_state()
        counts.value = bm.zeros_like(counts)
        for variable in (axons.V, axons.m, axons.h, axons.n, axons.spike, counts):
            variable.value = jax.device_put(variable.value, shares)
        return timed(advance)[0], np.asarray(counts.value)

    run()
    return run


if __name__ == "__main__":
    main("brainpy", bp.__version__, LADDERS, locate, prepare)
