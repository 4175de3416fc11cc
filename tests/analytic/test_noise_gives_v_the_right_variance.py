"""The default knots of noise give v of a passive membrane the variance of the exact process within 2 %.

Between knots the current is a line, so v there is a sum of v and two knots at the interval's start; its covariance in
the steady state is a closed form, and its mean over an interval a quadrature that is exact to rounding.
"""

import mpmath
import numpy as np
import pytest

import loligo as lo

TAUS = np.geomspace(0.01, 1000, 26)
TAUS_M = np.geomspace(0.5, 50, 13)


def over_exact(tau, tau_m, dt):
    """Return the variance of v through knots ``dt`` apart over tau/(tau + tau_m), for R = 1 and amplitude 1."""
    r = np.exp(-dt / tau)

    def weights(s):
        """Return how v at ``s`` after a knot depends on v there, the knot and the next knot."""
        decay, lag = np.exp(-s / tau_m), (s + tau_m * np.expm1(-s / tau_m)) / dt
        return decay, 1 - decay - lag, lag

    def spread(at, square, mixed):
        """Return the variance of v where it has these weights."""
        own, now, later = at
        knots = now**2 + later**2 + 2 * now * later * r
        return own**2 * square + knots + 2 * own * (now + later * r) * mixed

    end = weights(dt)
    mixed = (end[1] * r + end[2]) / (1 - end[0] * r)  # of v and the knot, the same at every knot
    square = spread(end, 0.0, 0.0) + 2 * end[0] * (end[1] + end[2] * r) * mixed
    square /= 1 - end[0] ** 2
    nodes, shares = np.polynomial.legendre.leggauss(40)
    inside = spread(weights((nodes + 1) / 2 * dt), square, mixed)
    return float(shares / 2 @ inside) * (tau + tau_m) / tau


def as_documented(tau, tau_m, dt):
    """Return the same by the formula of the documentation of Noise, to 60 digits."""
    with mpmath.workdps(60):
        x, y = mpmath.mpf(dt) / tau, mpmath.mpf(dt) / tau_m
        sinh, half = mpmath.sinh(x), mpmath.sinh(x / 2) ** 2
        variance = (
            (2 + mpmath.exp(-x)) / 3
            - 2 * (1 - mpmath.exp(-x)) / y**2
            + 2 * sinh * (1 - mpmath.exp(-y)) / y**3
            + 4 * half * (2 * half * mpmath.coth((x + y) / 2) - sinh) / y**3
        )
        return float(variance * (1 + mpmath.mpf(tau_m) / tau))


@pytest.mark.parametrize("tau", TAUS)
def test_the_default_is_within_two_percent(tau):
    spacing = lo.Noise(1.0, tau=tau, stop=tau).spacing
    found = [over_exact(tau, tau_m, spacing) for tau_m in TAUS_M]
    assert 0.98 < min(found) <= max(found) < 1.02
    assert 0.983 < min(found) <= max(found) < 1.001  # as documented


@pytest.mark.parametrize("dt", [0.001, 0.1, 0.5, 3.0])
def test_the_documented_formula_is_the_variance(dt):
    for tau in (0.01, 0.4, 5.0, 90.0):
        for tau_m in (0.5, 7.0, 50.0):
            if dt < 40 * tau:
                assert as_documented(tau, tau_m, dt) == pytest.approx(over_exact(tau, tau_m, dt), rel=1e-8)


def test_bounds_of_a_given_spacing_are_as_documented():
    at_half = [as_documented(1.0, tau_m, 0.5) for tau_m in np.geomspace(1e-4, 1e4, 60)]
    assert 0.868 < min(at_half) < 0.87
    assert 1.02 < max(at_half) < 1.021
    for x in np.geomspace(1e-3, 0.5, 20):
        for y in np.geomspace(1e-4, 0.05, 10):
            assert as_documented(1 / x, 1 / y, 1.0) == pytest.approx(1, abs=0.021)


def test_a_passive_membrane_shows_it():
    leak = lo.Membrane(lo.Channel("leak", g=0.5, E=-60), C=1.0)  # 2 ms, 2 kOhm cm²
    noise = lo.Noise(1.0, tau=0.1, seed=1, stop=4000)
    v = lo.simulate(leak, noise, 4000, sampling=0.1, tolerance=1e-4).v[200:]
    independent = 4000 / (2 * 2.0)
    assert v.var() == pytest.approx(4 * 0.1 / 2.1, rel=5 * np.sqrt(2 / independent))
    assert v.var() < 1.6 * 4 * 0.1 / 2.1  # knots 0.5 ms apart gave more than twice of it


def test_knots_follow_time():
    slow, fast = (lo.Noise(2.0, tau=tau, seed=5, stop=30 * tau) for tau in (4.0, 0.25))
    assert slow.spacing == 16 * fast.spacing == 0.2
    np.testing.assert_array_equal(slow.knots(), fast.knots())


def test_a_given_spacing_stays_and_the_default_follows_tau():
    from dataclasses import replace

    given, free = lo.Noise(1.0, tau=4.0, dt=0.5, stop=9), lo.Noise(1.0, tau=4.0, stop=9)
    assert [replace(noise, tau=2.0).spacing for noise in (given, free)] == [0.5, 0.1]
    assert (free * 3).spacing == 0.2
    assert (given * 3).spacing == 0.5
