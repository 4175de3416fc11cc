"""Points on curves of Hopf points and saddle-nodes at which a second condition holds: Bautin, Bogdanov-Takens, cusp."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.analysis.dynamics.criticality import lyapunov_coefficient, oscillation
from loligo.analysis.dynamics.curves.paths import Path, crossings
from loligo.analysis.dynamics.curves.sets import BAUTIN, BOGDANOV_TAKENS, CUSP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.analysis.dynamics.curves.defining import Conditions

    Array = NDArray[np.float64]
    Measure = Callable[[Array, Array], float]

STEP: Final = 3e-3  # scaled: of second differences of J, whose error this makes least
TINY: Final = 1e-300
SLOWEST: Final = 1e-9  # of the start's squared frequency: a Hopf point with less has no oscillation


def double_points(conditions: Conditions, path: Path, tests: Array) -> Iterator[tuple[int, str, Array]]:
    """Yield after which point of a curve, what, and the unknown, in the order of the curve.

    Parameters
    ----------
    conditions : Conditions
    path : Path
    tests : array (points,)
        `coefficients` of a curve of Hopf points; not looked at for saddle-nodes.
    """
    found: list[tuple[int, str, Array]] = []
    if conditions.turning:
        kappas = [float(x[-1]) or TINY for x in path.points]  # a curve may begin there
        found += [(k, BOGDANOV_TAKENS, x) for k, x in crossings(conditions, path, kappas, lambda x, _: float(x[-1]))]
        found += [(k, BAUTIN, x) for k, x in _bautin(conditions, path, tests)]
    else:
        left = _left_vectors(conditions, path)

        def torsion(x: Array, w: Array) -> float:
            return float(w @ _right(conditions, x))

        def bend(x: Array, w: Array) -> float:
            q = _right(conditions, x)
            return float(w @ conditions.bent(x, q) @ q)

        for kind, measure in ((BOGDANOV_TAKENS, torsion), (CUSP, bend)):
            values = [measure(x, w) for x, w in zip(path.points, left, strict=True)]
            for k, (a, b) in enumerate(pairwise(values)):
                if not a * b < 0:
                    continue

                def test(x: Array, _: Array, near: Array = left[k], measure: Measure = measure) -> float:
                    return measure(x, _left(conditions, x, near))

                one = Path(path.points[k : k + 2], path.tangents[k : k + 2], ())
                found += [(k, kind, x) for _, x in crossings(conditions, one, [a, b], test)]
    yield from sorted(found, key=lambda one: (one[0], float(path.tangents[one[0]] @ one[2])))


def coefficients(conditions: Conditions, path: Path) -> Array:
    """Return the first Lyapunov coefficient at every Hopf point of a curve, by differences: good for its sign."""
    return np.array([_coefficient(conditions, x) for x in path.points])


def exact_coefficient(conditions: Conditions, x: Array) -> float:
    """Return the same from the Taylor series of the equations, exact to rounding."""
    return lyapunov_coefficient(conditions.plane, x[: conditions.plane.size], conditions.values(x))


def left_of_double_zero(conditions: Conditions, x: Array) -> tuple[float, float]:
    """Return trace and determinant [1/ms, 1/ms²] of the pair of eigenvalues nearest zero."""
    values = np.linalg.eigvals(conditions.jacobian(x))
    pair = values[np.argsort(np.abs(values))[:2]]
    return float(pair.sum().real), float(pair.prod().real)


def _bautin(conditions: Conditions, path: Path, values: Array) -> Iterator[tuple[int, Array]]:
    """Yield where the coefficient vanishes while there is an oscillation."""

    def test(x: Array, _: Array) -> float:
        return exact_coefficient(conditions, x) if x[-1] > 0 else np.nan

    for k in np.flatnonzero(values[:-1] * values[1:] < 0):
        ends = path.points[k : k + 2]
        one = Path(ends, path.tangents[k : k + 2], ())
        for _, x in crossings(conditions, one, [exact_coefficient(conditions, end) for end in ends], test):
            yield int(k), x


def _coefficient(conditions: Conditions, x: Array) -> float:
    """Return l as `loligo.analysis.dynamics.criticality` defines it, with differences of J for derivatives."""
    plane, n = conditions.plane, conditions.plane.size
    if x[-1] <= SLOWEST:
        return np.nan
    z, p, J = x[:n], conditions.values(x), conditions.jacobian(x)
    eigenvalue, vector = oscillation(J)
    q = np.asarray(vector * (0.5 / (vector[0] * plane.scale[0])))
    size = float(np.linalg.norm(q))
    q = q / size
    values, vectors = np.linalg.eig(J.T)
    adjoint = vectors[:, np.argmin(np.abs(values - eigenvalue))]
    adjoint = adjoint / (adjoint @ q)
    rows = np.stack([z + STEP * q.real, z - STEP * q.real, z + STEP * q.imag, z - STEP * q.imag])
    a, b, c, d = plane.jacobians(rows, p)
    bent = ((a - b) + 1j * (c - d)) / (2 * STEP)  # B(q, .)
    twice = (a + b + c + d - 4 * J) / STEP**2  # C(q, q*, .)
    around = np.linalg.solve(J, bent @ q.conj())
    double = np.linalg.solve(2j * eigenvalue.imag * np.eye(n) - J, bent @ q)
    total = twice @ q - 2 * bent @ around + bent.conj() @ double
    return float((adjoint @ total).real / 2) * size**2


def _right(conditions: Conditions, x: Array) -> Array:
    n = conditions.plane.size
    return x[n + 2 : 2 * n + 2]


def _left(conditions: Conditions, x: Array, near: Array) -> Array:
    """Return the left null vector, of length one, on the side of a neighbour's."""
    own: Array = np.linalg.svd(conditions.jacobian(x).T)[2][-1]
    return own if own @ near >= 0 else -own


def _left_vectors(conditions: Conditions, path: Path) -> list[Array]:
    vectors = [np.linalg.svd(conditions.jacobian(path.points[0]).T)[2][-1]]
    for x in path.points[1:]:
        vectors.append(_left(conditions, x, vectors[-1]))
    return vectors
