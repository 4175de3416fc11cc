"""The threshold of a pulse as a function of its duration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Never

import numpy as np

from loligo._errors import ArgumentError, ThresholdError
from loligo._frames import dataframe
from loligo._progress import Progress, Report
from loligo._units import CURRENT, MS, numbers, positive
from loligo.analysis.criteria import PUSHED
from loligo.analysis.scales import scales_at_rest
from loligo.analysis.threshold import sought
from loligo.intervention import edges_of, refuse_others
from loligo.membrane import checked_membrane
from loligo.resting import start_at_rest
from loligo.resting.roots import bracketed_root
from loligo.simulation.current import recorded
from loligo.simulation.schedule import checked_interventions
from loligo.stimulus import Step

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from loligo.intervention import Intervention
    from loligo.membrane import Membrane

FIRST_LONG_PULSE = 4.0  # length of the first pulse tried as an endless one, relative to the waiting time at rest
MOST_DOUBLINGS = 10  # largest number of lengths, each twice the previous one, that are tried for an endless pulse


@dataclass(frozen=True)
class Law:
    """A curve fitted to thresholds: the rheobase times a function of duration / chronaxie.

    Attributes
    ----------
    name : {"Lapicque", "Weiss"}
        Exponential, ``I = rheobase/(1 - 2**(-d/chronaxie))``, or hyperbolic, ``I = rheobase (1 + chronaxie/d)``.
    rheobase : float
        [µA/cm²]
    chronaxie : float
        [ms]
    misfit : float
        Root mean square of the relative differences.
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
    """The result of `strength_duration`.

    Attributes
    ----------
    membrane : Membrane
    durations : array (n,)
        [ms], increasing.
    thresholds : array (n,)
        The lowest amplitude that elicits a spike [µA/cm²]; NaN where none was found.
    resolution : float
        Resolution of each threshold [µA/cm²].
    rheobase : float
        Threshold of a pulse that lasts for ``long`` [µA/cm²].
    chronaxie : float
        Duration at which the threshold is twice the rheobase [ms]; NaN if it lies outside the durations.
    chronaxie_error : float
        Error of the chronaxie due to the resolution of the thresholds [ms].
    fits : tuple of Law
        Lapicque's and Weiss's laws; empty if fewer than two thresholds were found.
    long : float
        Duration of the pulse that counts as endless [ms].
    settled : bool
        Whether a pulse twice as long has the same rheobase within the resolution, and no threshold falls when a run
        waits twice as long for a spike.
    passive : bool
        Whether every pulse only pushes v over the spike level, so that none elicits a spike.
    """

    membrane: Membrane
    durations: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    resolution: float
    rheobase: float
    chronaxie: float
    chronaxie_error: float
    fits: tuple[Law, ...]
    long: float = math.nan
    settled: bool = True
    passive: bool = False

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns of a table: durations, thresholds, charge, and the fitted laws."""
        table = {"duration": self.durations, "threshold": self.thresholds, "charge": self.durations * self.thresholds}
        return table | {law.name: law(self.durations) for law in self.fits}

    def to_dataframe(self) -> pd.DataFrame:
        """Return the same table as a DataFrame; units are in ``.attrs["units"]``.

        Raises
        ------
        MissingPackageError
            pandas is not installed.
        """
        units = {"duration": MS, "threshold": CURRENT, "charge": "nC/cm²"}
        return dataframe(self.columns(), units | {law.name: CURRENT for law in self.fits})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw thresholds and fits against the duration and return the axes."""
        from loligo.figures.strengths import strength_panel

        fits = {law.name: (law.rheobase, law.chronaxie, law(self.durations)) for law in self.fits}
        return strength_panel(self.durations, self.thresholds, self.rheobase, self.chronaxie, fits, ax)

    def __repr__(self) -> str:
        return (
            f"<StrengthDuration of {self.membrane.name}: {self.durations.size} durations, rheobase {self.rheobase:.6g} "
            f"µA/cm², chronaxie {self.chronaxie:.4g} ms{f'; {PUSHED}' if self.passive else ''}>"
        )


