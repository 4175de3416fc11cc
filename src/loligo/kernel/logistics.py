"""Ratios of exponentials that neither overflow nor cancel.

``exp(u)/(1 + exp(u))`` is inf/inf for large u, ``(exp(u) - 1)/(exp(u) + 1)`` as well, and ``1 + tanh(u)`` loses every
digit for very negative u. Each is rewritten exactly, as logistics that are accurate at both ends.
"""

from __future__ import annotations

import sympy as sp

from loligo.kernel.exprelr import bernoulli, exprelr
from loligo.kernel.zeros import exponential, multiple_of_sum, small, times_exponential

MILD_SLOPE, MILD_CONSTANT = 1, 300  # largest slope of an exponent [1/mV], and largest size of its constant term
LARGEST_ORDER = 8  # highest power of a logistic function that is expanded


def bounded(product: sp.Expr) -> sp.Expr:
    """Return a product in which no growing exponential meets a faster-growing denominator or ``x/(exp(x) - 1)``."""
    if not isinstance(product, sp.Mul):
        return product
    product = _of_one_scale(product)
    others, w = exponential(product)
    if w != 0:
        turned = _absorbed(others, w)
        return product if turned is None else bounded(turned)
    for factor in product.args:
        base, exponent = factor.as_base_exp()
        if exponent.is_Integer and exponent.is_positive and isinstance(base, sp.Add) and small(base):
            taken = _taken_apart(product, base)
            if taken is not None:
                return taken
    return product


def _of_one_scale(product: sp.Mul) -> sp.Expr:
    """Write ``2u/(exp(2u) - 1)`` in terms of ``u/(exp(u) - 1)`` if one is divided by the other: both underflow to 0."""
    parts = [factor.as_base_exp() for factor in product.args]
    found = [(base, n) for base, n in parts if isinstance(base, exprelr) and base.args[0] == 0 and n.is_Integer]
    for base, n in found:
        u = base.args[1] / 2
        if any(other.args[1] == u and (n * order).is_negative for other, order in found):
            return product / base**n * (2 * bernoulli(u)) ** n * (1 + sp.exp(u)) ** (-n)
    return product


def bounded_everywhere(expr: sp.Expr) -> sp.Expr:
    """Return an expression with every product in it `bounded`, bottom up: for derivatives.

    If all exponents are small, nothing overflows, and powers of existing exponentials cost less than new ones.
    """
    if not expr.args or all(_mild(exponential.args[0]) for exponential in expr.atoms(sp.exp)):
        return expr
    inner = expr.func(*(bounded_everywhere(argument) for argument in expr.args))
    return bounded(inner)


def _mild(exponent: sp.Expr) -> bool:
    """Return whether an exponent is linear in one symbol and its exponential can be squared within some hundred mV."""
    if len(exponent.free_symbols) > 1 or not exponent.is_polynomial():
        return False
    slopes = [exponent.coeff(x) for x in exponent.free_symbols]
    constant = sp.Abs(exponent.as_coeff_Add()[0])
    linear = not any(sp.diff(exponent, x).free_symbols for x in exponent.free_symbols)
    return linear and constant <= MILD_CONSTANT and all(abs(slope) <= MILD_SLOPE for slope in slopes)


def _absorbed(others: sp.Expr, w: sp.Expr) -> sp.Expr | None:
    """Absorb ``exp(w)`` into a denominator or an `exprelr` that grows or falls with it."""
    for factor in sp.Mul.make_args(others):
        base, exponent = factor.as_base_exp()
        if not exponent.is_Integer:
            continue
        if exponent.is_negative and isinstance(base, sp.Add) and _grows_with(base, w):
            own, order = _share(base, w, -int(exponent))
            turned = sp.Add(*(times_exponential(term, -own) for term in base.args))
            return times_exponential(others / factor * base ** (exponent + order), w - order * own) / turned**order
        if exponent.is_positive and isinstance(base, exprelr) and base.args[0] == 0:
            turned = _damped(base.args[1], w)
            if turned is not None:
                return others / base * turned
    return None


def _share(base: sp.Add, w: sp.Expr, most: int) -> tuple[sp.Expr, int]:
    """Return the part of the exponent w that each factor ``base`` absorbs: at most its own steepest exponent."""
    multiples = [(_multiple(w, e.args[0]), e.args[0]) for e in sorted(base.atoms(sp.exp), key=sp.default_sort_key)]
    steepest = min(
        ((c, e) for c, e in multiples if c is not None and c.is_positive), key=lambda pair: pair[0], default=None
    )
    if steepest is None or steepest[0] <= 1:
        return w, 1
    return steepest[1], min(most, int(steepest[0]))


