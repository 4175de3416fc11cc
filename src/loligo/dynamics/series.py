"""Taylor series to third order of a symbolic formula along a line, computed node by node.

A series is an array of four numbers, the coefficients of 1, t, t² and t³. Every rule is exact, so that the only error
is rounding; a 0/0 of the form x/(exp(x) - 1) has already been filled, and is expanded to full accuracy here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import sympy as sp
    from numpy.typing import NDArray

    Series = NDArray[np.float64]

SERIES_RADIUS: Final = 1.0  # for smaller sizes of x, x/(exp(x) - 1) and its derivatives are summed as a series
# B_k/k!, the coefficients of x/(exp(x) - 1); they fall by (2 pi)**-2 from one even power to the next
EXPRELR_SERIES: Final = (
    1.0, -1 / 2, 1 / 12, 0.0, -1 / 720, 0.0, 1 / 30240, 0.0, -1 / 1209600, 0.0, 1 / 47900160, 0.0,
    -691 / 1307674368000, 0.0, 1 / 74724249600, 0.0, -3617 / 10670622842880000, 0.0, 43867 / 5109094217170944000,
    0.0, -174611 / 802857662698291200000, 0.0, 77683 / 14101100039391805440000, 0.0,
    -236364091 / 1693824136731743669452800000,
)  # fmt: skip


def exprelr(order: int, x: float) -> float:
    """Return the derivative of ``x/(exp(x) - 1)`` of an order from 0 to 3, exact to rounding."""
    if abs(x) < SERIES_RADIUS:
        polynomial = np.polynomial.Polynomial(EXPRELR_SERIES)
        return float(polynomial.deriv(int(order))(x) if order else polynomial(x))
    values = [x / np.expm1(x)]
    g = values[0]
    if order > 0:  # x g' = g - x g - g²
        values.append(g * (1 - x - g) / x)
    if order > 1:  # and its derivatives
        values.append(-(g + (x + 2 * g) * values[1]) / x)
    if order > 2:
        values.append(-(2 * values[1] * (1 + values[1]) + (1 + x + 2 * g) * values[2]) / x)
    return float(values[int(order)])


# a function and its first three derivatives at a number
DERIVATIVES: Final[dict[str, Callable[[float], tuple[float, float, float, float]]]] = {
    "exp": lambda x: (_exp(x),) * 4,
    "expm1": lambda x: (math.expm1(x), *(_exp(x),) * 3),
    "log": lambda x: (math.log(x), 1 / x, -1 / x**2, 2 / x**3),
    "sin": lambda x: (math.sin(x), math.cos(x), -math.sin(x), -math.cos(x)),
    "cos": lambda x: (math.cos(x), -math.sin(x), -math.cos(x), math.sin(x)),
    "sinh": lambda x: (math.sinh(x), math.cosh(x), math.sinh(x), math.cosh(x)),
    "cosh": lambda x: (math.cosh(x), math.sinh(x), math.cosh(x), math.sinh(x)),
    "tanh": lambda x: _tanh(math.tanh(x)),
    "Abs": lambda x: (abs(x), math.copysign(1.0, x), 0.0, 0.0),
}


def series(value: float, slope: float = 0.0) -> Series:
    """Return the series of a number with a given slope."""
    return np.array([value, slope, 0.0, 0.0])


def stimulus() -> sp.Symbol:
    """Return the symbol of the stimulus."""
    from loligo.kernel.equations import STIMULUS

    return STIMULUS


def taylor(formula: sp.Expr, leaves: Mapping[sp.Symbol, Series]) -> Series:
    """Return the series of a formula from those of its symbols.

    Parameters
    ----------
    formula : Expr
    leaves : mapping of Symbol to array (4,)

    Returns
    -------
    array (4,)
    """
    known: dict[Any, Series] = dict(leaves)

    def walk(node: Any) -> Series:
        if node not in known:
            known[node] = _node(node, walk, leaves)
        return known[node]

    return walk(formula)


def _node(node: Any, walk: Callable[[Any], Series], leaves: Mapping[Any, Series]) -> Series:
    if _is_constant(node):
        return series(float(node))
    name = type(node).__name__
    if node.is_Add:
        total: Series = np.sum([walk(argument) for argument in node.args], axis=0)
        return total
    if node.is_Mul:
        product = series(1.0)
        for argument in node.args:
            product = np.convolve(product, walk(argument))[:4]
        return product
    if node.is_Pow:
        return _power(walk(node.base), walk(node.exp))
    if name == "Piecewise":
        numbers = {symbol: float(value[0]) for symbol, value in leaves.items()}
        return next(walk(branch) for branch, condition in node.args if bool(condition.subs(numbers)))
    if name == "exprelr":
        order, inner = int(node.args[0]), walk(node.args[1])
        return _composed(tuple(exprelr(order + k, float(inner[0])) for k in range(4)), inner)
    inner = walk(node.args[0])
    return _composed(DERIVATIVES[name](float(inner[0])), inner)


@lru_cache(maxsize=4096)
def _is_constant(node: Any) -> bool:
    """Return whether a formula has no symbols; SymPy collects them anew each time."""
    return not node.free_symbols


def _composed(f: tuple[float, ...], x: Series) -> Series:
    """Return the series of a function of a series, from the function's derivatives."""
    return np.array([
        f[0],
        f[1] * x[1],
        f[1] * x[2] + f[2] * x[1] ** 2 / 2,
        f[1] * x[3] + f[2] * x[1] * x[2] + f[3] * x[1] ** 3 / 6,
    ])  # fmt: skip


def _power(base: Series, exponent: Series) -> Series:
    if exponent[1:].any():  # a**b = exp(b log(a))
        logarithm = _composed(DERIVATIVES["log"](float(base[0])), base)
        total = np.convolve(exponent, logarithm)[:4]
        return _composed(DERIVATIVES["exp"](float(total[0])), total)
    x, a = float(base[0]), float(exponent[0])
    factors = (1.0, a, a * (a - 1), a * (a - 1) * (a - 2))
    return _composed(tuple(factor * x ** (a - k) if factor else 0.0 for k, factor in enumerate(factors)), base)


def _exp(x: float) -> float:
    return float(np.exp(x))  # infinite where it overflows: 1/(1 + exp(x)) is 0 there


def _tanh(t: float) -> tuple[float, float, float, float]:
    slope = 1 - t * t
    return t, slope, -2 * t * slope, slope * (6 * t * t - 2)
