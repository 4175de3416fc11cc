"""A second reader of membranes, independent of `loligo.kernel`: formulas are taken literally, in any arithmetic.

Only what a `Membrane` says of itself is used (the texts of its formulas and its numbers). Python's parser makes the
tree; every operation is done in the arithmetic that is given, `mpmath` for many digits or `math` for SciPy.
"""

import ast
import math
import operator
from dataclasses import dataclass
from functools import cache

import mpmath

from loligo.membrane import Channel, Expression, Membrane, State

OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
COMPARISONS = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}


@dataclass(frozen=True)
class Arithmetic:
    """How to make a number of its decimal text, and where functions are found."""

    number: object
    functions: object

    def function(self, name):
        return abs if name == "abs" else getattr(self.functions, name)


DIGITS_50 = Arithmetic(mpmath.mpf, mpmath.mp)
DOUBLES = Arithmetic(float, math)
FUNCTIONS = vars(math) | {"abs": abs}


@cache
def tree(text):
    return ast.parse(text, mode="eval").body


class Doubles(ast.NodeTransformer):
    """Turns every number of a tree into a double."""

    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(float(repr(node.value))), node)


@cache
def code(text):
    """Return what Python computes of a formula in doubles: many times as fast as a walk, which runs of SciPy repeat."""
    return compile(ast.fix_missing_locations(Doubles().visit(ast.parse(text, mode="eval"))), "formula", "eval")


def value(text, names, arithmetic):
    """Return the value of a formula."""
    if arithmetic is DOUBLES:
        return eval(code(text), FUNCTIONS, names)

    def walk(node):
        match node:
            case ast.Constant():
                return arithmetic.number(repr(node.value))
            case ast.Name():
                return names[node.id]
            case ast.UnaryOp(op=ast.USub()):
                return -walk(node.operand)
            case ast.UnaryOp(op=ast.UAdd()):
                return walk(node.operand)
            case ast.BinOp():
                return OPERATIONS[type(node.op)](walk(node.left), walk(node.right))
            case ast.Call():
                return arithmetic.function(node.func.id)(walk(node.args[0]))
            case ast.IfExp():
                test = node.test
                true = COMPARISONS[type(test.ops[0])](walk(test.left), walk(test.comparators[0]))
                return walk(node.body if true else node.orelse)
        raise AssertionError(ast.dump(node))

    return walk(tree(text))


class Literal:
    """A membrane read literally.

    Parameters
    ----------
    membrane : Membrane
    arithmetic : Arithmetic
    """

    def __init__(self, membrane: Membrane, arithmetic: Arithmetic) -> None:
        self.membrane, self.arithmetic = membrane, arithmetic
        number = arithmetic.number
        self.numbers = {name: number(repr(parameter.value)) for name, parameter in membrane.parameters.items()}

    def read(self, text, names):
        return value(text, self.numbers | names, self.arithmetic)

    def phi(self, gate):
        """Return the factor of a gate's rates."""
        q10 = self.numbers["q10" if gate.q10 is None else f"q10_{gate.name}"]
        return q10 ** ((self.numbers["celsius"] - self.numbers["reference_celsius"]) / 10)

    def rates(self, gate, names):
        """Return alpha, beta, inf and tau at the membrane's temperature; None for what an instantaneous gate lacks."""
        texts = {key: formula.text for key, formula in gate.formulas.items()}
        found = {key: self.read(text, names) for key, text in texts.items()}
        phi = self.phi(gate)
        if "alpha" in found:
            alpha, beta = phi * found["alpha"], phi * found["beta"]
            return alpha, beta, alpha / (alpha + beta), 1 / (alpha + beta)
        if "tau" not in found:
            return None, None, found["inf"], 0
        inf, tau = found["inf"], found["tau"] / phi
        return inf / tau, (1 - inf) / tau, inf, tau

    def currents(self, names):
        """Return the current of every channel."""
        found = {}
        for channel in self.membrane.channels:
            if isinstance(channel, Channel):
                reversal = channel.E
                E = (
                    self.read(reversal.text, names)
                    if isinstance(reversal, Expression)
                    else self.numbers[f"E_{channel.name}"]
                )
                opened = 1 if channel.open is None else self.read(channel.open.text, names)
                found[channel.name] = self.numbers[f"g_{channel.name}"] * opened * (names["v"] - E)
            else:
                found[channel.name] = self.read(channel.current.text, names)
        return found

    def slope(self, y, stimulus=0):
        """Return dy/dt, a list in the order of ``membrane.variables``."""
        names = dict(zip(self.membrane.variables, y, strict=True))
        rates = {gate.name: self.rates(gate, names) for gate in self.membrane.gates}
        names |= {gate.name: rates[gate.name][2] for gate in self.membrane.gates if gate.instantaneous}
        currents = self.currents(names)
        slopes = [(stimulus - sum(currents.values())) / self.numbers["C"]]
        for gate in self.membrane.gates:
            if not gate.instantaneous:
                _, _, inf, tau = rates[gate.name]
                slopes.append((inf - names[gate.name]) / tau)
        names |= {f"I_{name}": current for name, current in currents.items()}
        parts = (part for part in self.membrane.parts if isinstance(part, State))
        return slopes + [self.read(state.derivative.text, names) for state in parts]


def python_slopes(membrane: Membrane):
    """Return dy/dt as a function of (y, stimulus) that Python compiles from the texts, for runs of seconds.

    What `Literal` walks through on every call, in the same order; NaN where Python refuses (overflow, a hole).
    """
    literal = Literal(membrane, DOUBLES)
    lines, slopes, waiting = [], [], []
    for gate in membrane.gates:
        texts, phi = {key: f"({formula.text})" for key, formula in gate.formulas.items()}, literal.phi(gate)
        alpha, beta, inf = texts.get("alpha"), texts.get("beta"), texts.get("inf")
        settled = inf or f"{alpha}/({alpha} + {beta})"
        if gate.instantaneous:
            lines.append(f"{gate.name} = {settled}")
        elif alpha:
            waiting.append(f"{phi!r}*({alpha}*(1 - {gate.name}) - {beta}*{gate.name})")
        else:
            waiting.append(f"{phi!r}*({inf} - {gate.name})/{texts['tau']}")
    names = []
    for channel in membrane.channels:
        names.append(f"I_{channel.name}")
        lines.append(f"I_{channel.name} = {channel.current.text}")
    slopes = [f"(stimulus - ({' + '.join(names)}))/C", *waiting, *(f"{s.derivative.text}" for s in membrane.states)]
    body = "\n        ".join([*lines, f"return [{', '.join(slopes)}]"])
    refused = f"return [math.nan]*{len(membrane.variables)}"
    source = (
        f"def slopes(y, stimulus=0.0):\n    {', '.join(membrane.variables)}, = y\n    try:\n        {body}\n"
        f"    except (ValueError, OverflowError, ZeroDivisionError):\n        {refused}\n"
    )
    space = {
        name: getattr(math, name) for name in ("cos", "cosh", "exp", "expm1", "log", "sin", "sinh", "sqrt", "tanh")
    }
    space |= {"abs": abs, "math": math} | literal.numbers
    exec(source, space)
    return space["slopes"]
