"""A loop written by hand in C (``squid.c`` beside this file), with OpenMP and the compiler's vectors.

``value`` is the time step in ms.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.population.protocol import CLAMP, Run, main
from benchmarks.protocol import AMPLITUDE, REST, crossings, timed

LADDERS = {"Crank-Nicolson, staggered, time step": (0.05, 0.04, 0.025, 0.02, 0.01)}
COMPILER = ("gcc", "-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-fopenmp", "-shared", "-fPIC")
SOURCE = Path(__file__).with_name("squid.c")
LANES = 16
STATE = np.array(list(REST.values()))


@cache
def library() -> ctypes.CDLL:
    """Compile the loop and load it."""
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder) / "squid.so"
        subprocess.run([*COMPILER, str(SOURCE), "-o", str(binary), "-lm"], check=True)
        loaded = ctypes.CDLL(str(binary))
    numbers, integers = np.ctypeslib.ndpointer(np.float64), np.ctypeslib.ndpointer(np.intc)
    step = (ctypes.c_double, ctypes.c_long, numbers)
    loaded.spike_counts.argtypes = (numbers, integers, ctypes.c_long, *step)
    loaded.first_trace.argtypes = (numbers, numbers, *step)
    loaded.spike_counts.restype = loaded.first_trace.restype = None
    return loaded


def version() -> str:
    """Return the compiler's version."""
    printed = subprocess.run([COMPILER[0], "-dumpfullversion"], check=True, capture_output=True, text=True)
    return f"({COMPILER[0]} {printed.stdout.strip()})"


def locate(_method: str, step: float) -> np.ndarray:
    """Return the spike times of one axon, from its trace."""
    steps = round(CLAMP.duration / step)
    trace = np.empty(steps + 1)
    library().first_trace(np.full(LANES, AMPLITUDE), trace, step, steps, STATE)
    return crossings(step, trace)


def prepare(_method: str, step: float, amplitudes: np.ndarray) -> Run:
    """Return a run of all axons."""
    counts = np.empty(len(amplitudes), dtype=np.intc)
    amplitudes = np.ascontiguousarray(amplitudes)
    steps = round(CLAMP.duration / step)

    def run() -> tuple[float, np.ndarray]:
        call = library().spike_counts
        return timed(lambda: call(amplitudes, counts, len(amplitudes), step, steps, STATE))[0], counts

    return run


if __name__ == "__main__":
    main("c", version(), LADDERS, locate, prepare)
