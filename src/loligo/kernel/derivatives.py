"""The compiled form of a run with derivatives: addresses of machine code, and the vector of prepared parameters."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.kernel.cache import Folder, cached_modules
from loligo.kernel.compiled import (
    CALL_PREPARE,
    CALL_RHS,
    CALL_STATE_FUNCTION,
    MOST_KEPT,
    Kernel,
    compiled,
    imported_part,
)
from loligo.kernel.structure import Structure, keep, parameter_vector, structure_of
from loligo.kernel.tables import table_of, table_points

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from loligo.kernel.directions import Directions
    from loligo.membrane import Membrane


class VariationalKernel:
    """Machine code of one structure with derivatives in some directions, compiled on first use.

    Attributes
    ----------
    directions : Directions
    """

    def __init__(self, own: Kernel, directions: Directions, folder: Folder) -> None:
        self.directions = directions
        self._own, self._folder = own, folder

    @cached_property
    def _main(self) -> ModuleType:
        return imported_part(self._folder, "rhs")

    @property
    def first(self) -> int:
        """The index of the first derivative among the variables."""
        return int(self._main.FIRST)

    @property
    def size(self) -> int:
        """Number of variables."""
        return self.first + len(self._own.structure.variables) * self.directions.count

    @cached_property
    def rhs_address(self) -> int:
        """Address of ``rhs(stimulus, y, q, dy)``."""
        return int(self._main.rhs.address)

    @cached_property
    def jacobian_address(self) -> int:
        """Address of ``jacobian(y, q, J)``, J row by row."""
        return int(imported_part(self._folder, "jacobian").jacobian.address)

    @cached_property
    def switches(self) -> NDArray[np.int64]:
        """The index in ``q`` of the values of switches, followed by their modes; then the variable of each."""
        places = self._main.SWITCHED
        return np.array([self._main.PREPARED - 2 * len(places), *places])

    def prepared(self, membrane: Membrane, drives: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the vector q of a membrane without a table; the numbers of its drives are zero."""
        return self.prepared_of(np.concatenate([parameter_vector(membrane), drives]))

    def prepared_of(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the vector q of parameters, in the order of the structure, followed by the numbers of drives."""
        q = np.zeros(self._main.PREPARED + 1)
        CALL_PREPARE(self._main.prepare.address)(p.ctypes.data, q.ctypes.data)
        return q

    def table(self, q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a table of the rates and their derivatives; it is empty if no table is accurate enough."""
        width = int(self._main.LOOKUPS)
        if not width:
            return np.empty(0)
        points = table_points()
        states = np.zeros((points.size, len(self._own.structure.variables)))
        states[:, 0] = points.ravel()
        address = int(imported_part(self._folder, "columns").columns.address)
        table = table_of(self._own.along(address, states, q, width).reshape(*points.shape, width))
        return np.empty(0) if table is None else table.ravel()

    def observed(
        self, states: NDArray[np.float64], moved: NDArray[np.float64], q: NDArray[np.float64], width: int
    ) -> NDArray[np.float64]:
        """Return the derivatives of instantaneous gates, conductances and currents along a run.

        Parameters
        ----------
        states : array (samples, variables)
        moved : array (samples, variables, columns)
            dy/dp.
        q : array
        width : int
            Number of derivatives.

        Returns
        -------
        array (samples, width, columns)
        """
        rows = np.zeros((len(states), self.size))
        rows[:, : states.shape[1]], rows[:, self.first :] = states, moved.reshape(len(states), -1)
        address, count = int(imported_part(self._folder, "observe").observe.address), self.directions.count
        return self._own.along(address, rows, q, width * count).reshape(-1, width, count)

    def turns(
        self, state: NDArray[np.float64], moved: NDArray[np.float64], q: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the derivative of the Jacobian in each direction, shape (columns, variables, variables).

        ``moved`` is dy/dp, shape (variables, columns), the change in the state.
        """
        n, size, first = state.size, self.size, self.first
        y, out = np.zeros(size), np.empty((size, size))
        y[:n], y[first:] = state, moved.ravel()
        CALL_STATE_FUNCTION(self.jacobian_address)(y.ctypes.data, q.ctypes.data, out.ctypes.data)
        return out[first:, :n].reshape(n, -1, n).swapaxes(0, 1).copy()

    def slopes(self, stimulus: float, state: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return df/dp at one state, shape (variables, columns)."""
        y, out = np.zeros(self.size), np.empty(self.size)
        y[: state.size] = state
        CALL_RHS(self.rhs_address)(stimulus, y.ctypes.data, q.ctypes.data, out.ctypes.data)
        return out[self.first :].reshape(state.size, -1)


def variational_kernel(membrane: Membrane, directions: Directions) -> VariationalKernel:
    """Return the compiled form of a membrane with derivatives: from memory, from disk, or newly compiled."""
    key = structure_of(membrane), directions
    return _KERNELS.get(key) or keep(_KERNELS, key, _made(membrane, directions), MOST_KEPT)


_KERNELS: Final[dict[tuple[Structure, Directions], VariationalKernel]] = {}


def _made(membrane: Membrane, directions: Directions) -> VariationalKernel:
    own, _ = compiled(membrane)
    values = {name: parameter.value for name, parameter in membrane.parameters.items()}

    def sources() -> dict[str, str]:
        from loligo.kernel.equations import equations_of
        from loligo.kernel.variational import variational_modules

        return variational_modules(equations_of(own.structure, values), directions)

    key = f"variational|{own.structure.digest}|{directions!r}"
    folder = cached_modules(key, sources, f"the derivatives of the membrane {membrane.name!r}")
    return VariationalKernel(own, directions, folder)


@lru_cache(maxsize=64)
def variational_table(membrane: Membrane, directions: Directions) -> NDArray[np.float64]:
    """Return the table of a membrane's rates and their derivatives."""
    kernel = variational_kernel(membrane, directions)
    return kernel.table(kernel.prepared(membrane, np.zeros(directions.drive_numbers)))
