"""Jaxley: one compartment's step, mapped over the axons and repeated by ``lax.scan``, compiled in double precision.

``value`` is the time step in ms. Kept is v every 0.05 ms, not of every step. Documentation: https://jaxley.readthedocs.io
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import jaxley as jx
import numpy as np
from jaxley.integrate import build_init_and_step_fn

from benchmarks.features.protocol import CLAMP, SAMPLING, Run, main
from benchmarks.peers import jaxley as one

LADDERS = {"crank_nicolson, time step": (0.025, 0.0125, 0.01)}
MEMBERS = 4001


def prepare(method: str, step: float, amplitudes: np.ndarray) -> Run:
    """Compile the scan and return a run of all axons."""
    cell = one.compartment()
    cell.stimulate(jnp.zeros(1), verbose=False)
    cell.to_jax()
    places = cell.external_inds.copy()
    begin, advance = build_init_and_step_fn(cell, solver=method.split(",", maxsplit=1)[0])

    def trace(amplitude: jax.Array) -> jax.Array:
        states, parameters = begin([], delta_t=step)
        current = {"i": jnp.reshape(amplitude * one.AREA * 1e3, 1)}

        def once(state: dict, _: None) -> tuple[dict, None]:
            return advance(dict(state), parameters, current, places, delta_t=step), None  # it writes into its argument

        def kept(state: dict, _: None) -> tuple[dict, jax.Array]:
            later, _ = jax.lax.scan(once, state, length=round(SAMPLING / step))
            return later, later["v"][0]

        _, v = jax.lax.scan(kept, states, length=round(CLAMP.duration / SAMPLING))
        return jnp.concatenate([states["v"][:1], v])

    compiled = jax.jit(jax.vmap(trace)).lower(amplitudes).compile()
    return lambda: np.asarray(compiled(amplitudes))


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platform_name", "cpu")
    main("jaxley", jx.__version__, LADDERS, MEMBERS, prepare)
