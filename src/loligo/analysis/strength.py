"""How strong a pulse must be, over how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, ThresholdError
from loligo._units import MS, numbers
from loligo.analysis.threshold import threshold
from loligo.membrane import checked_membrane
from loligo.stimulus import Step

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

LONG = 300.0  # ms: a pulse that long counts as one without end
AFTER = 60.0  # ms: how long a spike is waited for


@dataclass(frozen=True)
class Law:
    """A curve through thresholds: rheobase times a function of duration over chronaxie.

    Attributes
    ----------
    name : {"Lapicque", "Weiss"}
        Exponential, ``I = rheobase/(1 - 2**(-d/chronaxie))``, or hyperbolic, ``I = rheobase (1 + chronaxie/d)``.
    rheobase : float
        [µA/cm²]
    chronaxie : float
        [ms]
    misfit : float
        Root of the mean square of the relative differences.
    """

    name: str
    rheobase: float
    chronaxie: float
    misfit: float

    def __call__(self, durations: Any) -> NDArray[np.float64]:
        """Return the law's thresholds [µA/cm²] for durations [ms]."""
        return _value(self.name, numbers(durations, MS, "durations"), self.rheobase, self.chronaxie)


@dataclass(frozen=True, eq=False)
class StrengthDuration:
    """The answer of `strength_duration`.

    Attributes
    ----------
    membrane : Membrane
    durations : array (n,)
        [ms], increasing.
    thresholds : array (n,)
        The lowest amplitude that fires [µA/cm²]; NaN where none was found.
    resolution : float
        Of each threshold [µA/cm²].
    rheobase : float
        Threshold of a pulse of 300 ms [µA/cm²].
    chronaxie : float
        Duration at which the threshold is twice the rheobase [ms], between two durations by interpolation of charge;
        NaN where the durations do not reach it.
    fits : tuple of Law
        Lapicque's and Weiss'.
    """

    membrane: Membrane
    durations: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    resolution: float
    rheobase: float
    chronaxie: float
    fits: tuple[Law, ...]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return a table by columns: durations, thresholds, charge, and the fitted laws."""
        table = {"duration": self.durations, "threshold": self.thresholds, "charge": self.durations * self.thresholds}
        return table | {law.name: law(self.durations) for law in self.fits}

    def to_dataframe(self) -> pd.DataFrame:
        """Return the same table as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.columns())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw thresholds and fits over the duration and return the axes."""
        from loligo.figures.strengths import strength_panel

        fits = {law.name: (law.rheobase, law.chronaxie, law(self.durations)) for law in self.fits}
        return strength_panel(self.durations, self.thresholds, self.rheobase, self.chronaxie, fits, ax)

    def __repr__(self) -> str:
        return (
            f"<StrengthDuration of {self.membrane.name}: {self.durations.size} durations, rheobase {self.rheobase:.6g} "
            f"µA/cm², chronaxie {self.chronaxie:.4g} ms>"
        )


def strength_duration(membrane: Membrane, durations: Any, *, resolution: float = 1e-6) -> StrengthDuration:
    """Find the thresholds of rectangular pulses over their durations.

    Parameters
    ----------
    membrane : Membrane
    durations : array_like (n,)
        [ms]; at least two.
    resolution : float
        Of each threshold [µA/cm²].

    Returns
    -------
    StrengthDuration

    Raises
    ------
    ArgumentError, UnitError
        Fewer than two durations, one that is not positive.
    ThresholdError
        Not even the longest pulse makes a spike.

    Source
    ------
    Lapicque L (1907) J Physiol Pathol Gen 9:620-635; Weiss G (1901) Arch Ital Biol 35:413-446.

    Examples
    --------
    >>> import loligo as lo
    >>> curve = strength_duration(lo.models.squid(), [0.1, 1.0, 10.0], resolution=1e-3)
    >>> curve.thresholds.round(1).tolist()
    [65.2, 6.9, 2.2]
    """
    checked_membrane(membrane)
    given = np.unique(numbers(durations, MS, "durations"))
    if given.size < 2 or not (np.isfinite(given).all() and given[0] > 0):
        raise ArgumentError("durations must be two different positive numbers or more [ms].")
    rheobase = threshold(membrane, Step(1.0, stop=LONG), duration=LONG + AFTER, resolution=resolution).value
    found = np.array([_of_pulse(membrane, duration, resolution) for duration in given.tolist()])
    fits = tuple(_fitted(name, given, found, rheobase) for name in LAWS)
    return StrengthDuration(membrane, given, found, resolution, rheobase, _chronaxie(given, found, rheobase), fits)


def _of_pulse(membrane: Membrane, duration: float, resolution: float) -> float:
    try:
        return threshold(membrane, Step(1.0, stop=duration), duration=duration + AFTER, resolution=resolution).value
    except ThresholdError:
        return float("nan")


def _chronaxie(durations: NDArray[np.float64], thresholds: NDArray[np.float64], rheobase: float) -> float:
    """Return where the threshold is twice the rheobase; charge over duration is nearly a line between two durations."""
    known = np.isfinite(thresholds)
    d, excess = durations[known], thresholds[known] - 2 * rheobase
    places = np.flatnonzero((excess[:-1] > 0) & (excess[1:] <= 0))
    if not places.size:
        return float("nan")
    k = int(places[0])
    charge = excess[k : k + 2] * d[k : k + 2]
    return float(d[k] + (d[k + 1] - d[k]) * charge[0] / (charge[0] - charge[1]))


LAWS = ("Lapicque", "Weiss")


def _value(law: str, d: NDArray[np.float64], rheobase: float, chronaxie: float) -> NDArray[np.float64]:
    if law == "Lapicque":
        return np.asarray(-rheobase / np.expm1(-np.log(2) * d / chronaxie))
    return rheobase * (1 + chronaxie / d)


def _fitted(name: str, durations: NDArray[np.float64], thresholds: NDArray[np.float64], rheobase: float) -> Law:
    """Fit both numbers of a law by least squares of the relative differences."""
    from scipy.optimize import least_squares

    known = np.isfinite(thresholds)
    d, values = durations[known], thresholds[known]

    def relative(logs: NDArray[np.float64]) -> NDArray[np.float64]:
        low, chronaxie = np.exp(logs)
        return _value(name, d, low, chronaxie) / values - 1

    fit = least_squares(relative, np.log([rheobase, max(float(d[0] * values[0] / rheobase), 1e-3)]))
    low, chronaxie = np.exp(fit.x)
    return Law(name, float(low), float(chronaxie), float(np.sqrt(np.mean(fit.fun**2))))