def strength_duration(
    membrane: Membrane,
    durations: Any,
    *,
    resolution: float = 1e-6,
    long: float | None = None,
    interventions: Any = (),
    progress: Progress = None,
    **unknown: Never,
) -> StrengthDuration:
    """Find the thresholds of rectangular pulses as a function of their duration.

    Parameters
    ----------
    membrane : Membrane
    durations : array_like (n,)
        [ms]; at least two.
    resolution : float
        Resolution of each threshold [µA/cm²].
    long : float, optional
        Duration of the pulse that counts as endless [ms]. By default it is doubled, beginning with 32 of the slowest
        time constants at rest, until its threshold changes by less than the resolution: near a saddle-node a spike may
        come arbitrarily late.
    interventions
        As for `simulate`; their times count from the start of the pulse.
    progress : bool or callable, optional
        True shows a bar. A callable gets a description of the work and the fraction done; returning False cancels.

    Returns
    -------
    StrengthDuration

    Raises
    ------
    ArgumentError, UnitError
        There are fewer than two durations, or a duration or ``long`` is not positive.
    ThresholdError
        Not even the longest pulse elicits a spike.

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
    refuse_others(strength_duration, unknown)
    report = Report(progress)
    done = checked_interventions(checked_membrane(membrane), interventions)
    given = np.unique(numbers(durations, MS, "durations"))
    if given.size < 2 or not (np.isfinite(given).all() and given[0] > 0):
        raise ArgumentError("durations must be two or more different positive numbers [ms].")
    resolution = positive(resolution, CURRENT, "resolution")
    given_long = None if long is None else positive(long, MS, "long")
    rheobase, lasted, settled, passive = _rheobase(membrane, resolution, given_long, done)
    found = np.empty(given.size)
    with report:
        for k, duration in enumerate(given.tolist()):
            report("strength-duration curve", k / given.size)
            found[k], waited, pushed = _of_pulse(membrane, duration, resolution, done)
            settled, passive = settled and waited, passive and pushed
    enough = np.isfinite(found).sum() > 1  # a law has two parameters
    fits = tuple(_fitted(name, given, found, rheobase) for name in LAWS if enough)
    chronaxie, error = _chronaxie(membrane, given, found, rheobase, resolution, done)
    return StrengthDuration(
        membrane, given, found, resolution, rheobase, chronaxie, error, fits, lasted, settled, passive
    )


def _rheobase(
    membrane: Membrane, resolution: float, long: float | None, done: tuple[Intervention, ...]
) -> tuple[float, float, bool, bool]:
    """Return the threshold of an endless pulse, the duration that stands for it, and whether it is long enough.

    Return also whether v is only pushed over the spike level.
    """
    wait = scales_at_rest(membrane).wait
    length = FIRST_LONG_PULSE * wait if long is None else long
    for doublings in range(MOST_DOUBLINGS):
        found = sought(membrane, Step(1.0, stop=length), resolution=resolution, interventions=done)
        below = Step(found.value - resolution, stop=2 * length)
        longer = recorded(
            membrane,
            below,
            max([2 * length, *edges_of(done)]) + wait,
            initial=start_at_rest(membrane),
            tolerance=found.tolerance,
            sampling=None,
            interventions=done,
        )
        settled = not longer.spikes.size
        if settled or long is not None or doublings == MOST_DOUBLINGS - 1:
            break
        length *= 2
    return found.value, length, settled, found.passive


def _of_pulse(
    membrane: Membrane, duration: float, resolution: float, done: tuple[Intervention, ...]
) -> tuple[float, bool, bool]:
    """Return the threshold of a pulse, NaN where there is none, whether it is settled, and whether it is passive."""
    try:
        found = sought(membrane, Step(1.0, stop=duration), resolution=resolution, interventions=done)
    except ThresholdError:
        return float("nan"), True, True
    return found.value, found.settled is not False, found.passive


def _chronaxie(
    membrane: Membrane,
    durations: NDArray[np.float64],
    thresholds: NDArray[np.float64],
    rheobase: float,
    resolution: float,
    done: tuple[Intervention, ...],
) -> tuple[float, float]:
    """Return the duration at which the threshold is twice the rheobase, and its error."""
    known = np.isfinite(thresholds)
    d, excess = durations[known], thresholds[known] - 2 * rheobase
    places = np.flatnonzero((excess[:-1] > 0) & (excess[1:] <= 0))
    if not places.size:
        return math.nan, math.nan
    ends = slice(int(places[0]), int(places[0]) + 2)
    (a, b), (at_a, at_b) = d[ends].tolist(), (excess[ends] * d[ends]).tolist()

    def charge(duration: float) -> float:  # nearly linear in the duration
        return duration * (_of_pulse(membrane, duration, resolution, done)[0] - 2 * rheobase)

    steepness = abs(at_b - at_a) / (b - a)  # change of the charge with the duration [µA/cm²]
    width = 3 * resolution * a / steepness  # the errors of a threshold and of twice the rheobase
    return bracketed_root(charge, a, b, at_a, at_b, width=width), 2 * width


LAWS = ("Lapicque", "Weiss")


def _value(law: str, d: NDArray[np.float64], rheobase: float, chronaxie: float) -> NDArray[np.float64]:
    if law == "Lapicque":
        return np.asarray(-rheobase / np.expm1(-np.log(2) * d / chronaxie))
    return rheobase * (1 + chronaxie / d)


def _fitted(name: str, durations: NDArray[np.float64], thresholds: NDArray[np.float64], rheobase: float) -> Law:
    """Fit both parameters of a law by least squares on the relative differences."""
    from scipy.optimize import least_squares

    known = np.isfinite(thresholds)
    d, values = durations[known], thresholds[known]

    def relative(logs: NDArray[np.float64]) -> NDArray[np.float64]:
        low, chronaxie = np.exp(logs)
        return _value(name, d, low, chronaxie) / values - 1

    fit = least_squares(relative, np.log([rheobase, float(d[0] * values[0] / rheobase)]))
    low, chronaxie = np.exp(fit.x)
    return Law(name, float(low), float(chronaxie), float(np.sqrt(np.mean(fit.fun**2))))
