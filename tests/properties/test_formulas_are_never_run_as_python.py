"""A string that is given as a formula is read and never executed, whatever it says."""

import builtins
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import loligo as lo
from loligo.membrane import Expression, expression

RAN = []
WATCHED = {
    "exec",
    "import",
    "open",
    "os.system",
    "os.exec",
    "os.fork",
    "subprocess.Popen",
    "socket.connect",
    "ctypes.dlopen",
}
watching = [False]


def watch(event, arguments):
    if watching[0] and event in WATCHED:
        RAN.append((event, arguments))


sys.addaudithook(watch)


@pytest.fixture(autouse=True)
def canary(monkeypatch):
    monkeypatch.setattr(builtins, "canary", lambda *_: RAN.append("canary"), raising=False)


def read(text):
    """Read a formula under watch; return it, or None when it is refused."""
    RAN.clear()
    watching[0] = True
    try:
        found = expression(text)
    except lo.ExpressionError as error:
        assert str(error)
        found = None
    finally:
        watching[0] = False
    assert RAN == []
    return found


CODE = st.text(alphabet="v mhn()+-*/.,[]{}'\"_=:;@&|<>!%~^0123456789eE\\\n\t#", max_size=40)
PIECES = st.lists(
    st.sampled_from(
        [
            "v",
            "m",
            "0.1",
            "2",
            "exp(",
            "canary()",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ".",
            ":",
            ":=",
            "=",
            "**",
            "*",
            "+",
            "-",
            "/",
            "//",
            "if",
            "else",
            "for",
            "in",
            "lambda",
            "not",
            "and",
            "or",
            "is",
            "'a'",
            "f'{canary()}'",
            "__import__('os')",
            ".__class__",
            ".__mro__[1]",
            "import",
            ";",
            "\n",
            "yield",
            "await",
            "*",
            "print(",
            "exec(",
            "eval(",
        ]
    ),
    max_size=12,
).map("".join)


@given(text=st.one_of(st.text(max_size=60), CODE, PIECES))
@settings(max_examples=1500)
@example("canary()")
@example("[canary() for x in (1,)]")
@example("(lambda: canary())()")
@example("f'{canary()}'")
@example("exp(canary())")
@example("canary() if v < 0 else 1")
@example("v if canary() < 0 else 1")
@example("().__class__.__base__.__subclasses__()")
@example("__import__('os').system('true')")
@example("exec('canary()')")
@example("(x := canary())")
@example("{canary(): 1}")
@example("v[canary()]")
@example("exp(*canary())")
@example("exp(**canary())")
@example("canary")
def test_nothing_is_executed(text):
    formula = read(text)
    if formula is not None:
        assert isinstance(formula, Expression)
        assert all(name.isidentifier() and name.isascii() and not name.startswith("_") for name in formula.names)


@given(text=st.one_of(CODE, PIECES))
@settings(max_examples=500)
def test_the_canonical_text_is_stable(text):
    formula = read(text)
    if formula is not None:
        assert read(formula.text) == formula


DOORS = {
    "alpha": lambda text: lo.Gate("m", alpha=text, beta="1"),
    "beta": lambda text: lo.Gate("m", alpha="1", beta=text),
    "inf": lambda text: lo.Gate("m", inf=text),
    "tau": lambda text: lo.Gate("m", inf="0.5", tau=text),
    "E": lambda text: lo.Channel("Na", g=1, E=text),
    "current": lambda text: lo.Current("pump", text),
    "derivative": lambda text: lo.State("ca", text, initial=1.0),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("text", ["__import__('os')", "canary()", "v.real", "[v]", "'v'", "lambda: 1", "v if v else 1"])
def test_every_door_refuses_code(door, text):
    RAN.clear()
    with pytest.raises(lo.ExpressionError) as caught:
        DOORS[door](text)
    assert RAN == []
    assert "allowed" in str(caught.value) or "may use" in str(caught.value) or "Cannot read" in str(caught.value)


def test_the_message_names_the_mistake_and_what_is_allowed():
    with pytest.raises(lo.ExpressionError, match=r"__import__\(\.\.\.\) in .* is not a function .* may use: abs, cos"):
        lo.Gate("m", inf="__import__('os')")
    with pytest.raises(lo.ExpressionError, match=r"a power is \*\*"):
        lo.Gate("m", inf="v^2")


def test_the_monitor_detects_violations():
    # a watch that sees nothing would prove nothing
    RAN.clear()
    watching[0] = True
    try:
        exec("1")
    finally:
        watching[0] = False
    assert [event for event, _ in RAN] == ["exec"]
    builtins.canary()
    assert RAN[-1] == "canary"
