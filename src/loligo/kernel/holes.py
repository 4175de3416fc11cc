"""Pass 3: rates without holes and without cancellation.

``x/(exp(x) - 1)`` is 0/0 at x = 0 though its limit is 1; ``1 + tanh(x)`` loses every digit for very
negative x. Both expressions are rewritten exactly: the first as the primitive `exprelr`, the second as a logistic.

A hole is filled where a numerator and a denominator vanish at the same place (`zeros`): in a ratio, a power of one, or
terms that cancel only together. If a denominator can still reach zero, the formula is infinite there: see `poles`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from loligo.kernel.logistics import bounded, uncancelled
from loligo.kernel.zeros import (
    Part,
    factored,
    in_lowest_terms,
    multiple_of_sum,
    parts_of,
    quotient,
    ratio,
    times_exponential,
)


def without_holes(expr: sp.Expr) -> sp.Expr:
    """Return an equal expression that evaluates to full accuracy everywhere, bottom up."""
    if not expr.args:
        return expr
    expr = expr.func(*(without_holes(argument) for argument in expr.args))
    if isinstance(expr, sp.Pow):
        return filled(_natural(expr))
    if isinstance(expr, sp.Mul):
        return bounded(filled(expr))
    if isinstance(expr, sp.Add):
        total = _combined(expr)
        return uncancelled(total) if isinstance(total, sp.Add) else total
    return expr


def _natural(power: sp.Expr) -> sp.Expr:
    """Write ``10**x`` as ``exp(x log(10))``."""
    base, exponent = power.as_base_exp()
    if isinstance(power, sp.Pow) and base.is_Rational and base.is_positive and exponent.free_symbols:
        return sp.exp(exponent * sp.log(base))
    return power


@dataclass
class _Factor:
    """One factor of a product, and the zeros of the factor with the orders that remain."""

    whole: sp.Expr
    rest: sp.Expr
    places: list[sp.Expr] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    opened: bool = False

    @property
    def value(self) -> sp.Expr:
        """The current form of the factor."""
        if not self.opened:
            return self.whole
        return self.rest * sp.Mul(*(_line(p, n) for p, n in zip(self.places, self.orders, strict=True)))


def _line(place: sp.Expr, order: int) -> sp.Expr:
    """Return a power of a place, with ``v/10 + 4`` written as ``(v + 40)/10``, which is accurate near its zero."""
    if order and isinstance(place, sp.Add):
        slopes = [term.as_coeff_Mul()[0] for term in place.args if term.free_symbols]
        if slopes and slopes[0].is_Rational and slopes[0] != 1:
            return slopes[0] ** order * sp.Add(*(term / slopes[0] for term in place.args)) ** order
    return place**order


def _opened(factor: sp.Expr) -> list[_Factor]:
    base, exponent = factor.as_base_exp()
    if not (exponent.is_Integer and factor.free_symbols) or (base.is_positive and exponent.is_negative):
        return [_Factor(factor, factor)]
    return [_to_power(part, int(exponent)) for part in parts_of(base)]


def _to_power(part: Part, order: int) -> _Factor:
    places, orders = [place for place, _ in part.places], [n * order for _, n in part.places]
    return _Factor(part.whole**order, part.rest**order, places, orders)


def filled(product: sp.Expr) -> sp.Expr:
    """Cancel every zero of a denominator with a zero of a numerator at the same place."""
    if not any(_divides(factor) for factor in sp.Mul.make_args(product)):
        return product
    product = in_lowest_terms(product)
    factors = [part for factor in sp.Mul.make_args(product) for part in _opened(factor)]
    constants = [_cancelled(below, factors) for below in factors if any(order < 0 for order in below.orders)]
    if not any(factor.opened for factor in factors):
        return product
    return sp.Mul(*constants, *(factor.value for factor in factors))


def _divides(factor: sp.Expr) -> bool:
    base, exponent = factor.as_base_exp()
    return bool(exponent.is_Integer and exponent.is_negative and base.free_symbols and not base.is_positive)


def _cancelled(below: _Factor, factors: list[_Factor]) -> sp.Expr:
    """Cancel the zeros of a denominator and return the remaining constant."""
    constant: sp.Expr = sp.Integer(1)
    for k, place in enumerate(below.places):
        for above in factors:
            if below.orders[k] < 0 and above is not below:
                constant *= _against(below, k, place, above)
    return constant


def _against(below: _Factor, k: int, place: sp.Expr, above: _Factor) -> sp.Expr:
    constant: sp.Expr = sp.Integer(1)
    for j, other in enumerate(above.places):
        if above.orders[j] <= 0:
            continue
        order = min(above.orders[j], -below.orders[k])
        proportion = ratio(other, place)
        if proportion is None:
            divided = quotient(other, place)
            if divided is None:
                continue
            above.rest *= without_holes(divided) ** order
            proportion = sp.Integer(1)
        constant *= proportion**order
        above.orders[j] -= order
        below.orders[k] += order
        above.opened = below.opened = True
    return constant


def _combined(total: sp.Add) -> sp.Expr:
    """Add terms over a common vanishing denominator if their sum is regular although each term has a hole."""
    over: dict[sp.Expr, list[tuple[sp.Expr, int]]] = {}
    others: list[sp.Expr] = []
    for term in total.args:
        for factor in sp.Mul.make_args(term):
            if _divides(factor):
                base, exponent = factor.as_base_exp()
                base, numerator = _common(base, over, term / factor, -int(exponent))
                over.setdefault(base, []).append((numerator, -int(exponent)))
                break
        else:
            others.append(term)
    terms = list(others)
    changed = False
    for base, parts in over.items():
        order = max(n for _, n in parts)
        plain = sp.Add(*(numerator / base**n for numerator, n in parts))
        if len(parts) == 1:
            terms.append(plain)
            continue
        numerator = sp.Add(*(numerator * base ** (order - n) for numerator, n in parts))
        product = factored(numerator) / base**order
        result = filled(product)
        fine = not any(_divides(factor) and factor.as_base_exp()[0] == base for factor in sp.Mul.make_args(result))
        changed |= fine
        terms.append(bounded(result) if fine else plain)
    return sp.Add(*terms) if changed else total


def _common(
    base: sp.Expr, over: dict[sp.Expr, list[tuple[sp.Expr, int]]], numerator: sp.Expr, order: int
) -> tuple[sp.Expr, sp.Expr]:
    """Return the denominator that a term can share with others, and its numerator."""
    if base in over:
        return base, numerator
    for other in over:
        multiple = _multiple(base, other)
        if multiple is not None:
            return other, numerator / multiple**order
    return base, numerator


def _multiple(base: sp.Expr, other: sp.Expr) -> sp.Expr | None:
    """Return ``base/other`` if it is a constant or an exponential, as for ``1 - exp(-u)`` and ``exp(u) - 1``."""
    proportion = multiple_of_sum(base, other) or ratio(base, other)
    if proportion is not None:
        return proportion
    if not (isinstance(base, sp.Add) and isinstance(other, sp.Add) and base.has(sp.exp) and other.has(sp.exp)):
        return None
    for exponential in sorted(base.atoms(sp.exp), key=sp.default_sort_key):
        turned = sp.Add(*(times_exponential(term, -exponential.args[0]) for term in base.args))
        proportion = multiple_of_sum(turned, other)
        if proportion is not None:
            return proportion * exponential
    return None
