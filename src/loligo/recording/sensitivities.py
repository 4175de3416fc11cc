"""The derivatives of a run with respect to parameters, initial values and numbers of the stimulus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import ArgumentError
from loligo.kernel.derivatives import variational_kernel
from loligo.kernel.directions import Directions
from loligo.membrane import Channel
from loligo.membrane.names import LONGEST_TITLE, printable
from loligo.membrane.occupancies import left_over_of, unknown_variable
from loligo.recording.observed import conductance_column, current_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from loligo.membrane import Membrane

    Array = NDArray[np.float64]

INITIAL: Final = "initial_"  # prefix of a variable's name: the number is its initial value
ARRAYS: Final = ("gradients", "final_gradients", "spike_gradients", "spike_slopes")  # names of the arrays in a file


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The derivative of a run with respect to one number p.

    Attributes
    ----------
    membrane : Membrane
    name : str
        Name of the number.
    states : array (samples, variables)
        dy/dp at the times of the recording, in the order of ``membrane.variables``: each in the unit of its variable
        per unit of p.
    final : array (variables,)
        dy/dp at the end of the run.
    observed : callable
        Returns the derivatives of instantaneous gates, conductances and currents, shape (samples, quantities).

    Examples
    --------
    >>> import loligo as lo
    >>> recording = lo.simulate(lo.models.squid(), lo.Step(10.0), duration=20, sensitivities=["g_Na"])
    >>> recording.sensitivity("g_Na")["v"].shape == recording.t.shape
    True
    """

    membrane: Membrane
    name: str
    states: Array
    final: Array
    observed: Callable[[], Array] = field(repr=False)

    @property
    def v(self) -> Array:
        """dv/dp [mV per unit of p], shape (samples,)."""
        return self.states[:, 0]

    def __getitem__(self, name: str) -> Array:
        """Return the derivative of a variable, an instantaneous gate, or any occupancy of a scheme, shape (samples,).

        Raises
        ------
        UnknownNameError
            The membrane has no such variable.
        """
        if name in self.membrane.variables:
            return self.states[:, self.membrane.variables.index(name)]
        instantaneous = [gate.name for gate in self.membrane.gates if gate.instantaneous]
        if name in instantaneous:
            return self._observed[:, instantaneous.index(name)]
        if others := left_over_of(self.membrane, name):
            return np.asarray(-self.states[:, others].sum(axis=1))
        raise unknown_variable(self.membrane, name, known=instantaneous)

    def current(self, channel: str) -> Array:
        """Return the derivative of a channel's current [µA/cm² per unit of p], shape (samples,).

        Raises
        ------
        UnknownNameError
            No such channel.

        Examples
        --------
        >>> import loligo as lo
        >>> recording = lo.simulate(lo.models.squid(), lo.Step(10.0), duration=20, sensitivities=["g_Na"])
        >>> recording.sensitivity("g_Na").current("K").shape == recording.t.shape
        True
        """
        return self._observed[:, current_column(self.membrane, channel)]

    def conductance(self, channel: str) -> Array:
        """Return the derivative of a channel's conductance [mS/cm² per unit of p], shape (samples,).

        Raises
        ------
        UnknownNameError
            The membrane has no such channel, or the current of the channel is not ohmic.
        """
        return self._observed[:, conductance_column(self.membrane, channel)]

    @cached_property
    def _observed(self) -> Array:
        return self.observed()


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
    states: Array
    final: Array
    at_spikes: Callable[[], tuple[Array, Array]] = field(repr=False)

    def __post_init__(self) -> None:
        self.states.flags.writeable = self.final.flags.writeable = False

    def observed(self, membrane: Membrane, states: Array) -> Array:
        """Return the derivatives of instantaneous gates, conductances, currents, shape (samples, quantities, names)."""
        own = [name for name in self.names if name in membrane.parameters]
        starts = [INITIAL + name for name in membrane.variables]
        started = [name for name in self.names if name in starts and name not in own]
        driven = [name for name in self.names if name not in own and name not in started]
        kernel = variational_kernel(membrane, Directions(tuple(own), len(driven), len(started)))
        q = kernel.prepared(membrane, np.zeros(kernel.directions.drive_numbers))
        width = sum(gate.instantaneous for gate in membrane.gates)
        width += sum(1 + isinstance(channel, Channel) for channel in membrane.channels)
        order = [*own, *driven, *started]
        found = kernel.observed(states, self.states[:, :, [self.names.index(name) for name in order]], q, width)
        return found[:, :, [order.index(name) for name in self.names]]

    def kept(self) -> Sensitivities:
        """Return the same with the derivatives at spikes as arrays; this may repeat the run."""
        return Sensitivities(self.names, self.states, self.final, AtSpikes(*self.at_spikes()))

    def arrays(self) -> dict[str, Array]:
        """Return all derivatives as arrays, keyed by the names of `ARRAYS`."""
        return dict(zip(ARRAYS, (self.states, self.final, *self.at_spikes()), strict=True))

    @classmethod
    def of_arrays(
        cls, names: Sequence[str], arrays: Mapping[str, Array], shape: tuple[int, int], spikes: int
    ) -> Sensitivities:
        """Return the derivatives from a file.

        Parameters
        ----------
        names : sequence of str
        arrays : mapping of str to array
            Arrays named in `ARRAYS`.
        shape : (int, int)
            Samples and variables of the run.
        spikes : int
            Number of spikes of the run.

        Raises
        ------
        ArgumentError, ModelError
            An array has another shape, or a name occurs twice or cannot be printed.
        """
        given = tuple(printable(name, "The name of a sensitivity", LONGEST_TITLE) for name in names)
        samples, n = shape
        shapes = (samples, n, len(given)), (n, len(given)), (spikes, n, len(given)), (spikes,)
        if len(set(given)) < len(given) or any(
            arrays[name].shape != one for name, one in zip(ARRAYS, shapes, strict=True)
        ):
            raise ArgumentError(f"The sensitivities to {', '.join(given)} do not belong to this run.")
        states, final, at_spikes, slopes = (arrays[name] for name in ARRAYS)
        return cls(given, states, final, AtSpikes(at_spikes, slopes))


@dataclass(frozen=True, eq=False)
class AtSpikes:
    """Known derivatives at spikes, in the form that `Sensitivities` uses."""

    states: Array
    slopes: Array

    def __call__(self) -> tuple[Array, Array]:
        """Return both."""
        return self.states, self.slopes
