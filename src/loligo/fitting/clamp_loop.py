"""The compiled part of a fit under voltage clamp: gates and their derivatives with respect to parameters, step by step.

A gate obeys ``dx/dt = b (inf - x)``. If the command is constant, a step is exact. If it changes, ``inf`` is a parabola
through start, middle and end of the step, with slope ``c0 + c1 u`` for u from 0 to 1; the mean of b is that of
Simpson's rule, and b rises by w/h along the step. To first order in w, which leaves an error of order 4 in h,

    x(h) = inf(h) + (x(0) - inf(0)) exp(-z) - c0 p0 - c1 p1 + w (c0 (p1 - p2) + c1 (p2 - p3))/2,    z = h b,

where ``pk`` is the integral of ``u**k exp(-z (1 - u))`` over u from 0 to 1. Derivatives are those of this formula.
"""

from __future__ import annotations

import math
from typing import Any, Final

from numba import types

from loligo.kernel.calling import call_state_function, pointer_to, shifted
from loligo.kernel.entries import entry, inlined

NEAR: Final = 1.0  # below this value, integrals are computed as series

_numbers, _whole, _table = types.float64[::1], types.int64[::1], types.float64[:, ::1]


@entry(types.void(types.int64, _numbers, _numbers, _whole, _table, _numbers), nogil=True)
def rates_at(address: Any, q: Any, potentials: Any, counts: Any, rows: Any, memory: Any) -> None:
    """Fill a row for each potential: inf and b of each gate, then their derivatives with respect to parameters."""
    work, constants = pointer_to(memory), pointer_to(q)
    first = memory.size - rows.shape[1]
    for k in range(potentials.size):
        work[0] = potentials[k]
        call_state_function(address, work, 0, constants, first)
        at = first
        for gate in range(counts.size):
            b = work[at + 1]
            inf = work[at] / b
            work[at] = inf
            for j in range(1, counts[gate] + 1):
                work[at + 2 * j] = (work[at + 2 * j] - inf * work[at + 2 * j + 1]) / b
            at += 2 + 2 * counts[gate]
        for j in range(rows.shape[1]):
            rows[k, j] = work[first + j]


@entry(types.float64(_numbers, _table, types.float64, _numbers, _table), nogil=True)
def normal(misfit: Any, jacobian: Any, noise: Any, gradient: Any, curvature: Any) -> Any:
    """Add to half the gradient and curvature of a sum of squares over squared noise, and return the sum."""
    n, weight, cost = jacobian.shape[1], 1.0 / (noise * noise), 0.0
    for row in range(misfit.size):
        r = misfit[row]
        cost += r * r
        for i in range(n):
            d = jacobian[row, i]
            gradient[i] += weight * d * r
            for j in range(i + 1):
                curvature[i, j] += weight * d * jacobian[row, j]
    for i in range(n):
        for j in range(i):
            curvature[j, i] = curvature[i, j]
    return cost * weight


@inlined
def integrals(z: Any) -> Any:
    """Return exp(-z), and p0 to p4."""
    if z < NEAR:
        term = total = 0.2
        for j in range(6, 30):
            term *= -z / j
            total += term
            if abs(term) < 1e-17:
                break
        p4 = total
        p3 = (1.0 - z * p4) / 4.0
        p2 = (1.0 - z * p3) / 3.0
        p1 = (1.0 - z * p2) / 2.0
        p0 = 1.0 - z * p1
        return 1.0 - z * p0, p0, p1, p2, p3, p4
    e = math.exp(-z)
    p0 = (1.0 - e) / z
    p1 = (1.0 - p0) / z
    p2 = (1.0 - 2.0 * p1) / z
    p3 = (1.0 - 3.0 * p2) / z
    return e, p0, p1, p2, p3, (1.0 - 4.0 * p3) / z


@inlined
def still(x: Any, s: Any, h: Any, rates: Any, at: Any, node: Any, count: Any) -> Any:
    """Return a gate after a step at constant potential, and update its derivatives at the pointer ``s``."""
    inf, b = rates[node, at], rates[node, at + 1]
    e = math.exp(-h * b)
    away = (x - inf) * e
    for j in range(count):
        i, r = rates[node, at + 2 + 2 * j], rates[node, at + 3 + 2 * j]
        s[j] = i + (s[j] - i) * e - away * h * r
    return inf + away


