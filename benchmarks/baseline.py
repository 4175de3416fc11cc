"""The least a fresh process can do for the same figure: ``python -m benchmarks.baseline FILE.png``.

It imports numba and matplotlib, calls one function from numba's cache and draws the same three panels, with as many
samples and the same layout.
"""

from __future__ import annotations

import math
import sys

import matplotlib.pyplot as plt
import numpy as np
from numba import njit

from benchmarks.protocol import REST

STEP = 0.01
SAMPLE = 10
"""Steps from one drawn sample to the next."""

DURATION = 200.0


@njit(cache=True)
def euler(state: np.ndarray, current: np.ndarray, step: float) -> np.ndarray:
    """Return v, m, h, n of the squid membrane after every step, shape (4, steps)."""
    v, m, h, n = state
    trace = np.empty((4, len(current)))
    for i in range(len(current)):
        currents = 120 * m**3 * h * (v - 115) + 36 * n**4 * (v + 12) + 0.3 * (v - 10.6)
        alpha_m, beta_m = 0.1 * (25 - v) / math.expm1((25 - v) / 10), 4 * math.exp(-v / 18)
        alpha_h, beta_h = 0.07 * math.exp(-v / 20), 1 / (math.exp((30 - v) / 10) + 1)
        alpha_n, beta_n = 0.01 * (10 - v) / math.expm1((10 - v) / 10), 0.125 * math.exp(-v / 80)
        m += step * (alpha_m - (alpha_m + beta_m) * m)
        h += step * (alpha_h - (alpha_h + beta_h) * h)
        n += step * (alpha_n - (alpha_n + beta_n) * n)
        v += step * (current[i] - currents)
        trace[:, i] = v, m, h, n
    return trace


def main(path: str) -> None:
    """Draw voltage, gates and current of a step, one above the other, and save the figure."""
    time = np.arange(0, DURATION, STEP)
    current = np.where((time >= 20) & (time < 180), 7.0, 0.0)
    v, *gates = euler(np.array(list(REST.values())), current, STEP)[:, ::SAMPLE]
    time, current = time[::SAMPLE], current[::SAMPLE]
    figure, panels = plt.subplots(3, 1, sharex=True, layout="constrained")
    panels[0].plot(time, v)
    panels[0].set_ylabel("v [mV]")
    for name, gate in zip("mhn", gates, strict=True):
        panels[1].plot(time, gate, label=name)
    panels[1].set_ylabel("gates")
    panels[1].legend()
    panels[2].plot(time, current)
    panels[2].set_ylabel("I [µA/cm²]")
    panels[2].set_xlabel("t [ms]")
    figure.savefig(path)


if __name__ == "__main__":
    main(sys.argv[1])
