"""Rejecting formulas that are infinite somewhere, with an error that says where.

A denominator that depends only on v and parameters is searched for zeros in the range of v in which its branch is used.
Intervals on which a denominator cannot be zero are excluded (`intervals`), and the others are halved until a zero is
located to the last digits. So no zero is missed between the points of a grid, or because the denominator only touches
zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import mpmath  # type: ignore[import-untyped]
import numpy as np
import sympy as sp
from numpy.typing import NDArray

from loligo._errors import ModelError
from loligo.kernel.intervals import Bounds, bounds, truth

V: Final = sp.Symbol("v", real=True)
LEAST_REACH_MV: Final = 200.0
REACH_OF_REVERSALS: Final = 2.0  # poles are sought up to this multiple of the largest reversal potential
CELLS: Final = 256
MOST_CELLS: Final = 4096
HALVINGS: Final = 42
DIGITS: Final = 40
ROUNDED_TO_ZERO: Final = 1e-14  # relative to the summed sizes of a denominator's terms: a smaller value may be zero
NARROW: Final = 1e-6  # relative to the half-width of the search: the widest final interval around a zero
MARGIN: Final = 1e-9  # relative to a bound on the change over an interval: how far the bound is widened for rounding


@dataclass(frozen=True)
class Denominator:
    """An expression that must not be zero where all conditions hold."""

    expr: sp.Expr
    conditions: tuple[Any, ...]


class _UndecidedError(Exception):
    """Raised if neither a zero nor its absence could be proved."""


def reach(values: Mapping[sp.Symbol, float]) -> float:
    """Return the half-width of the search for poles [mV]: 200 mV, or twice the largest reversal potential."""
    reversals = [abs(float(x)) for name, x in values.items() if name.name.startswith("E_") and np.isfinite(float(x))]
    return max([LEAST_REACH_MV, *(REACH_OF_REVERSALS * x for x in reversals)])


def check_finite(expr: sp.Expr, where: str, values: Mapping[sp.Symbol, float]) -> None:
    """Reject an expression that is infinite at a potential within `reach`.

    Parameters
    ----------
    expr : Expr
        A formula whose holes have been filled.
    where : str
        The name of the expression, for the message.
    values : mapping of Symbol to float
        The parameters.

    Raises
    ------
    ModelError
        A denominator vanishes where it is used, or this cannot be excluded; the message says where.
    """
    for denominator in dict.fromkeys(_denominators(expr, (), values)):
        try:
            place = _zero_within(denominator, values, reach(values))
        except (_UndecidedError, NotImplementedError) as error:
            raise ModelError(
                f"{where} may be infinite at some v: no zero of its denominator {_short(denominator.expr)} was found, "
                f"and none could be ruled out ({error}). Write the denominator so that each term keeps its sign."
            ) from error
        if place is not None:
            raise ModelError(
                f"{where} is infinite near v = {place:g} mV: its denominator {_short(denominator.expr)} vanishes "
                "there. (A 0/0 such as x/(exp(x) - 1) would have been filled. Where the formula is not to be used, "
                "write a choice: 'a if v > b else c'.)"
            )


def depends_on_parameters(expr: sp.Expr, parameters: Iterable[sp.Symbol]) -> bool:
    """Return whether an expression may be finite for some values of its parameters and infinite for others."""
    ones = dict.fromkeys(parameters, -1.0)  # so that a power with a named exponent counts as a denominator
    return any(d.expr.free_symbols - {V} or _parametric(d.conditions) for d in _denominators(expr, (), ones))


def _parametric(conditions: tuple[Any, ...]) -> bool:
    return any(condition.free_symbols - {V} for condition in conditions)


def _denominators(expr: Any, conditions: tuple[Any, ...], values: Mapping[sp.Symbol, float]) -> Iterator[Denominator]:
    """Find all denominators, with the conditions under which they are used."""
    if isinstance(expr, sp.Piecewise):
        others = conditions
        for value, condition in expr.args:
            yield from _denominators(condition, others, values)
            yield from _denominators(value, (*others, condition), values)
            others = (*others, sp.Not(condition))
        return
    inner = _must_not_vanish(expr, values)
    for factor in sp.Mul.make_args(inner) if inner is not None else ():
        base = factor.as_base_exp()[0]
        base = base.args[0] if isinstance(base, sp.Abs) else base
        names = base.free_symbols
        if V in names and names <= {V, *values} and not _positive(base):
            yield Denominator(base, conditions)
    for argument in expr.args:
        yield from _denominators(argument, conditions, values)


def _positive(expr: sp.Expr) -> bool:
    """Return whether an expression is positive for all values of its symbols; divisors are taken to be nonzero."""
    divisors = {s for p in expr.atoms(sp.Pow) if p.exp.is_negative for s in p.base.free_symbols}
    return bool(expr.xreplace({s: sp.Dummy(real=True, nonzero=True) for s in divisors - {V}}).is_positive)


def _must_not_vanish(expr: Any, values: Mapping[sp.Symbol, float]) -> sp.Expr | None:
    if isinstance(expr, sp.log):
        return expr.args[0]
    if isinstance(expr, sp.Pow) and expr.exp.free_symbols <= set(values):
        exponent = expr.exp.subs(values) if expr.exp.free_symbols else expr.exp
        return expr.base if exponent.is_negative else None
    return None


def _zero_within(denominator: Denominator, values: Mapping[sp.Symbol, float], far: float) -> float | None:
    """Return a place where the denominator is used and vanishes, or None."""
    edges = np.linspace(-far, far, CELLS + 1)
    low, high = edges[:-1], edges[1:]
    slope = None if denominator.expr.has(sp.Piecewise, sp.Abs, sp.sign) else sp.diff(denominator.expr, V)
    for _ in range(HALVINGS):
        kept = _possible(denominator, slope, low, high, values)
        low, high = low[kept], high[kept]
        if low.size > MOST_CELLS // 2:  # near a zero without a change of sign, rounding ends the search
            break
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    order = np.argsort(low)
    low, high = low[order], high[order]
    for part in np.split(np.arange(low.size), np.flatnonzero(low[1:] > high[:-1]) + 1):
        if not part.size:
            continue
        first, last = float(low[part[0]]), float(high[part[-1]])
        if last - first > NARROW * far:
            raise _UndecidedError(f"from v = {first:.4g} to {last:.4g} mV")
        place = _confirmed(denominator, values, first, last)
        if place is not None:
            return place
    return None


def _possible(
    denominator: Denominator,
    slope: sp.Expr | None,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    values: Mapping[sp.Symbol, float],
) -> NDArray[np.bool_]:
    """Return on which intervals the denominator can be both used and zero."""
    known = _known(low, high, values)
    possible = np.ones(low.shape, bool)
    for condition in denominator.conditions:
        if condition.free_symbols <= {V, *values}:  # other parts of a condition may be true
            possible &= truth(condition, known)[0]
    least, most = bounds(denominator.expr, known)
    possible &= (least <= 0) & (most >= 0)
    if slope is not None and possible.any():
        # tighter bounds: the value in the middle, and the steepest slopes of the interval
        middle, radius = (low + high) / 2, (high - low) / 2
        own = bounds(denominator.expr, _known(middle, middle, values))
        steepest = np.abs(np.array(bounds(slope, known))).max(axis=0)
        with np.errstate(all="ignore"):
            change = steepest * radius * (1 + MARGIN)
            possible &= ~((own[0] - change > 0) | (own[1] + change < 0))
    return possible


def _known(
    low: NDArray[np.float64], high: NDArray[np.float64], values: Mapping[sp.Symbol, float]
) -> dict[sp.Symbol, Bounds]:
    points = {name: np.full(low.shape, float(x)) for name, x in values.items()}
    return {V: (low, high)} | {name: (x, x) for name, x in points.items()}


def _confirmed(denominator: Denominator, values: Mapping[sp.Symbol, float], low: float, high: float) -> float | None:
    """Find the zero in a narrow interval, and check whether the denominator is used there."""
    with mpmath.workdps(DIGITS):
        a, b = mpmath.mpf(2 * low - high), mpmath.mpf(2 * high - low)
        value = _many_digits(denominator.expr, values)
        place = _crossing(value, a, b) if _sign(value(a)) * _sign(value(b)) < 0 else _nearest(value, a, b)
        at_zero, beside = abs(value(place)), max(abs(value(a)), abs(value(b)))
        terms = [_many_digits(term, values)(place) for term in sp.Add.make_args(denominator.expr)]
        size = sum(abs(term) for term in terms) if len(terms) > 1 else 0
        if not (at_zero <= NARROW * beside or at_zero <= ROUNDED_TO_ZERO * size):
            return None  # a jump across zero, or not a zero
        step = mpmath.mpf("1e-13") * max(abs(place), mpmath.mpf(1))
        taken = any(_taken(denominator.conditions, values, p) for p in (place, place - step, place + step))
        return float(place) if taken else None


def _crossing(value: Any, a: Any, b: Any) -> Any:
    """Bisect an interval with different signs at its ends."""
    sign = _sign(value(a))
    for _ in range(3 * DIGITS):
        middle = (a + b) / 2
        found = _sign(value(middle))
        a, b = (middle, b) if found == sign else (a, middle)
    return _rounded(value, (a + b) / 2)


def _nearest(value: Any, a: Any, b: Any) -> Any:
    """Return where a function without a change of sign is closest to zero."""
    for _ in range(5 * DIGITS):
        c, d = (2 * a + b) / 3, (a + 2 * b) / 3
        a, b = (a, d) if abs(value(c)) < abs(value(d)) else (c, b)
    return _rounded(value, (a + b) / 2)


def _rounded(value: Any, place: Any) -> Any:
    """Return a zero rounded to a short decimal number if that is as accurate, else with all its digits."""
    short = mpmath.nint(place * 10**9) / 10**9
    return short if abs(value(short)) <= abs(value(place)) else place


def _taken(conditions: tuple[Any, ...], values: Mapping[sp.Symbol, float], place: Any) -> bool:
    """Return whether all conditions that depend only on v are true at a place."""
    for condition in conditions:
        if condition.free_symbols <= {V, *values} and not bool(_many_digits(condition, values)(place)):
            return False
    return True


def _many_digits(expr: Any, values: Mapping[sp.Symbol, float]) -> Any:
    names = [name for name in values if name in expr.free_symbols]
    functions = [{"exprelr": lambda _, x: x / mpmath.expm1(x) if x else mpmath.mpf(1)}, "mpmath"]
    function = sp.lambdify([V, *names], expr, modules=functions)
    numbers = [mpmath.mpf(float(values[name])) for name in names]

    def at(place: Any) -> Any:
        try:
            return function(place, *numbers)
        except (ZeroDivisionError, OverflowError, ValueError, TypeError):
            return mpmath.nan

    return at


def _sign(value: Any) -> int:
    return 0 if not isinstance(value, mpmath.mpf) or mpmath.isnan(value) else int(mpmath.sign(value))


def _short(expr: sp.Expr) -> str:
    text = str(expr)
    return text if len(text) <= 120 else text[:117] + "..."
