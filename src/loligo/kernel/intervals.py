"""Bounds of a formula over intervals of one variable, outside which it takes no value on the interval.

Interval arithmetic on arrays of intervals, one operation per node of the formula. A NaN bound means that the formula
is undefined on the interval, like the logarithm of a negative number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import sympy as sp
from numpy.typing import NDArray

Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]
ROUNDING: Final = 1e-15  # relative to a value: larger than the rounding error of any one operation
TINY: Final = 5e-324
LARGEST: Final = 1.7976931348623157e308
_NEAR: Final = 0.25

_INCREASING: Final = {"exp": np.exp, "expm1": np.expm1, "sinh": np.sinh, "tanh": np.tanh, "log": np.log}


def bounds(expr: sp.Expr, known: Mapping[Any, Bounds]) -> Bounds:
    """Return the lower and upper bounds of a formula.

    Parameters
    ----------
    expr : Expr
    known : mapping of Symbol to (array, array)
        The bounds of every symbol in the formula, arrays of one shape.

    Raises
    ------
    NotImplementedError
        Bounds of a function are not implemented.
    """
    with np.errstate(all="ignore"):
        return _found(expr, dict(known))


def _found(expr: sp.Expr, found: dict[sp.Basic, Bounds]) -> Bounds:
    """Return the bounds of a part. Each part is evaluated once: a derivative contains the same factors many times."""
    if expr not in found:
        if expr.is_number and not expr.free_symbols:
            shape = next(iter(found.values()))[0].shape
            found[expr] = (np.full(shape, float(expr)),) * 2
        else:
            found[expr] = _outward(*_node(expr, found))
    return found[expr]


def _node(expr: sp.Expr, found: dict[sp.Basic, Bounds]) -> Bounds:
    if isinstance(expr, sp.Piecewise):
        return _choice(expr, found)
    name = type(expr).__name__
    if name == "exprelr":
        return _exprelr(int(expr.args[0]), *_found(expr.args[1], found))
    if isinstance(expr, sp.Pow) and not expr.exp.is_number:  # a**b = exp(b log(a))
        return _found(sp.exp(expr.exp * sp.log(expr.base), evaluate=False), found)
    arguments = [_found(argument, found) for argument in expr.args]
    if isinstance(expr, sp.Add):
        return total(arguments)
    if isinstance(expr, sp.Mul):
        whole = arguments[0]
        for argument in arguments[1:]:
            whole = product(whole, argument)
        return whole
    if isinstance(expr, sp.Pow):
        return _power(*arguments[0], expr.exp)
    low, high = arguments[0]
    if name in _INCREASING:
        function = _INCREASING[name]
        floor = TINY if name == "exp" else -np.inf
        low = np.where(np.isnan(low) | (high < 0), np.nan, np.maximum(low, 0.0)) if name == "log" else low
        return np.maximum(function(low), floor), np.maximum(function(high), floor)
    if name in ("sin", "cos"):
        return _wave(low, high) if name == "sin" else _wave(low + np.pi / 2, high + np.pi / 2)
    if name in ("cosh", "Abs", "sign"):
        return _even(name, low, high)
    raise NotImplementedError(name)


def _even(name: str, low: NDArray[np.float64], high: NDArray[np.float64]) -> Bounds:
    if name == "sign":
        return np.sign(low), np.sign(high)
    function = np.cosh if name == "cosh" else np.abs
    a, b = function(low), function(high)
    least = np.where((low <= 0) & (high >= 0), function(0.0), np.minimum(a, b))
    return least, np.maximum(a, b)


def _wave(low: NDArray[np.float64], high: NDArray[np.float64]) -> Bounds:
    """Bound a sine by its values at the ends, and by 1 or -1 if a peak or trough lies between."""
    a, b = np.sin(low), np.sin(high)
    slack = ROUNDING * (np.abs(low) + np.abs(high))
    peak, trough = (
        np.floor((high + slack - at) / (2 * np.pi)) >= np.ceil((low - slack - at) / (2 * np.pi))
        for at in (np.pi / 2, -np.pi / 2)
    )
    return np.where(trough, -1.0, np.minimum(a, b) - slack), np.where(peak, 1.0, np.maximum(a, b) + slack)


def _outward(low: NDArray[np.float64], high: NDArray[np.float64]) -> Bounds:
    """Widen bounds by the rounding error, without changing their signs."""
    least = np.where(low == np.inf, LARGEST, low - ROUNDING * np.abs(low))  # a low of infinity may be an overflow
    return least, np.where(high == -np.inf, -LARGEST, high + ROUNDING * np.abs(high))


def total(terms: list[Bounds]) -> Bounds:
    """Bound a sum."""
    low = sum((a for a, _ in terms), np.zeros_like(terms[0][0]))
    high = sum((b for _, b in terms), np.zeros_like(terms[0][0]))
    undefined = np.any([np.isnan(a) for a, _ in terms], axis=0)
    largest = sum(np.maximum(np.abs(a), np.abs(b)) for a, b in terms)
    slack = np.where(np.isfinite(largest), len(terms) * ROUNDING * largest, 0.0)
    # positive terms do not cancel
    low = np.where(np.all([a > 0 for a, _ in terms], axis=0), low, low - slack)
    high = np.where(np.all([b < 0 for _, b in terms], axis=0), high, high + slack)
    low, high = np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
    return np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)


def product(a: Bounds, b: Bounds) -> Bounds:
    """Bound a product."""
    undefined = np.isnan(a[0]) | np.isnan(b[0])
    corners = [x * y for x in a for y in b]
    for corner in corners:
        corner[np.isnan(corner)] = 0.0  # zero times infinity
    low = np.minimum(np.minimum(corners[0], corners[1]), np.minimum(corners[2], corners[3]))
    high = np.maximum(np.maximum(corners[0], corners[1]), np.maximum(corners[2], corners[3]))
    same = ((a[0] > 0) & (b[0] > 0)) | ((a[1] < 0) & (b[1] < 0))
    turned = ((a[0] > 0) & (b[1] < 0)) | ((a[1] < 0) & (b[0] > 0))
    low, high = np.where(same, np.maximum(low, TINY), low), np.where(turned, np.minimum(high, -TINY), high)
    return np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)


def _power(low: NDArray[np.float64], high: NDArray[np.float64], exponent: sp.Expr) -> Bounds:
    if exponent.is_negative:
        return _inverse(*_power(low, high, -exponent))
    size = float(exponent)
    if not exponent.is_Integer:  # defined only where the base is not negative
        low, high = np.where(high < 0, np.nan, np.maximum(low, 0.0)), np.where(high < 0, np.nan, high)
    elif int(exponent) % 2 == 0:
        low, high = _even("Abs", low, high)
    least, most = low**size, high**size
    return np.where(low > 0, np.maximum(least, TINY), least), np.where(high < 0, np.minimum(most, -TINY), most)


def _inverse(low: NDArray[np.float64], high: NDArray[np.float64]) -> Bounds:
    least, most = 1.0 / high, 1.0 / low
    least = np.where((low <= 0) & (high >= 0), np.where(low < 0, -np.inf, 1.0 / high), least)
    most = np.where((low <= 0) & (high >= 0), np.where(high > 0, np.inf, 1.0 / low), most)
    return np.where(low > 0, np.maximum(least, TINY), least), np.where(high < 0, np.minimum(most, -TINY), most)


def _exprelr(order: int, low: NDArray[np.float64], high: NDArray[np.float64]) -> Bounds:
    """Bound ``x/(exp(x) - 1)``, which decreases, and its derivative, which increases from -1 to 0."""
    if order == 0:
        return np.maximum(_filled(high), TINY), np.maximum(_filled(low), TINY)
    if order == 1:
        return np.clip(_slope(low), -1.0, 0.0), np.clip(_slope(high), -1.0, 0.0)
    raise NotImplementedError(f"derivative {order} of exprelr")


def _filled(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(x == 0, 1.0, x / np.expm1(x))


def _slope(x: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = _filled(x)
    series = -0.5 + x / 6 - x**3 / 180 + x**5 / 5040 - x**7 / 151200 + x**9 / 4790016
    return np.where(np.abs(x) < _NEAR, series, np.where(ratio == 0, 0.0, ratio * (1 - x - ratio) / x))


def _choice(expr: sp.Piecewise, found: dict[sp.Basic, Bounds]) -> Bounds:
    shape = next(iter(found.values()))[0].shape
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    open_ = np.ones(shape, bool)
    for value, condition in expr.args:
        can, must = truth(condition, found)
        a, b = _found(value, found)
        taken = open_ & can
        low, high = np.where(taken, np.fmin(low, a), low), np.where(taken, np.fmax(high, b), high)
        open_ &= ~must
    return low, high


def truth(condition: Any, known: Mapping[Any, Bounds]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether a condition can be true, and whether it must be true, on each interval."""
    shape = next(iter(known.values()))[0].shape
    if condition in (sp.true, sp.false):
        holds = np.full(shape, condition == sp.true)
        return holds, holds
    if isinstance(condition, sp.Not):
        can, must = truth(condition.args[0], known)
        return ~must, ~can
    if isinstance(condition, (sp.And, sp.Or)):
        parts = [truth(part, known) for part in condition.args]
        join = np.logical_and if isinstance(condition, sp.And) else np.logical_or
        return join.reduce([can for can, _ in parts]), join.reduce([must for _, must in parts])
    if isinstance(condition, sp.ITE):
        test, yes, no = condition.args
        return truth(sp.Or(sp.And(test, yes), sp.And(sp.Not(test), no)), known)
    if not isinstance(condition, (sp.Gt, sp.Ge, sp.Lt, sp.Le)):
        raise NotImplementedError(type(condition).__name__)
    a, b = bounds(condition.gts, known), bounds(condition.lts, known)
    if isinstance(condition, (sp.Gt, sp.Lt)):
        return ~(a[1] <= b[0]), a[0] > b[1]
    return ~(a[1] < b[0]), a[0] >= b[1]
