"""Formulas as LaTeX, for notebooks, directly from the parsed text so that no large library is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from loligo.membrane.notation import row

if TYPE_CHECKING:
    from loligo.membrane.expression import Expression
    from loligo.membrane.transitions import Transition

_GREEK: Final = {"alpha", "beta", "gamma", "delta", "kappa", "mu", "phi", "rho", "sigma", "tau", "theta"}
_SIGN: Final = {ast.Lt: "<", ast.LtE: r"\le", ast.Gt: ">", ast.GtE: r"\ge"}
_ADD, _MULTIPLY, _POWER, _ATOM = range(4)


def formula_latex(formula: Expression) -> str:
    r"""Return a formula as LaTeX, without dollar signs.

    Examples
    --------
    >>> from loligo.membrane.expression import expression
    >>> print(formula_latex(expression("4*exp(-v/18)")))
    4\, e^{\frac{-v}{18}}
    """
    return _write(formula.tree)[0]


def symbol(name: str) -> str:
    """Return a name as LaTeX: an underscore starts a subscript, names of Greek letters become symbols."""
    head, _, tail = name.partition("_")
    head = rf"\{head}" if head in _GREEK else head if len(head) == 1 else rf"\mathrm{{{head}}}"
    return rf"{head}_{{\mathrm{{{tail.replace('_', ',')}}}}}" if tail else head


def block(lines: list[str]) -> str:
    """Return lines as one aligned block for a notebook."""
    return "$$\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}$$"


def scheme_lines(name: str, transitions: Iterable[Transition], rates: Iterable[tuple[str, Expression]]) -> list[str]:
    """Return a line for each transition of a kinetic scheme, with rates over and under its arrows, and named rates."""
    lines = []
    for transition in transitions:
        begin, end = (symbol(f"{name}_{state}") for state in (transition.begin, transition.end))
        over, under = (rate and formula_latex(rate) for rate in (transition.forward, transition.backward))
        if over and under:
            arrow = rf"\underset{{{under}}}{{\overset{{{over}}}{{\rightleftharpoons}}}}"
        else:
            arrow = rf"\overset{{{over}}}{{\rightarrow}}" if over else rf"\overset{{{under}}}{{\leftarrow}}"
        lines.append(rf"{begin} &{arrow} {end}")
    return lines + [f"{symbol(key)} &= {formula_latex(rate)}" for key, rate in rates]


def _write(node: ast.expr) -> tuple[str, int]:
    """Return the LaTeX of a node and its precedence."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return _digits(float(value))
        case ast.Name(id=name):
            return symbol(name), _ATOM
        case ast.UnaryOp(op=op, operand=operand):
            return ("-" if isinstance(op, ast.USub) else "+") + _inside(operand, _MULTIPLY), _ADD
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"{_inside(left, _ATOM)}^{{{_write(right)[0]}}}", _POWER
        case ast.BinOp():
            return _row(node)
        case ast.Call(func=ast.Name(id="exp"), args=[argument]):
            return f"e^{{{_write(argument)[0]}}}", _POWER
        case ast.Call(func=ast.Name(id="sqrt"), args=[argument]):
            return rf"\sqrt{{{_write(argument)[0]}}}", _ATOM
        case ast.Call(func=ast.Name(id="abs"), args=[argument]):
            return rf"\left|{_write(argument)[0]}\right|", _ATOM
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            word = r"\operatorname{expm1}" if name == "expm1" else rf"\{name}"
            return rf"{word}\left({_write(argument)[0]}\right)", _ATOM
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse):
            test = f"{_write(left)[0]} {_SIGN[type(op)]} {_write(right)[0]}"
            rows = rf"{_write(body)[0]} & {test} \\ {_write(orelse)[0]} & \text{{otherwise}}"
            return rf"\begin{{cases}}{rows}\end{{cases}}", _ATOM
    raise AssertionError(ast.dump(node))  # the whitelist allows no other node


def _row(node: ast.BinOp) -> tuple[str, int]:
    """Return the LaTeX of a sum or a product."""
    first, others = row(node)
    text, own = _write(first)
    for op, operand in others:
        match op:
            case ast.Div():
                text, own = rf"\frac{{{text}}}{{{_write(operand)[0]}}}", _ATOM
            case ast.Mult():
                text, factor = _enclosed(text, own, _MULTIPLY), _inside(operand, _MULTIPLY)
                between = r" \times " if text[-1].isdigit() and factor[0].isdigit() else r"\, "  # 2 times 3, not 23
                text, own = text + between + factor, _MULTIPLY
            case ast.Sub():
                text, own = f"{_enclosed(text, own, _ADD)} - {_inside(operand, _MULTIPLY)}", _ADD
            case _:
                text, own = f"{_enclosed(text, own, _ADD)} + {_inside(operand, _ADD)}", _ADD
    return text, own


def _inside(node: ast.expr, tightness: int) -> str:
    text, own = _write(node)
    return _enclosed(text, own, tightness)


def _enclosed(text: str, own: int, tightness: int) -> str:
    return text if own >= tightness else rf"\left({text}\right)"


def _digits(value: float) -> tuple[str, int]:
    mantissa, _, exponent = f"{value:.12g}".partition("e")
    if not exponent:
        return mantissa, _ATOM
    return rf"{mantissa} \times 10^{{{int(exponent)}}}", _MULTIPLY
