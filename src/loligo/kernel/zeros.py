"""The zeros of a factor of a formula: ``factor = place**n * rest``, with a rest that does not vanish.

``1 - exp(-(v + 40)/10)``, ``sinh((v + 40)/10)`` and ``0.1*v + 4`` vanish at the same place, ``v + 40 = 0``, and the
rest of each is smooth and accurate there. So one can be divided by another without a hole.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from sympy.codegen.cfunctions import expm1

from loligo.kernel.exprelr import bernoulli

LARGEST_DEGREE = 6  # highest power in an expression that is expanded
MOST_OPERATIONS = 60
MOST_SYMBOLS = 6


@dataclass(frozen=True)
class Part:
    """A part of a factor that vanishes: ``whole = product of place**order * rest``.

    Attributes
    ----------
    whole : Expr
        The original form of the part.
    places : tuple of (Expr, int)
        Expressions that vanish where the part does, each with the order of the zero.
    rest : Expr
        The remaining factor, finite and nonzero at these places.
    """

    whole: sp.Expr
    places: tuple[tuple[sp.Expr, int], ...]
    rest: sp.Expr


def small(expr: sp.Expr) -> bool:
    """Return whether an expression is small enough to be expanded: no formula may stall the compiler."""
    powers = (power.exp for power in expr.atoms(sp.Pow) if power.exp.is_number)
    return (
        len(expr.free_symbols) <= MOST_SYMBOLS
        and all(abs(exponent) <= LARGEST_DEGREE for exponent in powers)
        and sum(1 for _ in sp.preorder_traversal(expr)) <= MOST_OPERATIONS
        and not expr.has(sp.Piecewise)
    )


def parts_of(factor: sp.Expr) -> tuple[Part, ...]:
    """Split a factor into parts whose product it is; a factor of unknown form is its own place."""
    known = _of_function(factor)
    if known is not None:
        return (_split(known),)
    if isinstance(factor, sp.Add):
        return tuple(_split(part) for part in _of_sum(factor))
    return (Part(factor, ((factor, 1),), sp.Integer(1)),)


def _split(part: Part) -> Part:
    """Reduce the places: ``x**2`` becomes a double zero of x, and ``3 x`` a zero of x."""
    places: list[tuple[sp.Expr, int]] = []
    rest = part.rest
    for place, order in part.places:
        for factor in sp.Mul.make_args(place):
            base, exponent = factor.as_base_exp()
            if exponent.is_Integer and exponent.is_positive and not base.is_number:
                places.append((base, order * int(exponent)))
            else:
                rest *= factor**order
    return Part(part.whole, tuple(places), rest)


def _of_function(factor: sp.Expr) -> Part | None:
    if isinstance(factor, expm1):
        return Part(factor, ((factor.args[0], 1),), 1 / bernoulli(factor.args[0]))
    if isinstance(factor, sp.sinh):
        return Part(factor, ((factor.args[0], 1),), _sinh_over(factor.args[0]))
    if isinstance(factor, sp.tanh):
        x = factor.args[0]
        return Part(factor, ((x, 1),), 1 / (x + bernoulli(2 * x)))
    if isinstance(factor, sp.log):  # log(w)/(w - 1) = y/(exp(y) - 1) with y = log(w)
        return Part(factor, ((factor.args[0] - 1, 1),), bernoulli(factor))
    return None


def _sinh_over(x: sp.Expr) -> sp.Expr:
    """Return ``sinh(x)/x``, in a form whose inverse does not overflow."""
    return (1 + sp.exp(-x)) / (2 * bernoulli(x))


def _of_sum(total: sp.Add) -> tuple[Part, ...]:
    """Find the zeros of ``a + b exp(w)``, ``a exp(w) + b exp(x)``, ``a cosh(w) - a``, and of polynomials in them."""
    if len(total.args) == 2:
        for a, b in (total.args, total.args[::-1]):
            found = _of_cosh(a, b) or _of_exponential(_as_exponentials(a), _as_exponentials(b))
            if found:
                return found
    product = factored(total)
    if product == total:
        return (Part(total, ((total, 1),), sp.Integer(1)),)
    return tuple(part for factor in sp.Mul.make_args(product) for part in _of_power(factor))


def _of_power(factor: sp.Expr) -> tuple[Part, ...]:
    base, exponent = factor.as_base_exp()
    if not (exponent.is_Integer and exponent.is_positive and base.free_symbols) or base.is_positive:
        return (Part(factor, (), factor),)
    return parts_of(base) * int(exponent)


def _of_cosh(a: sp.Expr, b: sp.Expr) -> tuple[Part, ...]:
    factor, cosh = b.as_independent(sp.cosh)
    if not isinstance(cosh, sp.cosh) or factor != -a or a.has(sp.cosh):
        return ()
    w = cosh.args[0]  # cosh(w) - 1 = 2 sinh(w/2)**2
    part = Part(cosh - 1, ((w, 2),), _sinh_over(w / 2) ** 2 / 2)
    return (part, *_of_power(factor))


def _of_exponential(a: sp.Expr, b: sp.Expr) -> tuple[Part, ...]:
    """Write ``a + b`` as ``-a (exp(u) - 1)``."""
    factor_a, w_a = exponential(a)
    factor_b, w_b = exponential(b)
    ratio = -factor_b / factor_a
    if w_b == 0 or factor_a.has(sp.exp) or factor_b.has(sp.exp) or not ratio.is_positive:
        return ()
    u = (w_b if w_a == 0 else _multiplied_out(w_b - w_a)) + sp.log(ratio)
    part = Part(sp.exp(w_a) - ratio * sp.exp(w_b), ((u, 1),), -sp.exp(w_a) / bernoulli(u))
    return (part, *_of_power(factor_a))


def exponential(term: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Write a term as ``factor * exp(w)`` and return both; all its exponentials are combined."""
    parts = sp.Mul.make_args(term)
    exponents = [part.args[0] for part in parts if isinstance(part, sp.exp)]
    factor = sp.Mul(*(part for part in parts if not isinstance(part, sp.exp)))
    return factor, exponents[0] if len(exponents) == 1 else _multiplied_out(sp.Add(*exponents))


