"""The arguments of `read_recording` apart from the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._bounded import MOST_MEGABYTES
from loligo._errors import ArgumentError, FileFormatError
from loligo._units import CURRENT, whole
from loligo.sweep.currents import OF_A_CELL, UNSAID, unit_named
from loligo.sweep.recognition import recognised
from loligo.sweep.sweep import Sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.stimulus import Stimulus

    Trace = NDArray[np.float64]

POTENTIALS: Final = {"V": 1e3, "mV": 1.0, "µV": 1e-3}
TIMES: Final = {"s": 1e3, "sec": 1e3, "ms": 1.0, "msec": 1.0, "µs": 1e-3}
MEASURED: Final = {"current": ("potential",), "voltage": ("current",)}  # what is measured under a clamp
HOW: Final = "most_megabytes of loligo.read_recording"


@dataclass(frozen=True)
class Asked:
    """The arguments of `read_recording` other than the source."""

    area: Any = None
    per: str = ""
    columns: Iterable[str] | Mapping[str, str] = ()
    clamp: str = ""
    most_megabytes: float = MOST_MEGABYTES

    def __post_init__(self) -> None:
        if self.clamp and self.clamp not in MEASURED:
            raise ArgumentError(f"clamp must be 'current' or 'voltage'; got {self.clamp!r}.")

    def sweep(
        self,
        t: Trace,
        measured: Trace,
        unit: str,
        *,
        played: Trace | Stimulus | None = None,
        played_unit: str = "",
        holding: float | None = None,
        **about: Any,
    ) -> Sweep:
        """Return a sweep from traces in the units of a file.

        Parameters
        ----------
        t : array (samples,)
            [ms]
        measured : array (samples,)
        unit : str
            Unit of the measured trace: of a potential for a current clamp, of a current for a voltage clamp.
        played : array (samples,) or Stimulus, optional
            The stimulus, or the command: absolute, or relative to the holding potential if that is given.
        played_unit : str
        holding : float, optional
            [mV]; by default the first sample of the command.
        **about
            Further arguments of `Sweep`.

        Raises
        ------
        FileFormatError
            A unit is missing, unknown, or of the wrong kind.
        """
        unit, played_unit = spelled(unit), spelled(played_unit)
        about |= {"area": self.area}
        if unit in POTENTIALS:
            if played is None:
                return Sweep(t, v=measured * POTENTIALS[unit], per=self.per or UNSAID, **about)
            own = unit_of_currents(played_unit, "stimulus")
            stimulus = recognised(t, played) if isinstance(played, np.ndarray) else played
            return Sweep(t, v=measured * POTENTIALS[unit], stimulus=stimulus, unit=own, per=self._per(own), **about)
        own = unit_of_currents(unit, "current")
        if played is not None:
            if played_unit not in POTENTIALS:
                raise FileFormatError(_no_unit("command", played_unit, "mV"))
            factor = POTENTIALS[played_unit]
            if isinstance(played, np.ndarray):
                first = float(played[0]) * factor if holding is None else holding
                about["command"] = recognised(t, played * factor - (first if holding is None else 0.0))
                holding = first
            else:
                about["command"] = played if factor == 1.0 else factor * played
        return Sweep(t, current=measured, unit=own, per=self._per(own), holding=holding, **about)

    def _per(self, unit: str) -> str:
        return self.per or ("" if unit == CURRENT or self.area is not None else UNSAID)


def spelled(unit: str) -> str:
    """Return a unit with one spelling of µ."""
    text = unit.strip().replace("μ", "µ")
    return "µ" + text[1:] if text[:1] == "u" else text


def unit_of_currents(unit: str, what: str) -> str:
    """Check that a unit is one of currents, and return it.

    Raises
    ------
    FileFormatError
    """
    try:
        return unit_named(unit)
    except TypeError as error:
        raise FileFormatError(_no_unit(what, unit, f"{CURRENT}, {', '.join(OF_A_CELL)}")) from error


def _no_unit(what: str, got: str, allowed: str) -> str:
    found = f"has the unit {got!r}" if got and got != "?" else "has no unit"
    return f"The {what} {found}; it must be {allowed}. Give the header or the name of the channel with its unit."


def chosen(sweeps: list[Sweep], which: int | Iterable[int] | None, clamp: str, where: object) -> list[Sweep]:
    """Return some of the sweeps of a file: those of a kind of clamp, if it is not "", and of these some.

    Raises
    ------
    ArgumentError
        The file has no sweep of this index.
    """
    sweeps, all_of_them = [sweep for sweep in sweeps if clamp in ("", sweep.clamp)], sweeps
    if all_of_them and not sweeps:
        raise ArgumentError(f"{where} has no sweep under {clamp} clamp; without clamp= it has {len(all_of_them)}.")
    if which is None:
        return sweeps
    wanted = list(which) if isinstance(which, Iterable) else [which]
    for one in wanted:
        if whole(one, "sweeps", least=0) >= len(sweeps):
            count = f"{len(sweeps)} sweep{'s' * (len(sweeps) != 1)}"
            raise ArgumentError(f"{where} has {count}, numbered from 0 to {len(sweeps) - 1}; got {one}.")
    return [sweeps[int(one)] for one in wanted]
