"""Newton's method for a limit cycle: the equations of collocation, linearised, condensed and solved.

The unknowns inside cells are eliminated cell by cell; the remaining linear maps, from the start of each cell to the
next, are combined in pairs by orthogonal transformations until one is left. Both passes act on all cells at once. The
last pair of matrices represents the map over one period. The Floquet multipliers are its generalised eigenvalues; since
the two matrices are never combined into one, strongly growing directions do not destroy the accuracy of strongly
decaying ones.

Source
------
Ascher UM, Mattheij RMM, Russell RD (1995) Numerical solution of boundary value problems for ordinary differential
equations, SIAM, chapters 5 and 7, doi:10.1137/1.9781611971231. Wright SJ (1992) Stable parallel algorithms for
two-point boundary value problems. SIAM J Sci Stat Comput 13:742-764, doi:10.1137/0913044. Fairgrieve TF, Jepson AD
(1991) O.K. Floquet multipliers. SIAM J Numer Anal 28:1446-1462, doi:10.1137/0728075.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import numpy as np
import scipy.linalg

from loligo.dynamics.newton import converged
from loligo.dynamics.orbits import STAGES, A, B, Loop, Mesh, Orbit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.system import System

    Array = NDArray[np.float64]


class Direction(Protocol):
    """A change of a solution of collocation."""

    def times(self, factor: float) -> Self:
        """Return the direction multiplied by a factor."""
        ...


Part = TypeVar("Part", bound=Direction)

MAX_NEWTON_STEP = 30.0  # scaled, at any time of a cycle: larger than for equilibria, since spikes may shift in time
LAST_NEWTON_STEP = 1e-6  # scaled: Newton's last step along a branch; the remaining error is about its square
SHARP_NEWTON_STEP = 1e-9  # scaled: Newton's last step at a special point


@dataclass(frozen=True, eq=False)
class Metric:
    """Weights of states, period and parameter in the length of a direction.

    Attributes
    ----------
    spread : float
        Size of the whole loop in scaled variables: a large loop may move further in one step.
    period : float
        [ms]
    value : float
        Value of the parameter, in its unit.
    """

    spread: float
    period: float
    value: float

    def product(self, mesh: Mesh, a: Loop, b: Loop) -> float:
        """Return the inner product of two directions."""
        inner = float(np.einsum("ij,ijn,ijn->", mesh.weights, a.inner, b.inner))
        return inner / self.spread**2 + a.period * b.period / self.period**2 + a.value * b.value / self.value**2


class Linearised:
    """The equations of collocation around one loop.

    Every unknown is a linear function of the changes in the first state, the period and the parameter, and of 1:
    ``starts`` (cells, n, n + 3) and ``inner`` (cells, stages, n, n + 3).
    """

    def __init__(self, system: System, mesh: Mesh, loop: Loop) -> None:
        n, cells = system.size, len(loop.starts)
        rows = loop.inner.reshape(-1, n)
        flow = system.slopes(rows, loop.value).reshape(cells, STAGES, n)
        jacobians = system.jacobians(rows, loop.value).reshape(cells, STAGES, n, n)
        by_value = system.by_parameter(rows, loop.value).reshape(cells, STAGES, n, 1)
        self.flow = flow * loop.period
        small = condensed(mesh, loop, flow, jacobians, by_value)
        self.residual, self.first, self.last, self.right, self.starts, self.inner = small

    def multipliers(self) -> NDArray[np.complex128]:
        """Return the Floquet multipliers, the trivial one first, then the others in decreasing size."""
        with np.errstate(all="ignore"):
            values = scipy.linalg.eigvals(-self.first, self.last)
        values = np.where(np.isfinite(values), values, np.inf).astype(complex)
        trivial = int(np.argmin(np.abs(values - 1)))
        others = np.delete(values, trivial)
        return np.append(values[trivial], others[np.argsort(-np.abs(others), kind="stable")])

    def solved(self, rows: list[tuple[Array, float]], *, homogeneous: bool) -> Loop:
        """Return the change in the loop that satisfies the equations and two further ones.

        Parameters
        ----------
        rows : list of (array (n + 3,), float)
            Functionals of the unknowns, and the value that each must have.
        homogeneous : bool
            Whether to leave out the residuals of the equations: a direction along the branch.
        """
        n = self.first.shape[0]
        solution = bordered(self.first + self.last, self.right, rows, homogeneous=homogeneous)
        return Loop(self.starts @ solution, self.inner @ solution, float(solution[n]), float(solution[n + 1]))

    def phase_row(self, mesh: Mesh, flow: Array) -> Array:
        """Return the functional ``integral <change, flow>``."""
        return mesh.functional(flow, self.inner)

    def length_row(self, mesh: Mesh, metric: Metric, direction: Loop) -> Array:
        """Return the functional ``<change, direction>``."""
        row = mesh.functional(direction.inner, self.inner) / metric.spread**2
        row[-3] += direction.period / metric.period**2
        row[-2] += direction.value / metric.value**2
        return row


def corrected(
    system: System, guess: Orbit, normal: Loop, metric: Metric, *, tolerance: float = LAST_NEWTON_STEP
) -> Orbit | None:
    """Return the limit cycle in the plane through a guess with a given normal, or None if Newton's method fails.

    The last step is below ``tolerance``, in scaled variables, and the error is about its square; tangent and
    multipliers are those before the last step.
    """
    mesh = guess.mesh

    def improved(loop: Loop) -> tuple[Loop, float, tuple[Linearised, Array, Array]]:
        linear = Linearised(system, mesh, loop)
        phase = linear.phase_row(mesh, guess.flow)
        length = linear.length_row(mesh, metric, normal)
        away = loop.plus(guess.loop, -1.0)
        drift = float(np.einsum("ij,ijn,ijn->", mesh.weights, away.inner, guess.flow))
        rows = [(phase, -drift), (length, -metric.product(mesh, away, normal))]
        step = linear.solved(rows, homogeneous=False)
        size = max(float(np.abs(step.inner).max()), abs(step.period) / metric.period, abs(step.value) / metric.value)
        there = loop.plus(step)
        return there, size if there.period > 0 else math.inf, (linear, phase, length)

    found = converged(guess.loop, improved, max_step=MAX_NEWTON_STEP, tolerance=tolerance)
    if found is None:
        return None
    loop, size, (linear, phase, length) = found
    try:
        along = linear.solved([(phase, 0.0), (length, 1.0)], homogeneous=True)
        multipliers = linear.multipliers()
    except (np.linalg.LinAlgError, ValueError):
        return None
    tangent = directed(along, partial(metric.product, mesh), normal)
    return None if tangent is None else Orbit(mesh, loop, linear.flow, tangent, multipliers, size)


def directed(tangent: Part, product: Callable[[Part, Part], float], normal: Part) -> Part | None:
    """Return a unit tangent that does not point against a normal; None if its length is zero."""
    length = math.sqrt(product(tangent, tangent))
    if not math.isfinite(length) or length == 0.0:
        return None
    return tangent.times(1 / (-length if product(tangent, normal) < 0 else length))


def bordered(returned: Array, right: Array, rows: list[tuple[Array, float]], *, homogeneous: bool) -> Array:
    """Solve the condensed equations with k further ones: return the change in the first state, k numbers, and 1 or 0.

    Parameters
    ----------
    returned : array (n, n)
        ``returned x_0 = right (numbers, 1)``.
    right : array (n, k + 1)
    rows : list of k (array (n + k + 1,), float)
        Functionals of the unknowns and 1, and the value that each must have.
    homogeneous : bool
        Whether to leave out the residuals of the equations, with 0 for 1: a direction along the branch.

    Returns
    -------
    array (n + k + 1,)
    """
    one = 0.0 if homogeneous else 1.0
    lines = np.array([row for row, _ in rows])
    matrix = np.vstack([np.column_stack([returned, -right[:, :-1]]), lines[:, :-1]])
    wanted = np.append(one * right[:, -1], [value for _, value in rows] - one * lines[:, -1])
    return np.append(np.linalg.solve(matrix, wanted), one)


def condensed(
    mesh: Mesh, loop: Loop, flow: Array, jacobians: Array, by_values: Array, signs: Array | float = 1.0
) -> tuple[float, Array, Array, Array, Array, Array]:
    """Eliminate the states inside cells, then all states but the first, from linearised equations with k parameters.

    Parameters
    ----------
    mesh : Mesh
    loop : Loop
        The loop around which equations are linearised; its value is ignored.
    flow : array (cells, stages, n)
        The slopes at the Gauss points [1/ms].
    jacobians : array (cells, stages, n, n)
    by_values : array (cells, stages, n, k)
        Derivatives of the slopes with respect to the parameters.
    signs : array (n,) or float
        The factors, 1 or -1, with which the states return after a period.

    Returns
    -------
    float
        The largest residual.
    array (n, n), array (n, n), array (n, k + 2)
        ``first x_0 + last x_end = right (dT, dp, 1)``.
    array (cells, n, n + k + 2), array (cells, stages, n, n + k + 2)
        The states where cells begin and at the Gauss points as functions of ``(x_0, dT, dp, 1)``.
    """
    cells, _, n, k = by_values.shape
    h = mesh.widths[:, None, None]
    hT = h * loop.period
    columns = np.empty((cells, STAGES, n, n + k + 2))
    columns[..., :n] = np.eye(n)
    columns[..., n] = h * (A @ flow)
    columns[..., n + 1 : -1] = hT[..., None] * (A @ by_values.reshape(cells, STAGES, n * k)).reshape(by_values.shape)
    columns[..., -1] = loop.starts[:, None] + hT * (A @ flow) - loop.inner
    side_by_side = np.ascontiguousarray(jacobians.transpose(0, 2, 1, 3))
    matrix = np.empty((cells, STAGES * n, STAGES * n))
    blocks = matrix.reshape(cells, STAGES, n, STAGES, n)
    np.multiply(-hT[..., None, None] * A[:, None, :, None], side_by_side[:, None], out=blocks)
    matrix.reshape(cells, -1)[:, :: STAGES * n + 1] += 1.0  # the diagonal
    inside = np.linalg.solve(matrix, columns.reshape(cells, STAGES * n, n + k + 2)).reshape(columns.shape)
    weighted = (B[:, None] * side_by_side).reshape(cells, n, STAGES * n)
    across = weighted @ inside.reshape(cells, STAGES * n, n + k + 2) * hT
    across[..., :n] += np.eye(n)
    across[..., n] += h[..., 0] * (B @ flow)
    across[..., n + 1 : -1] += hT * (B @ by_values.reshape(cells, STAGES, n * k)).reshape(cells, n, k)
    following = np.roll(loop.starts, -1, axis=0)
    following[-1] *= signs
    gap = loop.starts + hT[..., 0] * (B @ flow) - following
    across[..., -1] += gap
    across[-1] *= np.reshape(signs, (-1, 1))  # signs are their own inverses: the first state in terms of the last
    residual = float(max(np.abs(gap).max(), np.abs(columns[..., -1]).max()))
    first, last, right, starts = _condensed(across, n)
    inner = inside[..., :n] @ starts[:, None]
    inner[..., n:] += inside[..., n:]
    return residual, first, last, right, starts, inner


def _condensed(across: Array, n: int) -> tuple[Array, Array, Array, Array]:
    """Condense ``x_next = W x + w`` over all cells.

    Returns first, last and right of ``first x_0 + last x_end = right (dT, dp, 1)``, and every x as a function of
    ``(x_0, dT, dp, 1)``, shape (cells, n, n + k + 2), with ``x_end = x_0``.
    """
    width = across.shape[-1]
    first, right = -across[..., :n], across[..., n:].copy()
    last = np.broadcast_to(np.eye(n), first.shape)
    places = np.arange(len(across) + 1)
    levels = []
    while len(first) > 1:
        pairs = len(first) // 2
        even, odd, rest = slice(0, 2 * pairs, 2), slice(1, 2 * pairs, 2), slice(2 * pairs, None)
        q, r = np.linalg.qr(np.concatenate([last[even], first[odd]], axis=1), mode="complete")
        sides = np.zeros((pairs, 2 * n, n + width))
        sides[:, :n, :n], sides[:, n:, n : 2 * n] = first[even], last[odd]
        sides[:, :n, 2 * n :], sides[:, n:, 2 * n :] = right[even], right[odd]
        turned = q.transpose(0, 2, 1) @ sides
        middle = np.linalg.solve(r[:, :n], turned[:, :n])  # x_middle = -[left, right] + ...
        levels.append((places[0 : 2 * pairs : 2], places[1 : 2 * pairs : 2], places[2 : 2 * pairs + 1 : 2], middle))
        below = turned[:, n:]
        first, last, right = (
            np.concatenate([below[..., :n], first[rest]]),
            np.concatenate([below[..., n : 2 * n], last[rest]]),
            np.concatenate([below[..., 2 * n :], right[rest]]),
        )
        places = np.append(places[0 : 2 * pairs + 1 : 2], places[2 * pairs + 1 :])
    states = np.zeros((len(across) + 1, n, width))
    states[[0, -1], :, :n] = np.eye(n)
    for left, between, following, middle in reversed(levels):
        states[between] = -(middle[..., :n] @ states[left] + middle[..., n : 2 * n] @ states[following])
        states[between, :, n:] += middle[..., 2 * n :]
    return first[0], last[0], right[0], states[:-1]