def _multiplied_out(exponent: sp.Expr) -> sp.Expr:
    return sp.expand(exponent) if small(exponent) else exponent


def times_exponential(term: sp.Expr, w: sp.Expr) -> sp.Expr:
    """Return ``term * exp(w)`` with a single exponential; SymPy would leave two."""
    factor, own = exponential(term)
    return factor * sp.exp(_multiplied_out(own + w))


def _as_exponentials(term: sp.Expr) -> sp.Expr:
    """Write ``b**x`` as ``exp(x log(b))`` if b is a name; it is defined only for positive b."""
    powers = {p: sp.exp(p.exp * sp.log(p.base)) for p in term.atoms(sp.Pow) if p.base.is_Symbol and p.exp.free_symbols}
    return term.xreplace(powers)


def factored(total: sp.Expr) -> sp.Expr:
    """Factor a sum as a polynomial in its symbols and exponentials, or return it unchanged."""
    if not isinstance(total, sp.Add) or not small(total):
        return total
    opened, closed = exponentials_opened(total)
    if opened.atoms(sp.Function):
        return total
    try:
        product = sp.factor(sp.together(opened))
    except (sp.PolynomialError, NotImplementedError):
        return total
    if isinstance(product, sp.Add):
        return total
    return product.xreplace(closed)


def in_lowest_terms(product: sp.Expr) -> sp.Expr:
    """Cancel common factors of sums of exponentials: ``(exp(2u) - 1)/(exp(u) - 1)`` is ``exp(u) + 1``."""
    sums = [f for f in sp.Mul.make_args(product) if isinstance(f.as_base_exp()[0], sp.Add) and f.has(sp.exp)]
    signs = {f.as_base_exp()[1].is_negative for f in sums if f.as_base_exp()[1].is_Integer}
    whole = sp.Mul(*sums)
    if len(signs) < 2 or not small(whole):
        return product
    opened, closed = exponentials_opened(whole)
    above, below = sp.fraction(sp.together(opened))
    if opened.atoms(sp.Function) or not sp.gcd(above, below).free_symbols & set(closed):
        return product
    return product / whole * sp.factor(sp.cancel(above / below)).xreplace(closed)


def multiple_of_sum(total: sp.Expr, other: sp.Expr) -> sp.Expr | None:
    """Return the number ``total/other`` for two sums, or None."""
    if not (isinstance(total, sp.Add) and isinstance(other, sp.Add) and len(total.args) == len(other.args)):
        return None
    own, others = _coefficients(total), _coefficients(other)
    if own.keys() != others.keys():
        return None
    multiples = {own[term] / others[term] for term in own}
    return multiples.pop() if len(multiples) == 1 else None


