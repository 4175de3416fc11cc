"""Jaxley: forward derivatives (``jax.jacfwd``) of a compartment's run, compiled for one processor in double precision.

``value`` is the time step in ms, a part of the sampling interval. Reverse mode was not tried: it keeps every step, for
three parameters. Documentation: https://jaxley.readthedocs.io
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import jaxley as jx
import numpy as np

from benchmarks.peers.jaxley import AREA, Squid, compartment
from benchmarks.sensitivities.protocol import AMPLITUDE, CONDUCTANCES, SAMPLING, Run, main

LADDERS = {"crank_nicolson, time step": (0.005, 0.0025, 0.00125, 0.000625)}
GIVEN = np.array([0.12, 0.036, 0.0003])  # S/cm²


class Free(Squid):
    """The same currents with conductances that are parameters."""

    def __init__(self) -> None:
        """Name the conductances."""
        super().__init__()
        self.channel_params = {f"Squid_{name}": float(g) for name, g in zip(CONDUCTANCES, GIVEN, strict=True)}

    def compute_current(self, states: dict, v: jax.Array, params: dict) -> jax.Array:
        """Return the membrane current in mA/cm²."""
        m, h, n = (states[f"Squid_{gate}"] for gate in "mhn")
        g_na, g_k, g_leak = (params[f"Squid_{name}"] for name in CONDUCTANCES)
        return g_na * m**3 * h * (v - 115) + g_k * n**4 * (v + 12) + g_leak * (v - 10.6)


def trace(step: float, duration: float) -> jax.stages.Wrapped:
    """Return v at the sampled times as a function of the conductances [S/cm²]."""
    cell = compartment(Free())
    cell.record("v", verbose=False)
    current = jnp.full(round(duration / step), AMPLITUDE * AREA * 1e3)
    every = round(SAMPLING / step)

    def run(conductances: jax.Array) -> jax.Array:
        stimulus = cell.data_stimulate(current, None)
        state = None
        for k, name in enumerate(CONDUCTANCES):
            state = cell.data_set(f"Squid_{name}", conductances[k], state)
        return jx.integrate(cell, param_state=state, data_stimuli=stimulus, delta_t=step, solver="crank_nicolson")[0][
            ::every
        ]

    return run


def sensitive(_method: str, step: float, duration: float) -> Run:
    """Return a run with derivatives per mS/cm²."""
    both = jax.jit(jax.jacfwd(trace(step, duration)))
    return lambda: np.asarray(both(GIVEN).block_until_ready()).T / 1e3


def plain(_method: str, step: float, duration: float) -> Run:
    """Return a run without."""
    alone = jax.jit(trace(step, duration))
    return lambda: np.asarray(alone(GIVEN).block_until_ready())


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platform_name", "cpu")
    main("jaxley", jx.__version__, LADDERS, sensitive, plain)
