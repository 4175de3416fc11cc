"""Whatever a formula says, it becomes printed equations, a Jacobian, lanes and JavaScript, or a `LoligoError`."""

import random

import pytest

import loligo as lo
from loligo.kernel.equations import equations_of
from loligo.kernel.javascript import javascript
from loligo.kernel.printed import printed_modules
from loligo.kernel.structure import structure_of
from loligo.lanes.equations import lane_source

LINES = ("(v + 40)", "(v - V_h)", "v", "(40 - v)", "(v + 40)/10", "(v - V_h)/k", "-(v + 40)/20", "x")
NUMBERS = ("0.1", "1", "2", "3", "10", "0.25", "40", "0", "0.5")
FORMS = (
    "{0}", "{1}", "k", "exp({0})", "(1 - exp({0}))", "(exp({0}) - {1})", "tanh({0})", "sinh({0})", "cosh({0})",
    "expm1({0})", "{1}**({0})", "log({0})", "sqrt({0})", "abs({0})", "sin({0}/50)", "{0}**2", "1/({0})", "k**({0})",
    "{0}/(1 - exp({0}))", "(v - v)", "(-{1})**({0})",
)  # fmt: skip
KNOWN = [
    "(-8)**v", "0**v", "1/(v - v)", "log(v - v)", "(v - v)**(-1)", "1 if sqrt(-1 - 0*v) < 2 else v", "abs(sqrt(v))",
    "abs(log(v))", "sqrt(0*v - 1)", "1/(1 + ((v + 70)/30)**1.5)", "(v/(1 - exp(v)))**(1/3) if v < k else 1",
    "1 if (v/(1 - exp(v)))**(1/3) > 0 else 2", "exp(1/(v - V_h))", "1 if 1/v > 0 else 2",
]  # fmt: skip


def random_formula(source, depth):
    if depth == 0 or source.random() < 0.15:
        return source.choice(FORMS).format(source.choice(LINES), source.choice(NUMBERS))
    a, b, c, d = (random_formula(source, depth - 1) for _ in range(4))
    return source.choice(
        [f"({a} + {b})", f"({a} - {b})", f"({a}*{b})", f"({a})/({b})", f"({a})**{source.choice('23')}",
         f"({a})**0.5", f"({a})**(-1)", f"abs({a})", f"({a} if {c} < {b} else {d})"]
    )  # fmt: skip


def all_roads(text):
    try:
        membrane = lo.Membrane(
            lo.Channel("leak", g=0.3, E=-50),
            lo.Current("F", text),
            lo.State("x", "-x", initial=0.1),
            constants={"V_h": -40.0, "k": 7.0},
        )
        values = {name: parameter.value for name, parameter in membrane.parameters.items()}
        equations = equations_of(structure_of(membrane), values)
        printed = "".join(printed_modules(equations).values())
        lanes = lane_source(equations, "double", jacobian=True)
        script = javascript(membrane)
    except lo.LoligoError as error:
        assert len(str(error)) > 30
        return
    for source in (printed, lanes):
        compile(source, "printed", "exec")
        assert not any(word in source for word in ("zoo", "Derivative", "1j", "DiracDelta"))
    assert "Not supported" not in script


@pytest.mark.parametrize("text", KNOWN)
def test_known(text):
    all_roads(text)


@pytest.mark.parametrize("seed", range(30))
def test_random(seed):
    source = random.Random(seed)
    all_roads(random_formula(source, source.choice((1, 1, 2))))
