"""Constants, states, choices, instantaneous gates, currents that are not ohmic: SciPy makes the same of them.

The right-hand side below is written out once more by hand, in the same order as the membrane.
"""

import math

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

import loligo as lo

a = lo.Gate("a", inf="1/(1 + exp(-(v + 30)/k_a))")  # instantaneous
b = lo.Gate("b", inf="1/(1 + exp((v + 50)/7))", tau="3 + 40/cosh((v + 50)/20)", q10=2.0)
r = lo.Gate("r", alpha="0.05*(v + 40)/(1 - exp(-(v + 40)/9)) if v < 0 else 0.05*v + 2.1", beta="0.2*exp(-(v + 50)/30)")
MEMBRANE = lo.Membrane(
    lo.Channel("Ca", g=6, E="12.5*log(ca_out/ca)", open=0.5 * a**2 * (1 - 0.3 * b) + a * b),
    lo.Channel("K", g=4.0, E=-85.0, open=r**2.5),
    lo.Channel("leak", g=0.1, E=-62.0),
    lo.Current("pump", "strength*sqrt(ca)/(1 + abs(v)/100)"),
    lo.Current("GHK", "p_h*b*v*(1 - 3*exp(-v/25))/(1 - exp(-v/25))", gates=b),
    lo.State("ca", "(ca_rest - ca)/tau_ca - (0.002*I_Ca if I_Ca < 0 else 0)", initial=0.1, unit="µM"),
    C=1.7,
    celsius=23.0,
    reference_celsius=16.0,
    q10=3.0,
    constants={
        "k_a": (6.0, "mV"),
        "ca_out": 2000.0,
        "ca_rest": 0.1,
        "tau_ca": (20.0, "ms"),
        "strength": 0.4,
        "p_h": 0.002,
    },
    spike_level=20.0,
    name="one of each",
)


def currents(v, b, r, ca):
    a = 1 / (1 + math.exp(-(v + 30) / 6))
    ghk = 25.0 * (-2) if v == 0 else v * (1 - 3 * math.exp(-v / 25)) / (1 - math.exp(-v / 25))
    return {
        "Ca": 6 * (0.5 * a**2 * (1 - 0.3 * b) + a * b) * (v - 12.5 * math.log(2000 / ca)),
        "K": 4 * r**2.5 * (v + 85),
        "leak": 0.1 * (v + 62),
        "pump": 0.4 * math.sqrt(ca) / (1 + abs(v) / 100),
        "GHK": 0.002 * b * ghk,
    }


def settled(v):
    """Return inf and tau of b, and alpha and beta of r, at 23 °C."""
    alpha = 0.45 if v == -40 else 0.05 * (v + 40) / (1 - math.exp(-(v + 40) / 9)) if v < 0 else 0.05 * v + 2.1
    phi = 3 ** (7 / 10)
    return (
        1 / (1 + math.exp((v + 50) / 7)),
        (3 + 40 / math.cosh((v + 50) / 20)) / 2 ** (7 / 10),
        phi * alpha,
        phi * 0.2 * math.exp(-(v + 50) / 30),
    )


def slope(y, stimulus):
    v, b, r, ca = y
    ionic = currents(v, b, r, ca)
    inf, tau, alpha, beta = settled(v)
    inflow = 0.002 * ionic["Ca"] if ionic["Ca"] < 0 else 0
    return [
        (stimulus - sum(ionic.values())) / 1.7,
        (inf - b) / tau,
        alpha * (1 - r) - beta * r,
        (0.1 - ca) / 20 - inflow,
    ]


def test_the_variables():
    assert MEMBRANE.variables == ("v", "b", "r", "ca")


def test_a_run():
    times = np.linspace(0, 100, 501)
    run = lo.simulate(MEMBRANE, lo.Step(10.0), 100, tolerance=1e-11, sampling=times)
    expected = solve_ivp(
        lambda t, y: slope(y, 10.0), (0, 100), run.states[0], method="LSODA", t_eval=times, rtol=1e-11, atol=1e-12
    ).y.T
    np.testing.assert_allclose(run.states, expected, rtol=1e-6, atol=1e-6)
    # both sides of every choice, and of the hole of GHK at 0 mV, are passed
    assert run.spikes.size == 1
    assert run.v.min() < -60
    assert np.ptp(run["ca"]) > 5


def test_currents_and_gates_of_the_recording():
    run = lo.simulate(MEMBRANE, lo.Step(10.0), 100, sampling=1.0)
    for k, y in enumerate(run.states):
        for name, expected in currents(*y.tolist()).items():
            np.testing.assert_allclose(run.current(name)[k], expected, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(run["a"], 1 / (1 + np.exp(-(run.v + 30) / 6)), rtol=1e-13)
    np.testing.assert_allclose(run.ionic_current, sum(run.currents.values()), rtol=1e-12)
    assert list(run.conductances) == ["Ca", "K", "leak"]
    np.testing.assert_allclose(run.conductance("K"), 4 * run["r"] ** 2.5, rtol=1e-12)


def test_rest_is_where_currents_balance():
    def balance(v):
        inf, _, alpha, beta = settled(v)

        def calcium(ca):
            return slope([v, inf, alpha / (alpha + beta), ca], 0.0)[3]

        return slope([v, inf, alpha / (alpha + beta), brentq(calcium, 1e-6, 1e3, xtol=1e-15)], 0.0)[0]

    rest = lo.rest(MEMBRANE)
    assert rest.v == brentq(balance, rest.v - 3, rest.v + 3, xtol=1e-13) or abs(balance(rest.v)) < 1e-12
    assert np.abs(slope(rest.state.tolist(), 0.0)).max() < 1e-12


def test_the_stiff_method_makes_the_same_of_it():
    # its Jacobian goes through every kind of part
    explicit, stiff = (
        lo.simulate(MEMBRANE, lo.Step(10.0), 100, method=method, tolerance=1e-11).states
        for method in ("explicit", "rosenbrock")
    )
    np.testing.assert_allclose(explicit, stiff, rtol=1e-6, atol=1e-6)


def test_constants_are_inputs():
    v = np.linspace(-80, 20, 11)
    found = lo.rates(MEMBRANE.replace(k_a=9.0), v)["a"].inf
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-(v + 30) / 9)), rtol=1e-13)
