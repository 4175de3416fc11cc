"""Limits hold for what a formula comes to, not for how it is written; long sums are not deep; spellings are one."""

import ast
import random

import pytest
import sympy as sp

import loligo as lo
from loligo.kernel.symbolic import symbolic
from loligo.membrane.expression import LARGEST_EXPONENT, expression
from loligo.membrane.latex import formula_latex
from loligo.membrane.notation import spelled

TOO_LARGE = {
    "3**(v - v + 99999999)": "exponent",
    "0.1**(0*v + 1e7)": "exponent",
    "((2*v)**64)**64": "exponent",
    "v**32*v**33": "exponent",
    "((v + 1)**9 + 1)**9": "exponent",
    "(1 + 1/(1 + v**9))**9": "degree",
    "exp(1e9 + 0*v)": "real number",
    "exp(exp(exp(5 + 0*v)))": "real number",
    "1e300*v*1e300": "real number",
    "log(-1 + 0*v)": "real number",
    "sqrt(0*v - 3)": "real number",
    "(-2 + 0*v)**0.5": "real number",
    "*".join(f"abs(v - {k})" for k in range(60)): "factors",
    "abs(v - abs(v - abs(v - abs(v))))": "conditions",
    "tanh(" * 14 + "v" + ")" * 14: "functions and powers",
}


@pytest.mark.parametrize("text", TOO_LARGE)
def test_formulas_are_refused_by_their_expanded_size(text):
    with pytest.raises(lo.ModelError, match=TOO_LARGE[text]) as caught:
        symbolic(text)
    assert 60 < len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "text",
    [
        "v**64",
        "3**(v - v + 64)",
        "(v**8)**8",
        "exp(exp(5 + 0*v))",
        "1e300*(v - v + 1)",
        "abs(abs(v) - 3)",
        "tanh(tanh(tanh(tanh(tanh(v)))))",
    ],
)
def test_input_within_the_limits_is_read(text):
    assert isinstance(symbolic(text), sp.Expr)


@pytest.mark.parametrize("sign", "+-*/")
@pytest.mark.parametrize("count", [100, 900])
def test_a_long_row_is_no_deep_nesting(sign, count):
    text = sign.join(["v"] * count)
    assert expression(text).text == f" {sign} ".join(["v"] * count)
    assert formula_latex(expression(text))
    if sign == "+":
        assert symbolic(text) == count * sp.Symbol("v", real=True)


def test_a_sum_of_a_hundred_terms_runs():
    terms = "+".join(["(v + 54)"] * 100)
    run = lo.simulate(
        lo.Membrane(lo.Current("c", f"0.003*({terms})")), lo.Step(1.0, stop=1.0), duration=1, sampling=0.5
    )
    same = lo.simulate(lo.Membrane(lo.Channel("leak", g=0.3, E=-54)), lo.Step(1.0, stop=1.0), duration=1, sampling=0.5)
    assert run.v == pytest.approx(same.v, abs=1e-6)


def test_formulas_without_a_value_are_refused_at_once():
    membrane = lo.Membrane(lo.Current("c", "v**v"), lo.Channel("leak", g=0.3, E=-54.0))
    with pytest.raises(lo.ModelError, match="no real value"):
        lo.simulate(membrane, lo.Step(1.0, stop=1), duration=1, initial={"v": -60.0})


# one spelling

FOLDED = [
    "ｖ",
    "𝐯",
    "ｅxp(v)",
    "ℯxp(v)",
    "ａbs(v)",
    "g＿leak",
    "ſqrt(v)",
    "coſ(v)",
    "v＋1",
    "（v）",
    "ᵛ",
    "１*v",
    "v²",
    "ﬁ",
    "\u212a",
]


@pytest.mark.parametrize("text", FOLDED)
def test_spellings_that_unicode_makes_one_are_refused(text):
    with pytest.raises(lo.ExpressionError, match=r"only ASCII letters|write '[ -~]*'") as caught:
        expression(text)
    # which letter it is, or what to write for it
    assert "write '" in str(caught.value) or str(caught.value).count("\\") >= 1


@pytest.mark.parametrize("text", FOLDED)
def test_so_are_they_in_names(text):
    with pytest.raises(lo.ModelError):
        lo.Gate(text, inf="0.5")


def formula(source, depth):
    if depth == 0 or source.random() < 0.2:
        return source.choice(["v", "m", "2", "0.1", "1e-05", "3e+20", "-v", "+v", "-2"])
    a, b, c, d = (formula(source, depth - 1) for _ in range(4))
    made = [
        f"{a} + {b}",
        f"{a} - {b}",
        f"{a}*{b}",
        f"{a}/{b}",
        f"({a})**{source.choice('23')}",
        f"({a}) ** -1",
        f"-({a})",
        f"exp({a})",
        f"{a} if {c} < {d} else {b}",
        f"({a} if {c} >= {d} else {b})*{c}",
        f"({a} - {b} - ({c} - {d}))",
        f"{a}/({b}/{c})",
    ]
    return f"({source.choice(made)})"


@pytest.mark.parametrize("seed", range(60))
def test_the_canonical_spelling_is_that_of_python(seed):
    tree = ast.parse(formula(random.Random(seed), 4), mode="eval").body
    assert ast.dump(ast.parse(spelled(tree), mode="eval").body) == ast.dump(tree)
    assert spelled(ast.parse(spelled(tree), mode="eval").body) == spelled(tree)
    assert spelled(tree) == ast.unparse(tree)


def test_the_limit_of_exponents_is_one():
    with pytest.raises(lo.ModelError):
        expression(f"v**{LARGEST_EXPONENT + 1:g}")
    with pytest.raises(lo.ModelError):
        symbolic(f"v**({LARGEST_EXPONENT + 1:g} + 0*v)")
