"""The derivatives of a run with respect to parameters, initial values and numbers of the stimulus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from loligo.membrane.occupancies import left_over_of, unknown_variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The derivative of a run with respect to one number p.

    Attributes
    ----------
    membrane : Membrane
    name : str
        Of the number.
    states : array (samples, variables)
        dy/dp at the times of the recording, in the order of ``membrane.variables``: each in the unit of its variable
        per unit of p.
    final : array (variables,)
        dy/dp at the end of the run.

    Examples
    --------
    >>> import loligo as lo
    >>> recording = lo.simulate(lo.models.squid(), lo.Step(10.0), duration=20, sensitivities=["g_Na"])
    >>> recording.sensitivity("g_Na")["v"].shape == recording.t.shape
    True
    """

    membrane: Membrane
    name: str
    states: NDArray[np.float64]
    final: NDArray[np.float64]

    @property
    def v(self) -> NDArray[np.float64]:
        """dv/dp [mV per unit of p], shape (samples,)."""
        return self.states[:, 0]

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """Return the derivative of a variable, or of any occupancy of a scheme, shape (samples,).

        Raises
        ------
        UnknownNameError
            No such variable.
        """
        if others := left_over_of(self.membrane, name):
            return np.asarray(-self.states[:, others].sum(axis=1))
        if name not in self.membrane.variables:
            raise unknown_variable(self.membrane, name)
        return self.states[:, self.membrane.variables.index(name)]


@dataclass(frozen=True, eq=False)
class Sensitivities:
    """All derivatives of one run.

    Attributes
    ----------
    names : tuple of str
    states : array (samples, variables, names)
    final : array (variables, names)
    at_spikes : callable
        Returns dy/dp at the spikes, shape (spikes, variables, names), and dv/dt there [mV/ms], shape (spikes,).
    """

    names: tuple[str, ...]
    states: NDArray[np.float64]
    final: NDArray[np.float64]
    at_spikes: Callable[[], tuple[NDArray[np.float64], NDArray[np.float64]]] = field(repr=False)

    def __post_init__(self) -> None:
        self.states.flags.writeable = self.final.flags.writeable = False
