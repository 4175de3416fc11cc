"""The structure of a parsed formula: sums and products as rows, and the canonical text of each formula.

``a + b - c`` is one row of three terms and not two nested sums. So a long sum is not deeply nested, and recursion over
a formula does not descend a level for each term.
"""

from __future__ import annotations

import ast
from typing import Final

Row = list[tuple[ast.operator, ast.expr]]

_LEVELS: Final = ((ast.Add, ast.Sub), (ast.Mult, ast.Div))
_SIGN: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARED: Final = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_CHOICE, _PART, _SUM, _PRODUCT, _SIGNED, _POWER, _ATOM = range(7)  # kinds of expressions, in increasing precedence


def row(node: ast.BinOp) -> tuple[ast.expr, Row]:
    """Return the first operand of a sum or product, and each following sign and operand.

    Examples
    --------
    >>> first, others = row(ast.parse("a + b*c - 2", mode="eval").body)
    >>> first.id, [(type(op).__name__, ast.unparse(operand)) for op, operand in others]
    ('a', [('Add', 'b * c'), ('Sub', '2')])
    """
    level = next((kinds for kinds in _LEVELS if isinstance(node.op, kinds)), (type(node.op),))
    others: Row = [(node.op, node.right)]
    first = node.left
    while isinstance(first, ast.BinOp) and isinstance(first.op, level) and not isinstance(node.op, ast.Pow):
        others.append((first.op, first.right))
        first = first.left
    return first, others[::-1]


def spelled(node: ast.expr, tightness: int = _CHOICE) -> str:
    """Return the text of a formula that has passed the whitelist, in the format of `ast.unparse` in Python 3.11.

    Examples
    --------
    >>> spelled(ast.parse("4*exp( -v/18 )", mode="eval").body)
    '4 * exp(-v / 18)'
    """
    text, own = _text(node)
    return text if own >= tightness else f"({text})"


def _text(node: ast.expr) -> tuple[str, int]:
    match node:
        case ast.Constant(value=value):
            return repr(value), _ATOM
        case ast.Name(id=name):
            return name, _ATOM
        case ast.UnaryOp(op=op, operand=operand):
            return ("-" if isinstance(op, ast.USub) else "+") + spelled(operand, _SIGNED), _SIGNED
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"{spelled(left, _ATOM)} ** {spelled(right, _POWER)}", _POWER
        case ast.BinOp(op=op):
            own = _SUM if isinstance(op, (ast.Add, ast.Sub)) else _PRODUCT
            first, others = row(node)
            signed = (f"{_SIGN[type(sign)]} {spelled(operand, own + 1)}" for sign, operand in others)
            return " ".join([spelled(first, own), *signed]), own
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return f"{name}({spelled(argument)})", _ATOM
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse):
            test = f"{spelled(left, _SUM)} {_COMPARED[type(op)]} {spelled(right, _SUM)}"
            return f"{spelled(body, _PART)} if {test} else {spelled(orelse)}", _CHOICE
    raise AssertionError(ast.dump(node))  # the whitelist allows no other node
