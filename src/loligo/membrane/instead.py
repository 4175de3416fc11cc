"""Corrections of formulas that cannot be read: forms from other notations, each with its replacement.

A correction is only suggested; it never replaces the formula.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Final

_SIGNS: Final = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "∕": "/", "²": "**2", "³": "**3",
     "⁴": "**4", "（": "(", "）": ")", "，": ",", "．": "."}
)  # fmt: skip
_QUOTIENT: Final = r"[-+]?\s*\w[\w.]*(?:\s*/\s*[\w.]+)?"  # -v/18
_FUNCTIONS: Final = "abs|cos|cosh|exp|expm1|log|sin|sinh|sqrt|tanh"

_POTENTIALS: Final = ("V", "Vm", "vm", "V_m", "u", "U")
_UNITS: Final = (
    r"(?:[munpkM](?:s|S|V|A|F|M|Hz)|(?:[munpkM]|milli|micro|nano|pico|kilo)?(?:siemens|amp|ampere|volt|farad|second|hertz)s?"
    r"|cm2?|Hz)(?:(?:_per)?_?cm2)?"
)
_INSTEAD: Final = {
    **dict.fromkeys(("e", "E"), "Write exp(x) for e**x."),
    **dict.fromkeys(_POTENTIALS, "Write v for the potential."),
    **{name: f"Write {name}(...), with its argument in brackets." for name in _FUNCTIONS.split("|")},
    "pi": "Write 3.141592653589793 for pi.",
}

_Repair = tuple[str, Callable[[str], str]]


def _closed(text: str) -> str:
    missing = text.count("(") - text.count(")")
    return text + ")" * missing if missing > 0 else re.sub(rf"\)\s*$|(\)\s*){{{-missing}}}$", "", text, count=1)


def _small(text: str) -> str:
    return re.sub(rf"\b(?:{_FUNCTIONS})(?=\s*\()", lambda found: found[0].lower(), text, flags=re.IGNORECASE)


def _products(text: str) -> str:
    text = re.sub(r"(?<![\w.])(\d+\.?\d*|\.\d+)\s*(?=\()", r"\1*", text)  # 0.1(25 - v)
    text = re.sub(
        r"(?<![\w.])(\d+\.?\d*|\.\d+)\s*(?=(?![eE][+-]?\d)[A-Za-z_])(?!\s+(?:if|else)\b)", r"\1*", text
    )  # 4 exp(-v/18)
    text = re.sub(r"\)\s*(?=[\w.(])(?!\s*(?:if|else)\b)", ")*", text)  # (10 - v)0.01, (1)(2)
    return re.sub(rf"\b(?!(?:{_FUNCTIONS}|if|else)\b)([A-Za-z_]\w*)\s*(?=\()", r"\1*", text)  # v(25)


_REPAIRS: Final[tuple[_Repair, ...]] = (
    ("the signs are - * / **", lambda text: text.translate(_SIGNS)),
    ("a formula is only the right side", lambda text: re.sub(r"^\s*[\w/ ]+=(?!=)\s*", "", text)),
    ("write nothing after it", lambda text: re.sub(r"[;,.\s]+$", "", text)),
    ("numbers have no unit", lambda text: re.sub(rf"(?<=[\d.)}}\]])\s*[*/]?\s*\b{_UNITS}\b", "", text)),
    ("the exponential is exp(...)", lambda text: re.sub(r"(?<![A-Za-z_])[eE]\s*(?:\*\*|\^)\s*(?=\()", "exp", text)),
    (
        "put the whole exponent in the brackets of exp(...)",
        lambda text: re.sub(rf"(?<![A-Za-z_])[eE]\s*(?:\*\*|\^)\s*({_QUOTIENT})", r"exp(\1)", text),
    ),
    ("a power is **", lambda text: text.replace("^", "**")),
    ("no prefix before a function", lambda text: re.sub(r"\b(?:np|numpy|math|sp|scipy|b2|brian2|torch)\.", "", text)),
    ("brackets are round", lambda text: text.translate(str.maketrans("[]{}", "()()"))),
    ("abs(...) is the absolute value", lambda text: re.sub(r"\|([^|]+)\|", r"abs(\1)", text)),
    ("decimals have a point", lambda text: re.sub(r"(\d),(\d)", r"\1.\2", text)),
    ("write functions in lower case", _small),
    ("a power is **", lambda text: re.sub(r"\bpow\(([^,()]+),([^,()]+)\)", r"(\1)**(\2)", text)),
    (
        "put the argument of a function in brackets",
        lambda text: re.sub(rf"\b({_FUNCTIONS})\s+({_QUOTIENT})", r"\1(\2)", text),
    ),
    ("the natural logarithm is called log", lambda text: re.sub(r"\b[lL][nN]\s*(?=\()", "log", text)),
    ("the potential is v", lambda text: re.sub(rf"\b(?:{'|'.join(_POTENTIALS)})\b", "v", text)),
    ("pi is a number", lambda text: re.sub(r"\bpi\b", "3.141592653589793", text)),
    ("write a product with *", _products),
    ("close every ( with a )", _closed),
)  # fmt: skip


def repaired(text: str, reads: Callable[[str], bool]) -> tuple[str, str] | None:
    """Return a readable formula in place of an unreadable one, and the correction; None if no correction is known.

    Parameters
    ----------
    text : str
        The formula that cannot be read.
    reads : callable
        Returns whether a formula can be read.

    Examples
    --------
    >>> repaired("0.1(25 - v)", lambda text: "0.1(" not in text)
    ('0.1*(25 - v)', 'write a product with *')
    """
    reasons, now, first = [], text, None
    for reason, repair in _REPAIRS:
        better = repair(now)
        if better != now:
            reasons.append(reason)
            now = better
            if reads(now):
                first = first or (now, ", ".join(reasons))
                if not _has_other_names(now):
                    return now, ", ".join(reasons)
    return first


def _has_other_names(text: str) -> bool:
    """Return whether a formula still contains names from other notations, which would be rejected next."""
    called = rf"(?:{_FUNCTIONS})\s*\("
    return any(instead_of(name) for name in re.findall(rf"(?<![\w.])(?!{called})[A-Za-z_]\w*", text))


def is_unit(name: str) -> bool:
    """Return whether a name is a unit, such as ``mS``, ``msiemens`` or ``uA_per_cm2``."""
    return re.fullmatch(_UNITS, name) is not None


def instead_of(name: str) -> str:
    """Return advice on what to write instead of a name from another notation; empty for all other names."""
    return "Write numbers without units: v is in mV, rates in 1/ms." if is_unit(name) else _INSTEAD.get(name, "")


def lost_brackets(tree: ast.expr) -> tuple[str, str] | None:
    """Return an exponential such as ``exp(25 - v/10)`` in a formula, and ``exp((25 - v)/10)``; None if there is none.

    ``exp(2.5 - v/10)`` is not changed: a factor of e**2.5 is plausible for a rate.

    Examples
    --------
    >>> lost_brackets(ast.parse("1/(exp(30 - v/10) + 1)", mode="eval").body)
    ('exp(30 - v / 10)', 'exp((30 - v) / 10)')
    """
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name(id="exp"),
                args=[
                    ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sign, right=ast.BinOp(op=ast.Div()) as quotient)
                ],
            ):
                of_v = isinstance(quotient.left, ast.Name) and quotient.left.id == "v"
                far = isinstance(left, ast.Constant) and abs(float(str(left.value))) >= 7
                v_first = ast.unparse(left) in ("v", "-v") and isinstance(quotient.left, ast.Constant)
                if isinstance(quotient.right, ast.Constant) and ((of_v and far) or v_first):
                    whole = ast.BinOp(ast.BinOp(left, sign, quotient.left), ast.Div(), quotient.right)
                    return ast.unparse(node), f"exp({ast.unparse(whole)})"
    return None
