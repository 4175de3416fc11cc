"""heyoka: a batch of axons in each integrator, one integrator to a thread, spikes as its own events.

The equations are those of ``benchmarks.peers.heyoka``; ``value`` is heyoka's tolerance. Batches of 8, 16 and 32, with
and without ``force_avx512``, one thread and processes instead of threads were tried. The callback is Python and heyoka
holds the interpreter's lock for it, about a quarter of the time. Documentation: https://bluescarni.github.io/heyoka.py
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import heyoka as hy
import numpy as np

from benchmarks.peers.heyoka import equations
from benchmarks.population.protocol import CLAMP, THREADS, Run, main
from benchmarks.protocol import AMPLITUDE, REST, SPIKE_LEVEL, timed

TOLERANCES = (1.0, 0.1, 0.01, 1e-3, 1e-4)
LADDERS = {"shared exponential and fast_math, tolerance": TOLERANCES, "textbook, tolerance": TOLERANCES}
BATCH = 16
STATE = np.array(list(REST.values()))[:, None]


class Worker:
    """One thread's integrator of a batch, and the spikes it found."""

    def __init__(self, method: str, tolerance: float) -> None:
        """Compile the integrator (heyoka compiles the same equations only once)."""
        v, m, h, n = hy.make_vars("v", "m", "h", "n")
        shared = method.startswith("shared")
        self.spikes: list[tuple[int, float]] = []
        event = hy.nt_event_batch(
            v - SPIKE_LEVEL,
            callback=lambda _integrator, time, _sign, lane: self.spikes.append((lane, time)),
            direction=hy.event_direction.positive,
        )
        self.integrator = hy.taylor_adaptive_batch(
            equations(v, m, h, n, shared=shared),
            np.tile(STATE, (1, BATCH)),
            pars=np.zeros((1, BATCH)),
            tol=tolerance,
            nt_events=[event],
            fast_math=shared,
        )

    def run(self, amplitudes: np.ndarray) -> list[tuple[int, float]]:
        """Return (lane, time) of all spikes of one batch."""
        self.spikes.clear()
        self.integrator.set_time(0.0)
        self.integrator.state[:] = STATE
        self.integrator.pars[0] = amplitudes
        self.integrator.propagate_until(CLAMP.duration)
        return self.spikes

    def counts(self, batches: np.ndarray) -> list[np.ndarray]:
        """Return the counts of several batches, each of shape (BATCH,)."""
        return [np.bincount([lane for lane, _ in self.run(batch)], minlength=BATCH) for batch in batches]


def locate(method: str, tolerance: float) -> list[float]:
    """Return the spike times of a batch of equal axons."""
    return [time for lane, time in Worker(method, tolerance).run(np.full(BATCH, AMPLITUDE)) if not lane]


def prepare(method: str, tolerance: float, amplitudes: np.ndarray) -> Run:
    """Compile one integrator a thread and return a run of all batches, dealt in turn."""
    workers = [Worker(method, tolerance) for _ in range(THREADS)]
    batches = amplitudes.reshape(-1, BATCH)
    parts = [batches[i::THREADS] for i in range(THREADS)]
    counts = np.empty(batches.shape, dtype=int)

    def advance() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            for i, of_part in enumerate(pool.map(Worker.counts, workers, parts)):
                counts[i::THREADS] = of_part

    def run() -> tuple[float, np.ndarray]:
        return timed(advance)[0], counts.ravel()

    return run


if __name__ == "__main__":
    main("heyoka", hy.__version__, LADDERS, locate, prepare)
