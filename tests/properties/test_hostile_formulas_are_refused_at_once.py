"""Deep, huge, or malformed formulas end as an ExpressionError, and no accepted one can stall the passes behind it."""

import subprocess
import sys

import pytest

import loligo as lo
from loligo.membrane.expression import DEEPEST, LARGEST_EXPONENT, LONGEST, expression

REFUSED = {
    "nothing": "",
    "blank": "  ",
    "null byte": "v\x00",
    "lone surrogate": "\ud800",
    "Greek letter": "ν",
    "superscript": "v²",
    "zero width space": "v\u200b+1",
    "no-break space": "v\u00a0+1",
    "Arabic digit": "٣",
    "too long": "v+" * LONGEST + "v",
    "deep parentheses": "(" * 900 + "v" + ")" * 900,
    "deep minus": "-" * 1900 + "v",
    "deep calls": "exp(" * 300 + "v" + ")" * 300,
    "deep choices": "1 if v<1 else " * 130 + "1",
    "deep powers": "v**" * 600 + "v",
    "deep brackets": "[" * 1900,
    "deep lambdas": "lambda:" * 280 + "1",
    "too deep": "-" * (DEEPEST + 1) + "v",
    "power of powers": "9**9**9**9",
    "huge power": f"v**{LARGEST_EXPONENT + 1}",
    "huge negative power": "v**-1000",
    "hidden huge power": "v**(8*9)",
    "huge integer": "9" * 1900,
    "huge product": "1e200*1e200",
    "huge float": "1e999",
    "huge exponential": "exp(1000)",
    "division by zero": "v + 1/(3 - 3)",
    "root of a negative number": "v*(-8)**(1/3)",
    "logarithm of zero": "log(0)",
    "complex": "1j*v",
    "True": "True",
    "comparison": "v < 1",
    "two lines": "v\n+1",
    "statement": "v; v",
    "unclosed": "(v",
    "unopened": "v)",
    "comment alone": "# v",
    "caret": "v^2",
    "private name": "_v",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    with pytest.raises(lo.ExpressionError) as caught:
        expression(REFUSED[name])
    assert len(str(caught.value)) < 400  # the message does not repeat a whole hostile string


@pytest.mark.parametrize(
    "thing", [None, 3, 1.5, b"v", ["v"], {"v": 1}, object()], ids=lambda thing: type(thing).__name__
)
def test_only_strings_are_formulas(thing):
    with pytest.raises(lo.ExpressionError, match="string"):
        expression(thing)


STALLING = [
    "1/(1 + exp((v + E_A + E_leak + g_A + g_leak + celsius)**64/1e80))",
    "1/(1 + exp(" + "*".join(f"(v + {k} + celsius)" for k in range(40)) + "*1e-80))",
    "1/(1 + ((v + 1)**64 + 1)**64)",
    "((v + E_A + g_A)**64 + 1)/(exp((v + E_A + g_A)**64) - 1)",
    "1/(1 + " + "*".join(f"exp(-(v + {k})/{k + 3})" for k in range(40)) + ")",
    "1/(1 + " + "exp(-" * 20 + "v/100" + ")" * 20 + ")",
    "0.5 + 0.1*" + "*".join(f"cos(v/{k + 3})" for k in range(40)),
    "1/(1 + exp(" + "".join(f"(v/9 if v < {k} else " for k in range(12)) + "v/9" + ")" * 12 + "))",
    "0.1*" + "*".join(["v/(exp(v/10) - 1)"] * 2) + "/9000",
]

ALL_PASSES = """
import sys
import loligo as lo
gate = lo.Gate("x", inf=sys.argv[1], tau="1")
membrane = lo.Membrane(lo.Channel("A", g=1, E=50, open=gate), lo.Channel("leak", g=1, E=-60))
try:
    print(float(lo.rates(membrane, -61.3)["x"].inf), float(lo.rates(membrane, 7.7)["x"].inf))
except lo.LoligoError as error:
    print("refused", type(error).__name__)
"""


@pytest.mark.parametrize("text", STALLING, ids=range(len(STALLING)))
def test_a_formula_that_is_accepted_does_not_stall_the_compiler(text):
    import mpmath

    from reference.literal import DIGITS_50, value

    # the limit is a watchdog's, a hundred times what is needed: without it a failure would be a hang
    done = subprocess.run(
        [sys.executable, "-c", ALL_PASSES, text], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    if done.stdout.startswith("refused"):
        return
    names = {"E_A": 50, "E_leak": -60, "g_A": 1, "g_leak": 1, "celsius": mpmath.mpf("6.3")}
    with mpmath.workdps(50):
        for found, v in zip(done.stdout.split(), ("-61.3", "7.7"), strict=True):
            expected = value(text, {key: mpmath.mpf(x) for key, x in names.items()} | {"v": mpmath.mpf(v)}, DIGITS_50)
            assert float(found) == pytest.approx(float(expected), rel=1e-9, abs=1e-300)
