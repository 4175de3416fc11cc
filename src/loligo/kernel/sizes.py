"""Limits on the size of a formula during simplification: SymPy computes numbers and powers exactly, at any cost.

``3**(v - v + 99999999)`` is small as a string; ``v - v`` is 0, and the power has 48 million digits. So every result is
checked against these limits before it is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import sympy as sp
from sympy.core.relational import Relational

from loligo.membrane.expression import LARGEST_EXPONENT

LARGEST_NUMBER: Final = 1e300
MOST_BITS: Final = 8192  # largest number of binary digits of a numerator or denominator
MOST_NODES: Final = 1000  # largest number of parts of a formula whose names have been replaced by their formulas
MOST_FACTORS: Final = 20  # largest number of factors of a product; the derivative of n factors has n squared
MOST_CHOICES: Final = 2  # largest depth of nested conditions and absolute values
MOST_NESTED: Final = 8  # largest depth of nested functions and powers: each level doubles SymPy's work on the innermost

_FUNCTIONS: Final[dict[str, Callable[..., float]]] = {
    "Abs": abs,
    "cos": math.cos,
    "cosh": math.cosh,
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "sin": math.sin,
    "sinh": math.sinh,
    "tanh": math.tanh,
}


class SizeError(Exception):
    """Raised for an expression that is too large; the message completes a sentence that begins with the formula."""


def check_power(base: sp.Expr, exponent: sp.Expr) -> None:
    """Check a power before it is computed.

    Raises
    ------
    SizeError
        The exponent, or its product with the exponents in the base, is larger than `LARGEST_EXPONENT`.
    """
    if exponent.free_symbols:
        return
    size = abs(plain(exponent))
    inner = [abs(plain(p.exp)) for p in (base, *base.args) if isinstance(p, sp.Pow) and not p.exp.free_symbols]
    if size * max([1.0, *inner]) > LARGEST_EXPONENT:
        raise SizeError(
            f"expands to a power with the exponent {size * max([1.0, *inner]):g}; allowed is {LARGEST_EXPONENT:g}"
        )
    for number in (base, *base.args):
        if number.is_Rational and size * max(_bits(number), 1) > MOST_BITS:
            raise SizeError(f"expands to a power of a number that has more than {MOST_BITS} binary digits")


def check_size(expr: sp.Expr) -> sp.Expr:
    """Check the result of one operation and return it.

    Raises
    ------
    SizeError
        The result has a number that is beyond `LARGEST_NUMBER`, not real, or too long.
    """
    for part in (expr, *expr.args):
        if part.is_Rational:
            if _bits(part) > MOST_BITS:
                raise SizeError(f"has a value of more than {MOST_BITS} binary digits")
            plain(part)
        elif isinstance(part, sp.Pow) and part.exp.is_Rational and abs(plain(part.exp)) > LARGEST_EXPONENT:
            raise SizeError(f"expands to a power with the exponent {part.exp}; allowed is {LARGEST_EXPONENT:g}")
    if isinstance(expr, sp.Expr) and not expr.free_symbols:
        plain(expr)
    return expr


def check_whole(expr: sp.Expr, within: int = 0) -> sp.Expr:
    """Check that a formula is small enough for the passes that follow, and return it.

    Parameters
    ----------
    expr : Expr
        A formula, or a part of one.
    within : int
        Number of functions and powers in which the part is nested.

    Raises
    ------
    SizeError
        The formula has more than `MOST_NODES` parts, nests functions and powers more than `MOST_NESTED` deep, or
        powers of sums of powers to a degree beyond `LARGEST_EXPONENT`.
    """
    waiting: list[tuple[sp.Basic, int, float]] = [(expr, within, 1.0)]
    count = 0
    while waiting:
        part, depth, degree = waiting.pop()
        count += 1
        if count > MOST_NODES:
            raise SizeError(f"expands to more than {MOST_NODES} parts, with its names replaced by their formulas")
        if isinstance(part, sp.Mul) and len(part.args) > MOST_FACTORS + 1:
            raise SizeError(f"has a product of more than {MOST_FACTORS} different factors")
        depth += isinstance(part, (sp.Function, sp.Pow)) and not isinstance(part, sp.Piecewise) and not part.is_number
        if depth > MOST_NESTED:
            raise SizeError(f"has more than {MOST_NESTED} nested functions and powers")
        degree = _degree(part, degree)
        if degree > LARGEST_EXPONENT:
            raise SizeError(f"expands to a polynomial of a degree beyond {LARGEST_EXPONENT:g}")
        waiting += [(argument, depth, degree) for argument in part.args]
    return expr


def _degree(part: sp.Basic, degree: float) -> float:
    """Return the degree of a part in the whole; inside a function the count restarts."""
    if isinstance(part, sp.Pow) and part.exp.is_Rational:
        return degree * max(1.0, abs(plain(part.exp)))
    return 1.0 if isinstance(part, (sp.Function, sp.Pow)) else degree


def check_choices(*compared: sp.Expr) -> None:
    """Check, before a comparison is made, that its operands do not nest too many comparisons.

    Raises
    ------
    SizeError
        The comparison would nest conditions and absolute values more than `MOST_CHOICES` deep.
    """
    waiting: list[tuple[sp.Basic, int]] = [(expr, 1) for expr in compared]
    while waiting:
        part, depth = waiting.pop()
        deeper = depth + isinstance(part, (sp.Abs, Relational))
        if deeper > MOST_CHOICES:
            raise SizeError(f"nests conditions and absolute values more than {MOST_CHOICES} deep")
        waiting += [(argument, deeper) for argument in part.args if argument.args]


def plain(number: sp.Expr) -> float:
    """Return the value of an expression without names, computed in plain floats, whose size is fixed.

    Raises
    ------
    SizeError
        The value is not a real number of at most `LARGEST_NUMBER`.
    """
    try:
        value = _plain(number)
    except (OverflowError, ValueError, ZeroDivisionError, TypeError):
        value = math.nan
    if not abs(value) <= LARGEST_NUMBER:
        raise SizeError(f"has a part that is not a real number of at most {LARGEST_NUMBER:g}")
    return value


def _plain(number: sp.Expr) -> float:
    if number.is_Rational:
        return int(number.p) / int(number.q)
    if number.is_NumberSymbol:
        return float(number)
    if isinstance(number, sp.Piecewise):
        return max((_plain(value) for value, _ in number.args), key=abs)
    values = [_plain(argument) for argument in number.args]
    match number:
        case sp.Add():
            return math.fsum(values)
        case sp.Mul():
            return math.prod(values)
        case sp.Pow():
            return math.pow(*values)
    return (
        float(_FUNCTIONS[type(number).__name__](*values))
        if values and type(number).__name__ in _FUNCTIONS
        else math.nan
    )


def _bits(number: sp.Rational) -> int:
    return max(int(number.p).bit_length(), int(number.q).bit_length())
