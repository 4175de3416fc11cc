"""Every form of a removable 0/0 is exact in its hole, beside it and far from it, and so is its derivative."""

import random
import re

import mpmath
import numpy as np
import pytest
import sympy as sp

import loligo as lo
from loligo.kernel import compiled
from loligo.kernel.formulas import derivative, formula
from loligo.kernel.primitives import exprelr0, exprelr1
from loligo.kernel.symbolic import symbol
from reference.literal import DIGITS_50, value

# 0/0 at v = V_h; x stands for (v - V_h)
AT_V_H = {
    "one minus": "0.1*x/(1 - exp(-x/k))",
    "the other sign": "x/(1 - exp(x/k))",
    "negative scale": "-2*x/(exp(-x/k) - 1)",
    "scaled": "x/(3 - 3*exp(x/k))",
    "square": "(x/(1 - exp(-x/k)))**2",
    "seventh power": "(x/(1 - exp(-x/k)))**7",
    "inverse cube": "((1 - exp(-x/k))/x)**3",
    "broken power": "(x/(k*(1 - exp(-x/k))))**1.5",
    "power of ten": "x/(1 - 10**(-x/k))",
    "power of a number": "x/(1 - 1.7**(x/k))",
    "power of a name": "x/(1 - b**(x/k))",
    "two terms": "2.5*v/(1 - exp(-x/k)) - 2.5*V_h/(1 - exp(-x/k))",
    "two terms of three": "v/(exp(x/k) - 1) - V_h/(exp(x/k) - 1) + 3",
    "terms over opposite signs": "(1/(1 - exp(x/k)) + 1/(1 - exp(-x/k)))*exp(v/99)",
    "factors between": "exp(-v/80)*x*0.3*(2 + cos(v/90))/(exp(x/k) - 1)",
    "a zero is left": "x**2/(1 - exp(-x/k))",
    "a zero of a cube is left": "x**3/(1 - exp(-x/k))**2",
    "sinh": "x/sinh(x/k)",
    "sinh above": "sinh(x/k)/x",
    "tanh": "x/tanh(x/k)",
    "tanh above": "tanh(x/k)/x",
    "expm1": "x/expm1(x/k)",
    "expm1 above": "expm1(-x/k)/x",
    "cosh": "x**2/(cosh(x/k) - 1)",
    "cosh above": "(cosh(x/k) - 1)/x**2",
    "guard": "x/(1 - exp(-x/k)) if abs(x) > 1e-6 else k",
    "guard with a series": "k*(1 - x/k/2) if abs(x/k) < 1e-4 else x/(exp(x/k) - 1)",
    "alpha over alpha and beta": "(x/(1 - exp(-x/k)))/(x/(1 - exp(-x/k)) + 4*k*exp(-x/18))",
    "two exponentials": "(1 - exp(-x/k))/(1 - exp(-x/(2*k)))",
    "two slopes": "(1 - exp(-x/20))/(1 - exp(-x/k))",
    "difference of exponentials": "x/(exp(x/k) - exp(-x/k))",
    "polynomial in an exponential": "x**2/(exp(x/k) + exp(-x/k) - 2)",
    "a square in the exponent": "x**2/(1 - exp(-x**2/100))",
    "logarithm": "log(1 + x**2/900)/x**2",
    "rational": "(v**2 - 2*v*V_h + V_h**2)/x",
    "two holes": "x*(v - 3)/(1 - exp(-x/k))/(1 - exp(-(v - 3)/k))",
    "exponential that grows too": "x*exp(x/k)/(exp(x/k) - 1)",
    "half of the exponent": "x*exp(x/(2*k))/(exp(x/k) - 1)",
    "0.3 of the exponent": "x*exp(0.3*x)/(exp(x) - 1)",
    "0.7 of the exponent": "x*exp(0.7*x)/(exp(x) - 1)",
    "in an exponent": "exp(-0.1*x/(exp(x/k) - 1)/k)",
    "in a denominator": "1/(0.2*k + x/(1 - exp(-x/k)))",
    "ratio that tends to one": "(exp(x/k) - 1)/(exp(x/k) + 1)",
    "ratio that tends to a half": "(exp(x/k) - 1)/(2*exp(x/k) + 3)",
    "sum over a sum": "(exp(x/k) + 4)/(2*exp(x/k) + 3)",
    "squares of exponentials": "exp(2*x/k)/(exp(x/k) + 1)**2",
    "square over a sum": "(exp(x/k) + 1)**2/(exp(2*x/k) + 1)",
    "square over a difference": "(exp(x/k) - 1)**2/(exp(2*x/k) - 1)",
}
# Goldman-Hodgkin-Katz, 0/0 at v = 0
AT_ZERO = {
    "factored": "v*(inside - outside*exp(-v/25))/(1 - exp(-v/25))",
    "multiplied out": "(v*inside - v*outside*exp(-v/k))/(1 - exp(-v/k))",
    "of calcium": "4*v*(inside*exp(2*v/k) - outside)/(exp(2*v/k) - 1)",
    "with numbers": "v*(1 - 3*exp(-v/25))/(1 - exp(-v/25))",
}
FORMS = {name: re.sub(r"\bx\b", "(v - V_h)", text) for name, text in AT_V_H.items()} | AT_ZERO
NAMES = ("v", "V_h", "k", "b", "inside", "outside")
V = symbol("v")
FUNCTIONS = {
    "exprelr": lambda order, x: (exprelr1 if order else exprelr0).py_func(x, np.exp(x)),
    "exp": np.exp,
    "expm1": np.expm1,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "log": np.log,
    "sqrt": np.sqrt,
}


