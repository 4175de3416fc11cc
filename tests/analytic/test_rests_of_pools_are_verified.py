"""A rest with calcium, ions or other further states is an equilibrium inside its domain, whatever the guess.

Roots are found by SciPy in the equations written here by hand.
"""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

import loligo as lo

S = lo.Gate("s", inf="1/(1+exp(-(v+30)/8))")
CA, LEAK = lo.Channel("Ca", g=0.02, E=120, open=S), lo.Channel("leak", g=0.1, E=-60)
KCA = lo.Channel("KCa", g=0.3, E=-90, open=lo.Gate("q", inf="ca**2/(ca**2+0.25)"))
GUESSES = [0.0, 1e-6, 1e-3, 0.01, 0.1, 0.5, 1.0, 1e2, 1e5]


def pumped(guess, order=2, half=0.2, **own):
    pump = f"0.01*ca**{order}/(ca**{order} + {half**order!r})"
    return lo.Membrane(CA, LEAK, KCA, lo.State("ca", f"-0.02*I_Ca - {pump}", initial=guess, unit="µM", **own))


def calcium_current(v):
    return 0.02 / (1 + math.exp(-(v + 30) / 8)) * (v - 120)


def by_scipy(order, half):
    def calcium(v):
        share = -0.02 * calcium_current(v) / 0.01  # of the pump's full rate
        return half * (share / (1 - share)) ** (1 / order)

    def current(v):
        ca = calcium(v)
        return calcium_current(v) + 0.1 * (v + 60) + 0.3 * ca**2 / (ca**2 + 0.25) * (v + 90)

    v = brentq(current, -90, -50, xtol=1e-13)
    return v, calcium(v)


@pytest.mark.parametrize("guess", GUESSES)
@pytest.mark.parametrize(("order", "half"), [(1, 0.2), (2, 0.2), (3, 5.0), (4, 1e-3)])
def test_pumps_of_any_order_from_any_guess(order, half, guess):
    rest, (v, ca) = lo.rest(pumped(guess, order, half)), by_scipy(order, half)
    assert (rest.v, rest["ca"]) == (pytest.approx(v, abs=1e-9), pytest.approx(ca, rel=1e-9))
    assert (rest.stable, rest.others, rest.complete) == (True, (), True)


def test_calcium_that_only_comes_in_has_no_rest():
    for inflow in ("-0.001*I_Ca", "0.001 + 0*v", "-0.001*I_Ca + 0.001*ca"):
        membrane = lo.Membrane(CA, LEAK, lo.State("ca", inflow, initial=0.0, unit="mM"))
        with pytest.raises(
            lo.RestError, match=r"No equilibrium of membrane was found .* no steady value of ca was found"
        ):
            lo.rest(membrane)
        clamped = {"ca": 0.0}
        assert np.isfinite(
            lo.voltage_clamp(membrane, lo.Step(9.0, stop=1), 2, holding=-60, initial=clamped)["ca"]
        ).all()
        with pytest.raises(lo.RestError, match="has no steady state when v is held at -60 mV; give its initial state"):
            lo.voltage_clamp(membrane, lo.Step(9.0, stop=1), 2, holding=-60)


@pytest.mark.parametrize("guess", [1e-4, 0.3, 40.0])
def test_roots_outside_the_domain_are_ignored(guess):
    # x² = x + 6 exp(..): 3 and -2 at v = -60; a concentration is not negative, another state may be
    law = "6 + x - x**2 + 0*v"
    rests = {unit: lo.rest(lo.Membrane(LEAK, lo.State("x", law, initial=guess, unit=unit))) for unit in ("mM", "")}
    assert (rests["mM"]["x"], rests["mM"].others, rests["mM"].complete) == (pytest.approx(3.0), (), True)
    assert [other["x"] for other in rests[""].others] == pytest.approx([-2.0])
    assert not rests[""].complete
    with pytest.raises(lo.RestError, match="No equilibrium"):
        lo.rest(lo.Membrane(LEAK, lo.State("x", law, initial=50.0, minimum=4.0)))


