"""Diffrax: forward derivatives (``jax.jacfwd``) of Tsit5 in double precision, one processor.

``value`` is the tolerance, relative and absolute alike; v is in units of 100 mV. Documentation:
https://docs.kidger.site/diffrax
"""

from __future__ import annotations

import math

import diffrax
import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.protocol import REST
from benchmarks.sensitivities.protocol import AMPLITUDE, CONDUCTANCES, Run, main, times

LADDERS = {"Tsit5, tolerance": (1e-5, 1e-6, 1e-7, 1e-8)}
SCALE, FIRST_STEP, MOST_STEPS = 100.0, 0.01, 2**14
GIVEN = np.array(list(CONDUCTANCES.values()))
BEGIN = np.array(list(REST.values())) / np.array([SCALE, 1.0, 1.0, 1.0])


def derivative(
    _t: jax.Array, state: jax.Array, conductances: jax.Array, amplitude: jax.Array | float = AMPLITUDE
) -> jax.Array:
    """Return d(v, m, h, n)/dt, v in units of ``SCALE``."""
    v, m, h, n = SCALE * state[0], state[1], state[2], state[3]
    slow = jnp.exp(-v / 80)
    middle = (slow * slow) * (slow * slow)
    fast = middle * middle
    alpha_m, beta_m = 0.1 * (25 - v) / (math.exp(2.5) * fast - 1), 4 * jnp.exp(-v / 18)
    alpha_h, beta_h = 0.07 * middle, 1 / (math.exp(3) * fast + 1)
    alpha_n, beta_n = 0.01 * (10 - v) / (math.e * fast - 1), 0.125 * slow
    g_na, g_k, g_leak = conductances[0], conductances[1], conductances[2]
    currents = g_na * (m * m * m) * h * (v - 115) + g_k * (n * n) * (n * n) * (v + 12) + g_leak * (v - 10.6)
    return jnp.stack(
        [
            (amplitude - currents) / SCALE,
            alpha_m - (alpha_m + beta_m) * m,
            alpha_h - (alpha_h + beta_h) * h,
            alpha_n - (alpha_n + beta_n) * n,
        ]
    )


def traced(method: str, tolerance: float, duration: float):
    """Return v at the sampled times as a function of the conductances."""
    solver = getattr(diffrax, method.split(",", maxsplit=1)[0])()
    sampled = jnp.asarray(times(duration))

    def run(conductances: jax.Array) -> jax.Array:
        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(derivative), solver, 0.0, duration, FIRST_STEP, jnp.asarray(BEGIN), conductances,
            saveat=diffrax.SaveAt(ts=sampled, fn=lambda _t, y, _args: SCALE * y[0]),
            stepsize_controller=diffrax.PIDController(tolerance, tolerance), max_steps=MOST_STEPS,
            adjoint=diffrax.ForwardMode(),
        )  # fmt: skip
        return solution.ys

    return run


def sensitive(method: str, tolerance: float, duration: float) -> Run:
    """Return a run with derivatives."""
    both = jax.jit(jax.jacfwd(traced(method, tolerance, duration)))
    return lambda: np.asarray(both(GIVEN).block_until_ready()).T


def plain(method: str, tolerance: float, duration: float) -> Run:
    """Return a run without."""
    alone = jax.jit(traced(method, tolerance, duration))
    return lambda: np.asarray(alone(GIVEN).block_until_ready())


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platform_name", "cpu")
    main("diffrax", diffrax.__version__, LADDERS, sensitive, plain)
