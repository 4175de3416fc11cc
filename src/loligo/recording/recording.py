"""The recording: numpy arrays on one time axis, computed on demand from the stored states."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, UnknownNameError
from loligo._names import names_of
from loligo._units import CONDUCTANCE, CURRENT, MS, MV
from loligo.intervention import Hold
from loligo.kernel import compiled
from loligo.membrane import Channel
from loligo.membrane.occupancies import left_over_of, unknown_variable
from loligo.recording.exchange import Clamped, block, nwb_file
from loligo.recording.observed import conductance_column, current_column
from loligo.recording.sensitivities import Sensitivities, Sensitivity
from loligo.recording.settings import Settings
from loligo.recording.tables import dataframe, dataset
from loligo.recording.writing import ARRAYS, save

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.stimulus import Stimulus


@dataclass(frozen=True, eq=False)
class Recording:
    """The result of `loligo.simulate` or `loligo.voltage_clamp`; its arrays are read-only.

    Attributes
    ----------
    membrane : Membrane
    stimulus : Stimulus
    settings : Settings
    t : array (samples,)
        Times of the traces [ms].
    states : array (samples, variables)
        Values in the order of ``membrane.variables``.
    spikes : array (spikes,)
        Times of upward crossings of the membrane's spike level [ms], located on the solution, not on the samples.
    final : array (variables,)
        The state at the end of the run.
    sensitivities : Sensitivities or None
        The requested derivatives of the run; see `sensitivity` and `spike_gradient`.

    Examples
    --------
    >>> import loligo as lo
    >>> recording = lo.simulate(lo.models.squid(), lo.Step(10.0), duration=20)
    >>> recording["m"].shape == recording.v.shape == recording.t.shape
    True
    """

    membrane: Membrane
    stimulus: Stimulus
    settings: Settings
    t: NDArray[np.float64]
    states: NDArray[np.float64]
    spikes: NDArray[np.float64]
    final: NDArray[np.float64]
    sensitivities: Sensitivities | None = None

    def __post_init__(self) -> None:
        n = len(self.membrane.variables)
        shapes = {"t": (self.t.size,), "states": (self.t.size, n), "spikes": (self.spikes.size,), "final": (n,)}
        for name, shape in shapes.items():
            array = np.ascontiguousarray(getattr(self, name), dtype=np.float64)
            if array.shape != shape:
                raise ArgumentError(f"{name} of a recording must have the shape {shape}; got {array.shape}.")
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def v(self) -> NDArray[np.float64]:
        """Membrane potential [mV], shape (samples,)."""
        return self.states[:, 0]

    @cached_property
    def applied(self) -> NDArray[np.float64]:
        """The stimulus at the times of the traces [µA/cm²], or the command of a voltage clamp [mV]."""
        if self.settings.holding is not None:
            return self.v
        return _read_only(np.asarray(self.stimulus(self.t)))

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """Return the trace of a variable, an instantaneous gate, or any occupancy of a scheme, shape (samples,)."""
        if name in self.membrane.variables:
            return self.states[:, self.membrane.variables.index(name)]
        instantaneous = [gate.name for gate in self.membrane.gates if gate.instantaneous]
        if name in instantaneous:
            return self._observed[:, instantaneous.index(name)]
        if others := left_over_of(self.membrane, name):
            return _read_only(1.0 - self.states[:, others].sum(axis=1))
        raise unknown_variable(self.membrane, name, known=instantaneous)

    def current(self, channel: str) -> NDArray[np.float64]:
        """Return the current of a channel, outward positive [µA/cm²], shape (samples,).

        Raises
        ------
        UnknownNameError
            No such channel.
        """
        return self._observed[:, current_column(self.membrane, channel)]

    def conductance(self, channel: str) -> NDArray[np.float64]:
        """Return the conductance of a channel [mS/cm²], shape (samples,).

        Raises
        ------
        UnknownNameError
            No such channel, or its current is not ohmic.
        """
        return self._observed[:, conductance_column(self.membrane, channel)]

    @property
    def currents(self) -> dict[str, NDArray[np.float64]]:
        """The current of every channel by name [µA/cm²]."""
        return {channel.name: self.current(channel.name) for channel in self.membrane.channels}

    @property
    def conductances(self) -> dict[str, NDArray[np.float64]]:
        """The conductance of every ohmic channel by name [mS/cm²]."""
        ohmic = (channel.name for channel in self.membrane.channels if isinstance(channel, Channel))
        return {name: self.conductance(name) for name in ohmic}

    @property
    def gates(self) -> dict[str, NDArray[np.float64]]:
        """Every gate by name, the instantaneous ones included."""
        return {gate.name: self[gate.name] for gate in self.membrane.gates}

    @property
    def occupancies(self) -> dict[str, NDArray[np.float64]]:
        """Every occupancy of every kinetic scheme by name; those of a scheme sum to 1."""
        return {name: self[name] for scheme in self.membrane.schemes for name in scheme.occupancies}

    @property
    def ionic_current(self) -> NDArray[np.float64]:
        """The sum of all channels' currents [µA/cm²], shape (samples,)."""
        return np.asarray(sum(self.currents.values()))

    @cached_property
    def _observed(self) -> NDArray[np.float64]:
        kernel, q = compiled(self.membrane)
        width = sum(gate.instantaneous for gate in self.membrane.gates)
        width += sum(1 + isinstance(channel, Channel) for channel in self.membrane.channels)
        return _read_only(kernel.along(kernel.observe_address, self.states, q, width))

    @cached_property
    def _moved(self) -> NDArray[np.float64]:
        """The derivatives of all quantities computed from states, shape (samples, quantities, names)."""
        return _read_only(self._asked(()).observed(self.membrane, self.states))

    def sensitivity(self, name: str) -> Sensitivity:
        """Return the derivative of the run with respect to a number in ``simulate(..., sensitivities=[...])``.

        Parameters
        ----------
        name : str
            The name of a parameter, an initial value or a number of the stimulus.

        Returns
        -------
        Sensitivity
            ``recording.sensitivity("g_Na")["v"]`` is dv/dg_Na [mV per mS/cm²], shape (samples,).

        Raises
        ------
        UnknownNameError
            The sensitivity was not requested in the run.
        """
        own = self._asked([name])
        k = own.names.index(name)
        return Sensitivity(self.membrane, name, own.states[:, :, k], own.final[:, k], lambda: self._moved[:, :, k])

    def spike_gradient(self, names: Iterable[str] | None = None) -> dict[str, NDArray[np.float64]]:
        """Return the derivatives of all spike times, ``-(dv/dp) / (dv/dt)`` at each crossing.

        The run is repeated with samples at the spikes, unless the recording was saved: a file contains them.

        Parameters
        ----------
        names : iterable of str, optional
            Some of the requested sensitivities; by default all.

        Returns
        -------
        dict of str to array (spikes,)
            [ms per unit of the number]

        Raises
        ------
        UnknownNameError
            One of these sensitivities was not requested in the run.

        Examples
        --------
        >>> import loligo as lo
        >>> recording = lo.simulate(lo.models.squid(), lo.Step(10.0), duration=20, sensitivities=["celsius"])
        >>> recording.spike_gradient(["celsius"])["celsius"].round(3).tolist()
        [-0.056, -1.482]
        """
        asked = None if names is None else names_of(names)
        own = self._asked(asked or ())
        at_spikes, slopes = own.at_spikes()
        return {
            name: -at_spikes[:, 0, own.names.index(name)] / slopes for name in (own.names if asked is None else asked)
        }

    def _asked(self, names: Iterable[str]) -> Sensitivities:
        own = self.sensitivities
        for name in names:
            if own is None or name not in own.names:
                others = f" (only to {', '.join(own.names)})" if own is not None else ""
                raise UnknownNameError(
                    f"This run has no sensitivity to {name!r}{others}: request it with "
                    f"simulate(..., sensitivities=[{name!r}])."
                )
        if own is None:
            raise ArgumentError("This run has no sensitivities: request them with simulate(..., sensitivities=[...]).")
        return own

    def __getstate__(self) -> dict[str, Any]:
        state = {field.name: getattr(self, field.name) for field in fields(self)}  # computed values are not pickled
        return state | {"sensitivities": self.sensitivities and self.sensitivities.kept()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    def plot(self, panels: Any = None, *, figure: Figure | None = None) -> Figure:
        """Draw v, gates, currents and stimulus on one time axis.

        Parameters
        ----------
        panels : sequence of matplotlib Axes, optional
            Axes to draw on, one for each of v, gates, currents, further states, stimulus that exists.
        figure : matplotlib Figure, optional
            An empty figure, instead of ``panels``; by default a new pyplot figure.

        Returns
        -------
        matplotlib Figure
        """
        if not self.t.size:
            raise ArgumentError("This recording has no traces (sampling=None), so there is nothing to draw.")
        from loligo.figures import time_panels

        further = {s.name: (self[s.name], s.unit) for s in self.membrane.states}
        clamped = self.settings.holding is not None
        return time_panels(
            self.t,
            self.v,
            gates=self.gates | self.occupancies,
            currents=self.currents,
            stimulus=None if clamped else self.applied,
            further=further,
            spikes=self.spikes,
            windows=[self._window(one) for one in self.settings.interventions],
            title=self.membrane.name + (", voltage clamp" if clamped else ""),
            panels=panels,
            figure=figure,
        )

    def _window(self, one: Intervention) -> tuple[str, float, float]:
        """Return the label of an intervention in a figure, with its start and stop [ms]."""
        units = {"v": MV} | {state.name: state.unit for state in self.membrane.states}

        def to(name: str, value: float | str, word: str) -> str:
            if isinstance(value, str):
                return "" if value == "now" else f" {word} {value}"
            return f" {word} {value:.6g} {units.get(name, '')}".rstrip()

        if isinstance(one, Hold):
            return (
                f"{one.variable} held{to(one.variable, one.value, 'at')}",
                one.start,
                min(one.end, self.settings.duration),
            )
        return ", ".join(f"{name} set{to(name, value, 'to')}" for name, value in one.values), one.at, one.at

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: time as index, one column for each trace, units in ``attrs``.

        Raises
        ------
        MissingPackageError
            pandas is not installed.
        """
        return dataframe(self.t, self.traces())

    def to_xarray(self) -> Any:
        """Return an xarray Dataset with units as attributes.

        Raises
        ------
        MissingPackageError
            xarray is not installed.
        """
        attributes = {"membrane": self.membrane.name, "tolerance": self.settings.tolerance}
        return dataset(self.t, self.traces(), self.spikes, attributes)

    def to_neo(self) -> Any:
        """Return a neo Block: one Segment with every trace and its unit, and the spikes.

        After a voltage clamp, the ionic current and the command come first, so that `loligo.read_recording` gives the
        sweep of the ionic current, followed by those of each channel's current.

        Raises
        ------
        MissingPackageError
            neo is not installed.
        ArgumentError
            There are no traces.
        """
        traces = self.traces()
        if self.settings.holding is not None:
            traces = {"ionic_current": (self.ionic_current, CURRENT), "command": (self.v, MV)} | traces
        return block(self.membrane.name, self.t, traces, self.spikes, self.settings.duration)

    def to_nwb(self, *, area: Any = None, per: str = "") -> Any:
        """Return a pynwb NWBFile with v and the stimulus, or the ionic current and the command of a voltage clamp.

        Parameters
        ----------
        area : float, optional
            Area of the membrane [cm²]: NWB stores currents in amperes.
        per : {"", "cell"}
            "cell" means that currents of this membrane are in nA of a whole cell.

        Raises
        ------
        MissingPackageError
            pynwb is not installed.
        ArgumentError
            There are no traces; neither area nor per is given.
        """
        free = self.settings.holding is None
        current = self.applied if free else self.ionic_current
        clamped = Clamped("current" if free else "voltage", self.t, self.v, current)
        return nwb_file(self.membrane.name, clamped, area, per)

    def traces(self) -> dict[str, tuple[NDArray[np.float64], str]]:
        """Return every trace with its unit, in the order of tables and files."""
        units = {"v": MV} | {state.name: state.unit for state in self.membrane.states}
        found = {name: (self[name], units.get(name, "")) for name in self.membrane.variables}
        found |= {name: (trace, "") for name, trace in (self.gates | self.occupancies).items()}
        found |= {f"I_{name}": (trace, CURRENT) for name, trace in self.currents.items()}
        found |= {f"conductance_{name}": (trace, CONDUCTANCE) for name, trace in self.conductances.items()}
        return found if self.settings.holding is not None else found | {"stimulus": (self.applied, CURRENT)}

    def save(self, path: str | PathLike[str]) -> None:
        """Write everything to one ``.npz`` file, from which `loligo.load` restores the same recording bit for bit.

        A run with sensitivities is repeated once, for the derivatives of its spikes.
        """
        arrays = {name: getattr(self, name) for name in ARRAYS}
        own = self.sensitivities
        more, names = ({}, ()) if own is None else (own.arrays(), own.names)
        save(path, self.membrane, self.stimulus, self.settings, arrays | more, names)

    def __repr__(self) -> str:
        shown = ", ".join(f"{spike:.3f}" for spike in self.spikes[:4])
        more = f", ... ({self.spikes.size} in all)" if self.spikes.size > 4 else ""
        spikes = f"spikes at {shown}{more} {MS}" if self.spikes.size else "no spike"
        return (
            f"<Recording of {self.membrane.name}: {self.settings.duration:g} {MS}, {spikes}; {self.t.size} samples of "
            f"{', '.join(self.membrane.variables)}; {self.settings.method}, tolerance {self.settings.tolerance:g}>"
        )


def _read_only(array: NDArray[np.float64]) -> NDArray[np.float64]:
    array.flags.writeable = False
    return array