def _coefficients(total: sp.Add) -> dict[tuple[sp.Expr, sp.Expr], sp.Expr]:
    """Return the coefficient of each kind of term, with expanded exponents."""
    found: dict[tuple[sp.Expr, sp.Expr], sp.Expr] = {}
    for term in total.args:
        factor, w = exponential(term)
        number, kind = factor.as_coeff_Mul()
        key = (kind, _multiplied_out(w))
        found[key] = found.get(key, sp.Integer(0)) + number
    return found


def exponentials_opened(total: sp.Expr) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """Write exponentials whose exponents are multiples of one another as powers of one symbol."""
    opened: dict[sp.Expr, sp.Expr] = {}
    closed: dict[sp.Symbol, sp.Expr] = {}
    found = sorted(total.atoms(sp.exp), key=sp.default_sort_key)
    while found:
        first, *others = found
        found, multiples = [], {first: sp.Integer(1)}
        for other in others:
            multiple = other.args[0] / first.args[0]
            if not multiple.is_Rational:
                multiple = ratio(other.args[0], first.args[0]) or multiple
            if multiple.is_Rational:
                multiples[other] = multiple
            else:
                found.append(other)
        unit = sp.gcd_list([abs(multiple) for multiple in multiples.values()])
        if max(abs(multiple / unit) for multiple in multiples.values()) > LARGEST_DEGREE:
            continue
        symbol = sp.Dummy("e", positive=True)
        closed[symbol] = sp.exp(first.args[0] * unit)
        opened |= {exponential: symbol ** (multiple / unit) for exponential, multiple in multiples.items()}
    return total.xreplace(opened), closed


def ratio(a: sp.Expr, b: sp.Expr) -> sp.Expr | None:
    """Return the constant ``a/b``, or None: both then vanish at the same place."""
    if a == b:
        return sp.Integer(1)
    for x in sorted(a.free_symbols & b.free_symbols, key=str):
        slope_a, slope_b = sp.diff(a, x), sp.diff(b, x)
        if slope_b == 0:
            continue
        linear = not slope_a.has(x) and not slope_b.has(x)
        if not linear and not (small(a) and small(b) and a.is_polynomial(x) and b.is_polynomial(x)):
            continue
        if sp.expand(a * slope_b - b * slope_a) == 0:
            constant = slope_a / slope_b if linear else sp.cancel(slope_a / slope_b)
            if not constant.has(x):
                return constant
    return None


def quotient(total: sp.Expr, place: sp.Expr) -> sp.Expr | None:
    """Divide a sum by a linear factor of it, as ``v - 3 v exp(-v/25)`` by ``v``; None if they have no common zero."""
    if not (isinstance(total, sp.Add) and small(total) and small(place)):
        return None
    for x in sorted(place.free_symbols, key=lambda s: (s.name != "v", s.name)):
        slope = sp.diff(place, x)
        if slope == 0 or slope.has(x):
            continue
        functions = {f: sp.Dummy() for f in total.atoms(sp.Function, sp.Pow) if f.has(x) and not f.is_polynomial(x)}
        opened = total.xreplace(functions)
        if not opened.is_polynomial(x):
            continue
        closed = {symbol: function for function, symbol in functions.items()}
        return _divided(sp.Poly(opened, x).all_coeffs(), x, place, slope, closed)
    return None


def _divided(
    coefficients: list[sp.Expr], x: sp.Symbol, place: sp.Expr, slope: sp.Expr, closed: dict[sp.Symbol, sp.Expr]
) -> sp.Expr | None:
    root = -place.subs(x, 0) / slope
    *reduced, remainder = _horner(coefficients, root)
    result = sp.Add(*(b * x**k for k, b in enumerate(reversed(reduced)))).xreplace(closed) / slope
    remainder = sp.expand(remainder.xreplace(closed))
    if remainder == 0:
        return result
    parts = parts_of(remainder)
    for part in parts:
        for found, order in part.places:
            constant = ratio(found, place)
            if constant is not None and found != part.whole:
                others = [p.whole for p in parts if p is not part] + [p**n for p, n in part.places if p != found]
                return result + constant * found ** (order - 1) * sp.Mul(*others) * part.rest
    return None


def _horner(coefficients: list[sp.Expr], root: sp.Expr) -> list[sp.Expr]:
    values = [coefficients[0]]
    for coefficient in coefficients[1:]:
        values.append(coefficient + root * values[-1])
    return values
