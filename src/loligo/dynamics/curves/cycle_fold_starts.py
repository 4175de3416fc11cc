"""A fold of cycles in two parameters to start from: one that a diagram has, or a small one beside a Bautin point."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import LoligoError
from loligo.dynamics.collocation import condensed
from loligo.dynamics.criticality import oscillation
from loligo.dynamics.curves.cycle_folds import Change, FoldCycle, corrected, normalised, unit_flow
from loligo.dynamics.orbits import STAGES, Loop, Mesh, adapted
from loligo.simulation.current import recorded
from loligo.stimulus import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.curves.parameter_plane import ParameterPlane

    Array = NDArray[np.float64]

CELLS: Final = 80
SAMPLES_PER_CYCLE: Final = 1000  # samples of a cycle from which its mesh is made
TOLERANCE: Final = 1e-11  # of the run along a cycle that may be unstable
FIRST_AMPLITUDES: Final = (0.1, 0.03, 0.3, 0.01)  # scaled: of a first cycle beside a Bautin point
BAUTIN_DISTANCE: Final = 0.05  # of the ranges: what is further off has not begun at that point


def of_cycle(plane: ParameterPlane, state: Array, period: float, p: Array) -> FoldCycle | None:
    """Return the fold of cycles near a known state and period, with the second parameter as it is."""
    membrane, current = plane.membrane_at(p), plane.current_at(p)
    n = plane.size

    def run(times: Array) -> Array:
        recording = recorded(
            membrane, Step(current), period, initial=state, sampling=times * period, tolerance=TOLERANCE
        )
        return plane.scaled(recording.states)

    try:
        tau = np.linspace(0, 1, SAMPLES_PER_CYCLE)
        path = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(run(tau), axis=0), axis=1)))
        mesh = Mesh(np.interp(np.linspace(0, 1, CELLS + 1), (path / path[-1] + tau) / 2, tau))
        places = np.concatenate([mesh.ends[:-1, None], mesh.times], axis=1)
        nodes = run(places.ravel()).reshape(*places.shape, n)
    except LoligoError:
        return None
    u = Loop(nodes[:, 0], nodes[:, 1:], period, float(p[0]))
    flow, v, change = _critical(plane, mesh, u, p)
    here = Change(_joined(u, v), change / period, float(p[1]))
    guess = normalised(plane, FoldCycle(mesh, here, here.times(0.0), flow, math.nan))
    return _settled(plane, guess, along(guess, second=1.0))


def of_bautin(plane: ParameterPlane, state: Array, p: Array) -> FoldCycle | None:
    """Return a fold of small cycles beside a Bautin point."""
    for amplitude in FIRST_AMPLITUDES:
        found = _beside(plane, plane.scaled(state), p, amplitude)
        if found is not None and np.abs((found.here.pair - p) / plane.widths).max() < BAUTIN_DISTANCE:
            return found
    return None


def _beside(plane: ParameterPlane, z: Array, p: Array, amplitude: float) -> FoldCycle | None:
    eigenvalue, vector = oscillation(plane.jacobians(z[None], p)[0])
    mesh = Mesh(np.linspace(0.0, 1.0, CELLS // 2 + 1))

    def turning(times: Array, factor: complex) -> Array:
        turned: Array = (factor * vector * np.exp(2j * math.pi * times)[..., None]).real
        return turned

    inner = turning(mesh.times, 1.0)
    length = math.sqrt(np.einsum("ij,ijn,ijn->", mesh.weights, inner, inner))
    v = Loop(turning(mesh.ends[:-1], 1.0 / length), inner / length, 0.0, 0.0)
    u = Loop(z + amplitude * v.starts, z + amplitude * v.inner, 2 * math.pi / eigenvalue.imag, float(p[0]))
    here = Change(_joined(u, v), 0.0, float(p[1]))
    flow = unit_flow(mesh, turning(mesh.times, 1j))
    guess = normalised(plane, FoldCycle(mesh, here, here.times(0.0), flow, math.nan))
    zero = Loop(np.zeros_like(v.starts), np.zeros_like(v.inner), 0.0, 0.0)
    return corrected(plane, guess, Change(_joined(v, zero), 0.0, 0.0))


def _settled(plane: ParameterPlane, guess: FoldCycle, normal: Change) -> FoldCycle | None:
    """Return the fold near a guess on a mesh that is made for it."""
    found = corrected(plane, guess, normal)
    for _ in range(2):
        if found is None:
            return None
        moved = normalised(plane, found.on(adapted(found.orbit, CELLS)))
        found = corrected(plane, moved, along(moved, second=1.0))
    return found


def along(fold: FoldCycle, *, first: float = 0.0, second: float = 0.0) -> Change:
    """Return a direction in which only parameters change."""
    zero = fold.here.loop.times(0.0)
    return Change(Loop(zero.starts, zero.inner, 0.0, first), 0.0, second)


def _joined(u: Loop, v: Loop) -> Loop:
    """Return a loop of twice as many variables."""
    starts = np.concatenate([u.starts, v.starts], axis=-1)
    return Loop(starts, np.concatenate([u.inner, v.inner], axis=-1), u.period, u.value)


def _critical(plane: ParameterPlane, mesh: Mesh, u: Loop, p: Array) -> tuple[Array, Loop, float]:
    """Return the flow of a cycle, of length one, and the direction that changes the equations least with its period."""
    n, cells = plane.size, len(u.starts)
    rows = u.inner.reshape(-1, n)
    f = plane.slopes(rows, p).reshape(cells, STAGES, n)
    J = plane.jacobians(rows, p).reshape(cells, STAGES, n, n)
    _, first, last, right, starts, inner = condensed(mesh, u, f, J, np.zeros((cells, STAGES, n, 0)))
    flow = unit_flow(mesh, f)
    phase = np.einsum("ij,ija,ijab->b", mesh.weights, flow, inner, optimize=True)
    matrix = np.vstack([np.column_stack([first + last, -right[:, 0]]), phase[:-1]])
    solution = np.append(np.linalg.svd(matrix)[2][-1], 0.0)
    return flow, Loop(starts @ solution, inner @ solution, 0.0, 0.0), float(solution[n])
