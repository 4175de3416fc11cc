"""How soon after a spike the next one can follow."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Never

import numpy as np

from loligo._errors import ArgumentError, ThresholdError
from loligo._frames import dataframe
from loligo._progress import Progress, Report
from loligo._units import CURRENT, MS, number, numbers, positive
from loligo.analysis.criteria import PUSHED
from loligo.analysis.scales import scales_at_rest
from loligo.analysis.threshold import sought
from loligo.intervention import after, refuse_others, until
from loligo.membrane import checked_membrane
from loligo.simulation.current import recorded
from loligo.simulation.schedule import checked_interventions
from loligo.stimulus import Step

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.recording import Recording

PULSE_WIDTH = 1 / 3  # width of both pulses, relative to the time constant of v at rest
RUN_TOLERANCE = 1e-7  # tolerance of the simulations
LOOK_AFTER = 2e-3  # relative to the width of a pulse: time from its end until the direction of v is read
PERIOD_ERROR = 2e-3  # allowed error of the refractory periods, relative to the width of the pulses


@dataclass(frozen=True, eq=False)
class Refractoriness:
    """The result of `refractoriness`.

    Attributes
    ----------
    membrane : Membrane
    intervals : array (n,)
        Time from the start of the first pulse to the start of the second [ms].
    thresholds : array (n,)
        The lowest amplitude of the second pulse that elicits a second spike [µA/cm²]; NaN where none does,
        and where the first pulse alone elicits further spikes.
    single : float
        Threshold of the first pulse alone [µA/cm²].
    width : float
        Width of both pulses [ms].
    resolution : float
        Resolution of each threshold [µA/cm²].
    absolute : float
        Absolute refractory period [ms]: up to this interval no second pulse elicits a spike, however strong; NaN if
        the period does not end between two of the intervals.
    relative : float
        End of the relative refractory period: from this interval on the second pulse need not be stronger than a single
        pulse, within the resolution [ms]; NaN if it is not between two of the intervals. A membrane that oscillates
        after a spike is easier to excite for a while, and then again a little harder.
    period_error : float
        Error of the absolute and of the relative period, which are searched for between the intervals [ms].
    settled : bool
        Whether no threshold falls when a run waits twice as long for a spike.
    passive : bool
        Whether the single pulse only pushes v over the spike level, so that there is no spike to recover from.
    """

    membrane: Membrane
    intervals: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    single: float
    width: float
    resolution: float
    absolute: float
    relative: float
    period_error: float
    settled: bool = True
    passive: bool = False

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns of a table: intervals, thresholds, and thresholds relative to that of a single pulse."""
        ratio = self.thresholds / self.single
        return {"interval": self.intervals, "threshold": self.thresholds, "ratio": ratio}

    def to_dataframe(self) -> pd.DataFrame:
        """Return the same table as a DataFrame; units are in ``.attrs["units"]``.

        Raises
        ------
        MissingPackageError
            pandas is not installed.
        """
        return dataframe(self.columns(), {"interval": MS, "threshold": CURRENT})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the ratio of thresholds against the interval and return the axes."""
        from loligo.figures.strengths import refractory_panel

        return refractory_panel(self.intervals, self.thresholds / self.single, self.absolute, ax)

    def __repr__(self) -> str:
        return (
            f"<Refractoriness of {self.membrane.name}: {self.intervals.size} intervals, absolute {self.absolute:g} ms, "
            f"relative {self.relative:g} ms{f'; {PUSHED}' if self.passive else ''}>"
        )


def refractoriness(
    membrane: Membrane,
    intervals: Any,
    *,
    width: float | None = None,
    resolution: float = 1e-3,
    first: float = 1.5,
    interventions: Any = (),
    progress: Progress = None,
    **unknown: Never,
) -> Refractoriness:
    """Find the threshold of a second pulse as a function of the interval after a first pulse.

    Parameters
    ----------
    membrane : Membrane
    intervals : array_like (n,)
        Time from the start of one pulse to the start of the other, longer than ``width`` [ms].
    width : float, optional
        Width of both pulses [ms]; by default a third of the time constant of v at rest, at most half of the first
        interval.
    resolution : float
        Resolution of each threshold [µA/cm²].
    first : float
        Amplitude of the first pulse, as a multiple of its threshold.
    interventions
        As for `simulate`; their times count from the start of the first pulse.
    progress : bool or callable, optional
        True shows a bar. A callable gets a description of the work and the fraction done; returning False cancels.

    Returns
    -------
    Refractoriness

    Raises
    ------
    ArgumentError, UnitError
        An interval is not longer than the width, or the first pulse is below its threshold.
    ThresholdError
        Not even a single pulse elicits a spike.

    Notes
    -----
    A second spike must cross the spike level by itself: after the pulse, or during it while the membrane's own net
    current is inward. Soon after the first spike, with Na channels inactivated and K channels open, v reaches the level
    only while the pulse pushes it there, and falls when the pulse ends. The absolute period ends where the weakest
    pulse that brings v to the level no longer works against the membrane's own current.

    Examples
    --------
    >>> import loligo as lo
    >>> found = refractoriness(lo.models.squid(), [3.0, 10.0, 15.0, 20.0], width=0.5)
    >>> found.thresholds.round(1).tolist()
    [nan, 52.6, 17.0, 11.2]
    """
    refuse_others(refractoriness, unknown)
    report = Report(progress)
    done = checked_interventions(checked_membrane(membrane), interventions)
    resolution = positive(resolution, CURRENT, "resolution")
    strength = number(first, "", "first")
    given = np.unique(numbers(intervals, MS, "intervals"))
    sound = given.size > 0 and np.isfinite(given).all()
    if width is None:
        own = PULSE_WIDTH * scales_at_rest(membrane).time_constant
        width = min(own, float(given[0]) / 2) if sound and given[0] > 0 else own
    width = positive(width, MS, "width")
    if not (sound and given[0] > width):
        raise ArgumentError(f"intervals must be one or more numbers greater than the width of {width:g} ms.")
    if not strength > 1:
        raise ArgumentError(f"first must be greater than 1, so that the first pulse fires; got {strength:g}.")
    alone = sought(membrane, Step(1.0, stop=width), resolution=resolution, interventions=done)
    single, waited = alone.value, [alone.settled is not False]

    def second(interval: float) -> float:
        """Return the threshold of the second pulse, which may begin during the first spike."""
        held = until(done, interval)
        settings: dict[str, Any] = {"sampling": None, "tolerance": RUN_TOLERANCE, "interventions": held}
        begun = recorded(membrane, Step(strength * single, stop=width), interval, initial="rest", **settings)
        later = after(done, interval)
        try:
            second_pulse: dict[str, Any] = {"initial": begun, "resolution": resolution, "interventions": later}
            found = sought(membrane, Step(1.0, stop=width), **second_pulse)
        except ThresholdError:
            return math.nan
        waited.append(found.settled is not False)
        return math.nan if _pushed(membrane, Step(found.value + resolution, stop=width), begun, later) else found.value

    found = np.empty(given.size)
    with report:
        for k, interval in enumerate(given.tolist()):
            report("second pulses", k / given.size)
            found[k] = second(interval)
    error = PERIOD_ERROR * width
    absolute = _turn(given, np.isnan(found), lambda interval: math.isnan(second(interval)), error, last=True)
    as_at_rest = single + resolution
    harder = np.isnan(found) | (found > as_at_rest)
    relative = _turn(given, harder, lambda interval: not second(interval) <= as_at_rest, error, last=False)
    return Refractoriness(
        membrane, given, found, single, width, resolution, absolute, relative, error, all(waited), alone.passive
    )


def _pushed(membrane: Membrane, pulse: Step, begun: Recording, done: tuple[Intervention, ...]) -> bool:
    """Return whether the pulse pushes v over the spike level against the membrane's own currents."""
    width = float(pulse.stop)
    settings: dict[str, Any] = {"initial": begun, "tolerance": RUN_TOLERANCE, "interventions": until(done, width)}
    spikes = recorded(membrane, pulse, width, sampling=None, **settings).spikes
    if not spikes.size:
        return False  # v crosses the level after the pulse, without help of the pulse
    at = float(spikes[0])
    times = (at, at + LOOK_AFTER * width)
    cut = Step(pulse.amplitude, stop=at)
    left = recorded(membrane, cut, times[1], sampling=times, **settings | {"interventions": until(done, times[1])})
    return bool(left.v[1] <= left.v[0])


def _turn(
    intervals: NDArray[np.float64],
    refused: NDArray[np.bool_],
    still: Callable[[float], bool],
    error: float,
    *,
    last: bool,
) -> float:
    """Return the interval from which a condition is met: the last change from refused to met, or the first."""
    places = np.flatnonzero(refused[:-1] & ~refused[1:])
    if not places.size:
        return math.nan
    k = int(places[-1 if last else 0])
    low, high = intervals[k : k + 2].tolist()
    while high - low > error:
        middle = (low + high) / 2
        low, high = (middle, high) if still(middle) else (low, middle)
    return float(high)
