"""The value of a formula of parameters, with its derivatives: forward differentiation over the checked tree.

No text is executed: there is a rule of differentiation for each node that `loligo.membrane.expression` allows.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from loligo.membrane.notation import row

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SLOPES: Final[Mapping[str, tuple[Callable[[float], float], Callable[[float], float]]]] = {
    "abs": (abs, lambda x: math.copysign(1.0, x)),
    "cos": (math.cos, lambda x: -math.sin(x)),
    "cosh": (math.cosh, math.sinh),
    "exp": (math.exp, math.exp),
    "expm1": (math.expm1, math.exp),
    "log": (math.log, lambda x: 1.0 / x),
    "sin": (math.sin, math.cos),
    "sinh": (math.sinh, math.cosh),
    "sqrt": (math.sqrt, lambda x: 0.5 / math.sqrt(x)),
    "tanh": (math.tanh, lambda x: 1.0 - math.tanh(x) ** 2),
}


class Valued(NamedTuple):
    """A number and its derivatives with respect to the varied values, shape (n,)."""

    value: float
    slopes: NDArray[np.float64]


def valued(tree: ast.expr, meaning: Mapping[str, Valued]) -> Valued:
    """Return the value of a formula and its derivatives; NaN if it has no value.

    Parameters
    ----------
    tree : ast.expr
        The tree of an `Expression` whose names are all in ``meaning``.
    meaning : mapping of str to Valued

    Examples
    --------
    >>> from loligo.membrane.expression import expression
    >>> value, slopes = valued(expression("g**2 / 4").tree, {"g": Valued(6.0, np.array([1.0, 0.0]))})
    >>> value, slopes.tolist()
    (9.0, [3.0, 0.0])
    """
    size = next((one.slopes.size for one in meaning.values()), 0)
    try:
        return _node(tree, meaning, np.zeros(size))
    except (ArithmeticError, ValueError):
        return Valued(math.nan, np.full(size, math.nan))


def _node(node: ast.expr, meaning: Mapping[str, Valued], none: NDArray[np.float64]) -> Valued:
    def walk(child: ast.expr) -> Valued:
        return _node(child, meaning, none)

    match node:
        case ast.Constant(value=int() | float() as value):
            return Valued(float(value), none)
        case ast.Name(id=name):
            return meaning[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = walk(operand)
            return Valued(-inner.value, -inner.slopes)
        case ast.UnaryOp(operand=operand):
            return walk(operand)
        case ast.BinOp():
            first, others = row(node)
            total = walk(first)
            for op, operand in others:
                total = _joined(total, op, walk(operand))
            return total
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            inner = walk(argument)
            function, slope = _SLOPES[name]
            return Valued(function(inner.value), slope(inner.value) * inner.slopes)
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse):
            a, b = walk(left).value, walk(right).value
            less, equal = isinstance(op, (ast.Lt, ast.LtE)), isinstance(op, (ast.LtE, ast.GtE))
            return walk(body if (a < b if less else a > b) or (equal and a == b) else orelse)
    raise AssertionError(ast.dump(node))  # the whitelist lets no other node through


def _joined(a: Valued, op: ast.operator, b: Valued) -> Valued:
    match op:
        case ast.Add():
            return Valued(a.value + b.value, a.slopes + b.slopes)
        case ast.Sub():
            return Valued(a.value - b.value, a.slopes - b.slopes)
        case ast.Mult():
            return Valued(a.value * b.value, a.slopes * b.value + a.value * b.slopes)
        case ast.Div():
            ratio = a.value / b.value
            return Valued(ratio, (a.slopes - ratio * b.slopes) / b.value)
    power = math.pow(a.value, b.value)
    slopes = b.value * math.pow(a.value, b.value - 1.0) * a.slopes if b.value else np.zeros_like(a.slopes)
    return Valued(power, slopes + power * math.log(a.value) * b.slopes if b.slopes.any() else slopes)
