"""The compiled form of a membrane: addresses of machine code, and the vector of prepared parameters."""

from __future__ import annotations

import ctypes
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from loligo.kernel.cache import Folder, cached_modules
from loligo.kernel.structure import Structure, parameter_vector, structure_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

_pointer = ctypes.c_void_p
_RHS = ctypes.CFUNCTYPE(None, ctypes.c_double, _pointer, _pointer, _pointer)
_PREPARE = ctypes.CFUNCTYPE(None, _pointer, _pointer)
_STATE_FUNCTION = ctypes.CFUNCTYPE(None, _pointer, _pointer, _pointer)


class Kernel:
    """Machine code of one structure; each function is compiled when it is first asked for.

    Attributes
    ----------
    structure : Structure
        What was compiled.
    """

    def __init__(self, structure: Structure, folder: Folder) -> None:
        self.structure = structure
        self._folder = folder

    @cached_property
    def _main(self) -> object:
        return self._folder.module("rhs")

    @cached_property
    def rhs_address(self) -> int:
        """Address of ``rhs(stimulus, y, q, dy)``."""
        return int(self._main.rhs.address)  # type: ignore[attr-defined]

    @cached_property
    def jacobian_address(self) -> int:
        """Address of ``jacobian(y, q, J)``, J row by row."""
        return int(self._folder.module("jacobian").jacobian.address)

    @cached_property
    def rates_address(self) -> int:
        """Address of ``rates(y, q, out)``: alpha, beta, inf, tau of each gate."""
        return int(self._folder.module("rates").rates.address)

    @cached_property
    def observe_address(self) -> int:
        """Address of ``observe(y, q, out)``: instantaneous gates, conductances, currents."""
        return int(self._folder.module("observe").observe.address)

    def prepared(self, membrane: Membrane) -> NDArray[np.float64]:
        """Return the vector q of a membrane: its parameters and all that depends on them alone."""
        p = parameter_vector(membrane)
        q = np.empty(self._main.PREPARED)  # type: ignore[attr-defined]
        _PREPARE(self._main.prepare.address)(p.ctypes.data, q.ctypes.data)  # type: ignore[attr-defined]
        return q

    def rhs(self, stimulus: float, y: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Evaluate dy/dt once, from Python."""
        y, out = np.ascontiguousarray(y, dtype=float), np.empty(len(y))
        _RHS(self.rhs_address)(stimulus, y.ctypes.data, q.ctypes.data, out.ctypes.data)
        return out

    def steady(self, y: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the state with every timed gate at its steady state for the v and states of ``y``."""
        y = np.array(y, dtype=float)
        out = y.copy()
        _STATE_FUNCTION(self._main.steady.address)(y.ctypes.data, q.ctypes.data, out.ctypes.data)  # type: ignore[attr-defined]
        return out

    def jacobian(self, y: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the symbolic Jacobian at one state, shape (n, n)."""
        y = np.ascontiguousarray(y, dtype=float)
        out = np.empty((len(y), len(y)))
        _STATE_FUNCTION(self.jacobian_address)(y.ctypes.data, q.ctypes.data, out.ctypes.data)
        return out

    def along(
        self, address: int, states: NDArray[np.float64], q: NDArray[np.float64], width: int
    ) -> NDArray[np.float64]:
        """Evaluate a function of the state on each row, shape (rows, width)."""
        states = np.ascontiguousarray(states, dtype=float)
        out = np.empty((len(states), width))
        function = _STATE_FUNCTION(address)
        for row in range(len(states)):
            function(states[row].ctypes.data, q.ctypes.data, out[row].ctypes.data)
        return out


def kernel_of(membrane: Membrane) -> Kernel:
    """Return the compiled form of a membrane, from memory, from disk, or by compiling it once.

    Raises
    ------
    ModelError
        A rate of the membrane is infinite at some potential.
    """
    return _kernel(structure_of(membrane), _Origin(membrane))


class _Origin:
    """The membrane a kernel is first made for: not part of the kernel's identity, so all are equal."""

    def __init__(self, membrane: Membrane) -> None:
        self.membrane = membrane

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Origin)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=256)
def _kernel(structure: Structure, origin: _Origin) -> Kernel:
    values = {name: parameter.value for name, parameter in origin.membrane.parameters.items()}

    def sources() -> dict[str, str]:
        from loligo.kernel.equations import equations_of
        from loligo.kernel.printed import printed_modules

        return printed_modules(equations_of(structure, values))

    return Kernel(
        structure, cached_modules(f"membrane|{structure.digest}", sources, f"the membrane {origin.membrane.name!r}")
    )


@lru_cache(maxsize=256)
def compiled(membrane: Membrane) -> tuple[Kernel, NDArray[np.float64]]:
    """Return the kernel of a membrane and its prepared parameters (nobody writes to them)."""
    kernel = kernel_of(membrane)
    return kernel, kernel.prepared(membrane)