@pytest.mark.parametrize("guess", [1e-3, 1.0, 1e3])
def test_a_pool_with_two_stable_values(guess):
    # calcium that releases calcium: 0.01 + x⁴/(x⁴ + 1) = x/2 has three roots
    membrane = lo.Membrane(LEAK, KCA, lo.State("ca", "0.01 + ca**4/(ca**4 + 1) - 0.5*ca", initial=guess, unit="µM"))
    rest = lo.rest(membrane)
    roots = np.roots([-0.5, 1.01, 0, 0, -0.5, 0.01])
    roots = np.sort(roots[np.abs(roots.imag) < 1e-9].real)
    roots = roots[roots > 0]
    every = sorted([rest["ca"], *(other["ca"] for other in rest.others)])
    np.testing.assert_allclose(every, roots, rtol=1e-9)
    assert not rest.complete
    assert [one.stable for one in sorted((rest, *rest.others), key=lambda one: one["ca"])] == [True, False, True]


def balanced(guess):
    return lo.Membrane(
        lo.Channel("Na", g=0.02, E="26.7*log(145/Nai)"),
        lo.Channel("K", g=0.3, E="26.7*log(4/Ki)"),
        lo.Current("pump", "0.6*(Nai/(Nai + 20))**3"),
        lo.State("Nai", "-0.001*(I_Na + 3*I_pump)", initial=guess, unit="mM"),
        lo.State("Ki", "-0.001*(I_K - 2*I_pump) + 1e-4*(140 - Ki)", initial=10 * guess, unit="mM"),
    )


@pytest.mark.parametrize("guess", [1.0, 12.0, 200.0])
def test_ion_balances(guess):
    rest = lo.rest(balanced(guess))
    v, na, k = rest.state
    pump = 0.6 * (na / (na + 20)) ** 3
    sodium, potassium = 0.02 * (v - 26.7 * math.log(145 / na)), 0.3 * (v - 26.7 * math.log(4 / k))
    assert sodium + 3 * pump == pytest.approx(0, abs=1e-12)
    assert sodium + potassium + pump == pytest.approx(0, abs=1e-11)
    assert -0.001 * (potassium - 2 * pump) + 1e-4 * (140 - k) == pytest.approx(0, abs=1e-13)
    np.testing.assert_allclose(rest.state, lo.rest(balanced(30.0)).state, rtol=1e-12)


@pytest.mark.parametrize("guess", [1e-3, 1.0, 50.0])
def test_many_slow_states(guess):
    # a chain of eight pools, each a hundred times slower than what feeds it
    parts = [lo.State("x0", "10**(-1)*(1 + (v + 60)**2 - x0)", initial=guess)]
    parts += [lo.State(f"x{k}", f"10**(-{k + 1})*(x{k - 1} - {k + 1}*x{k})", initial=guess) for k in range(1, 8)]
    rest = lo.rest(lo.Membrane(LEAK, lo.Current("slow", "0.5*x7"), *parts))
    weight = 0.5 / math.factorial(8)

    v = brentq(lambda v: 0.1 * (v + 60) + weight * (1 + (v + 60) ** 2), -61, -59, xtol=1e-14)
    assert rest.v == pytest.approx(v, abs=1e-11)
    for k in range(8):
        assert rest[f"x{k}"] == pytest.approx((1 + (v + 60) ** 2) / math.factorial(k + 1), rel=1e-11)


@pytest.mark.parametrize("guess", [1e-4, 0.1, 1e3])
def test_the_plane_of_two_variables_lets_the_pool_settle(guess):
    n = lo.Gate("n", inf="1/(1 + exp(-(v + 40)/6))", tau="5 + 0*v")
    pump = "0.05*ca**2/(ca**2 + 0.04)"
    calcium = lo.State("ca", f"-0.02*I_Ca - {pump}", initial=guess, unit="µM")
    membrane = lo.Membrane(CA, LEAK, KCA, lo.Channel("K", g=0.4, E=-90, open=n), calcium)
    rest = lo.rest(membrane)
    plane = lo.phase_plane(membrane, "v", "n", others="steady", v=(-80, -40))
    assert len(plane.equilibria) == 1 + len(rest.others)
    assert (plane.equilibria[0].x, plane.equilibria[0].y) == (pytest.approx(rest.v), pytest.approx(rest["n"]))


def test_a_run_from_rest_stays_there():
    for membrane in (pumped(0.5), pumped(1e-3, 4, 1e-3)):
        rest = lo.rest(membrane)
        run = lo.simulate(membrane, None, 500, tolerance=1e-9, sampling=50.0)
        np.testing.assert_allclose(run.states, np.tile(rest.state, (11, 1)), rtol=1e-8)
