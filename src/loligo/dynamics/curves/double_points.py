"""Points on curves of Hopf points and saddle-nodes with a second condition: Bautin, Bogdanov-Takens, cusp."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from loligo.dynamics.criticality import lyapunov_coefficient, oscillation
from loligo.dynamics.curves.sets import BAUTIN, BOGDANOV_TAKENS, CUSP
from loligo.dynamics.derivatives import Forms
from loligo.dynamics.zeros import Path, crossings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.conditions import Conditions

    Array = NDArray[np.float64]
    Measure = Callable[[Array, Array], float]

SECOND_DIFFERENCE: Final = 3e-3  # scaled step of second differences of J, at which their error is smallest
SMALLEST_KAPPA: Final = 1e-300
LEAST_KAPPA: Final = 1e-9  # relative to the squared frequency at the start: a Hopf point with less has no oscillation


class DoublePoint(NamedTuple):
    """A point of a curve at which a second condition is met.

    Attributes
    ----------
    after : int
        Index of the point of the curve before it.
    kind : str
    x : array (unknowns,)
    test : callable
        The second condition, as a function of the unknowns.
    """

    after: int
    kind: str
    x: Array
    test: Callable[[Array], float]


def double_points(conditions: Conditions, path: Path, tests: Array) -> list[DoublePoint]:
    """Return the double points of a curve in order.

    Parameters
    ----------
    conditions : Conditions
    path : Path
    tests : array (points,)
        The result of `coefficients` for a curve of Hopf points; ignored for saddle-nodes.
    """
    found: list[DoublePoint] = []
    if conditions.oscillating:

        def frequency(x: Array) -> float:
            return float(x[-1])

        def growth(x: Array) -> float:
            return exact_coefficient(conditions, x)

        kappas = [frequency(x) or SMALLEST_KAPPA for x in path.points]  # a curve may begin there
        double = _zeros_of(conditions, path, kappas, frequency)
        found += [DoublePoint(k, BOGDANOV_TAKENS, x, frequency) for k, x in double]
        found += [DoublePoint(k, BAUTIN, x, growth) for k, x in _bautin(conditions, path, tests)]
    else:
        left = _left_vectors(conditions, path)

        def torsion(x: Array, w: Array) -> float:
            return float(w @ conditions.vector(x))

        def bend(x: Array, w: Array) -> float:
            q = conditions.vector(x)
            return float(w @ conditions.bent(x, q) @ q)

        def exact_bend(x: Array, w: Array) -> float:
            plane, p, q = conditions.plane, conditions.values(x), conditions.vector(x) * conditions.plane.scale
            forms = Forms(plane.membrane, conditions.state(x), plane.parameters_at(p), plane.level_set(p))
            return float(w @ (forms.quadratic(q, q).real / plane.scale))

        for kind, rough, exact in ((BOGDANOV_TAKENS, torsion, torsion), (CUSP, bend, exact_bend)):
            values = [rough(x, w) for x, w in zip(path.points, left, strict=True)]
            for k, (a, b) in enumerate(pairwise(values)):
                if not a * b < 0:
                    continue

                def test(x: Array, near: Array = left[k], measure: Measure = exact) -> float:
                    return measure(x, _left(conditions, x, near))

                one = Path(path.points[k : k + 2], path.tangents[k : k + 2], ())
                ends = [test(x) for x in one.points]
                met = _zeros_of(conditions, one, ends, test)
                found += [DoublePoint(k, kind, x, test) for _, x in met]
    return sorted(found, key=lambda one: (one.after, float(path.tangents[one.after] @ one.x)))


def coefficients(conditions: Conditions, path: Path) -> Array:
    """Return the first Lyapunov coefficient at every Hopf point, by differences accurate enough for its sign."""
    return np.array([_coefficient(conditions, x) for x in path.points])


def exact_coefficient(conditions: Conditions, x: Array) -> float:
    """Return the first Lyapunov coefficient from the Taylor series of the equations, exact to rounding."""
    return lyapunov_coefficient(conditions.plane, x[: conditions.plane.size], conditions.values(x))


def left_of_double_zero(conditions: Conditions, x: Array) -> tuple[float, float]:
    """Return trace and determinant [1/ms, 1/ms²] of the pair of eigenvalues nearest zero."""
    values = np.linalg.eigvals(conditions.jacobian(x))
    pair = values[np.argsort(np.abs(values))[:2]]
    return float(pair.sum().real), float(pair.prod().real)


def _bautin(conditions: Conditions, path: Path, values: Array) -> Iterator[tuple[int, Array]]:
    """Yield the points with an oscillation at which the coefficient vanishes."""

    def test(x: Array) -> float:
        return exact_coefficient(conditions, x) if x[-1] > 0 else np.nan

    for k in np.flatnonzero(values[:-1] * values[1:] < 0):
        ends = path.points[k : k + 2]
        one = Path(ends, path.tangents[k : k + 2], ())
        for _, x in _zeros_of(conditions, one, [exact_coefficient(conditions, end) for end in ends], test):
            yield int(k), x


def _zeros_of(
    conditions: Conditions, path: Path, values: list[float], test: Callable[[Array], float]
) -> Iterator[tuple[int, Array]]:
    """Yield the points of a curve at which a function of the unknowns changes its sign."""
    return crossings(conditions, path, values, lambda _, x: test(x))


def _coefficient(conditions: Conditions, x: Array) -> float:
    """Return l as `loligo.dynamics.criticality` defines it, with differences of J for derivatives."""
    plane, n = conditions.plane, conditions.plane.size
    if x[-1] <= LEAST_KAPPA:
        return np.nan
    z, p, J = x[:n], conditions.values(x), conditions.jacobian(x)
    eigenvalue, vector = oscillation(J)
    q = np.asarray(vector * (0.5 / (vector[0] * plane.scale[0])))
    size = float(np.linalg.norm(q))
    q = q / size
    values, vectors = np.linalg.eig(J.T)
    adjoint = vectors[:, np.argmin(np.abs(values - eigenvalue))]
    adjoint = adjoint / (adjoint @ q)
    rows = np.stack(
        [
            z + SECOND_DIFFERENCE * q.real,
            z - SECOND_DIFFERENCE * q.real,
            z + SECOND_DIFFERENCE * q.imag,
            z - SECOND_DIFFERENCE * q.imag,
        ]
    )
    a, b, c, d = plane.jacobians(rows, p)
    bent = ((a - b) + 1j * (c - d)) / (2 * SECOND_DIFFERENCE)  # B(q, .)
    twice = (a + b + c + d - 4 * J) / SECOND_DIFFERENCE**2  # C(q, q*, .)
    around = np.linalg.solve(J, bent @ q.conj())
    double = np.linalg.solve(2j * eigenvalue.imag * np.eye(n) - J, bent @ q)
    total = twice @ q - 2 * bent @ around + bent.conj() @ double
    return float((adjoint @ total).real / 2) * size**2


def _left(conditions: Conditions, x: Array, near: Array) -> Array:
    """Return the left null vector, of length one, with the orientation of a neighbour's."""
    own: Array = np.linalg.svd(conditions.jacobian(x).T)[2][-1]
    return own if own @ near >= 0 else -own


def _left_vectors(conditions: Conditions, path: Path) -> list[Array]:
    vectors = [np.linalg.svd(conditions.jacobian(path.points[0]).T)[2][-1]]
    for x in path.points[1:]:
        vectors.append(_left(conditions, x, vectors[-1]))
    return vectors
