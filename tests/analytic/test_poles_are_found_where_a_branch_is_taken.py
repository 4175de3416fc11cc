"""A formula that is infinite where it is used is refused with the place; one that is finite there is accepted."""

import math
import random

import pytest

import loligo as lo
from loligo.kernel.formulas import formula
from loligo.kernel.poles import check_finite
from loligo.kernel.symbolic import symbol

VALUES = {symbol("V_h"): -40.0, symbol("k"): 2.0, symbol("E_K"): -90.0}
FINITE = [
    "1/(v + 60) if v > -50 else 0.1",
    "0.1 if v < -50 else 1/(v + 60)",
    "1/(v + 60) if v > -50 else (1/(v + 45) if v < -55 else 2)",
    "(1 - exp(-(v + 40)/20))/(v + 40) if abs(v + 40) > 1e-6 else 0.05",
    "1/(v + 40) if abs(v + 40) > 1e-6 else 0.05",
    "1/(v - V_h) if v > V_h + 1 else 1",
    "1/(1 + ((v + 70)/30)**1.5) if v > -70 else 1",
    "1/(v*v + 1e-4)",
    "1/(exp(v/10) + exp(-v/10) - 1.99999)",
    "1/(v**4 - 4*v**2 + 4.000001)",
    "1/(1 + exp(-v/0.01))",
    "1/(1.5 + sin(v)*cos(v))",
    "1/(3 + cosh(v/100) - tanh(v))",
    "1/(1 + v/1000)",
    "log(1 + exp(v))",
]
INFINITE = {
    "1/(v + 60) if v > -70 else 0.1": -60,
    "1/(v + 60) if v > -60 else 1": -60,
    "1/(v + 60) if v < -60 else 1": -60,
    "1/(v - V_h) if v < V_h else 1": -40,
    "2*(1/(v + 3) if v < 0 else 2)": -3,
    "1/(0.1 if v < 10 else v - 20)": 20,
    "1/(v*v + 80*v + 1600)": -40,
    "1/(exp(v/10) + exp(-v/10) - 2)": 0,
    "1/(v**4 - 4*v**2 + 4)": -math.sqrt(2),
    "1/(sin(v/50) + 1)": -25 * math.pi,
    "1/(v**2 - 0.21*v + 0.011)": 0.1,
    "1/(exp(v/0.2) - 3)": 0.2 * math.log(3),
    "1/(1 + V_h*exp(v/10))": -10 * math.log(40),
    "1/abs(v + 3)": -3,
    "1/sqrt(v + 30)": -30,
    "(v + 30)**(-0.5)": -30,
    "log(abs(v + 3))": -3,
    "v/(1 - exp(-v/10))**2": 0,
    "(v + 41)/(exp((v + 40)/10) - 1)": -40,
    "1/(exp(v/10) - 1.9999999999*exp(v/20))": 20 * math.log(1.9999999999),
}


@pytest.mark.parametrize("text", FINITE)
def test_finite(text):
    check_finite(formula(text, "it"), "it", VALUES)


@pytest.mark.parametrize("text", INFINITE)
def test_infinite(text):
    with pytest.raises(lo.ModelError, match="it is infinite near v = ") as caught:
        check_finite(formula(text, "it"), "it", VALUES)
    found = float(str(caught.value).split("v = ")[1].split(" mV")[0])
    assert found == pytest.approx(INFINITE[text], rel=1e-5, abs=1e-9)


def test_random_double_zeros_are_found_and_what_lifts_them_is_seen():
    source = random.Random(1)
    for _ in range(40):
        place, lift = round(source.uniform(-150, 150), 3), 10.0 ** -source.randint(2, 6)
        square = f"v**2 - 2*({place})*v + ({place})**2"
        with pytest.raises(lo.ModelError, match="infinite near"):
            check_finite(formula(f"1/({square})", "it"), "it", VALUES)
        check_finite(formula(f"1/({square} + {lift!r})", "it"), "it", VALUES)


def test_the_reach_follows_the_reversal_potentials():
    text = formula("1/(v + 60000)", "it")  # in microvolts
    check_finite(text, "it", {symbol("E_K"): -90.0})
    with pytest.raises(lo.ModelError, match="v = -60000 mV"):
        check_finite(text, "it", {symbol("E_K"): -90_000.0})


def membrane(*parts, **constants):
    return lo.Membrane(lo.Channel("leak", g=0.3, E=-50), *parts, constants=constants)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (lo.Current("bad", "0.1/(v + 40)"), "the current of 'bad' is infinite near v = -40 mV"),
        (lo.Channel("bad", g=1, E="10/(v + 40)"), "the current of 'bad' is infinite near v = -40 mV"),
        (lo.State("x", "(1/(v + 40) - x)/10", initial=0.0), "the derivative of 'x' is infinite near v = -40 mV"),
    ],
)
def test_currents_channels_and_states_are_checked(part, said):
    with pytest.raises(lo.ModelError, match=said):
        lo.rest(membrane(part))


def test_other_parameters_of_a_compiled_membrane_are_checked():
    one = membrane(lo.Current("x", "0.1/(a + exp(v/20))"), a=1.0)
    assert math.isfinite(lo.rest(one).v)
    with pytest.raises(lo.ModelError, match=r"infinite near v = -13\.8629 mV"):
        lo.rest(one.replace(a=-0.5))