def in_doubles(expr):
    return sp.lambdify([symbol(name) for name in NAMES], expr, modules=[FUNCTIONS, "math"])


def constants(source):
    k = round(10 ** source.uniform(0, 1.5), 2)
    return {
        "V_h": round(source.uniform(-80, 20), source.randint(0, 6)),
        "k": k,
        "b": round(source.uniform(1.2, 9), 2),
        "inside": source.uniform(0.01, 3),
        "outside": source.uniform(0.01, 3),
    }


def places(hole, source):
    beside = [hole + side * source.uniform(1, 3) * 10.0**-digits for digits in range(13) for side in (-1, 1)]
    return [hole, *beside, *(source.uniform(-200, 200) for _ in range(4)), -200.0, 200.0]


def value_and_slope(text, names, v, hole):
    """Return both in many digits; in the hole, those beside it."""
    step, tiny = mpmath.mpf("1e-30"), mpmath.mpf("1e-60")
    v = mpmath.mpf(v) + (tiny if v == hole and " if " not in text else 0)
    below, here, above = (value(text, names | {"v": v + h}, DIGITS_50) for h in (-step, 0, step))
    return here, (above - below) / (2 * step)


def check(text, found, constants_, v, hole):
    with mpmath.workdps(260):
        exact, slope = value_and_slope(text, {n: mpmath.mpf(x) for n, x in constants_.items()}, v, hole)
        rounded = 5e-16 * abs(v) * abs(slope)  # what rounding a number as large as v changes
        allowed, allowed_slope = 1e-12 * abs(exact) + rounded, 1e-11 * (abs(slope) + abs(exact) / 1000)
        assert abs(mpmath.mpf(float(found[0])) - exact) <= allowed + 1e-50, f"value at {v!r}, {constants_}"
        assert abs(mpmath.mpf(float(found[1])) - slope) <= allowed_slope + 1e-50, f"slope at {v!r}, {constants_}"


@pytest.mark.parametrize("form", FORMS)
def test_value_and_derivative(form):
    text, source = FORMS[form], random.Random(form)
    filled = formula(text, form)
    functions = [in_doubles(expr) for expr in (filled, derivative(filled, V))]
    for _ in range(3):
        numbers = constants(source)
        hole = 0.0 if form in AT_ZERO else numbers["V_h"]
        for v in places(hole, source):
            with np.errstate(all="ignore"):
                arguments = [np.float64(x) for x in ({"v": v} | numbers).values()]
                found = [function(*arguments) for function in functions]
            check(text, found, numbers, v, hole)


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("guard", "guard with a series")])
def test_numbers_in_place_of_names(form):
    numbers = {"V_h": "(-40.25)", "k": "7.5", "b": "2.7", "inside": "0.1", "outside": "2.0"}
    text = re.sub(r"[A-Za-z_]\w*", lambda name: numbers.get(name[0], name[0]), FORMS[form])
    hole, source = 0.0 if form in AT_ZERO else -40.25, random.Random(form)
    filled = formula(text, form)
    functions = [in_doubles(expr) for expr in (filled, derivative(filled, V))]
    for v in places(hole, source):
        with np.errstate(all="ignore"):
            found = [function(np.float64(v), *[np.nan] * 5) for function in functions]
        check(text, found, {}, v, hole)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("form", [name for name in FORMS if "ratio" in name or name == "squares of exponentials"])
def test_ratios_do_not_overflow(form, sign):
    function = in_doubles(formula(FORMS[form], form))
    for u in (100.0, 231.0, 355.0, 711.0, 1e4):
        with np.errstate(all="ignore"):
            found = function(np.float64(sign * u), *map(np.float64, (0.0, 1.0, 2.0, 1.0, 1.0)))
        with mpmath.workdps(20):
            exact = value(FORMS[form], {"v": mpmath.mpf(sign * u), "V_h": 0, "k": 1}, DIGITS_50)
        assert found == pytest.approx(float(exact), rel=1e-12, abs=1e-300)


def test_the_compiled_membrane_is_the_formula():
    forms = ["square", "power of ten", "two terms", "sinh", "tanh above", "cosh", "a zero is left", "factored"]
    currents = [lo.Current(f"I{n}", FORMS[form]) for n, form in enumerate(forms)]
    numbers = constants(random.Random(5))
    membrane = lo.Membrane(lo.Channel("leak", g=0.3, E=-50), *currents, constants=numbers)
    kernel, q = compiled(membrane)
    potentials = places(numbers["V_h"], random.Random(6))
    found = kernel.along(kernel.observe_address, np.array(potentials)[:, None], q, 10)[:, 2:]
    with mpmath.workdps(260):
        names = {name: mpmath.mpf(x) for name, x in numbers.items()}
        for v, row in zip(potentials, found.tolist(), strict=True):
            for form, number in zip(forms, row, strict=True):
                exact, _ = value_and_slope(FORMS[form], names, v, numbers["V_h"])
                assert abs(mpmath.mpf(number) - exact) <= 1e-12 * abs(exact) + 1e-50, f"{form} at {v!r}"
