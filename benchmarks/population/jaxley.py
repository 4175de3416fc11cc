"""Jaxley: one compartment's step, mapped over the axons and repeated by ``lax.scan``, compiled for all processors.

``value`` is the time step in ms; the channel is that of ``benchmarks.peers.jaxley``, which also locates the spikes of
one axon. ``jx.integrate`` would keep every axon's trace, so the step of ``build_init_and_step_fn`` counts instead, and
the axons are divided among as many devices of JAX as there are processors. Documentation:
https://jaxley.readthedocs.io
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.population import devices  # isort: skip (JAX reads its settings when it is imported)

import jax
import jax.numpy as jnp
import jaxley as jx
from jaxley.integrate import build_init_and_step_fn

from benchmarks.peers import jaxley as one
from benchmarks.population.protocol import CLAMP, Run, main, of_peer
from benchmarks.protocol import SPIKE_LEVEL

if TYPE_CHECKING:
    import numpy as np

STEPS = (0.025, 0.01, 0.005)
LADDERS = {
    "crank_nicolson in double precision, time step": STEPS,
    "crank_nicolson in single precision, time step": STEPS,
}


def locate(method: str, step: float) -> np.ndarray:
    """Return the spike times of one axon."""
    devices.precision(method)
    return of_peer(one.prepare)(method, step)


def prepare(method: str, step: float, amplitudes: np.ndarray) -> Run:
    """Compile the scan and return a run of all axons."""
    devices.precision(method)
    cell = one.compartment()
    cell.stimulate(jnp.zeros(1), verbose=False)
    cell.to_jax()
    places = cell.external_inds.copy()
    begin, advance = build_init_and_step_fn(cell, solver=method.split(maxsplit=1)[0])

    def count(amplitude: jax.Array) -> jax.Array:
        states, parameters = begin([], delta_t=step)
        current = {"i": jnp.reshape(amplitude * one.AREA * 1e3, 1)}

        def once(state: tuple, _: None) -> tuple[tuple, None]:
            states, spikes = state
            later = advance(dict(states), parameters, current, places, delta_t=step)  # it writes into its argument
            rising = (states["v"][0] < SPIKE_LEVEL) & (later["v"][0] >= SPIKE_LEVEL)
            return (later, spikes + rising), None

        (_, spikes), _ = jax.lax.scan(once, (states, jnp.zeros((), int)), length=round(CLAMP.duration / step))
        return spikes

    return devices.divided(jax.vmap(count), amplitudes)


if __name__ == "__main__":
    main("jaxley", jx.__version__, LADDERS, locate, prepare)
