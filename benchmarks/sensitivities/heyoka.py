"""heyoka: variational equations (``var_ode_sys``) in the conductances, by Taylor series. ``value`` is the tolerance.

Documentation: https://bluescarni.github.io/heyoka.py
"""

from __future__ import annotations

import math

import heyoka as hy
import numpy as np

from benchmarks.protocol import REST
from benchmarks.sensitivities.protocol import AMPLITUDE, CONDUCTANCES, Run, main, times

LADDERS = {"shared exponential and fast_math, tolerance": (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-15)}


def equations(v: hy.expression, m: hy.expression, h: hy.expression, n: hy.expression) -> list:
    """Return pairs of variable and derivative; the parameters are the conductances."""
    slow = hy.exp(-v / 80)
    middle = (slow * slow) * (slow * slow)
    fast = middle * middle
    alpha_m, beta_m = 0.1 * (25 - v) / (math.exp(2.5) * fast - 1), 4 * hy.exp(-v / 18)
    alpha_h, beta_h = 0.07 * middle, 1 / (math.exp(3) * fast + 1)
    alpha_n, beta_n = 0.01 * (10 - v) / (math.e * fast - 1), 0.125 * slow
    g_na, g_k, g_leak = hy.par[0], hy.par[1], hy.par[2]
    currents = g_na * (m * m * m) * h * (v - 115) + g_k * (n * n * n * n) * (v + 12) + g_leak * (v - 10.6)
    return [
        (v, AMPLITUDE - currents),
        (m, alpha_m - (alpha_m + beta_m) * m),
        (h, alpha_h - (alpha_h + beta_h) * h),
        (n, alpha_n - (alpha_n + beta_n) * n),
    ]


def prepare(tolerance: float, duration: float, *, derivatives: bool) -> Run:
    """Compile the integrator."""
    system = equations(*hy.make_vars("v", "m", "h", "n"))
    if derivatives:
        system = hy.var_ode_sys(system, [hy.par[0], hy.par[1], hy.par[2]], order=1)
    given = list(CONDUCTANCES.values())
    integrator = hy.taylor_adaptive(system, list(REST.values()), pars=given, tol=tolerance, fast_math=True)
    begin, sampled = integrator.state.copy(), times(duration)

    def run() -> np.ndarray:
        integrator.time = 0.0
        integrator.state[:] = begin
        found = integrator.propagate_grid(sampled)[-1]
        return found[:, 4:7].T if derivatives else found[:, 0]

    return run


def sensitive(_method: str, tolerance: float, duration: float) -> Run:
    """Return a run with derivatives."""
    return prepare(tolerance, duration, derivatives=True)


def plain(_method: str, tolerance: float, duration: float) -> Run:
    """Return a run without."""
    return prepare(tolerance, duration, derivatives=False)


if __name__ == "__main__":
    main("heyoka", hy.__version__, LADDERS, sensitive, plain)
