"""One step of Radau IIA of order 9 for the nonlinear variables; the others are known at its stages.

Hairer & Wanner, Solving Ordinary Differential Equations II, section IV.8, doi:10.1007/978-3-642-05221-7: simplified
Newton iterations with a finite-difference Jacobian. The error estimate comes from a formula of order 5 that uses the
slope at the start instead of the last stage, and is damped by the Jacobian where the variables are fast.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from loligo.integrate.elimination import factorised, solve
from loligo.integrate.quadrature import STAGES
from loligo.kernel.calling import Pointer, Whole, call_rhs, shifted
from loligo.kernel.entries import inlined

MOST_ITERATIONS = 10
SMALL = 0.02  # largest error that the iterations may leave, as a fraction of the allowed error


class Radau(NamedTuple):
    """The inputs of `radau_step`.

    Attributes
    ----------
    rhs : int
        Address of the right-hand side.
    q
        Prepared parameters of the right-hand side.
    work
        Memory for n variables and n slopes.
    n : int
        Number of variables of the membrane.
    known
        Row 0 has all n variables at the start of the step, row i + 1 the known variables at stage i.
    unknown
        Indices of the unknown variables.
    d : int
        Number of unknown variables.
    scale
        Error scale of each unknown variable.
    tolerance : float
        Tolerance, relative to the scales.
    stages
        The concatenated arrays of a `loligo.integrate.quadrature.Stages`.
    space
        Memory for the linear systems.
    """

    rhs: int
    q: Pointer
    work: Pointer
    n: int
    known: Pointer
    unknown: Whole
    d: int
    scale: Pointer
    tolerance: float
    stages: Pointer
    space: Pointer


@inlined
def slopes_at(r: Radau, known: Pointer, x: Pointer, out: Pointer) -> None:
    """Set ``out`` to the slopes of the d unknown variables at ``x``, given the known variables."""
    work, n = r.work, r.n
    for i in range(n):
        work[i] = known[i]
    for k in range(r.d):
        work[r.unknown[k]] = x[k]
    call_rhs(r.rhs, 0.0, work, n - n, r.q, n)
    for k in range(r.d):
        out[k] = work[n + r.unknown[k]]


@inlined
def jacobian_at(r: Radau, x: Pointer, slopes: Pointer, trial: Pointer, out: Pointer, jacobian: Pointer) -> float:
    """Set ``jacobian`` to finite differences of the slopes at ``x``; return the largest row sum."""
    d = r.d
    for j in range(d):
        for k in range(d):
            trial[k] = x[k]
        trial[j] += 1e-7 * max(abs(x[j]), r.scale[j])
        slopes_at(r, r.known, trial, out)
        for k in range(d):
            jacobian[d * k + j] = (out[k] - slopes[k]) / (trial[j] - x[j])
    fastest = 0.0
    for k in range(d):
        across = 0.0
        for j in range(d):
            across += abs(jacobian[d * k + j])
        fastest = max(fastest, across)
    return fastest


@inlined
def radau_step(r: Radau, h: float, x: Pointer, new: Pointer) -> float:
    """Set ``new`` to the variables after a step from ``x`` and return its error, 1 being just acceptable."""
    s, d, stages = STAGES, r.d, r.stages
    size = s * d
    matrix, rest = r.space, shifted(r.space, size * size)
    pivots, right, moved, slopes = rest, shifted(rest, size), shifted(rest, 2 * size), shifted(rest, 3 * size)
    jacobian = shifted(slopes, size + d)
    trial, out = shifted(jacobian, d * d), shifted(jacobian, d * d + d)
    weights = shifted(stages, s)
    slopes_at(r, r.known, x, slopes)
    fastest = jacobian_at(r, x, slopes, trial, out, jacobian)
    for i in range(s):
        for k in range(d):
            row = i * d + k
            moved[row] = h * stages[i] * slopes[k] if h * fastest < 0.5 else 0.0
            for j in range(s):
                for m in range(d):
                    matrix[size * row + j * d + m] = -h * weights[s * i + j] * jacobian[d * k + m]
            matrix[size * row + row] += 1.0
    if not factorised(matrix, pivots, size):
        return math.inf
    last = math.inf
    for iteration in range(MOST_ITERATIONS):
        for i in range(s):
            for k in range(d):
                trial[k] = x[k] + moved[i * d + k]
            slopes_at(r, shifted(r.known, r.n * (i + 1)), trial, shifted(slopes, d * (i + 1)))
        for i in range(s):
            for k in range(d):
                rise = 0.0
                for j in range(s):
                    rise += weights[s * i + j] * slopes[d * (j + 1) + k]
                right[i * d + k] = h * rise - moved[i * d + k]
        solve(matrix, pivots, size, right)
        change = 0.0
        for row in range(size):
            moved[row] += right[row]
            k = row % d
            part = abs(right[row]) / (r.tolerance * max(abs(x[k]), r.scale[k]))
            change = max(change, part) if math.isfinite(part) else math.inf
        if not math.isfinite(change) or (iteration > 1 and change > 0.9 * last):
            return math.inf
        share = change / last
        last = change
        if change <= SMALL or (iteration and share < 1.0 and change * share / (1.0 - share) <= SMALL):
            for k in range(d):
                new[k] = x[k] + moved[(s - 1) * d + k]
            return missed(r, h, x, new, slopes, jacobian, matrix, pivots, right)
    return math.inf


@inlined
def missed(
    r: Radau, h: float, x: Pointer, new: Pointer, slopes: Pointer, jacobian: Pointer, matrix: Pointer,
    pivots: Pointer, right: Pointer,
) -> float:  # fmt: skip
    """Return the error of a step."""
    d, s = r.d, STAGES
    check = shifted(r.stages, s + s * s)
    for k in range(d):
        right[k] = 0.0
        for i in range(s + 1):
            right[k] += h * check[i] * slopes[d * i + k]
        for m in range(d):
            matrix[d * k + m] = -h * check[0] * jacobian[d * k + m]
        matrix[d * k + k] += 1.0
    if not factorised(matrix, pivots, d):
        return math.inf
    solve(matrix, pivots, d, right)
    error = 0.0
    for k in range(d):
        part = abs(right[k]) / (r.tolerance * max(abs(x[k]), abs(new[k]), r.scale[k]))
        error = max(error, part) if math.isfinite(part) else math.inf
    return error
