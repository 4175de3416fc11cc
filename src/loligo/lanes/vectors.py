"""Vectors of lanes: plain Python arithmetic that emits LLVM vector instructions while it is traced.

Whether LLVM vectorises a loop over lanes depends on the loop, on the processor and on the version of LLVM. Here a
function of `Vector` values is called once, at compile time, inside a compiled function (`loligo.lanes.memory`), and
each of its operations becomes one instruction on as many lanes as a wide register holds. Branches are impossible;
`select` replaces them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from llvmlite import ir

FLAGS: Final = ("contract", "nsz", "arcp")  # flags of LLVM that allow faster arithmetic but preserve NaN and infinity
_INTEGER = {"double": (64, 52, 1023, 6755399441055744.0), "float": (32, 23, 127, 12582912.0)}
_LOG2_E, _LN2 = 1.4426950408889634, {"double": (0.693147180369123816490, 1.90821492927058770002e-10)}
_LN2["float"] = (0.693359375, -2.12194440e-4)
# exp to a relative error of 4e-18 and 2e-9 where |x| <= log(2)/2, from the Remez exchange algorithm
_EXP = {
    "double": [
        1.0, 1.0, 0.5000000000000018, 0.16666666666666163, 0.041666666666491374, 0.00833333333356101,
        0.0013888888951598607, 0.00019841269430350737, 2.4801486117919527e-05, 2.7557623646351745e-06,
        2.763244330035087e-07, 2.4994217597133103e-08,
    ],
    "float": [
        1.000000000558448, 1.000000036540249, 0.49999992033755297, 0.1666641918569514, 0.041668231552158916,
        0.008374898692817614, 0.0013836753872051575,
    ],
}  # fmt: skip
_BERNOULLI = [1 / 12, -1 / 720, 1 / 30240]  # x/(exp(x) - 1) is 1 - x/2 plus the sum of these times x**2, x**4, x**6
_NEAR = {"double": 0.0025, "float": 0.04}  # below this square of x, the series is exact to rounding
_LARGEST = {"double": 1e100, "float": 1e36}  # a larger value is clamped; squares are finite, with "double" also cubes
_SMALLEST = {"double": 2.0**-1022, "float": 2.0**-126}
_BLUNT = {"double": 1e-14, "float": 2e-7}  # square of the distance from 0 within which x/(exp(x) - 1) is smoothed


@dataclass(frozen=True, eq=False)
class Vector:
    """One number in several lanes, while a program is traced."""

    builder: Any
    value: Any

    @property
    def kind(self) -> str:
        """The type of one lane: ``double``, ``float``, or ``i1`` for the result of a comparison."""
        return str(self.value.type.element)

    def constant(self, number: float) -> Vector:
        """Return the same number in every lane; a number too small for the precision becomes its smallest, not zero."""
        element = self.value.type.element
        if 0.0 < abs(number) < _SMALLEST[self.kind]:
            number = math.copysign(_SMALLEST[self.kind], number)
        return Vector(self.builder, ir.Constant(self.value.type, [element(number)] * self.value.type.count))

    def lifted(self, other: Any) -> Vector:
        """Return a number as a vector like this one."""
        return other if isinstance(other, Vector) else self.constant(float(other))

    def _made(self, operation: Callable[..., Any], *others: Any) -> Vector:
        values = [self.lifted(other).value for other in others]
        return Vector(self.builder, operation(self.value, *values, flags=FLAGS))

    def __add__(self, other: Any) -> Vector:
        return self._made(self.builder.fadd, other)

    def __sub__(self, other: Any) -> Vector:
        return self._made(self.builder.fsub, other)

    def __mul__(self, other: Any) -> Vector:
        return self._made(self.builder.fmul, other)

    def __truediv__(self, other: Any) -> Vector:
        return self._made(self.builder.fdiv, other)

    def __rsub__(self, other: Any) -> Vector:
        return self.lifted(other) - self

    def __rtruediv__(self, other: Any) -> Vector:
        return self.lifted(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Vector:
        return self * -1.0

    def __abs__(self) -> Vector:
        return select(self < 0.0, -self, self)

    def _compared(self, sign: str, other: Any) -> Vector:
        return Vector(self.builder, self.builder.fcmp_ordered(sign, self.value, self.lifted(other).value))

    def __lt__(self, other: Any) -> Vector:
        return self._compared("<", other)

    def __le__(self, other: Any) -> Vector:
        return self._compared("<=", other)

    def __gt__(self, other: Any) -> Vector:
        return self._compared(">", other)

    def __ge__(self, other: Any) -> Vector:
        return self._compared(">=", other)

    def __and__(self, other: Vector) -> Vector:
        return Vector(self.builder, self.builder.and_(self.value, other.value))

    def __or__(self, other: Vector) -> Vector:
        return Vector(self.builder, self.builder.or_(self.value, other.value))

    def __invert__(self) -> Vector:
        return Vector(self.builder, self.builder.not_(self.value))

    def as_kind(self, kind: str) -> Vector:
        """Return the lanes in single or double precision."""
        if kind == self.kind:
            return self
        target = ir.VectorType(ir.DoubleType() if kind == "double" else ir.FloatType(), self.value.type.count)
        convert = self.builder.fpext if kind == "double" else self.builder.fptrunc
        return Vector(self.builder, convert(self.value, target))


def select(condition: Vector, yes: Any, no: Any) -> Vector:
    """Return ``yes`` in the lanes where the condition is true, ``no`` in the others."""
    example = yes if isinstance(yes, Vector) else no
    yes, no = example.lifted(yes), example.lifted(no)
    return Vector(condition.builder, condition.builder.select(condition.value, yes.value, no.value))


def side(mode: Vector, x: Any) -> Vector:
    """Return x where the mode is 0, else the mode: which branch of a choice is taken."""
    return select((mode > 0.0) | (mode < 0.0), mode, x)


@contextmanager
def where_any(condition: Vector) -> Iterator[None]:
    """Compute the block only if a condition is true in some lane: this is the only branch.

    The other lanes then compute it as well, so the caller must `select` its results by the condition.
    """
    builder, count = condition.builder, condition.value.type.count
    bits = builder.bitcast(condition.value, ir.IntType(count))
    with builder.if_then(builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(count), 0))):
        yield


def least(a: Vector, b: Any) -> Vector:
    """Return the smaller of two numbers; ``b`` where ``a`` is NaN."""
    return select(a < b, a, b)


def greatest(a: Vector, b: Any) -> Vector:
    """Return the larger of two numbers; ``b`` where ``a`` is NaN."""
    return select(a > b, a, b)


def exp(x: Vector) -> Vector:
    """Return the exponential to the last digits: a polynomial on half an octave, with k added to the exponent bits."""
    kind = x.kind
    bits, mantissa, _, magic = _INTEGER[kind]
    limit = 708.0 if kind == "double" else 87.0
    x = select(x.constant(limit) < x, limit, x)  # NaN is preserved
    x = select(x.constant(-limit) > x, -limit, x)
    shifted = x * _LOG2_E + magic
    k = shifted - magic
    high, low = _LN2[kind]
    value = _polynomial((x - k * high) - k * low, _EXP[kind])
    whole = ir.VectorType(ir.IntType(bits), x.value.type.count)
    builder = x.builder
    raised = builder.shl(builder.bitcast(shifted.value, whole), ir.Constant(whole, [mantissa] * x.value.type.count))
    return Vector(builder, builder.bitcast(builder.add(raised, builder.bitcast(value.value, whole)), x.value.type))


def _polynomial(x: Vector, terms: list[float]) -> Vector:
    """Evaluate by halves, so that few operations wait for one another."""
    if len(terms) == 1:
        return x.constant(terms[0])
    powers = {1: x}
    values: list[Any] = [x * b + a for a, b in zip(terms[::2], terms[1::2], strict=False)]
    values += [terms[-1]] if len(terms) % 2 else []
    height = 1
    while len(values) > 1:
        height *= 2
        powers[height] = powers[height // 2] * powers[height // 2]
        pairs = [powers[height] * b + a for a, b in zip(values[::2], values[1::2], strict=False)]
        values = pairs + ([values[-1]] if len(values) % 2 else [])
    found: Vector = values[0]
    return found


def exprelr0(x: Vector, d: Vector, over: Vector) -> Vector:
    """Return ``x/(exp(x) - 1)`` without a choice, from ``d = exp(x) - 1`` and the inverse of `guarded`.

    The same small number is added to the numerator and the denominator of ``x d/(d d)``, so that 0/0 becomes 1.
    The change is below 5e-8 (1e-3 in single precision) where |x| is about 1e-7 (4e-4), and zero far from there: less
    than ``exp(x) - 1`` itself loses.
    """
    return (x * _bounded(d) + _BLUNT[x.kind]) * over


def exprelr1(x: Vector, d: Vector, over: Vector) -> Vector:
    """Return the derivative of ``x/(exp(x) - 1)``; the caller gives what `exprelr0` takes."""
    s = x * x
    series = _polynomial(s, [2 * b * (k + 1) for k, b in enumerate(_BERNOULLI)]) * x - 0.5
    over = _bounded(d) * over
    return select(s < _NEAR[x.kind], series, over * (1.0 - x - x * over))


def exprelr2(x: Vector, d: Vector, over: Vector) -> Vector:
    """Return the second derivative of ``x/(exp(x) - 1)``; the caller gives what `exprelr0` takes."""
    s = x * x
    series = _polynomial(s, [2 * b * (k + 1) * (2 * k + 1) for k, b in enumerate(_BERNOULLI)])
    over = _bounded(d) * over
    return select(s < _NEAR[x.kind], series, over * (over + 1.0) * (x + x * over * 2.0 - 2.0))


def guarded(d: Vector) -> Vector:
    """Return the square of ``d = exp(x) - 1`` plus a small number, as a safe divisor."""
    d = _bounded(d)
    return d * d + _BLUNT[d.kind]


def _bounded(d: Vector) -> Vector:
    """Return a number clamped so that its square is finite and `inverses` leaves it unchanged; NaN is preserved."""
    most = 0.9 * math.sqrt(_LARGEST[d.kind])
    return select(d.constant(most) < d, most, d)


def inverses(*values: Vector) -> list[Vector]:
    """Return 1/x of several numbers with one division, which takes as long as ten products.

    Values are clamped to 1e100. In single precision a division costs less and products soon overflow, so there each
    value is divided separately.
    """
    if len(values) == 1 or values[0].kind == "float":
        return [1.0 / value for value in values]
    if len(values) > 3:
        return [*inverses(*values[:3]), *inverses(*values[3:])]
    most = _LARGEST[values[0].kind]
    a, b, *rest = (select(value > most, most, value) for value in values)
    if not rest:
        both = 1.0 / (a * b)
        return [b * both, a * both]
    c = rest[0]
    ab = a * b
    all_three = 1.0 / (ab * c)
    both = c * all_three
    return [b * both, a * both, ab * all_three]


def log(x: Vector) -> Vector:
    """Return the natural logarithm: the exponent from the bits, and a series for the remainder, near 1."""
    kind, builder = x.kind, x.builder
    bits, mantissa, bias, _ = _INTEGER[kind]
    count = x.value.type.count
    whole = ir.VectorType(ir.IntType(bits), count)

    def same(number: int) -> Any:
        return ir.Constant(whole, [number] * count)

    word = builder.bitcast(x.value, whole)
    unit = 2.0**mantissa  # an integer placed in the low bits of this number becomes its fraction
    exponent = builder.or_(builder.lshr(word, same(mantissa)), same((bias + mantissa) << mantissa))
    fraction = builder.or_(builder.and_(word, same((1 << mantissa) - 1)), same(bias << mantissa))
    e = Vector(builder, builder.bitcast(exponent, x.value.type)) - (unit + bias)
    m = Vector(builder, builder.bitcast(fraction, x.value.type))
    large = m > 1.4142135623730951
    e, m = select(large, e + 1.0, e), select(large, m * 0.5, m)
    s = (m - 1.0) / (m + 1.0)
    series = _polynomial(s * s, [1 / (2 * k + 1) for k in range(11 if kind == "double" else 5)])
    value = e * 0.6931471805599453 + s * series * 2.0
    return select((x > 0.0) & (x < math.inf), value, select(x < 0.0, math.nan, select(x > 0.0, x, x - math.inf)))


def power(x: Any, y: Any) -> Vector:
    """Return x**y: by products if y is one integer, else by logarithms; NaN where it is undefined."""
    if not isinstance(y, Vector):
        if float(y).is_integer():
            return 1.0 / power(x, -y) if y < 0 else _product(x, int(y))
        return exp(log(x) * y)
    x = y.lifted(x)
    size = exp(log(abs(x)) * y)
    half_way = y * 0.5
    signed = select(abs(half_way - _rounded(half_way)) > 0.25, -size, size)
    signed = select(abs(y - _rounded(y)) > 0.0, math.nan, signed)
    return select(abs(y) > 0.0, select(x < 0.0, signed, size), 1.0)


def _product(x: Vector, count: int) -> Vector:
    if count < 2:
        return x if count else x.constant(1.0)
    half = _product(x, count // 2)
    return half * half * x if count % 2 else half * half


def _rounded(x: Vector) -> Vector:
    """Return the nearest integer, for numbers below 2**50 (2**21 in single precision)."""
    magic = _INTEGER[x.kind][3]
    return (x + magic) - magic


def sin(x: Vector) -> Vector:
    """Return the sine, one lane after another."""
    return _called("sin", x)


def cos(x: Vector) -> Vector:
    """Return the cosine, one lane after another."""
    return _called("cos", x)


def _called(name: str, x: Vector) -> Vector:
    vector, module = x.value.type, x.builder.module
    full = f"llvm.{name}.v{vector.count}f{64 if x.kind == 'double' else 32}"
    function = module.globals.get(full) or ir.Function(module, ir.FunctionType(vector, [vector]), full)
    return Vector(x.builder, x.builder.call(function, [x.value]))


def rough_log2(x: Vector) -> Vector:
    """Return log2 of a positive number to within 0.09, in single precision: its bits, read as an integer."""
    x = x.as_kind("float")
    whole = ir.VectorType(ir.IntType(32), x.value.type.count)
    bits = x.builder.sitofp(x.builder.bitcast(x.value, whole), x.value.type)
    return Vector(x.builder, bits) * 2.0**-23 - 127.0


def rough_exp2(x: Vector) -> Vector:
    """Return the inverse of `rough_log2`."""
    whole = ir.VectorType(ir.IntType(32), x.value.type.count)
    bits = x.builder.fptosi(((x + 127.0) * 2.0**23).value, whole)
    return Vector(x.builder, x.builder.bitcast(bits, x.value.type))
