"""The record of a classroom run, in the shapes that course scripts expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loligo._units import CURRENT, MS, MV
from loligo.course.traces import Trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.recording import Recording


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """What the functions of the classroom file return.

    Attributes
    ----------
    recording : Recording
        The whole result, for going on from here: ``rec.recording.current("Na")``, ``rec.recording.plot()``.

    Examples
    --------
    >>> import loligo as lo
    >>> rec = Record(lo.simulate(lo.models.squid(), lo.Step(7.0), duration=50, sampling=0.1))
    >>> rec.t.shape, rec.vm.shape
    ((501,), (1, 501))
    """

    recording: Recording

    @property
    def t(self) -> Trace:
        """Times [ms], shape (samples,)."""
        return Trace(self.recording.t, MS)

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
        """Inactivation of sodium (1 is none), shape (1, samples)."""
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

    def __repr__(self) -> str:
        names = ", ".join(["vm [mV]", "I_e [µA]", *self.recording.gates])
        return f"<Record: t [ms] and {names} at {self.recording.t.size} samples; {self.recording!r}>"
