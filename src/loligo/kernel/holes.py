"""Pass 3: rates without holes and without cancellation.

``x/(exp(x) - 1)`` is 0/0 at x = 0 though its limit is 1; ``1 + tanh(x)`` loses every digit for very
negative x. Both are rewritten exactly: the first as the primitive `exprelr`, the second as a logistic.
What is left with a denominator that reaches zero is infinite there, and refused.
"""

from __future__ import annotations

import math

import sympy as sp
from sympy.codegen.cfunctions import expm1

from loligo._errors import ModelError


class exprelr(sp.Function):  # noqa: N801
    """``exprelr(k, x)``: the k-th derivative of ``x/(exp(x) - 1)``, which is 1 at x = 0 for k = 0."""

    nargs = 2

    @classmethod
    def eval(cls, order: sp.Expr, x: sp.Expr) -> sp.Expr | None:
        """Evaluate at zero: the k-th derivative there is the Bernoulli number with B1 = -1/2."""
        if x.is_zero:
            return -sp.Rational(1, 2) if order == 1 else sp.bernoulli(order)
        return None

    def fdiff(self, argindex: int = 2) -> sp.Expr:  # noqa: ARG002
        """Return the derivative in x."""
        return exprelr(self.args[0] + 1, self.args[1])


def without_holes(expr: sp.Expr) -> sp.Expr:
    """Return an equal expression that evaluates to full accuracy everywhere, bottom up."""
    if not expr.args:
        return expr
    expr = expr.func(*(without_holes(argument) for argument in expr.args))
    if isinstance(expr, sp.Mul):
        return _bounded_logistic(_filled(expr))
    if isinstance(expr, sp.Add):
        return _uncancelled(expr)
    return expr


def check_finite(expr: sp.Expr, where: str, values: dict[sp.Symbol, float]) -> None:
    """Refuse an expression with a pole in v between -200 and 200 mV.

    Raises
    ------
    ModelError
        A denominator changes sign or vanishes; the message tells where.
    """
    v = sp.Symbol("v", real=True)
    for power in expr.atoms(sp.Pow):
        base, exponent = power.as_base_exp()
        if not exponent.is_negative or not base.has(v) or base.is_positive or base.free_symbols - {v, *values}:
            continue
        function = sp.lambdify(v, base.subs(values), modules=[{"exprelr": _exprelr}, "math"])
        grid = [k / 4 for k in range(-800, 801)]
        signs = [_sign(function, point) for point in grid]
        for k, point in enumerate(grid):
            if signs[k] == 0 or (k and signs[k] * signs[k - 1] < 0):
                raise ModelError(
                    f"{where} is infinite near v = {point:g} mV: its denominator {base} vanishes there. "
                    "(A 0/0 of the form x/(exp(x) - 1) would have been filled.)"
                )


def _exprelr(order: int, x: float) -> float:
    """Return a number of the right sign, which is all that the search for poles needs."""
    return (1.0 if x == 0 else x / math.expm1(x)) if order == 0 else -0.5


def _sign(function: object, point: float) -> int:
    try:
        value = function(point)  # type: ignore[operator]
    except (OverflowError, ValueError, ZeroDivisionError):
        return 1
    return (value > 0) - (value < 0)


def _exponential_pole(base: sp.Expr) -> tuple[sp.Expr, sp.Expr] | None:
    """Write ``base`` as ``scale * (exp(u) - 1)`` and return (scale, u), or None."""
    if isinstance(base, expm1):
        return sp.Integer(1), base.args[0]
    if isinstance(base, sp.Mul):
        inner = [a for a in base.args if isinstance(a, expm1)]
        return (base / inner[0], inner[0].args[0]) if len(inner) == 1 else None
    if not isinstance(base, sp.Add) or len(base.args) != 2:
        return None
    for constant, term in (base.args, base.args[::-1]):
        factor, exponential = term.as_independent(sp.exp)
        if isinstance(exponential, sp.exp) and not constant.has(sp.exp):
            ratio = -factor / constant
            if ratio.is_positive:
                return -constant, exponential.args[0] + sp.log(ratio)
    return None


