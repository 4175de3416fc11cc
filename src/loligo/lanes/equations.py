"""Pass 6 for many neurons: equations printed as Python that is traced on `loligo.lanes.vectors`.

A row of ``work`` holds one number for every lane. ``slopes`` reads the variables from the rows at ``y`` and writes
their derivatives to the rows at ``out``; quantities that depend only on parameters are in the rows at ``PARAMETERS``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import sympy as sp
from sympy.codegen.cfunctions import expm1
from sympy.printing.pycode import PythonCodePrinter

from loligo.kernel.exponentials import DOUBLE, SINGLE, shared_exponentials
from loligo.kernel.printed import Prepared, all_names, prepare_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loligo.kernel.equations import Equations

Assignment = tuple[sp.Symbol, sp.Expr]
LARGEST_PRODUCT: Final = 8
_FILLED: Final = ("exprelr0", "exprelr1", "exprelr2")  # functions that contain a division by exp(x) - 1
HEADER: Final = """import math

from loligo.kernel.calling import PREPARE
from loligo.kernel.entries import compiled_by_address
from loligo.lanes.rows import PARAMETERS, W
from loligo.lanes.vectors import (
    cos, exp, exprelr0, exprelr1, exprelr2, greatest, guarded, inverses, log, power, select, side, sin, where_any,
)

