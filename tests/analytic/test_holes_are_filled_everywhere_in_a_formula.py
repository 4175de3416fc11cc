"""A removable 0/0 is filled in every form that textbooks write, alone or in a larger formula; a pole is refused."""

import mpmath
import numpy as np
import pytest

import loligo as lo
from reference.literal import DIGITS_50, value

# all 0/0 at v = -40 mV with the constants below
FORMS = {
    "Hodgkin and Huxley": "0.1*(-40 - v)/(exp((-40 - v)/10) - 1)",
    "one minus": "0.1*(v + 40)/(1 - exp(-(v + 40)/10))",
    "signs": "-0.1*(-v - 40)/(1 - exp(-0.1*(v + 40)))",
    "scaled": "(0.1*v + 4)/(2 - 2*exp(-4 - v/10))",
    "expm1": "0.1*(v + 40)/expm1((v + 40)/10)",
    "sinh": "0.1*(v + 40)/sinh((v + 40)/10)",
    "tanh": "0.1*(v + 40)/tanh((v + 40)/10)",
    "a constant for the place": "0.1*(v - V_h)/(1 - exp(-(v - V_h)/10))",
    "a constant for the slope": "0.1*(v + 40)/(1 - exp(-(v + 40)/k))",
    "constants for both": "0.1*(v - V_h)/(1 - exp(-(v - V_h)/k))",
    "among other factors": "3*(v + 40)*exp(-v/80)/(exp((v + 40)/10) - 1)/7",
    "in a sum": "0.02 + 0.1*(v + 40)/(1 - exp(-(v + 40)/10)) + 0.3*exp(-v/40)",
    "in a denominator": "1/(0.2 + 0.1*(v + 40)/(1 - exp(-(v + 40)/10)))",
    "in an exponent": "exp(-0.1*(v + 40)/(exp((v + 40)/10) - 1))",
    "in a choice": "0.1*(v + 40)/(1 - exp(-(v + 40)/10)) if v < 100 else 14.0",
    "alpha over alpha plus beta": (
        "(0.1*(v + 40)/(1 - exp(-(v + 40)/10)))/(0.1*(v + 40)/(1 - exp(-(v + 40)/10)) + 4*exp(-v/18))"
    ),
    "one over alpha plus beta": "1/(0.1*(v + 40)/(1 - exp(-(v + 40)/10)) + 4*exp(-v/18))",
}
CONSTANTS = {"V_h": -40.0, "k": 10.0}
PLACES = np.array([-40.0, -150.0, -61.3, 0.0, 77.7, *(-40.0 + side * 10.0**-k for k in range(14) for side in (-1, 1))])


def membrane_with(text):
    gate = lo.Gate("x", inf="0.5", tau=text)
    return lo.Membrane(lo.Channel("K", g=1, E=-80, open=gate), lo.Channel("leak", g=0.3, E=-50), constants=CONSTANTS)


@pytest.mark.parametrize("form", FORMS)
def test_filled(form):
    found = lo.rates(membrane_with(FORMS[form]), PLACES)["x"].tau
    with mpmath.workdps(60):
        for v, number in zip(PLACES.tolist(), found.tolist(), strict=True):
            beside = mpmath.mpf(v) + (mpmath.mpf("1e-30") if v == -40 else 0)
            names = {name: mpmath.mpf(x) for name, x in CONSTANTS.items()} | {"v": beside}
            expected = value(FORMS[form], names, DIGITS_50)
            assert abs(mpmath.mpf(number) - expected) <= 1e-12 * abs(expected), f"at {v!r}"


@pytest.mark.parametrize("form", ["alpha over alpha plus beta", "Hodgkin and Huxley"])
def test_an_instantaneous_gate_may_have_one(form):
    gate = lo.Gate("x", inf=FORMS[form])
    membrane = lo.Membrane(lo.Channel("K", g=1, E=-80, open=gate), lo.Channel("leak", g=0.3, E=-50))
    assert np.isfinite(lo.rates(membrane, PLACES)["x"].inf).all()


def test_a_current_may_have_one():
    # Goldman-Hodgkin-Katz, 0/0 at v = 0
    membrane = lo.Membrane(
        lo.Channel("leak", g=0.3, E=-50), lo.Current("GHK", "0.01*v*(1 - 3*exp(-v/25))/(1 - exp(-v/25))")
    )
    run = lo.simulate(membrane, duration=1, initial={"v": 0.0}, sampling=[0.0])
    assert run.current("GHK")[0] == pytest.approx(0.01 * 25 * -2, rel=1e-14)


@pytest.mark.parametrize(
    "text", ["1/(v + 40)", "1/(exp((v + 40)/10) - 1)", "1/sinh(v/10)", "(v + 41)/(exp((v + 40)/10) - 1)", "1/(v - V_h)"]
)
def test_a_pole_is_refused_with_its_place(text):
    with pytest.raises(lo.ModelError, match=r"tau of gate 'x' is infinite near v = (-40|-39\.75|0) mV"):
        lo.rates(membrane_with(text), 0.0)


@pytest.mark.parametrize("text", ["-1", "v", "log(v)", "sqrt(v)", "0", "exp(-v/10) - 1"])
def test_a_time_constant_that_is_not_positive_is_refused(text):
    with pytest.raises(lo.ModelError, match="gate 'x'"):
        lo.rates(membrane_with(text), 0.0)
