"""The equations of Hodgkin and Huxley (1952) written out once more, for SciPy: no line of loligo runs here."""

import numpy as np
from numpy import exp
from scipy.special import exprel


def rates(v):
    """Return (alpha, beta) of m, h and n [1/ms]; exprel(x) is (exp(x) - 1)/x."""
    return (
        (1 / exprel((25 - v) / 10), 4 * exp(-v / 18)),
        (0.07 * exp(-v / 20), 1 / (exp((30 - v) / 10) + 1)),
        (0.1 / exprel((10 - v) / 10), 0.125 * exp(-v / 80)),
    )


def slope(y, current=0.0, g_Na=120.0, g_K=36.0, g_leak=0.3, E_leak=10.6, C=1.0, phi=1.0):
    """Return dy/dt for y = (v, m, h, n)."""
    v, m, h, n = y
    ionic = g_Na * m**3 * h * (v - 115) + g_K * n**4 * (v + 12) + g_leak * (v - E_leak)
    gates = [phi * (a * (1 - x) - b * x) for (a, b), x in zip(rates(v), (m, h, n), strict=True)]
    return np.array([(current - ionic) / C, *gates])