"""


class _LanePrinter(PythonCodePrinter):  # type: ignore[misc]  # SymPy has no types
    """A printer of integer powers as products, choices as `select`, and functions by the names that lanes use."""

    def _print(self, expr: sp.Basic, **settings: Any) -> str:
        is_number = isinstance(expr, sp.Expr) and expr.is_number
        return repr(float(expr)) if is_number else str(super()._print(expr, **settings))

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:  # noqa: ARG002
        base, exponent = expr.as_base_exp()
        if exponent.is_Integer and 0 < abs(int(exponent)) <= LARGEST_PRODUCT:
            product = f"power({self._print(base)}, {abs(int(exponent))})"
            return product if exponent > 0 else f"(1.0/{product})"
        return f"power({self._print(base)}, {self._print(exponent)})"

    def _print_Mul(self, expr: sp.Mul) -> str:
        return "*".join(self._atom(factor) for factor in expr.as_ordered_factors())

    def _print_Add(self, expr: sp.Add, order: str | None = None) -> str:
        first, *others = self._as_ordered_terms(expr, order=order)
        text = self._atom(first)
        for term in others:
            text += f" - {self._atom(-term)}" if term.could_extract_minus_sign() else f" + {self._atom(term)}"
        return text

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        (first, condition), *others = expr.args
        value = f"one * ({self._print(first)})"  # a number becomes one in every lane
        if condition == sp.true:
            return value
        rest = self._print(sp.Piecewise(*others)) if others else "0.0"
        return f"select({self._print(condition)}, {value}, {rest})"

    def _print_Relational(self, expr: sp.Expr) -> str:
        return f"(one * ({self._print(expr.lhs)}) {expr.rel_op} {self._print(expr.rhs)})"

    def _print_BooleanTrue(self, _expr: sp.Expr) -> str:
        return "(one > 0.0)"

    def _print_BooleanFalse(self, _expr: sp.Expr) -> str:
        return "(one < 0.0)"

    def _print_Not(self, expr: sp.Expr) -> str:
        return f"(~{self._print(expr.args[0])})"

    def _print_And(self, expr: sp.Expr) -> str:
        return "(" + " & ".join(self._print(part) for part in expr.args) + ")"

    def _print_Or(self, expr: sp.Expr) -> str:
        return "(" + " | ".join(self._print(part) for part in expr.args) + ")"

    def _print_ITE(self, expr: sp.Expr) -> str:
        test, yes, no = (self._print(part) for part in expr.args)
        return f"(({test} & {yes}) | (~{test} & {no}))"

    def _print_Function(self, expr: sp.Function) -> str:
        if type(expr).__name__ in _FILLED:  # inside a choice, where a division stays
            return self._print(_with_inverse(expr, 1 / _denominator(expr)))
        return f"{type(expr).__name__.rstrip('_')}({', '.join(self._print(argument) for argument in expr.args)})"

    def _print_exp(self, expr: sp.Expr) -> str:
        return f"exp({self._print(expr.args[0])})"

    def _print_sign(self, expr: sp.Expr) -> str:
        return f"select({self._print(expr.args[0])} > 0.0, one, -one)"

    def _print_Abs(self, expr: sp.Expr) -> str:
        return f"abs({self._print(expr.args[0])})"

    def _print_named(self, expr: sp.Expr) -> str:
        return f"{type(expr).__name__}({self._print(expr.args[0])})"

    _print_log = _print_sin = _print_cos = _print_named

    def _atom(self, expr: sp.Expr) -> str:
        return f"({self._print(expr)})" if isinstance(expr, (sp.Add, sp.Mul)) else str(self._print(expr))


def lane_source(equations: Equations, precision: str, *, jacobian: bool) -> str:
    """Return the source of ``prepare``, and of ``slopes`` and ``jacobian`` for lanes; see `loligo.lanes.example`."""
    prepared = Prepared(equations.parameters, switches=equations.switches)
    equations = equations.frozen
    limits = SINGLE if precision == "single" else DOUBLE
    functions = [_traced(equations, prepared, "slopes(work, drive, y, out)", equations.rhs, _stored, limits)]
    if jacobian:
        entries = [entry for row in equations.jacobian for entry in row]
        functions.append(_traced(equations, prepared, "jacobian(work, y)", entries, _as_rows, limits))
    sizes = f"PREPARED = {prepared.size}\nSWITCHED = {prepared.switches.places!r}\n"
    return HEADER + "\n\n".join([sizes + prepare_source(prepared), *functions])


def _stored(_values: list[sp.Expr], texts: list[str]) -> list[str]:
    return [f"out[{k} * W] = one * ({text})" for k, text in enumerate(texts)]


def _as_rows(values: list[sp.Expr], texts: list[str]) -> list[str]:
    """Return the lines that return a square of entries, with None for structural zeros."""
    n = math.isqrt(len(values))
    entries = ["None" if value == 0 else f"one * ({text})" for value, text in zip(values, texts, strict=True)]
    rows = ", ".join(f"[{', '.join(entries[n * i : n * (i + 1)])}]" for i in range(n))
    return [f"return [{rows}]"]


def _traced(
    equations: Equations,
    prepared: Prepared,
    signature: str,
    outputs: list[sp.Expr],
    ending: Callable[[list[sp.Expr], list[str]], list[str]],
    limits: tuple[float, float],
) -> str:
    """Print a function of the state: shared expressions, groups of inverses, then the outputs by ``ending``."""
    shared, outputs = shared_exponentials([_by_exponentials(f) for f in outputs], equations.variables, limits)
    outputs = [prepared.lift(expr) for expr in outputs]
    known = {*prepared.parameters, *prepared.derived.values()}
    groups, outputs = _without_divisions(outputs, known)
    flat = [value for group in groups for _, value in group]
    common, reduced = sp.cse([*flat, *outputs], symbols=sp.numbered_symbols("_c", real=True))
    reduced_flat, outputs = iter(reduced[: len(flat)]), reduced[len(flat) :]
    groups = [[(symbol, next(reduced_flat)) for symbol, _ in group] for group in groups]
    names = all_names(equations, prepared)
    symbols = prepared.symbols
    wanted: set[sp.Symbol] = set().union(*(expr.free_symbols for expr in outputs))
    ordered = _in_order([[a] for a in (*shared, *common)], groups, wanted)
    wanted |= {symbol for group in ordered for _, value in group for symbol in value.free_symbols}
    body = ["one = y[0].constant(1.0)", *(["stimulus = drive[0]"] if "drive" in signature else [])]
    for s, name in names.items():
        if s in equations.variables and s in wanted:
            body.append(f"{name} = y[{equations.variables.index(s)} * W]")
        elif s in symbols and s in wanted:
            body.append(f"{name} = work[PARAMETERS + ({prepared.place(s)}) * W]")
    for group in ordered:
        left, right = ", ".join(s.name for s, _ in group), ", ".join(_text(value, names) for _, value in group)
        body.append(f"({left},) = inverses({right})" if group in groups else f"{left} = {right}")
    lines = [*body, *ending(outputs, [_text(value, names) for value in outputs])]
    return f"def {signature}:\n    " + "\n    ".join(lines) + "\n"


def _by_exponentials(expr: sp.Expr) -> sp.Expr:
    """Write hyperbolic functions in terms of exponentials, and log(1 + exp(x)) without overflow.

    Lanes have their own exponential, which saturates at the largest number of a precision instead of overflowing.
    """
    x = sp.Wild("x")
    expr = expr.replace(sp.log(1 + sp.exp(x)), sp.Max(x, 0).rewrite(sp.Piecewise) + sp.log(1 + sp.exp(-sp.Abs(x))))
    expr = expr.replace(sp.tanh, lambda x: 1 - 2 / (sp.exp(2 * x) + 1))
    expr = expr.replace(sp.cosh, lambda x: (sp.exp(x) + sp.exp(-x)) / 2)
    expr = expr.replace(expm1, lambda x: sp.exp(x) - 1)
    return expr.replace(sp.sinh, lambda x: (sp.exp(x) - sp.exp(-x)) / 2)


def _without_divisions(outputs: list[sp.Expr], known: set[sp.Symbol]) -> tuple[list[list[Assignment]], list[sp.Expr]]:
    """Replace divisions by products with inverses; return groups of (inverse, denominator), the innermost first.

    Numbers known to be positive form a group, which is inverted by one division. Any other number may be 0 or NaN and
    must not spoil the group. A division that only one case of a choice needs stays in that case.
    """
    groups: list[list[Assignment]] = []
    while True:
        found = {d for expr in outputs for d in _divisions(expr, known)}
        innermost = [d for d in found if not any(_denominator(d).has(e) for e in found)]
        if not innermost:
            return groups, outputs
        denominators = sorted({_denominator(d) for d in innermost}, key=sp.default_sort_key)
        inverse = {
            d: sp.Symbol(f"_i{len(groups)}_{k}", real=True, positive=d.is_positive or None)
            for k, d in enumerate(denominators)
        }
        sure = [d for d in denominators if d.is_positive]
        alone = [[d] for d in denominators if not d.is_positive]
        groups += [[(inverse[d], d) for d in group] for group in (sure, *alone) if group]
        replaced = {d: _with_inverse(d, inverse[_denominator(d)]) for d in innermost}
        outputs = [expr.xreplace(replaced) for expr in outputs]


def _divisions(expr: sp.Expr, known: set[sp.Symbol]) -> Iterator[sp.Expr]:
    parts = sp.preorder_traversal(expr)
    for part in parts:
        if isinstance(part, sp.Piecewise):
            parts.skip()
        elif isinstance(part, sp.Pow):
            if part.exp.is_Integer and part.exp.is_negative and part.base.free_symbols - known:
                yield part
        elif type(part).__name__ in _FILLED:
            yield part


def _denominator(division: sp.Expr) -> sp.Expr:
    """Return the base of a denominator; powers of it share one inverse."""
    if isinstance(division, sp.Pow):
        return division.base
    return sp.Function("guarded", positive=True)(division.args[1] - 1)


def _with_inverse(division: sp.Expr, inverse: sp.Symbol) -> sp.Expr:
    if isinstance(division, sp.Pow):
        return inverse**-division.exp
    x, exp_x = division.args
    name = type(division).__name__
    return sp.Function(f"{name}_", real=True, positive=(name == "exprelr0") or None)(x, exp_x - 1, inverse)


def _in_order(
    single: list[list[Assignment]], groups: list[list[Assignment]], wanted: set[sp.Symbol]
) -> list[list[Assignment]]:
    """Sort assignments so that each comes after those that it reads."""
    of = {symbol: group for group in (*single, *groups) for symbol, _ in group}
    done: list[list[Assignment]] = []

    def need(symbol: sp.Symbol) -> None:
        group = of.get(symbol)
        if group is None or group in done:
            return
        for read in sorted(set().union(*(value.free_symbols for _, value in group)), key=sp.default_sort_key):
            need(read)
        done.append(group)

    for symbol in sorted(wanted, key=sp.default_sort_key):
        need(symbol)
    return done


def _text(expr: sp.Expr, names: dict[sp.Symbol, sp.Symbol]) -> str:
    return str(_LanePrinter({"standard": "python3"}).doprint(expr.xreplace(names)))
