"""The right answers, from scipy's DOP853 at 1e-13, independent of Loligo: ``python -m benchmarks.truth``."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import exprel

from benchmarks.protocol import AMPLITUDE, CLAMPS, REST, SPIKE_LEVEL, TRUTH, Clamp

RHEOBASE = 2.240945853952748
"""Threshold of a long step, µA/cm², from a Taylor series in quad precision; checked here."""

REFERENCE_SPIKES = {
    3.0: [4.554670193031549],
    10.0: [
        1.843146738067231,
        16.750618308644206,
        31.401101366337482,
        46.04032505341858,
        60.67871639722101,
        75.31704611414052,
        89.95537126773108,
    ],
    20.0: [
        1.2136234518560334,
        13.249455152374987,
        24.84650427634421,
        36.415404674412514,
        47.981222152756786,
        59.54669986679478,
        71.11214011084326,
        82.67757622231149,
        94.2430118779921,
    ],
}
"""Spike times in ms over 0-100 ms by step amplitude in µA/cm², all digits shown correct.

From two independent integrators, a Taylor series in quad precision and DOP853; the equations are those of
Hodgkin & Huxley (1952), doi:10.1113/jphysiol.1952.sp004764.
"""


def derivative(current: float, _t: float, state: np.ndarray) -> list[float]:
    """Return d(v, m, h, n)/dt of the squid membrane; doi:10.1113/jphysiol.1952.sp004764."""
    v, m, h, n = state
    alpha_m, beta_m = 1 / exprel((25 - v) / 10), 4 * np.exp(-v / 18)
    alpha_h, beta_h = 0.07 * np.exp(-v / 20), 1 / (np.exp((30 - v) / 10) + 1)
    alpha_n, beta_n = 0.1 / exprel((10 - v) / 10), 0.125 * np.exp(-v / 80)
    return [
        current - 120 * m**3 * h * (v - 115) - 36 * n**4 * (v + 12) - 0.3 * (v - 10.6),
        alpha_m * (1 - m) - beta_m * m,
        alpha_h * (1 - h) - beta_h * h,
        alpha_n * (1 - n) - beta_n * n,
    ]


def spike_times(amplitude: float, clamp: Clamp) -> list[float]:
    """Return the spike times in ms of a step in µA/cm², located with brentq on the dense output."""
    state, spikes = list(REST.values()), []
    edges = [0.0, clamp.start, clamp.stop, clamp.duration]
    for begin, end, current in zip(edges[:-1], edges[1:], [0.0, amplitude, 0.0], strict=True):
        if end <= begin:
            continue
        piece = solve_ivp(
            partial(derivative, current),
            (begin, end),
            state,
            "DOP853",
            dense_output=True,
            rtol=1e-13,
            atol=1e-13,
        )
        state = piece.y[:, -1]
        grid = np.arange(begin, end, 0.01)
        excess = piece.sol(grid)[0] - SPIKE_LEVEL
        rising = np.flatnonzero((excess[:-1] < 0) & (excess[1:] >= 0))
        spikes += [brentq(lambda t, sol=piece.sol: sol(t)[0] - SPIKE_LEVEL, *grid[i : i + 2]) for i in rising]
    return spikes


def main() -> None:
    """Write the truth as JSON."""
    parser = argparse.ArgumentParser(description="Compute the right answers and write them as JSON.")
    parser.add_argument("output", type=Path, nargs="?", default=TRUTH)
    output = parser.parse_args().output
    clamp = CLAMPS["threshold"]
    if spike_times(RHEOBASE - 1e-6, clamp) or not spike_times(RHEOBASE + 1e-6, clamp):
        raise SystemExit(f"{RHEOBASE} is not the threshold of {clamp}")
    truth = {"spikes": spike_times(AMPLITUDE, CLAMPS["simulate"]), "threshold": RHEOBASE}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(truth, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
