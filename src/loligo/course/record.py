"""The record of a classroom run, in the shapes that course scripts expect."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import UnitError
from loligo._units import CURRENT, MS, MV
from loligo.course.slips import warn_of_slips
from loligo.course.traces import Trace
from loligo.course.words import stimulus_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.recording import Recording
    from loligo.stimulus import Stimulus

_OWN_TRACES: Final = ("t", "v", "vm", "I_e", "spikes")
_OTHER_NAMES: Final = {
    **dict.fromkeys(("u", "voltage", "potential"), "v"),
    **dict.fromkeys(("time", "times"), "t"),
    **dict.fromkeys(("i", "current", "curr"), "I_e"),
}


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """The result of the functions in the classroom file.

    Attributes
    ----------
    recording : Recording
        The complete result, for further analysis: ``rec.recording.current("Na")``, ``rec.recording.plot()``.

    Warns
    -----
    LikelyMistakeWarning
        The current begins after the end of the run; currents or potentials are larger than a membrane can bear; or a
        parameter of the neuron is assigned a second time, in a line that has no effect.

    Examples
    --------
    >>> import loligo as lo
    >>> rec = Record(lo.simulate(lo.models.squid(), lo.Step(7.0), duration=50, sampling=0.1))
    >>> rec.t.shape, rec.vm.shape, rec["v"].shape
    ((501,), (1, 501), (501,))
    """

    recording: Recording

    def __post_init__(self) -> None:
        from loligo.recording import Recording  # imports Numba, which the import of this module does not need

        if not isinstance(self.recording, Recording):
            raise UnitError(
                f"Record takes a run, which is a Recording; got {self.recording!r:.60}: write "
                "Record(lo.simulate(membrane, curr, simtime, sampling=dt))."
            )
        warn_of_slips(self.recording, sys._getframe(2))  # noqa: SLF001 - 0 is this function, 1 the constructor

    @property
    def t(self) -> Trace:
        """Times [ms], shape (samples,)."""
        return Trace(self.recording.t, MS)

    @property
    def v(self) -> Trace:
        """Membrane potential [mV], shape (samples,)."""
        return Trace(self.recording.v, MV)

    @property
    def vm(self) -> Trace:
        """Membrane potential [mV], shape (1, samples)."""
        return Trace(self.recording.v[None, :], MV)

    @property
    def I_e(self) -> Trace:
        """The current [µA for one cm²], shape (1, samples)."""
        return Trace(self.recording.applied[None, :], CURRENT)

    @property
    def m(self) -> NDArray[Any]:
        """Activation of sodium, shape (1, samples)."""
        return self.recording["m"][None, :]

    @property
    def h(self) -> NDArray[Any]:
        """Inactivation of sodium (1: not inactivated), shape (1, samples)."""
        return self.recording["h"][None, :]

    @property
    def n(self) -> NDArray[Any]:
        """Activation of potassium, shape (1, samples)."""
        return self.recording["n"][None, :]

    @property
    def gates(self) -> dict[str, NDArray[Any]]:
        """Every gate by name, each of shape (1, samples)."""
        return {name: trace[None, :] for name, trace in self.recording.gates.items()}

    @property
    def spikes(self) -> Trace:
        """Upward crossings of the membrane's spike level [ms]."""
        return Trace(self.recording.spikes, MS)

    @property
    def membrane(self) -> Membrane:
        """The neuron that was run."""
        return self.recording.membrane

    @property
    def stimulus(self) -> Stimulus:
        """The applied current."""
        return self.recording.stimulus

    @property
    def title(self) -> str:
        """A description of the current, for a figure."""
        return stimulus_words(self.stimulus)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a trace by name, shape (samples,): ``rec["v"]``, ``rec["m"]``, ``rec["I_e"]``.

        Raises
        ------
        UnknownNameError
            The neuron has no variable of that name.
        """
        if not isinstance(name, str):
            raise self._no_list()
        if name in _OWN_TRACES:
            trace: Trace = getattr(self, name)
            return trace.reshape(-1)
        return self.recording[name]

    def __getattr__(self, name: str) -> Any:
        """Raise an error that names the trace likely meant by an unknown name."""
        if name.startswith("_") or name == "recording":  # looked up by copy and pickle
            raise AttributeError(name)
        if name in self.gates:
            return self.gates[name]
        known = [*_OWN_TRACES, *self.gates, "recording", "membrane", "stimulus", "title"]
        small = {one.lower(): one for one in reversed(known)}
        close = get_close_matches(_OTHER_NAMES.get(name.lower(), name).lower(), small, n=1)
        instead = f"rec.{small[close[0]]}" if close else f"one of rec.{', rec.'.join(known)}"
        raise AttributeError(f"A Record has no {name!r}: write {instead}.")

    def __iter__(self) -> Iterator[Any]:
        raise self._no_list()

    def __len__(self) -> int:
        raise self._no_list()

    def __bool__(self) -> bool:
        return True

    @staticmethod
    def _no_list() -> UnitError:
        return UnitError(
            "A Record is not one list but several: write rec.t for the times [ms], rec.vm[0] for the potential [mV], "
            "rec.spikes for the spikes [ms], and len(rec.spikes) for their number."
        )

    def plot(self, title: str | None = None, panels: Any = None) -> Figure:
        """Draw potential, gates and current on one time axis.

        Parameters
        ----------
        title : str, optional
            Title; by default the stimulus in words.
        panels : sequence of matplotlib Axes, optional
            Three axes to draw on: for v, gates and stimulus; by default those of a new pyplot figure.

        Returns
        -------
        matplotlib Figure
        """
        from loligo.figures import time_panels

        gates = {name: trace[0] for name, trace in self.gates.items()}
        run = self.recording
        return time_panels(
            run.t,
            run.v,
            gates=gates,
            stimulus=run.applied,
            per_area=False,
            title=self.title if title is None else title,
            panels=panels,
        )

    def __repr__(self) -> str:
        names = ", ".join(["vm [mV]", "I_e [µA]", *self.recording.gates])
        return f"<Record: {self.title}; t [ms] and {names} at {self.recording.t.size} samples; {self.recording!r}>"
