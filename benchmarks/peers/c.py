"""A loop in C for one axon: ``squid.c``, compiled by gcc for processors with registers of 256 bits (``haswell``).

``value`` is the time step in ms. v is kept at every step; crossings are located on it, outside the clock.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.protocol import REST, Clamp, Run, crossings, main, timed

LADDERS = {
    "runge_kutta, time step": (0.1, 0.05, 0.025, 0.01),
    "crank_nicolson, staggered, time step": (0.025, 0.01, 0.005, 0.0025, 0.001),
}
COMPILER = ("gcc", "-O3", "-march=haswell", "-ffast-math", "-shared", "-fPIC")
STATE = np.array(list(REST.values()))


@cache
def library() -> ctypes.CDLL:
    """Compile the loops and load them."""
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder) / "squid.so"
        subprocess.run([*COMPILER, str(Path(__file__).with_name("squid.c")), "-o", str(binary), "-lm"], check=True)
        return ctypes.CDLL(str(binary))


def version() -> str:
    """Return the compiler's version."""
    printed = subprocess.run([COMPILER[0], "-dumpfullversion"], check=True, capture_output=True, text=True)
    return f"({COMPILER[0]} {printed.stdout.strip()})"


def prepare(method: str, step: float, clamp: Clamp) -> Run:
    """Return a run of ``clamp``."""
    window = clamp.on_grid(step)
    trace = np.empty(len(window) + 1)
    loop = getattr(library(), method.split(",", maxsplit=1)[0])
    numbers = np.ctypeslib.ndpointer(np.float64)
    loop.argtypes, loop.restype = (numbers, numbers, ctypes.c_double, ctypes.c_long, numbers), None

    def run(amplitude: float) -> tuple[float, np.ndarray]:
        current = amplitude * window
        seconds, _ = timed(lambda: loop(current, trace, step, len(window), STATE))
        return seconds, crossings(step, trace)

    return run


if __name__ == "__main__":
    main("c", version(), LADDERS, prepare)
