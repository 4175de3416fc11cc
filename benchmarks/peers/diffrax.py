"""Diffrax: adaptive explicit Runge-Kutta methods in double precision, compiled for the processor.

``value`` is the tolerance, relative and absolute alike (v is in units of 100 mV), or the time step in ms. v is saved at
every 0.02 ms of the interpolated solution; crossings are located on it, outside the clock. Documentation:
https://docs.kidger.site/diffrax
"""

from __future__ import annotations

import diffrax
import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.protocol import Clamp, Run, crossings, main, timed
from benchmarks.sensitivities.diffrax import BEGIN, GIVEN, SCALE, derivative

LADDERS = {
    "Tsit5, tolerance": (1e-4, 1e-5, 1e-6, 1e-7),
    "Dopri8, tolerance": (1e-5, 1e-6, 1e-7),
    "Tsit5, time step": (0.1, 0.05, 0.025),
}
SAVED, FIRST_STEP, MOST_STEPS = 0.02, 0.01, 2**16


def prepare(method: str, value: float, clamp: Clamp) -> Run:
    """Compile the solver and return a run of ``clamp``."""
    solver = getattr(diffrax, method.split(",", maxsplit=1)[0])()
    adaptive = method.endswith("tolerance")
    edges = jnp.array(sorted({clamp.start, clamp.stop} - {0.0, clamp.duration}))
    controller = diffrax.PIDController(value, value) if adaptive else diffrax.ConstantStepSize()
    if adaptive and edges.size:
        controller = diffrax.ClipStepSizeController(controller, jump_ts=edges)
    sampled = jnp.arange(round(clamp.duration / SAVED) + 1) * SAVED

    def slope(t: jax.Array, state: jax.Array, amplitude: jax.Array) -> jax.Array:
        current = jnp.where((t >= clamp.start) & (t < clamp.stop), amplitude, 0.0)
        return derivative(t, state, jnp.asarray(GIVEN), current)

    @jax.jit
    def trace(amplitude: jax.Array) -> jax.Array:
        return diffrax.diffeqsolve(
            diffrax.ODETerm(slope), solver, 0.0, clamp.duration, FIRST_STEP if adaptive else value,
            jnp.asarray(BEGIN), amplitude, saveat=diffrax.SaveAt(ts=sampled, fn=lambda _t, y, _args: SCALE * y[0]),
            stepsize_controller=controller, max_steps=MOST_STEPS, adjoint=diffrax.ForwardMode(),
        ).ys  # fmt: skip

    def run(amplitude: float) -> tuple[float, np.ndarray]:
        seconds, v = timed(lambda: trace(jnp.asarray(amplitude)).block_until_ready())
        return seconds, crossings(SAVED, np.asarray(v))

    return run


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platform_name", "cpu")
    main("diffrax", diffrax.__version__, LADDERS, prepare)
