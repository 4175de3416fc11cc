"""A membrane with kinetic schemes under steps of a voltage clamp, as a function of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import ModelError
from loligo.fitting.clamped_currents import ClampedCurrents, derivatives
from loligo.fitting.grid import grid_of
from loligo.kernel.programs import instantiate

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from loligo.fitting.grid import Grid
    from loligo.kernel.equations import Equations
    from loligo.membrane import Membrane
    from loligo.sweep import Sweep

    Vector = NDArray[np.float64]

SAME_LENGTH: Final = 9  # decimals of the length [ms] to which steps of one kind agree
SERIES_NORM: Final = 0.25  # norm of a matrix for which `SERIES_TERMS` terms of its series suffice
SERIES_TERMS: Final = 14
LEAST_NORM: Final = 1e-300


class ClampedStates(ClampedCurrents):
    """The currents of a membrane with kinetic schemes, under commands of steps, for values of the varied parameters.

    See `loligo.fitting.clamped.ClampedMembrane`.

    Parameters
    ----------
    membrane : Membrane
    sweeps : sequence of Sweep
        Sweeps whose commands are constant between jumps.
    varied : sequence of str
    every : int
        Largest distance of compared samples, in samples.

    Raises
    ------
    ModelError
        The membrane has further states, or a command is not constant between jumps.
    """

    def __init__(self, membrane: Membrane, sweeps: Sequence[Sweep], varied: Sequence[str], every: int = 1) -> None:
        if membrane.states:
            raise ModelError(
                f"A fit under voltage clamp takes gates and kinetic schemes; {membrane.name} has the further states "
                f"{', '.join(state.name for state in membrane.states)}."
            )
        self.every = every
        grids = [grid_of(sweep, 1, every) for sweep in sweeps]
        if any((grid.nodes[:, 0] != grid.nodes[:, 2]).any() for grid in grids):
            raise ModelError("A fit of a kinetic scheme needs commands of steps, which are constant between jumps.")
        functions = derivatives(membrane, tuple(varied), "scheme fit", _printed)
        super().__init__(membrane, sweeps, varied, grids, functions)

    def __reduce__(self) -> tuple[type[ClampedStates], tuple[object, ...]]:
        return ClampedStates, (self.membrane, self.sweeps, self.varied, self.every)

    def thinned(self, every: int) -> ClampedStates:
        """Return the same membrane with fewer samples, ``every`` apart."""
        return ClampedStates(self.membrane, self.sweeps, self.varied, every)

    def _followed(self, grid: Grid, q: Vector) -> tuple[Vector, Vector]:
        functions, program = self._functions, _program()
        n, varied = functions.STATES, len(self.varied)
        rows = np.empty((grid.potentials.size, len(functions.PLACES) + len(functions.SLOPES)))
        memory = np.zeros(2 + 2 * n + varied + rows.shape[1] + 1)
        program.rows_at(functions.rates.address, q, grid.potentials, n, rows, memory)
        modelled, jacobian = np.full(grid.measured.size, np.nan), np.full((grid.measured.size, varied), np.nan)
        if not np.isfinite(rows).all():
            return modelled, jacobian
        full, slopes = self._matrices(rows)
        begun = _settled(full[grid.nodes[0, 0]], slopes[grid.nodes[0, 0]])
        if begun is None:
            return modelled, jacobian
        kinds, which = np.unique(
            np.stack([grid.nodes[:, 0].astype(float), np.round(grid.lengths, SAME_LENGTH)], axis=1), axis=0,
            return_inverse=True,
        )  # fmt: skip
        nodes, lengths = kinds[:, 0].astype(np.int64), kinds[:, 1]
        moves, bends = _exponentials(full[nodes] * lengths[:, None, None], slopes[nodes] * lengths[:, None, None, None])
        program.follow(
            functions.current.address, q, moves, bends, which.ravel().astype(np.int64),
            grid.potentials[grid.sample_nodes], grid.sampled, *begun, modelled, jacobian, memory,
        )  # fmt: skip
        return modelled, jacobian

    def _matrices(self, rows: Vector) -> tuple[Vector, Vector]:
        """Return ``[[M, b], [0, 0]]`` at each potential, and its derivatives with respect to each parameter."""
        size, places, slopes = self._functions.STATES + 1, self._functions.PLACES, self._functions.SLOPES
        full = np.zeros((len(rows), size, size))
        bends = np.zeros((len(rows), len(self.varied), size, size))
        for k, (i, j) in enumerate(places):
            full[:, i, j] = rows[:, k]
        for k, (i, j, p) in enumerate(slopes):
            bends[:, p, i, j] = rows[:, len(places) + k]
        return full, bends


def _settled(full: Vector, slopes: Vector) -> tuple[Vector, Vector] | None:
    """Return the steady state, with a 1 appended, and its derivatives; None if it is not unique."""
    own = full[:-1, :-1]
    try:
        y = np.append(np.linalg.solve(own, -full[:-1, -1]), 1.0)
        s = np.zeros((len(slopes), y.size))
        s[:, :-1] = -np.linalg.solve(own, (slopes[:, :-1] @ y).T).T
    except np.linalg.LinAlgError:
        return None
    return (y, np.ascontiguousarray(s)) if np.isfinite(y).all() and np.isfinite(s).all() else None


def _exponentials(full: Vector, slopes: Vector) -> tuple[Vector, Vector]:
    """Return the exponential of each matrix, and its derivatives: series of the matrix / 2^k, squared k times."""
    norms = np.abs(full).sum(axis=2).max(axis=1)
    halvings = np.ceil(np.log2(np.maximum(norms, LEAST_NORM) / SERIES_NORM)).clip(min=0).astype(int)
    a, b = full * 0.5 ** halvings[:, None, None], slopes * 0.5 ** halvings[:, None, None, None]
    term, bend = np.broadcast_to(np.eye(full.shape[1]), full.shape), np.zeros_like(b)
    found, bends = term.copy(), bend.copy()
    for k in range(1, SERIES_TERMS):
        bend = (b @ term[:, None] + a[:, None] @ bend) / k
        term = a @ term / k
        found += term
        bends += bend
    for k in range(int(halvings.max())):
        on = halvings > k
        own = found[on]
        bends[on] = own[:, None] @ bends[on] + bends[on] @ own[:, None]
        found[on] = own @ own
    return np.ascontiguousarray(found), np.ascontiguousarray(bends)


@lru_cache(maxsize=1)
def _program() -> ModuleType:
    return instantiate("loligo.fitting.occupancy_loop", {}, "fits of kinetic schemes under voltage clamp")


def _printed(equations: Equations, varied: Sequence[str]) -> str:
    from loligo.fitting.linear_states import linear_source

    return linear_source(equations, varied)