@inlined
def moving(x: Any, s: Any, h: Any, rates: Any, at: Any, nodes: Any, count: Any) -> Any:
    """Return a gate after a step with changing v, and update its derivatives at the pointer ``s``."""
    a, m, c = nodes[0], nodes[1], nodes[2]
    b = (rates[a, at + 1] + 4.0 * rates[m, at + 1] + rates[c, at + 1]) / 6.0
    i0, i1, i2 = rates[a, at], rates[m, at], rates[c, at]
    c0, c1 = 4.0 * i1 - 3.0 * i0 - i2, 4.0 * (i0 - 2.0 * i1 + i2)
    e, p0, p1, p2, p3, p4 = integrals(h * b)
    w = 0.5 * h * (rates[c, at + 1] - rates[a, at + 1])
    f0, f1 = w * (p1 - p2) - p0, w * (p2 - p3) - p1  # weights of c0 and c1; their derivatives with respect to z follow
    g0 = w * (2.0 * p2 - p1 - p3) - (p1 - p0)
    g1 = w * (2.0 * p3 - p2 - p4) - (p2 - p1)
    away = (x - i0) * e
    of_z, of_w = c0 * g0 + c1 * g1 - away, c0 * (p1 - p2) + c1 * (p2 - p3)
    for j in range(count):
        k = at + 2 + 2 * j
        j0, j1, j2 = rates[a, k], rates[m, k], rates[c, k]
        r0, r2 = rates[a, k + 1], rates[c, k + 1]
        d0, d1 = 4.0 * j1 - 3.0 * j0 - j2, 4.0 * (j0 - 2.0 * j1 + j2)
        moved = of_z * h * (r0 + 4.0 * rates[m, k + 1] + r2) / 6.0 + of_w * 0.5 * h * (r2 - r0)
        s[j] = j2 + (s[j] - j0) * e + d0 * f0 + d1 * f1 + moved
    return i2 + away + c0 * f0 + c1 * f1


@entry(
    types.void(
        types.int64, _numbers, _whole, _whole, _table, _numbers, _numbers, types.int64[:, ::1], _whole, _whole,
        _numbers, _table, _numbers,
    ),
    nogil=True,
)  # fmt: skip
def follow(
    address: Any, q: Any, counts: Any, own: Any, rates: Any, potentials: Any, lengths: Any, nodes: Any, sampled: Any,
    sample_nodes: Any, modelled: Any, jacobian: Any, memory: Any,
) -> None:  # fmt: skip
    """Integrate the gates from their steady states, and compute the current and its derivatives at the samples.

    Parameters
    ----------
    address : int
        Address of ``current`` of `loligo.kernel.clamp_derivatives`.
    q : array
        Prepared parameters.
    counts : array (gates,)
        Number of parameters of each gate.
    own : array
        Indices of these parameters, gate by gate.
    rates : array (potentials, ...)
        Rates as `rates_at` returns them.
    potentials : array (potentials,)
        [mV]
    lengths : array (steps,)
        Length of each step [ms].
    nodes : array (steps, 3)
        Rows of ``rates`` at the start, the middle and the end of each step; equal if v is constant.
    sampled : array (steps,)
        The row of ``jacobian`` to fill after each step, or -1.
    sample_nodes : array (steps,)
        The row of ``potentials`` at the end of each step.
    modelled : array (samples,)
        Filled with the current.
    jacobian : array (samples, parameters)
        Filled with the derivatives of the current; must contain zeros.
    memory : array
    """
    gates, varied = counts.size, jacobian.shape[1]
    work, constants = pointer_to(memory), pointer_to(q)
    out = 1 + gates  # after v and the gates: the current, its derivatives, then those of the gates
    slopes = shifted(work, out + 1 + gates + varied)
    at, place = 0, 0
    for gate in range(gates):
        work[1 + gate] = rates[nodes[0, 0], at]
        for j in range(counts[gate]):
            slopes[place + j] = rates[nodes[0, 0], at + 2 + 2 * j]
        at += 2 + 2 * counts[gate]
        place += counts[gate]
    for k in range(lengths.size):
        at, place = 0, 0
        for gate in range(gates):
            x, s, count = work[1 + gate], shifted(slopes, place), counts[gate]
            if nodes[k, 0] == nodes[k, 2] and nodes[k, 0] == nodes[k, 1]:
                work[1 + gate] = still(x, s, lengths[k], rates, at, nodes[k, 0], count)
            else:
                work[1 + gate] = moving(x, s, lengths[k], rates, at, nodes[k], count)
            at += 2 + 2 * count
            place += count
        row = sampled[k]
        if row >= 0:
            work[0] = potentials[sample_nodes[k]]
            call_state_function(address, work, 0, constants, out)
            modelled[row] = work[out]
            for p in range(varied):
                jacobian[row, p] = work[out + 1 + gates + p]
            entry = 0
            for gate in range(gates):
                for _ in range(counts[gate]):
                    jacobian[row, own[entry]] += work[out + 1 + gate] * slopes[entry]
                    entry += 1
