"""heyoka: an adaptive Taylor series method, compiled for these equations, with spikes as its own events.

Two forms are measured: the textbook's, and what an expert would write (one exponential for all rates but
beta_m, and ``fast_math``). ``value`` is heyoka's tolerance. Documentation:
https://bluescarni.github.io/heyoka.py
"""

from __future__ import annotations

import math

import heyoka as hy

from benchmarks.protocol import REST, SPIKE_LEVEL, Clamp, Run, main, timed

TOLERANCES = (1e-3, 1e-4, 5e-5, 3e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12)
LADDERS = {"textbook, tolerance": TOLERANCES, "shared exponential and fast_math, tolerance": TOLERANCES}


def equations(v: hy.expression, m: hy.expression, h: hy.expression, n: hy.expression, *, shared: bool) -> list:
    """Return the squid membrane as pairs of variable and derivative; the current in µA/cm² is parameter 0."""
    if shared:
        slow = hy.exp(-v / 80)
        middle = (slow * slow) * (slow * slow)
        fast = middle * middle
    else:
        slow, middle, fast = hy.exp(-v / 80), hy.exp(-v / 20), hy.exp(-v / 10)
    alpha_m, beta_m = 0.1 * (25 - v) / (math.exp(2.5) * fast - 1), 4 * hy.exp(-v / 18)
    alpha_h, beta_h = 0.07 * middle, 1 / (math.exp(3) * fast + 1)
    alpha_n, beta_n = 0.01 * (10 - v) / (math.e * fast - 1), 0.125 * slow
    currents = 120 * (m * m * m) * h * (v - 115) + 36 * (n * n * n * n) * (v + 12) + 0.3 * (v - 10.6)
    return [
        (v, hy.par[0] - currents),
        (m, alpha_m - (alpha_m + beta_m) * m),
        (h, alpha_h - (alpha_h + beta_h) * h),
        (n, alpha_n - (alpha_n + beta_n) * n),
    ]


def prepare(method: str, tolerance: float, clamp: Clamp) -> Run:
    """Compile the integrator and return a run of ``clamp``."""
    shared = method.startswith("shared")
    spikes: list[float] = []
    v, m, h, n = hy.make_vars("v", "m", "h", "n")
    event = hy.nt_event(
        v - SPIKE_LEVEL,
        callback=lambda _integrator, time, _sign: spikes.append(time),
        direction=hy.event_direction.positive,
    )
    state = list(REST.values())
    integrator = hy.taylor_adaptive(
        equations(v, m, h, n, shared=shared),
        state,
        pars=[0.0],
        tol=tolerance,
        nt_events=[event],
        fast_math=shared,
    )

    def advance(amplitude: float) -> None:
        for end, current in ((clamp.start, 0.0), (clamp.stop, amplitude), (clamp.duration, 0.0)):
            if end > integrator.time:
                integrator.pars[0] = current
                integrator.propagate_until(end)

    def run(amplitude: float) -> tuple[float, list[float]]:
        spikes.clear()
        integrator.time = 0.0
        integrator.state[:] = state
        seconds, _ = timed(lambda: advance(amplitude))
        return seconds, list(spikes)

    return run


if __name__ == "__main__":
    main("heyoka", hy.__version__, prepare, LADDERS)
