"""Where formulas change over a shorter range of v than the spacing of the grid on which equilibria are sought.

A function such as ``exp`` or ``tanh`` changes where its argument is within a few units of 0. A narrow feature may lie
between two points of the grid, whose values do not show it. So the arguments are examined: where one changes by more
than 1 from one point to the next, points are added.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.membrane.expression import FUNCTIONS, expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from loligo.membrane import Membrane

    Array = NDArray[np.float64]

SHARP_WIDTH: Final = 0.05  # scales of v: if an argument changes by one unit over less, points are added
ACTIVE_ARGUMENT: Final = 40.0  # functions of the exponential of a larger argument are practically constant
POINTS_PER_UNIT: Final = 4  # points added for each unit of an argument
MOST_POINTS: Final = 64  # largest number of points added between two points
_FUNCTIONS: Final = {name: getattr(np, name) for name in FUNCTIONS}
Line = tuple[float, float]


@lru_cache(maxsize=256)
def sharp_points(membrane: Membrane, low: float, high: float, unit: float) -> Array:
    """Return the points to be added to a grid of v whose points are ``unit`` apart [mV]."""
    numbers = {name: parameter.value for name, parameter in membrane.parameters.items()}
    found: list[Line] = []
    curves: list[ast.expr] = []
    for formula in membrane.formulas:
        known, unknown = arguments(formula.text)
        found += known
        for argument in unknown:
            line = _line(argument, numbers)
            if line is None:
                curves.append(argument)
            else:
                found.append(line)
    lines = {line for line in found if abs(line[0]) * SHARP_WIDTH * membrane.v_scale > 1.0}
    steps = np.arange(-ACTIVE_ARGUMENT, ACTIVE_ARGUMENT + 0.5 / POINTS_PER_UNIT, 1.0 / POINTS_PER_UNIT)
    added = [(steps - offset) / slope for slope, offset in sorted(lines)]
    with np.errstate(all="ignore"):
        added += [_about(curve, numbers, low, high, unit) for curve in curves]
    points = np.concatenate([*added, np.empty(0)])
    return points[(points > low) & (points < high)]


@lru_cache(maxsize=1024)
def arguments(text: str) -> tuple[tuple[Line, ...], tuple[ast.expr, ...]]:
    """Return the arguments of functions, and bases of powers, in which v is in no function: linear ones, and others."""
    parts = [part for node in ast.walk(expression(text).tree) for part in _changing(node)]
    parts = [part for part in parts if any(isinstance(node, ast.Name) and node.id == "v" for node in ast.walk(part))]
    lines = [_line(part, {}) for part in parts]
    unknown = (part for part, line in zip(parts, lines, strict=True) if line is None)
    return tuple(line for line in lines if line is not None), tuple(unknown)


def _changing(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Call(args=args):
            return args
        case ast.BinOp(left=base, op=ast.Pow()) if not any(isinstance(part, ast.Call) for part in ast.walk(base)):
            return [base]
    return []


def _line(node: ast.expr, numbers: Mapping[str, float]) -> Line | None:
    """Return the slope and offset of an expression that is linear in v; None for any other."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return 0.0, float(value)
        case ast.Name(id=name):
            return (1.0, 0.0) if name == "v" else (0.0, numbers[name]) if name in numbers else None
        case ast.UnaryOp(op=op, operand=operand):
            one = _line(operand, numbers)
            return one if one is None or not isinstance(op, ast.USub) else (-one[0], -one[1])
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _line(left, numbers), _line(right, numbers)
            return None if a is None or b is None else _joined(a, op, b)
    return None


def _joined(a: Line, op: ast.operator, b: Line) -> Line | None:
    match op:
        case ast.Add():
            return a[0] + b[0], a[1] + b[1]
        case ast.Sub():
            return a[0] - b[0], a[1] - b[1]
        case ast.Mult() if not (a[0] and b[0]):
            return a[0] * b[1] + a[1] * b[0], a[1] * b[1]
        case ast.Div() if not b[0] and b[1]:
            return a[0] / b[1], a[1] / b[1]
    return None


def _about(node: ast.expr, numbers: Mapping[str, float], low: float, high: float, unit: float) -> Array:
    """Return points where an argument changes by more than 1 between neighbours of a grid, and is not large."""
    v = np.arange(low, high + unit, 0.5 * unit)
    values = _values(node, {**numbers, "v": v})
    if values is None or np.ndim(values) == 0:
        return np.empty(0)
    changes, nearest = np.abs(np.diff(values)), np.minimum(np.abs(values[1:]), np.abs(values[:-1]))
    places = np.flatnonzero((changes > 1.0) & (nearest < ACTIVE_ARGUMENT))
    counts = np.minimum(POINTS_PER_UNIT * np.ceil(changes[places]), MOST_POINTS).astype(int)
    return np.concatenate(
        [np.linspace(v[k], v[k + 1], n, endpoint=False)[1:] for k, n in zip(places, counts, strict=True)]
        + [np.empty(0)]
    )


def _values(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """Return the values of a formula along v; None if it depends on more than v and constants."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return known.get(name)
        case ast.UnaryOp(op=op, operand=operand):
            one = _values(operand, known)
            return one if one is None or not isinstance(op, ast.USub) else -one
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            one = _values(argument, known)
            return None if one is None else _FUNCTIONS[name](one)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _values(left, known), _values(right, known)
            return None if a is None or b is None else _OPERATIONS[type(op)](a, b)
        case _:
            return None


_OPERATIONS: Final = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
