"""The compiled form of a membrane: addresses of machine code, and the vector of prepared parameters."""

from __future__ import annotations

import ctypes
from functools import cached_property, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np
from numba.core.errors import NumbaError

from loligo._errors import ModelError
from loligo.kernel.cache import Folder, cached_modules
from loligo.kernel.markov import generators, steady_occupancies
from loligo.kernel.stops import current_stop
from loligo.kernel.structure import Structure, keep, parameter_vector, structure_of, way_name
from loligo.kernel.tables import table_of, table_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from loligo.membrane import Membrane

_pointer = ctypes.c_void_p
CALL_RHS = ctypes.CFUNCTYPE(None, ctypes.c_double, _pointer, _pointer, _pointer)
CALL_PREPARE = ctypes.CFUNCTYPE(None, _pointer, _pointer)
MOST_KEPT: Final = 256  # largest number of kernels that are kept in memory
CALL_STATE_FUNCTION = ctypes.CFUNCTYPE(None, _pointer, _pointer, _pointer)


class Kernel:
    """Machine code of one structure; each function is compiled on first use.

    Attributes
    ----------
    structure : Structure
        The compiled structure.
    """

    def __init__(self, structure: Structure, folder: Folder) -> None:
        self.structure = structure
        self._folder = folder

    @cached_property
    def _main(self) -> object:
        return imported_part(self._folder, "rhs")

    @property
    def poles_of_parameters(self) -> bool:
        """Whether a formula that is finite for some values of the parameters may be infinite for others."""
        return bool(self._main.POLES_OF_PARAMETERS)  # type: ignore[attr-defined]

    @cached_property
    def rhs_address(self) -> int:
        """Address of ``rhs(stimulus, y, q, dy)``."""
        return int(self._main.rhs.address)  # type: ignore[attr-defined]

    @cached_property
    def jacobian_address(self) -> int:
        """Address of ``jacobian(y, q, J)``, J row by row."""
        return int(imported_part(self._folder, "jacobian").jacobian.address)

    @cached_property
    def rates_address(self) -> int:
        """Address of ``rates(y, q, out)``: alpha, beta, inf, tau of each gate, and the rates of all transitions."""
        return int(imported_part(self._folder, "rates").rates.address)

    @cached_property
    def observe_address(self) -> int:
        """Address of ``observe(y, q, out)``: instantaneous gates, conductances, currents."""
        return int(imported_part(self._folder, "observe").observe.address)

    @cached_property
    def switches(self) -> NDArray[np.int64]:
        """The index in ``q`` of the switches' values, which their modes follow; then the variable of each switch."""
        places = self._main.SWITCHED  # type: ignore[attr-defined]
        return np.array([self._main.PREPARED - 2 * len(places), *places])  # type: ignore[attr-defined]

    def prepared(self, membrane: Membrane) -> NDArray[np.float64]:
        """Return the vector q of a membrane, without a table: parameters and quantities that depend only on them."""
        return self.prepared_from(parameter_vector(membrane))

    def prepared_from(self, parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the vector q for values of ``structure.parameters``, for callers that vary them."""
        p = np.ascontiguousarray(parameters, dtype=float)
        q = np.zeros(self._main.PREPARED + 1)  # type: ignore[attr-defined]
        CALL_PREPARE(self._main.prepare.address)(p.ctypes.data, q.ctypes.data)  # type: ignore[attr-defined]
        return q

    def with_table(self, q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``q`` with a table of its rates appended, or unchanged if no table is accurate enough."""
        names = self._main.LOOKED_UP  # type: ignore[attr-defined]
        if not names:
            return q
        points = table_points()
        states = np.zeros((points.size, len(self.structure.variables)))
        states[:, : len(self.structure.potentials)] = points.reshape(-1, 1)
        opening, speed = self.linear_parts(states, q)
        gates = [self.structure.variables.index(name) for name in names]
        functions = np.stack([part[:, gate] for gate in gates for part in (opening, speed)], axis=-1)
        table = table_of(functions.reshape(*points.shape, -1))
        return q if table is None else np.concatenate([q[:-1], [1.0], table.ravel()])

    def table_place(self, q: NDArray[np.float64], names: Sequence[str]) -> int:
        """Return the index in ``q`` of the table with the openings and speeds of exactly these gates, or 0."""
        first = int(self._main.PREPARED)  # type: ignore[attr-defined]
        return first + 1 if q[first] > 0.0 and list(names) == self._main.LOOKED_UP else 0  # type: ignore[attr-defined]

    def linear_parts(
        self, states: NDArray[np.float64], q: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the opening and speed in every gate's equation ``dx/dt = opening - speed x``, shape (rows, variables).

        The equation is linear in the gate, so two slopes determine it; columns of other variables are meaningless.
        """
        linear = self.structure.linear
        closed_and_open = np.stack([states, states])
        closed_and_open[0, :, linear], closed_and_open[1, :, linear] = 0.0, 1.0
        opening, opened = self.slopes(0.0, closed_and_open.reshape(-1, states.shape[1]), q).reshape(2, *states.shape)
        with np.errstate(invalid="ignore"):  # callers check for rates that overflow
            return opening, opening - opened

    def slopes(self, stimulus: float, states: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Evaluate dy/dt for every row of states, shape (rows, variables)."""
        current_stop().check()
        states = np.ascontiguousarray(states, dtype=float)
        out = np.empty_like(states)
        function, constants = CALL_RHS(self.rhs_address), q.ctypes.data
        for y, dy in zip(_rows(states), _rows(out), strict=True):
            function(stimulus, y, constants, dy)
        return out

    def rhs(self, stimulus: float, y: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Evaluate dy/dt once, from Python."""
        current_stop().check()
        y, out = np.ascontiguousarray(y, dtype=float), np.empty(len(y))
        CALL_RHS(self.rhs_address)(stimulus, y.ctypes.data, q.ctypes.data, out.ctypes.data)
        return out

    def steady(self, y: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return states with gates and occupancies at their steady states, given the other variables in ``y``.

        ``y`` is one state, shape (variables,), or rows of them.
        """
        states = np.atleast_2d(np.array(y, dtype=float))
        opening, speed = self.linear_parts(states, q)
        linear = self.structure.linear
        states[:, linear] = opening[:, linear] / speed[:, linear]
        for scheme, generator in zip(self.structure.schemes, self.generators(states, q), strict=True):
            occupancies = dict(zip(scheme.occupancies, steady_occupancies(generator).T, strict=True))
            for name in scheme.variables:
                states[:, self.structure.variables.index(name)] = occupancies[name]
        return states if np.ndim(y) == 2 else states[0]

    def generators(self, states: NDArray[np.float64], q: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return the rates between the states of each kinetic scheme, each of shape (rows, states, states).

        Rates lead from the row to the column; diagonals are 0.
        """
        schemes, gates = self.structure.schemes, len(self.structure.gates)
        if not schemes:
            return []
        ends = np.cumsum([4 * gates, *(len(scheme.ways) for scheme in schemes)]).tolist()
        rates = self.along(self.rates_address, states, q, self.structure.rates)
        return [
            generators(rates[:, first:last], [way[:2] for way in scheme.ways], len(scheme.occupancies))
            for scheme, first, last in zip(schemes, ends[:-1], ends[1:], strict=True)
        ]

    def jacobian(self, y: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the symbolic Jacobian at one state, shape (n, n)."""
        current_stop().check()
        y = np.ascontiguousarray(y, dtype=float)
        out = np.empty((len(y), len(y)))
        CALL_STATE_FUNCTION(self.jacobian_address)(y.ctypes.data, q.ctypes.data, out.ctypes.data)
        return out

    def jacobians(self, states: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the symbolic Jacobian at each row of states, shape (rows, n, n)."""
        n = states.shape[-1]
        return self.along(self.jacobian_address, states, q, n * n).reshape(-1, n, n)

    def along(
        self, address: int, states: NDArray[np.float64], q: NDArray[np.float64], width: int
    ) -> NDArray[np.float64]:
        """Evaluate a function of the state on each row, shape (rows, width)."""
        current_stop().check()
        states = np.ascontiguousarray(states, dtype=float)
        out = np.empty((len(states), width))
        function, constants = CALL_STATE_FUNCTION(address), q.ctypes.data
        for y, values in zip(_rows(states), _rows(out) if width else (), strict=width > 0):
            function(y, constants, values)
        return out


def imported_part(folder: Folder, name: str) -> ModuleType:
    """Import a part of a kernel; the first import compiles it.

    Raises
    ------
    ModelError
        Numba cannot compile the printed equations; no formula is known to cause this.
    """
    try:
        return folder.module(name)
    except NumbaError as error:
        why = " ".join(str(error).split())[:200]
        raise ModelError(
            f"The equations of {folder.what} cannot be compiled ({why}): write its formulas in a simpler form."
        ) from error


def _rows(table: NDArray[np.float64]) -> range:
    """Return the address of each row of a contiguous table."""
    first, size = table.ctypes.data, table.shape[1] * table.itemsize
    return range(first, first + len(table) * size, size) if size else range(0)


def kernel_of(membrane: Membrane) -> Kernel:
    """Return the compiled form of a membrane: from memory, from disk, or newly compiled.

    Raises
    ------
    ModelError
        A rate of the membrane is infinite at some potential.
    """
    values = {name: parameter.value for name, parameter in membrane.parameters.items()}
    return kernel_of_structure(structure_of(membrane), values, f"the membrane {membrane.name!r}")


_KERNELS: Final[dict[Structure, Kernel]] = {}


def kernel_of_structure(structure: Structure, values: dict[str, float], what: str) -> Kernel:
    """Return the compiled form of a structure; it is built once.

    Parameters
    ----------
    structure : Structure
    values : dict of str to float
        Values of the parameters, with which every formula must be finite.
    what : str
        Description of what is compiled, for the log.

    Raises
    ------
    ModelError
        A rate is infinite at some potential.
    """
    return _KERNELS.get(structure) or keep(_KERNELS, structure, _made(structure, values, what), MOST_KEPT)


def _made(structure: Structure, values: dict[str, float], what: str) -> Kernel:
    def sources() -> dict[str, str]:
        from loligo.kernel.equations import equations_of
        from loligo.kernel.printed import printed_modules

        return printed_modules(equations_of(structure, values))

    return Kernel(structure, cached_modules(f"membrane|{structure.digest}", sources, what))


@lru_cache(maxsize=64)
def tabulated(membrane: Membrane) -> NDArray[np.float64]:
    """Return the prepared parameters of a membrane with a table of its rates, for explicit methods."""
    kernel, q = compiled(membrane)
    return kernel.with_table(q)


@lru_cache(maxsize=256)
def compiled(membrane: Membrane) -> tuple[Kernel, NDArray[np.float64]]:
    """Return the kernel of a membrane and its prepared parameters, which must not be changed."""
    kernel = kernel_of(membrane)
    if kernel.poles_of_parameters:
        _check_poles(membrane, kernel.structure)
    q = kernel.prepared(membrane)
    _check_speeds(membrane, kernel, q)
    return kernel, q


def _check_poles(membrane: Membrane, structure: Structure) -> None:
    """Reject formulas that are infinite with this membrane's parameters; those at compilation may have been finite."""
    from loligo.kernel.equations import equations_of

    equations_of(structure, {name: parameter.value for name, parameter in membrane.parameters.items()})


def _check_speeds(membrane: Membrane, kernel: Kernel, q: NDArray[np.float64]) -> None:
    """Reject a gate whose rates add up to a negative number or NaN anywhere within 20 scales of v from 0.

    Also reject a kinetic scheme with a rate that is negative or NaN there.
    """
    gates = [gate.name for gate in membrane.gates if not gate.instantaneous]
    if not gates and not membrane.schemes:
        return
    states = np.zeros((1601, len(membrane.variables)))
    states[:, 0] = np.linspace(-200, 200, 1601) * (membrane.v_scale / 10.0)
    states[:, len(membrane.variables) - len(membrane.states) :] = [state.initial for state in membrane.states]
    for scheme, generator in zip(kernel.structure.schemes, kernel.generators(states, q), strict=True):
        wrong = np.argwhere((generator < 0) | np.isnan(generator))
        if wrong.size:
            row, begin, end = wrong[0]
            raise ModelError(
                f"The {way_name(scheme, begin, end)} of {membrane.name} is {generator[row, begin, end]:g} per ms "
                f"at v = {states[row, 0]:g} mV: rates must not be negative at any potential."
            )
    if not gates:
        return
    opening, speed = (part[:, 1 : 1 + len(gates)] for part in kernel.linear_parts(states, q))
    wrong = np.argwhere((speed < 0) | np.isnan(opening))
    if wrong.size:
        row, gate = wrong[0]
        raise ModelError(
            f"The rates of gate {gates[gate]!r} of {membrane.name} add up to {speed[row, gate]:g} per ms at "
            f"v = {states[row, 0]:g} mV: alpha + beta, and tau, must be positive at every potential."
        )
