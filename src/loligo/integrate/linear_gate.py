"""One step of a gate under a known potential: ``dx/dt = a(t) - b(t) x``, with a and b known at nodes.

Over a step of length h, with ``B(t)`` the integral of b, the solution is

    x(t) = exp(-B(t)) (x0 + integral of a exp(B))

Where the gate is slow (``b h`` below `SLOW`) the integrand is smooth, and its quadrature over the nodes is exact to
rounding. Where the gate is fast the exponential is not smooth, but one solution p is: the polynomial with
``p' = a - b p`` at every node, whatever its initial value. Any other solution differs from it by an exponential,

    x(t) = p(t) + (x0 - p(0)) exp(-B(t))

so a gate with a time constant of a microsecond needs no shorter steps than one with a second.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from loligo.integrate.elimination import factorised, solve
from loligo.kernel.calling import Pointer, shifted
from loligo.kernel.entries import inlined

SLOW = 0.7


@inlined
def _exp(x: float) -> float:
    """Return exp(x) to 1e-14 for x below `SLOW`, by a polynomial that the compiler can vectorise."""
    value = 1.0 / 87178291200.0
    value = value * x + 1.0 / 6227020800.0
    value = value * x + 1.0 / 479001600.0
    value = value * x + 1.0 / 39916800.0
    value = value * x + 1.0 / 3628800.0
    value = value * x + 1.0 / 362880.0
    value = value * x + 1.0 / 40320.0
    value = value * x + 1.0 / 5040.0
    value = value * x + 1.0 / 720.0
    value = value * x + 1.0 / 120.0
    value = value * x + 1.0 / 24.0
    value = value * x + 1.0 / 6.0
    value = value * x + 0.5
    return (value * x + 1.0) * x + 1.0


@inlined
def relaxed(h: float, x: float, a: float, b: float) -> float:
    """Return the gate after a step with constant rates."""
    z = h * b
    return x + (h * a - z * x) * (-math.expm1(-z) / z if z != 0.0 else 1.0)


@inlined
def combined(weights: Pointer, values: Pointer, n: int) -> float:
    """Return a linear map of values at the nodes."""
    total = 0.0
    for j in range(n):
        total += weights[j] * values[j]
    return total


@inlined
def is_slow(h: float, b: Pointer, n: int) -> bool:
    """Return whether the gate is slow compared with the step."""
    fastest = 0.0
    for j in range(n):
        fastest = max(fastest, abs(b[j]))
    return h * fastest < SLOW


def slow_gate(n: int) -> Callable[[float, float, Pointer, Pointer, Pointer, Pointer], float]:
    """Return a slow gate at the end of a step with n nodes; with a known n, loops become straight vector code."""
    integral = 3 * n

    @inlined
    def step(h: float, x: float, a: Pointer, b: Pointer, nodes: Pointer, inner: Pointer) -> float:
        passed = total = 0.0
        for j in range(n):
            passed += nodes[j] * b[j]
        for j in range(n):
            grown = 0.0
            for k in range(n):
                grown += nodes[integral + n * k + j] * b[k]
            inner[j] = h * grown
        for j in range(n):
            inner[j] = a[j] * _exp(inner[j])
            total += nodes[j] * inner[j]
        return _exp(-h * passed) * (x + h * total)

    return step


slow_by_nine, slow_by_seven, slow_by_four, slow_by_three = slow_gate(9), slow_gate(7), slow_gate(4), slow_gate(3)


@inlined
def smooth_solution(
    h: float, a: Pointer, b: Pointer, n: int, derivative: Pointer, matrix: Pointer, pivots: Pointer, out: Pointer
) -> bool:
    """Set ``out`` to the polynomial p at the nodes; return whether it exists."""
    for i in range(n):
        for j in range(n):
            matrix[n * i + j] = derivative[n * i + j]
        matrix[n * i + i] += h * b[i]
        out[i] = h * a[i]
    if not factorised(matrix, pivots, n):
        return False
    solve(matrix, pivots, n, out)
    return True


@inlined
def fast_gate(
    h: float, x: float, a: Pointer, b: Pointer, n: int, nodes: Pointer, matrix: Pointer, pivots: Pointer, inner: Pointer
) -> float:
    """Return a fast gate at the end of a step with n nodes; ``inner`` is set to the smooth solution.

    ``nodes`` are the concatenated arrays of a `loligo.integrate.quadrature.Nodes`.
    """
    if not smooth_solution(h, a, b, n, shifted(nodes, 3 * n + n * n), matrix, pivots, inner):
        return math.nan
    begin, end = combined(shifted(nodes, n), inner, n), combined(shifted(nodes, 2 * n), inner, n)
    return end + (x - begin) * math.exp(-h * combined(nodes, b, n))


@inlined
def within_step(
    h: float, x: float, b: Pointer, n: int, slow: bool, nodes: Pointer, inner: Pointer, value: Pointer,
    integral: Pointer,
) -> float:  # fmt: skip
    """Return the gate at a point of the step, given the linear maps to the value and the integral there.

    ``inner`` was set by `slow_gate` or `fast_gate`.
    """
    decay = math.exp(-h * combined(integral, b, n))
    if slow:
        return decay * (x + h * combined(integral, inner, n))
    return combined(value, inner, n) + (x - combined(shifted(nodes, n), inner, n)) * decay
