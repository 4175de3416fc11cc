"""Random formulas keep their value through every symbolic pass: reading, filling of holes, sharing of exponentials."""

import math

import mpmath
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loligo.kernel.exponentials import shared_exponentials
from loligo.kernel.holes import without_holes
from loligo.kernel.symbolic import symbol, symbolic
from loligo.membrane.expression import expression
from reference.literal import DIGITS_50, value

NUMBERS = st.sampled_from(("0.1", "1", "2", "3", "10", "18", "0.25", "40.5", "1e-3", "7"))
NAMES = st.sampled_from(("v", "v", "v", "ca", "V_T", "k"))
LINES = st.one_of(
    st.builds("(v - {})".format, NUMBERS),
    st.builds("({} - v)".format, NUMBERS),
    st.builds("(v - V_T - {})".format, NUMBERS),
    st.builds("(v + {})/{}".format, NUMBERS, NUMBERS),
    st.just("v"),
)
# what rates are made of, holes and cancellations included
TEXTBOOK = st.one_of(
    st.builds("{0}/(exp({0}/{1}) - 1)".format, LINES, NUMBERS),
    st.builds("{0}/(1 - exp(-{0}/{1}))".format, LINES, NUMBERS),
    st.builds("{0}/({1}*exp({0}) - {1})".format, LINES, NUMBERS),
    st.builds("{0}/expm1({0}/{1})".format, LINES, NUMBERS),
    st.builds("{0}/sinh({0}/{1})".format, LINES, NUMBERS),
    st.builds("{0}/tanh({0}/{1})".format, LINES, NUMBERS),
    st.builds("0.5*(1 + tanh({}/{}))".format, LINES, NUMBERS),
    st.builds("(1 - tanh({}/{}))".format, LINES, NUMBERS),
    st.builds("1/(1 + exp({}/{}))".format, LINES, NUMBERS),
    st.builds("(1 - 1/(1 + {1}*exp({0}/{2})))".format, LINES, NUMBERS, NUMBERS),
    st.builds("exp({0}/{1})/(1 + exp({0}/{1}))".format, LINES, NUMBERS),
    st.builds("exp(-{}/{})".format, LINES, NUMBERS),
)
FORMULAS = st.recursive(
    st.one_of(NUMBERS, NAMES, TEXTBOOK),
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} - {})".format, inner, inner),
        st.builds("({} * {})".format, inner, inner),
        st.builds("({} / {})".format, inner, inner),
        st.builds("(-{})".format, inner),
        st.builds("({})**{}".format, inner, st.sampled_from(("2", "3", "4", "0.5", "(-1)", "(1/3)"))),
        st.builds("{}({})".format, st.sampled_from(("abs", "cos", "sin", "sqrt", "tanh", "log", "cosh")), inner),
        st.builds("({} if {} < {} else {})".format, inner, inner, inner, inner),
    ),
    max_leaves=6,
)
PLACES = ("-71.3", "-10", "0.4", "33.7")
OTHERS = {"ca": "0.07", "V_T": "-55.2", "k": "1.7"}


def exprelr(order, x, *exponential):
    assert order == 0
    return x / mpmath.expm1(x) if x else mpmath.mpf(1)


def evaluator(expr, names):
    """Return a function of the values of names."""
    symbols = [sp.Symbol(name, positive=True) if name.startswith("_") else symbol(name) for name in names]
    return sp.lambdify(symbols, expr, modules=[{"exprelr": exprelr, "exprelr0": lambda x, e: exprelr(0, x)}, "mpmath"])


def usable(number):
    return isinstance(number, mpmath.mpf) and mpmath.isfinite(number) and 1e-200 < abs(number) < 1e200


@given(text=FORMULAS)
@settings(max_examples=100)
def test_value(text):
    assume(len(text) < 300)
    try:
        formula = expression(text)
    except ValueError:  # a constant part is not finite: refused when it is read
        assume(False)
    read = symbolic(formula.text)
    filled = without_holes(read)
    assignments, (shared,) = shared_exponentials([filled], [symbol("v"), symbol("ca")])
    names = ["v", *OTHERS]
    plain = [evaluator(expr, names) for expr in (read, filled)]
    powers = []
    for name, power in assignments:
        powers.append(evaluator(power, names))
        names.append(name.name)
    final = evaluator(shared, names)
    with mpmath.workdps(60):
        for place in PLACES:
            numbers = {name: mpmath.mpf(number) for name, number in ({"v": place} | OTHERS).items()}
            try:
                expected = value(text, numbers, DIGITS_50)
            except (ZeroDivisionError, ValueError):
                continue
            if not usable(expected):
                continue
            chain = list(numbers.values())
            found = [function(*chain) for function in plain]
            for power in powers:
                chain.append(power(*chain))
            for one in (*found, final(*chain)):
                assert abs(one - expected) <= mpmath.mpf("1e-25") * abs(expected)


def in_doubles(order, x):
    assert order == 0
    return x / math.expm1(x) if x else 1.0


@given(text=TEXTBOOK, digits=st.integers(1, 14), side=st.sampled_from((-1, 1)))
@settings(max_examples=80)
def test_filled_formulas_are_exact_in_doubles_beside_their_hole(text, digits, side):
    # the literal text would lose as many digits there as the distance from the hole has
    v = 10 + side * 10.0**-digits
    names = {"v": v} | {name: float(number) for name, number in OTHERS.items()}
    with mpmath.workdps(400):
        expected = value(text, {name: mpmath.mpf(number) for name, number in names.items()}, DIGITS_50)
    function = sp.lambdify(
        [symbol(name) for name in names], without_holes(symbolic(text)), modules=[{"exprelr": in_doubles}, "math"]
    )
    try:
        found = function(*names.values())
    except OverflowError:  # of a plain exponential, which is infinite in compiled code
        assume(False)
    assert found == pytest.approx(float(expected), rel=1e-11, abs=1e-290)
