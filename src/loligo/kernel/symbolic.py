"""Pass 2: checked text becomes SymPy, node by node; no string reaches SymPy's own parser."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.codegen.cfunctions import expm1

from loligo._errors import ModelError
from loligo.kernel.sizes import SizeError, check_choices, check_power, check_size, check_whole
from loligo.membrane.expression import expression
from loligo.membrane.notation import row

if TYPE_CHECKING:
    from collections.abc import Mapping

_FUNCTIONS = {
    "cos": sp.cos, "cosh": sp.cosh, "exp": sp.exp, "expm1": expm1, "log": sp.log,
    "sin": sp.sin, "sinh": sp.sinh, "sqrt": sp.sqrt, "tanh": sp.tanh,
}  # fmt: skip
_COMPARISONS = {ast.Lt: sp.Lt, ast.LtE: sp.Le, ast.Gt: sp.Gt, ast.GtE: sp.Ge}


def symbol(name: str) -> sp.Symbol:
    """Return the real symbol of a name."""
    return sp.Symbol(name, real=True)


def symbolic(text: str, meaning: Mapping[str, sp.Expr] | None = None) -> sp.Expr:
    """Return a formula as a SymPy expression with exact numbers.

    Parameters
    ----------
    text : str
        A formula in the notation of `loligo.membrane.expression`; it is checked again.
    meaning : mapping, optional
        Expressions that replace names (instantaneous gates, currents).

    Raises
    ------
    ModelError
        A part of the formula is not a real number, or is too large: see `loligo.kernel.sizes`.
    """
    try:
        return check_whole(_node(expression(text).tree, dict(meaning or {})))
    except SizeError as error:
        shown = repr(text if len(text) <= 60 else text[:57] + "...")
        raise ModelError(
            f"The formula {shown} {error}. Write it with smaller numbers, or in a simpler form."
        ) from error


def _node(node: ast.expr, meaning: Mapping[str, sp.Expr]) -> Any:
    return check_size(_made(node, meaning))


def _made(node: ast.expr, meaning: Mapping[str, sp.Expr]) -> Any:
    def walk(child: ast.expr) -> Any:
        return _node(child, meaning)

    match node:
        case ast.Constant(value=value):
            return sp.Rational(repr(value))  # the shortest decimal that is this number: 0.1 is one tenth
        case ast.Name(id=name):
            return meaning.get(name, symbol(name))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -walk(operand)
        case ast.UnaryOp(operand=operand):
            return walk(operand)
        case ast.BinOp():
            first, others = row(node)
            total = walk(first)
            for op, operand in others:
                total = check_size(_joined(total, op, walk(operand)))
            return total
        case ast.Call(func=ast.Name(id="abs"), args=[argument]):
            return _absolute(walk(argument))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _FUNCTIONS[name](check_whole(walk(argument), 1))
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse):
            a, b = walk(left), walk(right)
            check_choices(a, b)
            test = _COMPARISONS[type(op)](a, b)
            return sp.Piecewise((walk(body), test), (walk(orelse), True))
    raise AssertionError(ast.dump(node))  # the whitelist allows no other node


def _joined(a: sp.Expr, op: ast.operator, b: sp.Expr) -> sp.Expr:
    match op:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.Div():
            return a / b
    return _power(a, b)


def _power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    """Return a power that is real.

    Raises
    ------
    ModelError
        A variable power of zero or a negative number, which is real only for some exponents; or a power that depends
        on v, of a base that depends on v and is not always positive.
    """
    v = symbol("v")
    if v in base.free_symbols and v in exponent.free_symbols and not base.is_positive:
        raise ModelError(
            f"({base}) to the power of ({exponent}), which changes with v, has no real value where its base is "
            "negative; use a base that is positive at every v."
        )
    if base.is_number and not base.is_positive and exponent.free_symbols:
        raise ModelError(f"{base} to a variable power ({exponent}) has no real value; use a positive base.")
    check_power(check_whole(base, 1), check_whole(exponent, 1))
    return base**exponent


def _absolute(x: sp.Expr) -> sp.Expr:
    """Return the absolute value; as a choice, whose derivative exists, if that of abs may be undefined somewhere."""
    check_choices(x)
    return sp.Abs(x) if x.is_extended_real else sp.Piecewise((x, sp.Ge(x, 0)), (-x, True))
