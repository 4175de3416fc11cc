"""The critical direction of a limit cycle with a multiplier of 1 or -1, from the linearised equations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.dynamics.collocation import condensed
from loligo.dynamics.orbits import STAGES, Loop, Orbit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.system import Equations

    Array = NDArray[np.float64]


def critical_direction(
    equations: Equations,
    cycle: Orbit,
    p: Any,
    multiplier: float,
    begun: Callable[[Array, Array, Array], Array],
) -> tuple[Loop, float]:
    """Return a solution of the linearised equations with a given multiplier, and the change in the period.

    Parameters
    ----------
    equations : Equations
    cycle : Orbit
        Its value is ignored.
    p : float or array (2,)
        The values of the free parameters.
    multiplier : float
        1 or -1.
    begun : callable
        Returns where the solution begins and the change in the period, shape (n + 1,), from the linear equations
        ``returned v = by_period dT``, shapes (n, n) and (n,), and the functional of v and dT, shape (n + 1,), that is
        zero where v is orthogonal to the flow.
    """
    mesh, u, n, cells = cycle.mesh, cycle.loop, equations.size, len(cycle.loop.starts)
    rows = u.inner.reshape(-1, n)
    flow = equations.slopes(rows, p).reshape(cells, STAGES, n)
    jacobians = equations.jacobians(rows, p).reshape(cells, STAGES, n, n)
    none = np.zeros((cells, STAGES, n, 0))
    _, first, last, right, starts, inner = condensed(mesh, u, flow, jacobians, none, np.full(n, multiplier))
    phase = mesh.functional(cycle.flow, inner)
    solution = np.append(begun(first + last, right[:, 0], phase[:-1]), 0.0)
    return Loop(starts @ solution, inner @ solution, 0.0, 0.0), float(solution[n])


def doubling_direction(equations: Equations, cycle: Orbit, p: Any) -> Loop:
    """Return the direction in which cycles of twice the period branch off at a period doubling."""

    def least(returned: Array, _by_period: Array, _phase: Array) -> Array:
        return np.append(null_vector(returned), 0.0)

    return critical_direction(equations, cycle, p, -1.0, least)[0]


def null_vector(matrix: Array) -> Array:
    """Return the right singular vector of the smallest singular value."""
    vector: Array = np.linalg.svd(matrix)[2][-1]
    return vector
