"""Jaxley: a channel class on JAX, compiled for the processor in double precision, fixed time steps.

``value`` is the time step in ms; crossings are located on the trace, outside the clock. Jaxley advances
gates and voltage in turn, so its Crank-Nicolson voltage solver is of second order from rest; backward Euler
is its default. Documentation: https://jaxley.readthedocs.io
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import jaxley as jx
import numpy as np
from jaxley.channels import Channel

from benchmarks.protocol import REST, Clamp, Run, crossings, main, timed

LADDERS = {
    "crank_nicolson, time step": (0.05, 0.025, 0.01, 0.005, 0.0025, 0.001, 0.0005),
    "bwd_euler (the default), time step": (0.05, 0.025, 0.01, 0.001, 0.0001),
}

AREA = 1e-5
"""Membrane area, cm²: 1 µA/cm² is then 0.01 nA."""


class Squid(Channel):
    """All currents of the squid axon, v from nominal rest in mV, conductances in S/cm²."""

    def __init__(self) -> None:
        """Take the three gates at rest as first states."""
        self.current_is_in_mA_per_cm2 = True
        super().__init__("Squid")
        self.channel_params = {}
        self.channel_states = {f"Squid_{gate}": REST[gate] for gate in "mhn"}
        self.current_name = "i_Squid"

    def update_states(self, states: dict, dt: float, v: jax.Array, params: dict) -> dict:  # noqa: ARG002
        """Return the gates one step later, exact for a held v."""
        rates = {
            "m": (0.1 * (25 - v) / jnp.expm1((25 - v) / 10), 4 * jnp.exp(-v / 18)),
            "h": (0.07 * jnp.exp(-v / 20), 1 / (jnp.exp((30 - v) / 10) + 1)),
            "n": (0.01 * (10 - v) / jnp.expm1((10 - v) / 10), 0.125 * jnp.exp(-v / 80)),
        }
        later = {}
        for gate, (alpha, beta) in rates.items():
            steady = alpha / (alpha + beta)
            later[f"Squid_{gate}"] = steady + (states[f"Squid_{gate}"] - steady) * jnp.exp(-dt * (alpha + beta))
        return later

    def compute_current(self, states: dict, v: jax.Array, params: dict) -> jax.Array:  # noqa: ARG002
        """Return the membrane current in mA/cm²."""
        m, h, n = (states[f"Squid_{gate}"] for gate in "mhn")
        return 0.12 * m**3 * h * (v - 115) + 0.036 * n**4 * (v + 12) + 0.0003 * (v - 10.6)


def compartment(channel: Channel | None = None) -> jx.Compartment:
    """Return one squid axon at rest, with its own channel or another."""
    cell = jx.Compartment()
    cell.insert(channel or Squid())
    radius = math.sqrt(AREA * 1e8 / (4 * math.pi))
    cell.set("radius", radius)
    cell.set("length", 2 * radius)
    cell.set("capacitance", 1.0)
    cell.set("v", REST["v"])
    return cell


def prepare(method: str, step: float, clamp: Clamp) -> Run:
    """Compile the compartment's run and return it for ``clamp``."""
    cell = compartment()
    cell.record("v", verbose=False)
    window = jnp.asarray(clamp.on_grid(step))
    solver = method.split(maxsplit=1)[0].strip(",")

    @jax.jit
    def trace(amplitude: float) -> jax.Array:
        stimulus = cell.data_stimulate(amplitude * AREA * 1e3 * window, None)
        return jx.integrate(cell, data_stimuli=stimulus, delta_t=step, solver=solver)[0]

    def run(amplitude: float) -> tuple[float, np.ndarray]:
        seconds, v = timed(lambda: trace(amplitude).block_until_ready())
        return seconds, crossings(step, np.asarray(v))

    return run


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platform_name", "cpu")
    main("jaxley", jx.__version__, prepare, LADDERS)
