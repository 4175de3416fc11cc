"""The last pass for the lab: equations printed as JavaScript functions of plain arrays.

They compute the same as the compiled kernel, from the same symbolic form and with the same shared exponentials. The
text contains no ``<`` (comparisons are reversed), so it cannot close the script element that contains it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sympy as sp
from sympy.printing.jscode import JavascriptCodePrinter

from loligo.kernel.equations import STIMULUS, equations_of
from loligo.kernel.printed import Prepared, all_names, reduced, used
from loligo.kernel.structure import structure_of

if TYPE_CHECKING:
    from loligo.kernel.equations import Equations
    from loligo.membrane import Membrane

# What the printed functions call: see loligo.kernel.primitives, which they repeat.
PRIMITIVES: Final = """\
const exp = Math.exp, log = Math.log, sqrt = Math.sqrt, pow = Math.pow;
const square = (x) => x * x, cube = (x) => x * x * x, fourth = (x) => square(x * x);
const exprelr0 = (x, e) => {
  if (0.25 > Math.abs(x)) {
    const s = x * x;
    return 1 - 0.5 * x + s * (1 / 12 + s * (-1 / 720 + s * (1 / 30240 + s * (-1 / 1209600 + s / 47900160))));
  }
  return x / (e - 1);
};
const exprelr1 = (x, e) => {
  if (0.25 > Math.abs(x)) {
    const s = x * x;
    return -0.5 + x * (2 / 12 + s * (-4 / 720 + s * (6 / 30240 + s * (-8 / 1209600 + s * 10 / 47900160))));
  }
  const ratio = x / (e - 1);
  return ratio * (1 - x - ratio) / x;
};
"""
_POWERS: Final = {2: "square", 3: "cube", 4: "fourth"}


class _Printer(JavascriptCodePrinter):
    """JavaScript with multiplications for small powers, and greater-than instead of less-than."""

    def _print_Function(self, expr: sp.Function) -> str:
        name = type(expr).__name__
        if name.startswith("exprelr"):
            return f"{name}({', '.join(self._print(argument) for argument in expr.args)})"
        return str(super()._print_Function(expr))

    def _print_exp(self, expr: sp.exp) -> str:
        return f"exp({self._print(expr.args[0])})"

    def _print_log(self, expr: sp.log) -> str:
        return f"log({self._print(expr.args[0])})"

    def _print_expm1(self, expr: sp.Expr) -> str:
        return f"Math.expm1({self._print(expr.args[0])})"

    def _print_Pow(self, expr: sp.Pow) -> str:
        base, exponent = expr.as_base_exp()
        if exponent in _POWERS:
            return f"{_POWERS[exponent]}({self._print(base)})"
        if -exponent in _POWERS:
            return f"1/{_POWERS[-exponent]}({self._print(base)})"
        if exponent == -1:
            return f"1/({self._print(base)})"
        if exponent == sp.Rational(1, 2):
            return f"sqrt({self._print(base)})"
        return f"pow({self._print(base)}, {self._print(exponent)})"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        text = "NaN"
        for value, condition in reversed(expr.args):
            own = self._print(value)
            text = f"({own})" if condition == True else f"({self._print(condition)} ? {own} : {text})"  # noqa: E712
        return text

    def _print_Relational(self, expr: sp.Rel) -> str:
        a, b = self._print(expr.lhs), self._print(expr.rhs)
        match expr.rel_op:
            case "<":
                return f"({b}) > ({a})"
            case "<=":
                return f"({b}) >= ({a})"
        return f"({a}) {expr.rel_op} ({b})"

    def _print_NaN(self, expr: sp.Expr) -> str:  # noqa: ARG002
        return "NaN"


class _Costly(Prepared):
    """Parts that depend only on parameters; only those with a power or a function are worth storing."""

    def _symbol(self, expr: sp.Expr) -> sp.Expr:
        return super()._symbol(expr) if expr.has(sp.Pow, sp.Function) else expr


def javascript(membrane: Membrane, parameters: tuple[str, ...] | None = None) -> str:
    """Print a membrane as a JavaScript expression: an object of four pure functions.

    ``derivatives(y, I, p, out)``, ``currents(y, p, out)``, ``conductances(y, p, out)`` (NaN where a current is not
    ohmic) and ``rates(y, p, out)`` (alpha, beta, inf, tau of each gate; NaN for a rate that a gate lacks). The
    expression needs `PRIMITIVES` in scope.

    Parameters
    ----------
    membrane : Membrane
        The membrane to print.
    parameters : tuple of str, optional
        The names of the entries of ``p``, in order; other parameters keep the membrane's values. By default those of
        `parameters_in_use`.

    Raises
    ------
    ModelError
        A rate that is infinite somewhere.

    Examples
    --------
    >>> from loligo.membrane import Channel, Membrane
    >>> leak = Membrane(Channel("leak", g=0.3, E=-54.4), C=1.0)
    >>> print(javascript(leak))  # doctest: +ELLIPSIS
    (() => {
    ...
      currents(y, p, out) {
        const y_v = y[0];
        const q_g_leak = p[1], q_E_leak = p[2];
        out[0] = q_g_leak*(-q_E_leak + y_v);
      },
    ...
    """
    equations = _numbered(membrane)
    names = parameters_in_use(membrane) if parameters is None else parameters
    prepared = _Costly(equations.parameters)
    rates = [value for four in equations.rates.values() for value in four]
    conductances = [equations.conductances.get(name, sp.nan) for name in equations.currents]
    functions = [
        _function("derivatives(y, I, p, out)", equations.rhs, equations, prepared, names, membrane),
        _function("currents(y, p, out)", [*equations.currents.values()], equations, prepared, names, membrane),
        _function("conductances(y, p, out)", conductances, equations, prepared, names, membrane),
        _function("rates(y, p, out)", rates, equations, prepared, names, membrane),
    ]
    return "(() => {\n" + _prepare(prepared, names, membrane) + "return {\n" + "".join(functions) + "};\n})()"


def parameters_in_use(membrane: Membrane) -> tuple[str, ...]:
    """Return the parameters that have an effect, in the membrane's order; a temperature factor of 1 has no effect.

    Examples
    --------
    >>> from loligo.models import wang_buzsaki
    >>> "celsius" in parameters_in_use(wang_buzsaki())
    False
    """
    equations = _numbered(membrane)
    rates = [value for four in equations.rates.values() for value in four]
    present = set().union(*(expr.free_symbols for expr in [*equations.rhs, *rates]))
    return tuple(s.name for s in equations.parameters if s in present)


def dividing(membrane: Membrane) -> frozenset[str]:
    """Return the parameters that occur as divisors and so cannot be zero.

    Examples
    --------
    >>> from loligo.models import morris_lecar
    >>> sorted(dividing(morris_lecar()))
    ['C', 'V_2', 'V_4', 'phi']
    """
    equations = _numbered(membrane)
    everything = [*equations.rhs, *(value for four in equations.rates.values() for value in four)]
    powers = {power for expr in everything for power in expr.atoms(sp.Pow) if power.exp.is_negative}
    return frozenset(s.name for s in equations.parameters if any(power.base == s for power in powers))


def _numbered(membrane: Membrane) -> Equations:
    """Return the equations of a membrane, with a q10 of 1 as a plain number."""
    values = {name: parameter.value for name, parameter in membrane.parameters.items()}
    equations = equations_of(structure_of(membrane), values)
    ones = {s: sp.Integer(1) for s in equations.parameters if s.name.startswith("q10") and values[s.name] == 1}
    if not ones:
        return equations
    return type(equations)(
        variables=equations.variables,
        parameters=equations.parameters,
        rhs=[expr.xreplace(ones) for expr in equations.rhs],
        lookups=[],
        rhs_of_lookups=[],
        rates={k: tuple(expr.xreplace(ones) for expr in four) for k, four in equations.rates.items()},
        instantaneous={k: expr.xreplace(ones) for k, expr in equations.instantaneous.items()},
        conductances={k: expr.xreplace(ones) for k, expr in equations.conductances.items()},
        currents={k: expr.xreplace(ones) for k, expr in equations.currents.items()},
    )


def _function(
    head: str,
    outputs: list[sp.Expr],
    equations: Equations,
    prepared: Prepared,
    parameters: tuple[str, ...],
    membrane: Membrane,
) -> str:
    lines, outputs = reduced(outputs, equations, prepared, "_c")
    names = all_names(equations, prepared) | {STIMULUS: sp.Symbol("I", real=True)}
    present = used(names, lines, outputs)
    variables = [s for s in present if s in equations.variables]
    own = [s for s in present if s in equations.parameters]
    derived = [s for s in present if s in prepared.derived.values()]
    body = []
    if variables:
        body.append("const " + ", ".join(f"{names[s]} = y[{equations.variables.index(s)}]" for s in variables))
    if own:
        body.append("const " + ", ".join(f"{names[s]} = {_origin(s.name, parameters, membrane)}" for s in own))
    if derived:
        body.append("prepare(p)")
        places = list(prepared.derived.values())
        body.append("const " + ", ".join(f"{names[s]} = q[{places.index(s)}]" for s in derived))
    body += [f"const {s.name} = {_text(value, names)}" for s, value in lines]
    body += [f"out[{k}] = {_text(value, names)}" for k, value in enumerate(outputs)]
    return f"  {head} {{\n" + "".join(f"    {line};\n" for line in body) + "  },\n"


def _prepare(prepared: Prepared, parameters: tuple[str, ...], membrane: Membrane) -> str:
    """Print ``prepare(p)``: quantities that depend only on parameters, recomputed when a parameter has changed."""
    if not prepared.derived:
        return ""
    names = {s: sp.Symbol(f"q_{s.name}", real=True) for s in prepared.parameters}
    symbols = set().union(*(expr.free_symbols for expr in prepared.derived))
    present = [s for s in prepared.parameters if s in symbols]
    inputs = [s for s in present if s.name in parameters]
    loads = ", ".join(f"{names[s]} = {_origin(s.name, parameters, membrane)}" for s in present)
    same = " && ".join(f"seen[{k}] === {names[s]}" for k, s in enumerate(inputs)) or "seen[0] === 1"
    keep = [f"seen[{k}] = {names[s]};" for k, s in enumerate(inputs)] or ["seen[0] = 1;"]
    work = [f"q[{k}] = {_text(expr, names)};" for k, expr in enumerate(prepared.derived)]
    return (
        f"const q = new Float64Array({len(prepared.derived)});\n"
        f"const seen = new Float64Array({max(1, len(inputs))}).fill(NaN);\n"
        f"const prepare = (p) => {{\n  const {loads};\n  if ({same}) return;\n  "
        + "\n  ".join([*keep, *work])
        + "\n};\n"
    )


def _origin(name: str, parameters: tuple[str, ...], membrane: Membrane) -> str:
    return f"p[{parameters.index(name)}]" if name in parameters else repr(float(membrane[name]))


def _text(expr: sp.Expr, names: dict[sp.Symbol, sp.Symbol]) -> str:
    return str(_Printer().doprint(expr.xreplace(names)))