def _proportion(linear: sp.Expr, u: sp.Expr) -> sp.Expr | None:
    """Return the constant ``linear/u`` when both are lines in one variable through the same zero."""
    for x in sorted(u.free_symbols & linear.free_symbols, key=str):
        slope, slope_u = sp.diff(linear, x), sp.diff(u, x)
        if slope.has(x) or slope_u.has(x) or slope_u == 0:
            continue
        if sp.expand(linear * slope_u - u * slope) == 0:
            return slope / slope_u
    return None


def _filled(product: sp.Mul) -> sp.Expr:
    """Replace a linear factor over ``exp(u) - 1``, ``sinh(u)`` or ``tanh(u)`` with the same zero."""
    factors = list(product.args)
    for i, factor in enumerate(factors):
        base, exponent = factor.as_base_exp()
        if exponent != -1:
            continue
        filled = _reciprocal(base)
        if filled is None:
            continue
        u, ratio_form = filled
        for j, other in enumerate(factors):
            proportion = None if i == j else _proportion(other, u)
            if proportion is not None:
                rest = [f for k, f in enumerate(factors) if k not in (i, j)]
                return without_holes(sp.Mul(*rest)) * proportion * ratio_form
    return product


def _reciprocal(base: sp.Expr) -> tuple[sp.Expr, sp.Expr] | None:
    """Return u and ``u/base`` without its hole."""
    pole = _exponential_pole(base)
    if pole is not None:
        scale, u = pole
        return u, exprelr(0, u) / scale
    if isinstance(base, sp.sinh):
        u = base.args[0]
        return u, exprelr(0, 2 * u) * sp.exp(u)
    if isinstance(base, sp.tanh):
        u = base.args[0]
        return u, u + exprelr(0, 2 * u)
    return None


def _bounded_logistic(expr: sp.Expr) -> sp.Expr:
    """``exp(u)/(a exp(u) + b)`` overflows for large u; ``1/(a + b exp(-u))`` does not."""
    if not isinstance(expr, sp.Mul):
        return expr
    for numerator in expr.args:
        if not isinstance(numerator, sp.exp):
            continue
        for factor in expr.args:
            base, exponent = factor.as_base_exp()
            if exponent == -1 and isinstance(base, sp.Add) and base.has(numerator):
                turned = sp.Add(*(term / numerator for term in base.args))
                return expr / numerator / factor / turned
    return expr


def _uncancelled(total: sp.Add) -> sp.Expr:
    """``c + c tanh(u)`` and ``c - c/(1 + a exp(u))`` as one logistic each."""
    terms = list(total.args)
    for i, term in enumerate(terms):
        for j, other in enumerate(terms):
            merged = None if i == j else _logistic(other, term)
            if merged is not None:
                rest = [t for k, t in enumerate(terms) if k not in (i, j)]
                return sp.Add(merged, *rest)
    return total


def _logistic(constant: sp.Expr, term: sp.Expr) -> sp.Expr | None:
    for factor in sp.Mul.make_args(term):
        if isinstance(factor, sp.tanh):
            c, u = term / factor, factor.args[0]
            if constant == c:
                return 2 * c / (1 + sp.exp(-2 * u))
            if constant == -c:
                return -2 * c / (1 + sp.exp(2 * u))
        base, exponent = factor.as_base_exp()
        power = -exponent
        sigmoid = power.is_Integer and 1 <= power <= 8 and isinstance(base, sp.Add) and len(base.args) == 2
        if sigmoid and constant == -(term / factor):
            one, rest = base.args if base.args[0] == 1 else base.args[::-1]
            scale, exponential = rest.as_independent(sp.exp)
            if one == 1 and isinstance(exponential, sp.exp) and scale.is_positive:
                # 1 - L**n = (1 - L)(1 + L + ... + L**(n-1)) with L = 1/base, and 1 - L is a logistic too
                series = sp.Add(*(base**-k for k in range(int(power))))
                return constant / (1 + sp.exp(-exponential.args[0]) / scale) * series
    return None
