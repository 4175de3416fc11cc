"""Diffrax: Tsitouras' method of order 5, adaptive for each axon (``vmap``) or with one constant step for all.

``value`` is the tolerance, relative and absolute alike (v is in units of 100 mV, as large as the gates), or the time
step in ms. The rates share one exponential but for beta_m, as in ``benchmarks.peers.heyoka``. Adaptive runs save v
every 0.25 ms, a third of a spike's width, and constant steps at each; the spikes counted on it are within the
clock. Those of one axon are located on a trace of 0.01 ms. Dopri8 was tried: it needs more evaluations for the same
error, and minutes to compile. Documentation: https://docs.kidger.site/diffrax
"""

from __future__ import annotations

import math

from benchmarks.population import devices  # isort: skip (JAX reads its settings when it is imported)

import diffrax
import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.population.protocol import CLAMP, Run, main
from benchmarks.protocol import AMPLITUDE, REST, SPIKE_LEVEL, crossings

TOLERANCES = (3e-4, 1e-4, 1e-5)
STEPS = (0.125, 0.1, 0.05)
LADDERS = {
    "Tsit5 in double precision, tolerance": TOLERANCES,
    "Tsit5 in single precision, tolerance": TOLERANCES,
    "Tsit5 in double precision, time step": STEPS,
    "Tsit5 in single precision, time step": STEPS,
}
SCALE = 100.0
"""Unit of v within the solver, mV."""

FIRST_STEP = 0.01
MOST_STEPS = 2**14
SAVED = 0.25
FINE = 0.01


def derivative(_t: jax.Array, state: tuple, amplitude: jax.Array) -> tuple:
    """Return d(v, m, h, n)/dt, v in units of ``SCALE``."""
    v, m, h, n = state
    v = SCALE * v
    slow = jnp.exp(-v / 80)
    middle = (slow * slow) * (slow * slow)
    fast = middle * middle
    alpha_m, beta_m = 0.1 * (25 - v) / (math.exp(2.5) * fast - 1), 4 * jnp.exp(-v / 18)
    alpha_h, beta_h = 0.07 * middle, 1 / (math.exp(3) * fast + 1)
    alpha_n, beta_n = 0.01 * (10 - v) / (math.e * fast - 1), 0.125 * slow
    currents = 120 * (m * m * m) * h * (v - 115) + 36 * (n * n) * (n * n) * (v + 12) + 0.3 * (v - 10.6)
    return (
        (amplitude - currents) / SCALE,
        alpha_m - (alpha_m + beta_m) * m,
        alpha_h - (alpha_h + beta_h) * h,
        alpha_n - (alpha_n + beta_n) * n,
    )


def voltages(method: str, value: float, every: float | None, amplitudes: jax.Array) -> jax.Array:
    """Return v in mV by time, every so many ms or at each step; ``amplitudes`` is a number or an array."""
    adaptive = method.endswith("tolerance")
    controller = diffrax.PIDController(value, value) if adaptive else diffrax.ConstantStepSize()
    times = None if every is None else jnp.arange(round(CLAMP.duration / every) + 1) * every
    scales = (SCALE, 1.0, 1.0, 1.0)
    state = tuple(
        jnp.full(jnp.shape(amplitudes), start / scale) for start, scale in zip(REST.values(), scales, strict=True)
    )
    solution = diffrax.diffeqsolve(
        diffrax.ODETerm(derivative),
        diffrax.Tsit5(),
        0.0,
        CLAMP.duration,
        FIRST_STEP if adaptive else value,
        state,
        amplitudes,
        saveat=diffrax.SaveAt(ts=times, t0=times is None, steps=times is None, fn=lambda _t, y, _args: SCALE * y[0]),
        stepsize_controller=controller,
        max_steps=MOST_STEPS if adaptive else round(CLAMP.duration / value) + 1,
    )
    return solution.ys


def locate(method: str, value: float) -> np.ndarray:
    """Return the spike times of one axon, on its interpolated solution."""
    devices.precision(method)
    adaptive = method.endswith("tolerance")
    trace = np.asarray(jax.jit(lambda: voltages(method, value, FINE if adaptive else None, jnp.asarray(AMPLITUDE)))())
    return crossings(FINE if adaptive else value, trace[np.isfinite(trace)])


def prepare(method: str, value: float, amplitudes: np.ndarray) -> Run:
    """Compile the solver and return a run of all axons."""
    devices.precision(method)

    def counted(every: float | None, currents: jax.Array) -> jax.Array:
        v = voltages(method, value, every, currents)
        return jnp.sum((v[:-1] < SPIKE_LEVEL) & (v[1:] >= SPIKE_LEVEL) & jnp.isfinite(v[1:]), axis=0)

    def counts(currents: jax.Array) -> jax.Array:
        if method.endswith("tolerance"):
            return jax.vmap(lambda current: counted(SAVED, current))(currents)
        return counted(None, currents)

    return devices.divided(counts, amplitudes)


if __name__ == "__main__":
    main("diffrax", diffrax.__version__, LADDERS, locate, prepare)
