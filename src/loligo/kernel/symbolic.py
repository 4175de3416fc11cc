"""Pass 2: checked text becomes SymPy, node by node; no string ever reaches SymPy's own parser."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.codegen.cfunctions import expm1

from loligo._errors import ModelError
from loligo.membrane.expression import expression

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
        Expressions to put in place of names (instantaneous gates, currents).
    """
    return _node(expression(text).tree, dict(meaning or {}))


def _node(node: ast.expr, meaning: Mapping[str, sp.Expr]) -> Any:
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
        case ast.BinOp(left=left, op=op, right=right):
            a, b = walk(left), walk(right)
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
        case ast.Call(func=ast.Name(id="abs"), args=[argument]):
            return _absolute(walk(argument))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _FUNCTIONS[name](walk(argument))
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse):
            test = _COMPARISONS[type(op)](walk(left), walk(right))
            return sp.Piecewise((walk(body), test), (walk(orelse), True))
    raise AssertionError(ast.dump(node))  # the whitelist lets no other node through


def _power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    """Return a power that is real.

    Raises
    ------
    ModelError
        A negative number, or zero, to a power that changes: it has a real value only at some exponents.
    """
    if base.is_number and not base.is_positive and exponent.free_symbols:
        raise ModelError(f"{base} to a power that changes ({exponent}) has no real value; use a positive base.")
    return base**exponent


def _absolute(x: sp.Expr) -> sp.Expr:
    """Return the absolute value; of what may have no value somewhere, as a choice, which has a derivative."""
    return sp.Abs(x) if x.is_extended_real else sp.Piecewise((x, sp.Ge(x, 0)), (-x, True))
