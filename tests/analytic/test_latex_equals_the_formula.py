"""The LaTeX of every formula means the formula: read back by another reader it has the same value."""

import math
import re

import pytest
from matplotlib.mathtext import MathTextParser

from loligo.membrane.expression import FUNCTIONS, expression
from loligo.membrane.latex import formula_latex
from reference.every_model import EVERY_MODEL
from reference.literal import DOUBLES, value

WRITTEN = {
    "v": "v",
    "4*exp(-v/18)": r"4\, e^{\frac{-v}{18}}",
    "a - (b - c)": r"a - \left(b - c\right)",
    "(a - b) - c": "a - b - c",
    "a + (b + c)": "a + b + c",
    "(a + b)*c": r"\left(a + b\right)\, c",
    "a*-b": r"a\, \left(-b\right)",
    "-(a + b)": r"-\left(a + b\right)",
    "-a**2": "-a^{2}",
    "(-a)**2": r"\left(-a\right)^{2}",
    "(a**b)**c": r"\left(a^{b}\right)^{c}",
    "a**b**c": "a^{b^{c}}",
    "exp(a)**2": r"\left(e^{a}\right)^{2}",
    "1e-7*a": r"1 \times 10^{-7}\, a",
    "sqrt(abs(a))": r"\sqrt{\left|a\right|}",
    "tanh(a) + log(b)": r"\tanh\left(a\right) + \log\left(b\right)",
    "g_Na + E_K": r"g_{\mathrm{Na}} + E_{\mathrm{K}}",
    "alpha + tau_max": r"\alpha + \tau_{\mathrm{max}}",
    "a if b < c else 0": r"\begin{cases}a & b < c \\ 0 & \text{otherwise}\end{cases}",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_spelling(text):
    assert formula_latex(expression(text)) == WRITTEN[text]


# ---- the other reader: LaTeX to a value, by recursive descent; as in print, a space between factors multiplies

TOKEN = re.compile(
    r"\s*(\\begin\{cases\}|\\end\{cases\}|\\left[(|]|\\right[)|]|\\mathrm\{[^}]*\}|\\text\{[^}]*\}|\\operatorname\{\w+\}"
    r"|\\times|\\,|\\\\|\\[a-z]+|\d+\.?\d*|[A-Za-z]|[-+^_{}&<>])"
)


class Reader:
    def __init__(self, latex, names):
        self.tokens, self.names, position = [], names, 0
        while position < len(latex):
            match = TOKEN.match(latex, position)
            assert match, latex[position:]
            self.tokens.append(match.group(1))
            position = match.end()

    def read(self):
        found = self.sum()
        assert not self.tokens, self.tokens
        return found

    @property
    def next(self):
        return self.tokens[0] if self.tokens else ""

    def take(self, token=None):
        assert token in (None, self.next), (token, self.tokens)
        return self.tokens.pop(0)

    def sum(self):
        sign = {"-": -1, "+": 1}.get(self.next)
        if sign:
            self.take()
        total = (sign or 1) * self.product()
        while self.next in ("+", "-"):
            total += self.product() if self.take() == "+" else -self.product()
        return total

    def product(self):
        total = self.power()
        while self.next in (r"\,", r"\times"):
            self.take()
            total *= self.power()
        return total

    def power(self):
        base = self.atom()
        if self.next == "^":
            self.take()
            base = base ** self.group()
        return base

    def group(self):
        self.take("{")
        found = self.sum()
        self.take("}")
        return found

    def bracket(self, close):
        found = self.sum()
        self.take(close)
        return found

    def atom(self):
        token = self.take()
        if token == r"\frac":
            return self.group() / self.group()
        if token == r"\sqrt":
            return math.sqrt(self.group())
        if token == r"\left(":
            return self.bracket(r"\right)")
        if token == r"\left|":
            return abs(self.bracket(r"\right|"))
        if token == r"\begin{cases}":
            return self.cases()
        if token == "e" and self.next == "^":
            self.take()
            return math.exp(self.group())
        if token[0].isdigit():
            return float(token)
        name = re.sub(r"\\operatorname\{(\w+)\}", r"\1", token).removeprefix("\\")
        if name in FUNCTIONS:
            self.take(r"\left(")
            return getattr(math, name)(self.bracket(r"\right)"))
        return self.names[self.subscripted(token)]

    def subscripted(self, head):
        name = re.sub(r"\\mathrm\{([^}]*)\}", r"\1", head).removeprefix("\\")
        if self.next == "_":
            self.take()
            self.take("{")
            name += "_" + re.sub(r"\\mathrm\{([^}]*)\}", r"\1", self.take()).replace(",", "_")
            self.take("}")
        return name

    def cases(self):
        body = self.sum()
        self.take("&")
        left, sign, right = self.sum(), self.take(), self.sum()
        self.take(r"\\")
        orelse = self.sum()
        self.take("&")
        self.take(r"\text{otherwise}")
        self.take(r"\end{cases}")
        return (
            body
            if {"<": left < right, r"\le": left <= right, ">": left > right, r"\ge": left >= right}[sign]
            else orelse
        )


NAMES = {name: 0.3 + 0.17 * k for k, name in enumerate("abcv")} | {
    "g_Na": 1.1,
    "E_K": -2.0,
    "alpha": 0.4,
    "tau_max": 3.0,
}


@pytest.mark.parametrize("text", WRITTEN)
def test_meaning(text):
    assert Reader(formula_latex(expression(text)), NAMES).read() == pytest.approx(
        value(text, NAMES, DOUBLES), rel=1e-12
    )


FORMULAS = [
    (model, f"{key} of {gate.name}", formula)
    for model, membrane in EVERY_MODEL.items()
    for gate in membrane.gates
    for key, formula in gate.formulas.items()
]
FORMULAS += [
    (model, state.name, state.derivative) for model, membrane in EVERY_MODEL.items() for state in membrane.states
]


@pytest.mark.parametrize(("model", "what", "formula"), FORMULAS, ids=lambda x: x if isinstance(x, str) else "")
def test_meaning_of_every_shipped_formula(model, what, formula):
    for v in (-61.3, 17.7):
        names = dict.fromkeys(formula.names, 0.21) | {"v": v}
        expected = value(formula.text, names, DOUBLES)
        assert Reader(formula_latex(formula), names).read() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_a_membrane_shows_all_its_equations(model):
    membrane = EVERY_MODEL[model]
    latex = membrane.latex
    assert membrane._repr_latex_() == latex
    assert latex.startswith("$$")
    assert latex.endswith("$$")
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    lines = latex.split("\\\\\n")
    for gate in membrane.gates:
        for formula in gate.formulas.values():
            assert formula_latex(formula) in latex
        if not gate.instantaneous:
            assert any(re.search(rf"\\frac\{{d\S*{gate.name.partition('_')[0]}", line) for line in lines), gate.name
    assert len(lines) >= 1 + len(membrane.channels) + len(membrane.gates) + len(membrane.states)


def test_matplotlib_reads_it_too():
    parser = MathTextParser("agg")
    for _, _, formula in FORMULAS:
        latex = formula_latex(formula)
        if "cases" not in latex:  # which mathtext does not have
            assert parser.parse(f"${latex}$").width > 0


@pytest.mark.parametrize(("model", "what", "formula"), FORMULAS, ids=lambda x: x if isinstance(x, str) else "")
def test_two_numbers_side_by_side_are_not_one(model, what, formula):
    assert not re.search(r"\d\\, *\d", formula_latex(formula))  # 2\, 96489 reads as 296489