def _damped(u: sp.Expr, w: sp.Expr) -> sp.Expr | None:
    """Return ``exp(w) u/(exp(u) - 1)`` for a w that grows with u."""
    c = _multiple(w, u)
    if c is None or not c.is_positive:
        return None
    constant = sp.expand(w - c * u)
    half = u / 2
    if c >= 1:
        return sp.exp(constant + (c - 1) * u) * bernoulli(-u)
    if 2 * c <= 1:  # with exp(u) - 1 = (exp(u/2) - 1)(exp(u/2) + 1)
        return 2 * sp.exp(constant) * bernoulli(half) / (sp.exp(-c * u) + sp.exp((sp.Rational(1, 2) - c) * u))
    return 2 * sp.exp(constant) * bernoulli(-half) / (sp.exp((sp.Rational(1, 2) - c) * u) + sp.exp((1 - c) * u))


def _multiple(w: sp.Expr, u: sp.Expr) -> sp.Expr | None:
    """Return the number c for which ``w - c u`` is constant."""
    for x in sorted(w.free_symbols & u.free_symbols, key=str):
        slope, slope_u = sp.diff(w, x), sp.diff(u, x)
        if slope_u != 0 and not slope.has(x) and not slope_u.has(x):
            c = sp.cancel(slope / slope_u) if not slope_u.is_number else slope / slope_u
            if c.is_Rational and not sp.expand(w - c * u).free_symbols & {x}:
                return c
    return None


def _grows_with(total: sp.Add, w: sp.Expr) -> bool:
    """Return whether a sum contains an exponential that grows with ``exp(w)``."""
    return any(other.args[0] == w or _together(other.args[0], w) for term in total.args for other in term.atoms(sp.exp))


def _together(a: sp.Expr, b: sp.Expr) -> bool:
    for x in sorted(a.free_symbols & b.free_symbols, key=str):
        slope_a, slope_b = sp.diff(a, x), sp.diff(b, x)
        if slope_a.has(x) or slope_b.has(x):
            return False
        if (slope_a / slope_b).is_positive:
            return True
    return False


def _taken_apart(product: sp.Mul, total: sp.Add) -> sp.Expr | None:
    """Divide a sum of exponentials term by term, if it would overflow together with a denominator."""
    exponentials = sorted(total.atoms(sp.exp), key=sp.default_sort_key)
    if not exponentials or any(exponential(term)[0].has(sp.exp) for term in total.args):
        return None
    order = next(n for base, n in (factor.as_base_exp() for factor in product.args) if base == total)
    rest = product / total**order
    for factor in sp.Mul.make_args(rest):
        base, power = factor.as_base_exp()
        if not power.is_Integer:
            continue
        if power.is_negative and isinstance(base, sp.Add) and any(_grows_with(base, e.args[0]) for e in exponentials):
            return _divided(rest / factor, total, int(order), base, -int(power))
        if power.is_positive and isinstance(base, exprelr) and base.args[0] == 0:
            multiples = [_multiple(e.args[0], base.args[1]) for e in exponentials]
            if any(c is not None and c.is_positive for c in multiples):
                left = rest / base * total ** (order - 1)
                return bounded(left) * sp.Add(*(bounded(term * base) for term in total.args))
    return None


def _divided(rest: sp.Expr, total: sp.Add, order: int, base: sp.Add, power: int) -> sp.Expr:
    """Return ``rest total**order / base**power``; a difference becomes ``tanh`` times a sum, without cancellation."""
    wave: sp.Expr = sp.Integer(1)
    if len(total.args) == 2:
        (size_a, w_a), (size_b, w_b) = (exponential(term) for term in total.args)
        size = -size_b / size_a
        if size.is_positive:  # a + b = tanh(u/2) (b - a), with -b/a = exp(u)
            a, b = total.args
            wave, total = sp.tanh((w_b - w_a + sp.log(size)) / 2), b - a
    multiple = multiple_of_sum(total, base)
    if multiple is not None:
        return bounded(rest * base ** (order - power)) * (multiple * wave) ** order
    if order == power:
        return bounded(rest) * (wave * sp.Add(*(bounded(term / base) for term in total.args))) ** order
    whole = sp.expand(total**order) if small(total**order) else total**order
    terms = (bounded(term / base**power) for term in sp.Add.make_args(whole))
    return bounded(rest) * wave**order * sp.Add(*terms)


def uncancelled(total: sp.Add) -> sp.Expr:
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
        sigmoid = power.is_Integer and 1 <= power <= LARGEST_ORDER and isinstance(base, sp.Add) and len(base.args) == 2
        if sigmoid and constant == -(term / factor):
            one, rest = base.args if base.args[0] == 1 else base.args[::-1]
            scale, exponential = rest.as_independent(sp.exp)
            if one == 1 and isinstance(exponential, sp.exp) and scale.is_positive:
                # 1 - L**n = (1 - L)(1 + L + ... + L**(n-1)) with L = 1/base, and 1 - L is a logistic too
                series = sp.Add(*(base**-k for k in range(int(power))))
                return constant / (1 + sp.exp(-exponential.args[0]) / scale) * series
    return None
