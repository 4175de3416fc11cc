"""Currents under voltage clamp as a function of parameters: the common part of membranes with and without schemes."""

from __future__ import annotations

import ctypes
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.kernel import cached_modules
from loligo.kernel.structure import parameter_vector, structure_of

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from loligo.fitting.grid import Grid
    from loligo.kernel.equations import Equations
    from loligo.membrane import Membrane
    from loligo.sweep import Sweep

    Vector = NDArray[np.float64]
    Printed = Callable[[Equations, Sequence[str]], str]

_PREPARE: Final = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)


class ClampedCurrents(ABC):
    """The currents of a membrane under the commands of sweeps, for values of the parameters that a fit varies.

    Parameters
    ----------
    membrane : Membrane
    sweeps : sequence of Sweep
        Sweeps of a voltage clamp.
    varied : sequence of str
        Names of parameters.
    grids : list of Grid
        The steps of each sweep.
    functions : module
        The module that `derivatives` returns.

    Attributes
    ----------
    linear : list of str
        Parameters in which the current is jointly linear.
    exponents : list of str
        Parameters in the argument of an exponential.
    """

    def __init__(
        self,
        membrane: Membrane,
        sweeps: Sequence[Sweep],
        varied: Sequence[str],
        grids: list[Grid],
        functions: ModuleType,
    ) -> None:
        self.membrane, self.sweeps, self.varied = membrane, tuple(sweeps), tuple(varied)
        self.grids, self._functions = grids, functions
        self._plain = parameter_vector(membrane)
        self._places = [list(membrane.parameters).index(name) for name in varied]
        self.linear: list[str] = functions.LINEAR
        self.exponents: list[str] = functions.EXPONENTS

    def __call__(self, values: Vector) -> list[tuple[Vector, Vector]]:
        """Return current and derivatives at the kept samples, (samples,) and (samples, varied), by sweep.

        They are not finite if a rate overflows.
        """
        q = self._prepared(values)
        return [self._followed(grid, q) for grid in self.grids]

    def of_sweep(self, sweep: int, values: Vector) -> tuple[Vector, Vector]:
        """Return current and derivatives of one sweep."""
        return self._followed(self.grids[sweep], self._prepared(values))

    def _prepared(self, values: Vector) -> Vector:
        parameters = self._plain.copy()
        parameters[self._places] = values
        q = np.zeros(self._functions.PREPARED + 1)
        _PREPARE(self._functions.prepare.address)(parameters.ctypes.data, q.ctypes.data)
        return q

    @abstractmethod
    def _followed(self, grid: Grid, q: Vector) -> tuple[Vector, Vector]:
        """Return current and derivatives of one sweep."""


@lru_cache(maxsize=128)
def derivatives(membrane: Membrane, varied: tuple[str, ...], kind: str, printed: Printed) -> ModuleType:
    """Return the compiled equations of a membrane with their derivatives with respect to parameters.

    Parameters
    ----------
    membrane : Membrane
    varied : tuple of str
    kind : str
        Kind of the equations, used in names of cached files.
    printed : callable
        Returns their source.
    """
    structure = structure_of(membrane)

    def sources() -> dict[str, str]:
        from loligo.kernel.equations import equations_of

        values = {name: parameter.value for name, parameter in membrane.parameters.items()}
        return {"derivatives": printed(equations_of(structure, values), varied)}

    what = f"derivatives of {membrane.name!r} with respect to {', '.join(varied)}"
    return cached_modules(f"{kind}|{structure.digest}|{','.join(varied)}", sources, what).module("derivatives")
