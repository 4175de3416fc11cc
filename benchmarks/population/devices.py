"""JAX on all processors of this machine, for the tools that are built on it; import it before JAX."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.population.protocol import THREADS, Run
from benchmarks.protocol import timed

if TYPE_CHECKING:
    from collections.abc import Callable

    import jax

DEVICES = 1 << (THREADS.bit_length() - 1)
"""A power of two, so that the axons can be divided evenly."""

os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={DEVICES}"
os.environ["JAX_PLATFORMS"] = "cpu"


def precision(method: str) -> None:
    """Compute in what the method's name says, from here on."""
    import jax

    jax.config.update("jax_enable_x64", "double" in method)


def divided(counts_of: Callable[[jax.Array], jax.Array], amplitudes: np.ndarray) -> Run:
    """Compile a function of many currents for each device's share of them; return a run of all.

    Axons of neighbouring currents are dealt to the devices in turn, so that all are as busy.
    """
    import jax

    shares = np.asarray(amplitudes.reshape(-1, DEVICES).T, dtype=jax.numpy.asarray(0.0).dtype)
    compiled = jax.pmap(counts_of).lower(shares).compile()

    def run() -> tuple[float, np.ndarray]:
        seconds, counts = timed(lambda: compiled(shares).block_until_ready())
        return seconds, np.asarray(counts).T.ravel()

    return run
