"""Pass 5: exponentials whose exponents are multiples of one another become powers of one exponential.

The squid's rates need exp(-v/80), exp(-v/20), exp(-v/18) and exp(-v/10). These four are the powers 9, 36, 40 and 72
of exp(-v/720), which take a single call and eight multiplications.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import sympy as sp

from loligo.kernel.exprelr import exprelr

LARGEST_POWER = 128
# the steepest slope of an exponent [1/mV], and its largest constant: within +-200 mV, no single factor overflows
DOUBLE, SINGLE = (2.0, 300.0), (0.25, 30.0)
Assignment = tuple[sp.Symbol, sp.Expr]


def filled_exprelr(order: int) -> type[sp.Function]:
    """Return the function ``exprelr<order>(x, exp(x))`` as the printed code defines it."""
    return sp.Function(f"exprelr{order}")


def shared_exponentials(
    expressions: Iterable[sp.Expr], variables: Iterable[sp.Symbol], limits: tuple[float, float] = DOUBLE
) -> tuple[list[Assignment], list[sp.Expr]]:
    """Return assignments to compute first, and the expressions in terms of them."""
    expressions = [_with_exponential(expr) for expr in expressions]
    found: dict[tuple[sp.Symbol, int], set[sp.Rational]] = {}
    parts: dict[sp.exp, tuple[sp.Symbol, sp.Rational, sp.Expr]] = {}
    for exponential in sorted({e for expr in expressions for e in expr.atoms(sp.exp)}, key=sp.default_sort_key):
        part = _linear_part(exponential.args[0], list(variables), limits)
        if part is not None:
            x, slope, _ = parts[exponential] = part
            found.setdefault((x, 1 if slope > 0 else -1), set()).add(slope)
    assignments: list[Assignment] = []
    powers: dict[tuple[sp.Symbol, sp.Rational], sp.Symbol] = {}
    for (x, _), slopes in found.items():
        for group in _groups(sorted(slopes, key=abs)):
            _chain(x, group, assignments, powers)
    replaced = {e: powers[x, slope] * sp.exp(rest) for e, (x, slope, rest) in parts.items()}
    return assignments, [expr.xreplace(replaced) for expr in expressions]


def _with_exponential(expr: sp.Expr) -> sp.Expr:
    def both(order: sp.Expr, x: sp.Expr) -> sp.Expr:
        return filled_exprelr(int(order))(x, sp.exp(x))

    return expr.replace(exprelr, both)


def _linear_part(
    exponent: sp.Expr, variables: list[sp.Symbol], limits: tuple[float, float]
) -> tuple[sp.Symbol, sp.Rational, sp.Expr] | None:
    """Write an exponent as ``slope v + rest`` with a rational slope and a rest without state variables.

    An exponent that contains another variable, which may be unbounded, is not split.
    """
    x, *others = variables
    if not exponent.has(x) or exponent.has(*others, sp.Piecewise):
        return None
    slope = sp.diff(exponent, x)
    if slope.has(x):  # not linear; known before anything is expanded
        return None
    rest = exponent.subs(x, 0)
    steepest, largest = limits
    steep = not slope.is_Rational or abs(slope) > steepest or (rest.is_number and abs(rest) > largest)
    return None if steep else (x, slope, rest)


def _groups(slopes: list[sp.Rational]) -> list[list[sp.Rational]]:
    """Group slopes that are small integer multiples of one number."""
    groups: list[list[sp.Rational]] = []
    for slope in slopes:
        for group in groups:
            if max(map(abs, [*group, slope])) / _common([*group, slope]) <= LARGEST_POWER:
                group.append(slope)
                break
        else:
            groups.append([slope])
    return groups


def _common(slopes: list[sp.Rational]) -> sp.Rational:
    """Return the largest number that divides all of them."""
    above, below = math.gcd(*(int(slope.p) for slope in slopes)), math.lcm(*(int(slope.q) for slope in slopes))
    return sp.Rational(above, below)


def _chain(
    x: sp.Symbol,
    group: list[sp.Rational],
    assignments: list[Assignment],
    powers: dict[tuple[sp.Symbol, sp.Rational], sp.Symbol],
) -> None:
    """Assign the base exponential of a group and the required powers of it."""
    sign = 1 if group[0] > 0 else -1
    base = sign * _common(group)
    prefix = f"_e{len(assignments)}_{x.name}"  # users' names do not begin with an underscore
    made: dict[int, sp.Symbol] = {}

    def add(power: int, value: sp.Expr) -> sp.Symbol:
        made[power] = sp.Symbol(f"{prefix}_{power}", positive=True)
        assignments.append((made[power], value))
        return made[power]

    def need(power: int) -> sp.Symbol:
        if power in made:
            return made[power]
        for a, x_to_a in made.items():
            if power - a in made:
                return add(power, sp.Mul(x_to_a, made[power - a], evaluate=False))
        half = power // 2
        if power % 2 == 0:
            return add(power, sp.Mul(need(half), need(half), evaluate=False))
        return add(power, sp.Mul(need(power - 1), made[1], evaluate=False))

    add(1, sp.exp(base * x))
    for slope in group:
        powers[x, slope] = need(int(slope / base))
