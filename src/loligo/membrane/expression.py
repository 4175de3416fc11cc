"""The notation of formulas, which are checked without being run.

A formula is read with Python's parser, and every node of the tree is compared with a whitelist; nothing is evaluated as
Python. Numbers, names, ``+ - * / **``, parentheses, the functions of `FUNCTIONS`, and a choice written
``low if v < -40 else high`` are allowed. Text must be ASCII, because Python's parser normalises Unicode (NFKC): it
would read a fullwidth ``v`` as the name ``v``.
"""

from __future__ import annotations

import ast
import math
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from loligo._errors import ExpressionError
from loligo.membrane.instead import repaired
from loligo.membrane.notation import row, spelled

FUNCTIONS: Final = ("abs", "cos", "cosh", "exp", "expm1", "log", "sin", "sinh", "sqrt", "tanh")
LONGEST: Final = 2000
DEEPEST: Final = 60
LARGEST_EXPONENT: Final = 64.0

_OPERATORS: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
_COMPARISONS: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass(frozen=True)
class Expression:
    """A formula that has passed the whitelist.

    Attributes
    ----------
    text : str
        The formula in a canonical spelling, so that equal formulas are equal strings.
    names : frozenset of str
        The free names in the formula.
    """

    text: str
    names: frozenset[str]

    @property
    def tree(self) -> ast.expr:
        """The parsed formula."""
        return _parse(self.text)

    def __str__(self) -> str:
        return self.text


def expression(text: str) -> Expression:
    """Read a formula.

    Parameters
    ----------
    text : str
        Formula, for example ``"0.1*(25 - v)/(exp((25 - v)/10) - 1)"``.

    Returns
    -------
    Expression
        The formula, its canonical text and the names in it.

    Raises
    ------
    ExpressionError
        The string is not a formula in this notation. No part of it is run.

    Examples
    --------
    >>> expression("4 * exp(-v / 18)").names
    frozenset({'v'})
    """
    if not isinstance(text, str):
        raise ExpressionError(f"A formula must be a string such as '4*exp(-v/18)'; got {type(text).__name__}.")
    return _read(text)


@lru_cache(maxsize=1024)
def _read(text: str) -> Expression:
    if len(text) > LONGEST:
        raise ExpressionError(f"A formula may have at most {LONGEST} characters; this one has {len(text)}.")
    try:
        return _checked(text)
    except ExpressionError:
        better = repaired(text, _can_be_read)
        if better is None:
            raise
        raise ExpressionError(
            f"Cannot read the formula {_short(text)}: write {_short(better[0])} ({better[1]})."
        ) from None


def _checked(text: str) -> Expression:
    tree = _parse(text)
    names: set[str] = set()
    _check(tree, text, names, depth=0)
    return Expression(spelled(tree), frozenset(names))


def _can_be_read(text: str) -> bool:
    try:
        return len(text) <= LONGEST and bool(_checked(text))
    except ExpressionError:
        return False


def _parse(text: str) -> ast.expr:
    if not text.isascii():
        place = next(k for k, character in enumerate(text) if not character.isascii())
        raise ExpressionError(
            f"A formula may contain only ASCII letters, digits and signs; {_short(text)} has {text[place]!a} "
            f"at position {place + 1}."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        said = getattr(error, "msg", None) or str(error)
        raise ExpressionError(
            f"Cannot read the formula {_short(text)} ({said}): write one such as '0.1*(25 - v)/(exp((25 - v)/10) - 1)'."
        ) from error


def _check(node: ast.expr, text: str, names: set[str], depth: int) -> float | None:
    """Check a node against the whitelist; return its value if it is a plain number, else None."""
    if depth > DEEPEST:
        raise ExpressionError(f"The formula {_short(text)} is nested more than {DEEPEST} levels deep.")
    deeper = depth + 1
    match node:
        case ast.Constant(value=bool()):
            raise _refused(node, text)
        case ast.Constant(value=int() | float() as value):
            return _bounded(value, text)
        case ast.Name(id=name):
            if name.startswith("_"):
                raise ExpressionError(f"The name {name!r} in {_short(text)} must be plain letters, digits and _.")
            names.add(name)
            return None
        case ast.UnaryOp(op=ast.UAdd() | ast.USub() as sign, operand=operand):
            inner = _check(operand, text, names, deeper)
            return None if inner is None else (-inner if isinstance(sign, ast.USub) else inner)
        case ast.BinOp(op=op) if isinstance(op, _OPERATORS):
            first, others = row(node)
            a = _check(first, text, names, deeper)
            for then, operand in others:
                b = _check(operand, text, names, deeper)
                if isinstance(then, ast.Pow) and b is not None and abs(b) > LARGEST_EXPONENT:
                    raise ExpressionError(f"The exponent {b:g} in {_short(text)} is larger than {LARGEST_EXPONENT:g}.")
                a = None if a is None or b is None else _fold(then, a, b, text)
            return a
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            inner = _check(argument, text, names, deeper)
            return None if inner is None else _apply(name, inner, text)
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse) if (
            isinstance(op, _COMPARISONS)
        ):
            for part in (left, right, body, orelse):
                _check(part, text, names, deeper)
            return None
        case ast.Call(func=ast.Name(id=name)):
            known = ", ".join(FUNCTIONS)
            raise ExpressionError(
                f"{name}(...) in {_short(text)} is not a function of one argument that a formula may use: {known}."
            )
    raise _refused(node, text)


def _fold(op: ast.operator, a: float, b: float, text: str) -> float:
    try:
        match op:
            case ast.Add():
                return _bounded(a + b, text)
            case ast.Sub():
                return _bounded(a - b, text)
            case ast.Mult():
                return _bounded(a * b, text)
            case ast.Div():
                return _bounded(a / b, text)
        result = a**b
    except (ZeroDivisionError, OverflowError) as error:
        raise ExpressionError(f"A part of {_short(text)} is not a finite number: {error}.") from error
    if isinstance(result, complex):
        raise ExpressionError(f"A part of {_short(text)} is a root of a negative number.")
    return _bounded(result, text)


def _apply(name: str, value: float, text: str) -> float:
    function = abs if name == "abs" else getattr(math, name)
    try:
        return _bounded(function(value), text)
    except (ValueError, OverflowError) as error:
        raise ExpressionError(f"{name}({value:g}) in {_short(text)} is not a finite number.") from error


def _bounded(value: float, text: str) -> float:
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result) or abs(result) > 1e300:
        raise ExpressionError(f"A number in {_short(text)} is too large.")
    return result


def _refused(node: ast.expr, text: str) -> ExpressionError:
    part = ast.unparse(node)
    return ExpressionError(
        f"{_short(part)} in the formula {_short(text)} is not allowed: a formula may contain numbers, names, + - * / "
        "**, "
        f"a choice 'a if v < b else c', and {', '.join(FUNCTIONS)}."
    )


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
