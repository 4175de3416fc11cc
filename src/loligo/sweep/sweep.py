"""One sweep: a measured trace of a membrane, and the stimulus or command that was applied."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, UnitError, unknown_name
from loligo._units import CURRENT, MS, MV, number, numbers, positive
from loligo.stimulus import Stimulus
from loligo.sweep import checks
from loligo.sweep.currents import NANOAMPERE, SAY_WHOSE, UNSAID, checked_basis, plain_currents, scale_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

EDGE_SLACK: Final = 1e-3  # sampling intervals: how far rounding may move a sample past the edge of a window


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Sweep:
    """A trace under current or voltage clamp, with its protocol: a value whose arrays are read-only.

    Parameters
    ----------
    t : array_like (samples,)
        Times [ms], increasing, from 0 or later; they may be uneven.
    v : array_like (samples,), optional
        Measured potential [mV], for a current clamp.
    current : array_like (samples,), optional
        Measured current, outward positive, for a voltage clamp.
    stimulus : Stimulus, optional
        The current injected under current clamp, in the unit of currents.
    command : Stimulus, optional
        The command of a voltage clamp: the displacement from the holding potential [mV].
    holding : float, optional
        Holding potential of a voltage clamp [mV].
    exclude : sequence of (float, float)
        Windows that comparisons exclude: ``start <= t < stop`` [ms], to a thousandth of the sampling interval.
    unit : str
        Unit of ``current``, or of the amplitudes of ``stimulus``, if they are plain numbers: µA/cm² (the default), or
        pA, nA, ... of a whole cell.
    per : {"", "area", "cell", "unsaid"}
        "cell": currents are those of a whole cell, in nA; the membrane's conductances are then in µS and its
        capacitance in nF, and numbers without a unit are in nA. "unsaid": currents in nA from a file, which cannot be
        applied to a membrane until the sweep has an area, or ``per="cell"``.
    area : float, optional
        Area of the membrane [cm²]; currents of a whole cell are divided by it.
    name : str
    capacitance : float, optional
        Capacitance of the cell, as reported by the amplifier [pF].
    series_resistance : float, optional
        Series resistance [MΩ].

    Attributes
    ----------
    t : array (samples,)
        [ms]
    v : array (samples,) or None
        [mV]
    current : array (samples,) or None
        The current in the unit `current_unit`; either ``v`` or ``current`` is None.
    per : str
        The reference of currents: "area" (µA/cm²), "cell" (nA), or "unsaid" (nA).
    corrections : tuple of Correction
        The corrections that were applied, in order; see `corrected`.

    Raises
    ------
    ArgumentError
        Both v and current are given, or neither; times do not increase; a value is NaN or infinite (the message says
        where); a window is empty; or protocol and clamp do not match.
    UnitError
        A quantity has another dimension, or an area is given but currents have no unit.

    Examples
    --------
    >>> from loligo.stimulus import Step
    >>> sweep = Sweep([0, 1, 2, 3], v=[-65, -64, -60, -61], stimulus=Step(5.0, start=1), exclude=[(1, 2)])
    >>> sweep
    <Sweep, current clamp: 4 samples of v [mV] in 0 to 3 ms every 1 ms>
    >>> sweep.kept.tolist()
    [True, False, True, True]
    """

    t: NDArray[np.float64]
    v: NDArray[np.float64] | None
    current: NDArray[np.float64] | None
    holding: float | None
    exclude: tuple[tuple[float, float], ...]
    per: str
    area: float | None
    name: str
    capacitance: float | None
    series_resistance: float | None
    corrections: tuple[Correction, ...]

    def __init__(
        self,
        t: ArrayLike,
        *,
        v: Any = None,
        current: Any = None,
        stimulus: Stimulus | None = None,
        command: Stimulus | None = None,
        holding: Any = None,
        exclude: Iterable[tuple[float, float]] = (),
        unit: str = "",
        per: str = "",
        area: Any = None,
        name: str = "",
        capacitance: Any = None,
        series_resistance: Any = None,
    ) -> None:
        if (v is None) == (current is None):
            raise ArgumentError("A sweep needs v= from a current clamp or current= from a voltage clamp, and not both.")
        checks.check_protocol(v is None, stimulus, command, holding)
        times, plain = checks.checked_times(t), None
        if current is not None:
            plain, unit = plain_currents(current, unit, "current")
        elif stimulus is not None:
            unit = unit or stimulus.unit
        unit, per, size = checked_basis(unit, per, area)
        played = current is not None or stimulus is not None
        factor, per = scale_of(unit, per, size, "current" if v is None else "stimulus") if played else (1.0, per)
        if stimulus is not None and factor != 1.0:
            stimulus = factor * stimulus
        own = {
            "t": times,
            "v": None if v is None else checks.checked_trace(numbers(v, MV, "v"), times, "v"),
            "current": None if plain is None else checks.checked_trace(factor * plain, times, "current"),
            "holding": None if holding is None else number(holding, MV, "holding"),
            "exclude": checks.checked_windows(exclude),
            "per": per if played or per == "cell" else "area",
            "area": size,
            "name": str(name),
            "capacitance": None if capacitance is None else positive(capacitance, "pF", "capacitance"),
            "series_resistance": checks.checked_resistance(series_resistance),
            "corrections": (),
            "_stimulus": stimulus,
            "_command": command,
        }
        for key, value in own.items():
            object.__setattr__(self, key, value)

    @property
    def clamp(self) -> str:
        """The kind of clamp: "current" or "voltage"."""
        return "voltage" if self.v is None else "current"

    @property
    def current_unit(self) -> str:
        """The unit of currents: µA/cm², or nA of a whole cell."""
        return CURRENT if self.per == "area" else NANOAMPERE

    @property
    def trace(self) -> NDArray[np.float64]:
        """The measured trace: v [mV] or the current [`current_unit`], shape (samples,)."""
        return self.v if self.v is not None else np.asarray(self.current)

    @property
    def stimulus(self) -> Stimulus:
        """The injected current, which `loligo.simulate` can apply.

        Raises
        ------
        ArgumentError
            The sweep is from a voltage clamp, or has no stimulus, or neither its area nor per="cell" is known.
        """
        if self.clamp == "voltage":
            raise ArgumentError(f"{self._who} was measured under voltage clamp: it has a command, but no stimulus.")
        stimulus: Stimulus | None = vars(self)["_stimulus"]
        if stimulus is None:
            raise checks.absent(f"{self._who} has no stimulus", "stimulus=lo.Step(...)")
        if self.per == UNSAID:
            raise ArgumentError(f"The stimulus of {self._who} is a current of a whole cell, in nA: {SAY_WHOSE}.")
        return stimulus

    @property
    def command(self) -> Stimulus:
        """The command, relative to the holding potential [mV], which `loligo.voltage_clamp` can apply.

        Raises
        ------
        ArgumentError
            The sweep is from a current clamp, or has no command.
        """
        if self.clamp == "current":
            raise ArgumentError(f"{self._who} was measured under current clamp: it has a stimulus, but no command.")
        command: Stimulus | None = vars(self)["_command"]
        if command is None:
            raise checks.absent(f"{self._who} has no command", "command=lo.Step(...), holding=-80")
        return command

    @property
    def has_protocol(self) -> bool:
        """Whether the sweep has a protocol."""
        return vars(self)["_stimulus"] is not None or vars(self)["_command"] is not None

    @property
    def played(self) -> NDArray[np.float64]:
        """The protocol at the samples: the command with the holding potential [mV], or the stimulus [`current_unit`].

        Raises
        ------
        ArgumentError
            The protocol is absent.
        """
        one = self.command if self.clamp == "voltage" else vars(self)["_stimulus"] or self.stimulus
        return np.asarray(one(self.t)) + (self.holding or 0.0)

    @cached_property
    def interval(self) -> float:
        """The shortest sampling interval [ms]."""
        return float(np.diff(self.t).min())

    @cached_property
    def even(self) -> bool:
        """Whether samples are at equal intervals, to a thousandth of the interval."""
        dt = (self.t[-1] - self.t[0]) / (self.t.size - 1)
        return bool(np.abs(self.t - self.t[0] - dt * np.arange(self.t.size)).max() <= EDGE_SLACK * dt)

    @cached_property
    def kept(self) -> NDArray[np.bool_]:
        """Mask of the samples outside all windows of ``exclude``, shape (samples,)."""
        kept, beside = np.ones(self.t.size, dtype=bool), EDGE_SLACK * self.interval
        for start, stop in self.exclude:
            kept &= (self.t < start - beside) | (self.t >= stop - beside)
        kept.flags.writeable = False
        return kept

    def replace(self, **changes: Any) -> Sweep:
        """Return a sweep with other arguments, all else equal.

        ``area=`` or ``per="cell"`` sets the reference of currents from a file.

        Raises
        ------
        ArgumentError, UnitError
            As for `Sweep`.
        """
        names = ("t", "v", "current", "holding", "exclude", "area", "name", "capacitance", "series_resistance")
        own = {name: getattr(self, name) for name in names}
        own |= {"stimulus": vars(self)["_stimulus"], "command": vars(self)["_command"]}
        own |= {"per": self.per, "unit": self.current_unit}
        for wrong in changes.keys() - own.keys():
            raise unknown_name("argument of a sweep", wrong, own)
        if changes.get("area") is not None:
            own["per"] = ""
        return _after(Sweep(**(own | changes)), self.corrections)

    def corrected(self, *corrections: Correction) -> Sweep:
        """Return a sweep with corrections applied in order; its ``corrections`` lists them.

        Parameters
        ----------
        *corrections : JunctionPotential, Baseline, LeakSubtraction, PNSubtraction or LowPass

        Raises
        ------
        ArgumentError
            A correction cannot be applied to this sweep.
        UnitError
            An argument is not a correction.
        """
        sweep = self
        for one in corrections:
            if not isinstance(one, Correction):
                raise UnitError(f"A correction must be a LeakSubtraction, LowPass, ...; got {one!r}.")
            sweep = _after(sweep.replace(**one.changes(sweep)), (*sweep.corrections, one))
        return sweep

    def features(
        self, names: str | Iterable[str], *, level: Any = -20.0, window: tuple[float, float] | None = None
    ) -> dict[str, float | str]:
        """Return features of v, with the same names and code as for populations.

        Parameters
        ----------
        names : str or several
            As for `loligo.Population.run`, e.g. ``["spike_count", "AP_amplitude"]``.
        level : float
            A spike is an upward crossing of this potential [mV].
        window : (float, float), optional
            When the stimulus starts and stops [ms]; by default according to the protocol.

        Returns
        -------
        dict of str to float or str
            Values in the units of a population's table; NaN if a feature does not exist. Times are those of samples.

        Raises
        ------
        UnknownNameError
            The feature does not exist.
        ArgumentError
            The sweep is from a voltage clamp, or has no protocol to tell when the stimulus starts and stops.
        """
        if self.v is None:
            raise ArgumentError("Features are computed from v, but this sweep was measured under voltage clamp.")
        from loligo.sweep.sampled_spikes import features_of  # compiles the features of populations

        return features_of(self.t, self.v, names, number(level, MV, "level"), self._window(window))

    def plot(self, panels: Any = None, *, figure: Figure | None = None) -> Figure:
        """Draw the measured trace and the protocol on one time axis; excluded windows are shaded.

        Parameters
        ----------
        panels : sequence of matplotlib Axes, optional
            Axes to draw on: one for the measured trace and one for the protocol.
        figure : matplotlib Figure, optional
            An empty figure, instead of ``panels``; by default a new pyplot figure.

        Returns
        -------
        matplotlib Figure
        """
        from loligo.figures import measured_panels

        clamped, shown = self.clamp == "voltage", self.played if self.has_protocol else None
        own, other = (f"I [{self.current_unit}]", f"v [{MV}]")[:: 1 if clamped else -1]
        played = {} if shown is None else {f"{'command' if clamped else 'stimulus'}\n{other}": shown}
        where = {"windows": self.exclude, "title": self.name, "panels": panels, "figure": figure}
        return measured_panels(self.t, {own: self.trace} | played, **where)

    def _window(self, window: Any) -> tuple[float, float]:
        """Return when the stimulus starts and stops [ms]."""
        if window is not None:
            given = numbers(window, MS, "window")
            if given.shape != (2,) or not given[0] < given[1]:
                raise ArgumentError(f"window must be a start and a later stop in ms, e.g. (100, 600); got {window!r}.")
            return float(given[0]), float(given[1])
        played: Stimulus | None = vars(self)["_stimulus"]
        if played is None:
            raise ArgumentError(
                "This sweep has no protocol: give the start and stop of the stimulus, window=(start, stop) in ms."
            )
        return played.start, min(played.stop, float(self.t[-1]))

    @property
    def _who(self) -> str:
        return f"Sweep {self.name!r}" if self.name else "This sweep"

    def __eq__(self, other: object) -> bool:
        """Return whether all arguments are equal, samples to the last bit."""
        if not isinstance(other, Sweep):
            return NotImplemented
        return checks.same(self.__getstate__(), other.__getstate__())

    def __hash__(self) -> int:
        return hash((self.name, self.clamp, self.t.size, float(self.t[-1]), self.holding, self.per, self.area))

    def __getstate__(self) -> dict[str, Any]:
        computed = ("interval", "even", "kept")
        return {name: value for name, value in vars(self).items() if name not in computed}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        what = f"v [{MV}]" if self.v is not None else f"current [{self.current_unit}]"
        name = f" {self.name!r}" if self.name else ""
        held = "" if self.holding is None else f" from {self.holding:g} {MV}"
        every = f"every {self.interval:.6g}" if self.even else f"every {self.interval:.6g} or more"
        per = {"area": "", "cell": "; per cell"}.get(self.per, "; currents of a whole cell of unknown area")
        done = f"; corrected: {', '.join(map(repr, self.corrections))}" if self.corrections else ""
        return (
            f"<Sweep{name}, {self.clamp} clamp{held}: {self.t.size} samples of {what} in {self.t[0]:.6g} to "
            f"{self.t[-1]:.6g} {MS} {every} {MS}{per}{'' if self.has_protocol else '; protocol absent'}{done}>"
        )


class Correction(ABC):
    """The protocol of corrections for `Sweep.corrected`."""

    @abstractmethod
    def changes(self, sweep: Sweep) -> dict[str, Any]:
        """Return the arguments of the sweep that the correction changes.

        Raises
        ------
        ArgumentError
            The correction cannot be applied to this sweep.
        """


def _after(sweep: Sweep, corrections: tuple[Correction, ...]) -> Sweep:
    """Return the corrected sweep, which lists the correction."""
    object.__setattr__(sweep, "corrections", corrections)
    return sweep
