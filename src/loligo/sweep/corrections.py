"""Corrections of a measurement, as values that a sweep keeps: offsets, leak, filter."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError
from loligo._units import KHZ, MS, MV, number, numbers, positive
from loligo.sweep.sweep import Correction, Sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Trace = NDArray[np.float64]

GAUSSIAN: Final = math.sqrt(math.log(2)) / (2 * math.pi)  # sigma of the filter times its half-power frequency
PROPORTION_SLACK: Final = (
    1e-6  # relative to the largest command: how far leak pulses may deviate from a multiple of the test pulse
)


@dataclass(frozen=True)
class JunctionPotential(Correction):
    """A liquid-junction potential, which is subtracted from the recorded potential.

    Parameters
    ----------
    potential : float
        Junction potential [mV]; about 5 to 15 for pipette solutions with large anions. It is subtracted from the
        measured v, or from the holding potential of a voltage clamp; the command, a displacement, does not change.
    """

    potential: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "potential", number(self.potential, MV, "potential"))

    def changes(self, sweep: Sweep) -> dict[str, Any]:
        """Return v, or the holding potential, minus the junction potential."""
        if sweep.v is not None:
            return {"v": sweep.v - self.potential}
        if sweep.holding is None:
            raise ArgumentError("This sweep has no holding potential to correct; give it with sweep.replace(...).")
        return {"holding": sweep.holding - self.potential}


@dataclass(frozen=True)
class Baseline(Correction):
    """A baseline, the mean current of a window, which is subtracted from the current.

    Parameters
    ----------
    start, stop : float
        The ends of the window [ms]; ``stop`` is not included.
    """

    start: float
    stop: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", number(self.start, MS, "start"))
        object.__setattr__(self, "stop", number(self.stop, MS, "stop"))

    def changes(self, sweep: Sweep) -> dict[str, Any]:
        """Return the current minus its mean."""
        current = _current(sweep)
        return {"current": current - current[_inside(sweep, (self.start, self.stop))].mean()}


@dataclass(frozen=True)
class LeakSubtraction(Correction):
    """An ohmic leak ``conductance (v - reversal)``, which is subtracted from the current of a voltage clamp.

    Parameters
    ----------
    conductance : float
        The conductance, in the unit of the sweep's current divided by mV: mS/cm², or µS for currents of a whole cell.
    reversal : float
        [mV]
    """

    conductance: float
    reversal: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "conductance", number(self.conductance, "", "conductance"))
        object.__setattr__(self, "reversal", number(self.reversal, MV, "reversal"))

    @classmethod
    def measured(cls, sweeps: Sweep | Iterable[Sweep], windows: Iterable[tuple[float, float]]) -> LeakSubtraction:
        """Return the leak that fits the mean currents in windows of steps by least squares.

        Parameters
        ----------
        sweeps : Sweep or several
            Sweeps of a voltage clamp.
        windows : sequence of (float, float)
            Times when only the leak current flows, at two or more potentials in total [ms].

        Raises
        ------
        ArgumentError
            The potentials do not differ, or a window has no sample.
        """
        several = list(sweeps) if isinstance(sweeps, Iterable) else [sweeps]
        inside = [(sweep, _inside(sweep, window)) for sweep in several for window in windows]
        v = np.array([sweep.played[which].mean() for sweep, which in inside])
        current = np.array([_current(sweep)[which].mean() for sweep, which in inside])
        if v.size < 2 or not np.ptp(v) > 0:
            raise ArgumentError("A leak must be measured at two or more potentials: give windows of different steps.")
        slope, offset = np.polyfit(v, current, 1)
        if not abs(slope) > 0:
            return cls(0.0, 0.0)
        return cls(float(slope), float(-offset / slope))

    def changes(self, sweep: Sweep) -> dict[str, Any]:
        """Return the current minus that of the leak."""
        return {"current": _current(sweep) - self.conductance * (sweep.played - self.reversal)}


@dataclass(frozen=True)
class PNSubtraction(Correction):
    """P/N subtraction: the current of a test pulse minus the scaled mean current of small pulses of the same form.

    Parameters
    ----------
    sweeps : Sweep or several
        Sweeps of the leak pulses, with the same times as the test pulse and commands proportional to its command. The
        current before the command begins is not scaled.
    """

    sweeps: tuple[Sweep, ...] = field(repr=False)

    def __post_init__(self) -> None:
        several = tuple(self.sweeps) if isinstance(self.sweeps, Iterable) else (self.sweeps,)
        if not several:
            raise ArgumentError("P/N needs at least one sweep of a leak pulse.")
        object.__setattr__(self, "sweeps", several)

    def changes(self, sweep: Sweep) -> dict[str, Any]:
        """Return the current minus the scaled mean of the leak pulses."""
        current, test = _current(sweep), np.asarray(sweep.command(sweep.t))
        leaks = []
        for one in self.sweeps:
            if one.t.shape != sweep.t.shape or not np.allclose(one.t, sweep.t) or one.per != sweep.per:
                raise ArgumentError("A sweep of a leak pulse has different times, or a current in a different unit.")
            pulse = np.asarray(one.command(one.t))
            size = float(pulse @ pulse)
            factor = float(pulse @ test) / size if size else math.nan
            if not np.abs(factor * pulse - test).max() <= PROPORTION_SLACK * np.abs(test).max():
                raise ArgumentError("The command of a leak pulse is not proportional to that of the test pulse.")
            before = one.t < one.command.start
            offset = _current(one)[before].mean() if before.any() else 0.0
            leaks.append(factor * (_current(one) - offset))
        return {"current": current - np.mean(leaks, axis=0)}


@dataclass(frozen=True)
class LowPass(Correction):
    """A Gaussian filter without delay.

    Parameters
    ----------
    cutoff : float
        The half-power (-3 dB) frequency [kHz].
    """

    cutoff: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "cutoff", positive(self.cutoff, KHZ, "cutoff"))

    def changes(self, sweep: Sweep) -> dict[str, Any]:
        """Return v or the current, filtered; samples must be at equal intervals."""
        from scipy.ndimage import gaussian_filter1d

        if not sweep.even:
            raise ArgumentError("A filter needs samples at equal intervals; interpolate the sweep first.")
        sigma = GAUSSIAN / (self.cutoff * sweep.interval)
        if sigma > sweep.t.size:
            raise ArgumentError(f"cutoff {self.cutoff:g} kHz is too low for a sweep of this length.")
        return {"current" if sweep.v is None else "v": gaussian_filter1d(sweep.trace, sigma, mode="nearest")}


def _current(sweep: Sweep) -> Trace:
    if sweep.current is None:
        raise ArgumentError("This correction is for the current of a voltage clamp, but this sweep has a measured v.")
    return sweep.current


def _inside(sweep: Sweep, window: Any) -> NDArray[np.bool_]:
    pair = numbers(window, MS, "window")
    inside = (sweep.t >= pair[0]) & (sweep.t < pair[1]) if pair.shape == (2,) else np.zeros(sweep.t.size, dtype=bool)
    if not inside.any():
        raise ArgumentError(f"The window {window!r} contains no sample of the sweep; give a start and a stop in ms.")
    return np.asarray(inside)
