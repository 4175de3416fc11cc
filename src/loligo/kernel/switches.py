"""Pass 4b: the conditions in formulas that an integrator freezes during a step, so that the step is smooth.

``I if clock > 50 else 0`` jumps and ``abs(v + 40)`` bends where one variable passes a value that depends on parameters
alone. Each such value is a *switch*. The right-hand side that is integrated chooses its branch by the switch's *mode*,
1 above the value, -1 below it: ::

    Piecewise((I, clock > 50), (0, True))   ->   Piecewise((I, side(mode, clock - 50) > 0), (0, True))

In mode 0 the comparison itself decides, for evaluation outside of integration. A condition that is not linear in one
variable (``v*x > 3``, ``sin(clock) > 0``, ``v > x``) is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import sympy as sp

LARGEST_CONDITION = 64  # largest number of comparisons into which a comparison with nested choices may be split
MOST_PARTS = 64  # a comparison with more parts is not split, because nested choices multiply


class side(sp.Function):  # noqa: N801
    """``side(mode, x)``: x itself if the mode is 0, else a number with the sign of the mode."""

    nargs = 2

    def _eval_is_extended_real(self) -> bool:
        return True


@dataclass
class Switches:
    """The values of one variable at which formulas jump or bend.

    Attributes
    ----------
    variables : list of Symbol
        The variables of the state that may pass a value.
    found : dict of (Symbol, Expr) to Symbol
        The mode of each switch, keyed by its variable and its value.
    """

    variables: list[sp.Symbol]
    found: dict[tuple[sp.Symbol, sp.Expr], sp.Symbol] = field(default_factory=dict)

    @property
    def modes(self) -> list[sp.Symbol]:
        """The symbol of each mode, in order."""
        return list(self.found.values())

    @property
    def values(self) -> list[sp.Expr]:
        """The value of each switch, as an expression in the parameters."""
        return [value for _, value in self.found]

    @property
    def places(self) -> list[int]:
        """The index of each switch's variable."""
        return [self.variables.index(x) for x, _ in self.found]

    def frozen(self, expr: sp.Expr) -> sp.Expr:
        """Return an expression in which modes decide every condition that is linear in one variable."""
        if not expr.has(sp.Piecewise, sp.Abs):
            return expr
        if isinstance(expr, sp.Piecewise):
            return sp.Piecewise(*((self.frozen(value), self._condition(test)) for value, test in expr.args))
        args = [self.frozen(argument) for argument in expr.args]
        if isinstance(expr, sp.Abs):
            test = self._located(sp.Lt(args[0], 0))
            return sp.Piecewise((-args[0], test), (args[0], True)) if test.has(side) else expr
        return expr.func(*args)

    def _condition(self, test: sp.Basic) -> sp.Basic:
        if isinstance(test, sp.core.relational.Relational):
            return self._located(test.func(*(self.frozen(argument) for argument in test.args)))
        return test.func(*(self._condition(part) for part in test.args)) if test.args else test

    def _located(self, test: sp.Basic, budget: int = LARGEST_CONDITION) -> sp.Basic:
        """Return a comparison in terms of the modes of its switches; nested choices are separated."""
        if not isinstance(test, sp.core.relational.Relational):  # the test was simplified to true or false
            return test
        difference = test.lhs - test.rhs
        inner = [choice for choice in difference.atoms(sp.Piecewise) if choice.has(side)]
        if inner and budget > 1 and _parts(difference) <= MOST_PARTS:
            choice = min(inner, key=lambda choice: (choice.count_ops(), sp.default_sort_key(choice)))
            return self._apart(test, difference, choice, budget // len(choice.args))
        line = None if inner else self._line(difference)
        if line is None:
            return test
        mode, slope = line
        sign = 1 if slope.is_positive else -1 if slope.is_negative else slope
        return test.func(side(sign * mode, difference), 0)

    def _apart(self, test: sp.Basic, difference: sp.Expr, choice: sp.Piecewise, budget: int) -> sp.Basic:
        cases, before = [], sp.true
        for value, condition in choice.args:
            case = test.func(difference.xreplace({choice: value}), 0)
            cases.append(sp.And(before, condition, self._located(case, budget)))
            before = sp.And(before, sp.Not(condition))
        return sp.Or(*cases)

    def _line(self, difference: sp.Expr) -> tuple[sp.Symbol, sp.Expr] | None:
        """Return the mode and the slope of a difference that is linear in one variable, else None."""
        own = difference.free_symbols & set(self.variables)
        if len(own) != 1 or sp.Symbol("stimulus", real=True) in difference.free_symbols:
            return None
        (x,) = own
        slope = sp.diff(difference, x)
        if slope == 0 or slope.has(x) or slope.has(sp.Derivative, sp.Subs):
            return None
        value = sp.expand(-difference.subs(x, 0) / slope)
        name = f"_mode_{len(self.found)}"  # users' names do not begin with an underscore
        return self.found.setdefault((x, value), sp.Symbol(name, real=True)), slope


def _parts(expr: sp.Expr) -> int:
    """Return the number of parts of an expression, counted up to a limit."""
    return sum(1 for _ in islice(sp.preorder_traversal(expr), MOST_PARTS + 1))
