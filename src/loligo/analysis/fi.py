"""How often a membrane fires under a constant current, up and down the amplitudes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, RestError
from loligo._units import CURRENT, MS, MV, numbers, positive
from loligo.analysis.frames import dataframe
from loligo.membrane import checked_membrane
from loligo.resting import rest
from loligo.simulation.current import checked_tolerance
from loligo.simulation.engine import Runner, Window
from loligo.stimulus import Step

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

LOOK = 100.0  # ms at the end of a run in which an oscillation is looked for
LOOKS = 400  # samples of v there
SMALLEST_SWING = 0.5  # mV from crest to trough: less is no oscillation
STILL = 0.9  # a swing that shrinks to less than this from the first to the second half of that time dies out


Row = tuple[float, float, float, float, float]


@dataclass(frozen=True, eq=False)
class Sweep:
    """Frequencies along the amplitudes, in one direction.

    Attributes
    ----------
    amplitude : array (n,)
        In the order in which they were applied [µA/cm²].
    steady : array (n,)
        Inverse of the last interval between spikes [Hz]; 0 where firing has stopped.
    first : array (n,)
        Inverse of the first interval after the amplitude was reached [Hz]; 0 for fewer than two spikes.
    oscillation : array (n,)
        Frequency of v where it swings for good, whether or not it reaches the spike level [Hz]; else 0.
    swing : array (n,)
        From crest to trough, at the end [mV].
    residual : array (n,)
        How far the last interval still differs from the one before it, as a share; NaN without two intervals. Firing
        that is regular has settled when this is small; bursts never are.
    """

    amplitude: NDArray[np.float64]
    steady: NDArray[np.float64]
    first: NDArray[np.float64]
    oscillation: NDArray[np.float64]
    swing: NDArray[np.float64]
    residual: NDArray[np.float64]

    @property
    def own(self) -> NDArray[np.float64]:
        """The frequency of what goes on: firing, or a swing that does not reach the spike level [Hz]; else 0."""
        return np.where(self.steady > 0, self.steady, self.oscillation)


@dataclass(frozen=True, eq=False)
class FICurve:
    """The answer of `fi_curve`.

    Attributes
    ----------
    membrane : Membrane
    up, down : Sweep
        From the lowest amplitude to the highest, and back; where they differ, the membrane can do two things.
    duration : float
        Of each amplitude [ms].
    tolerance : float
        Of each simulation.
    """

    membrane: Membrane
    up: Sweep
    down: Sweep
    duration: float
    tolerance: float

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return a table by columns: a row for each amplitude and direction."""
        names = Sweep.__dataclass_fields__
        both = {name: np.concatenate([getattr(self.up, name), getattr(self.down, name)]) for name in names}
        return {"direction": np.repeat(["up", "down"], self.up.amplitude.size), **both}

    def to_dataframe(self) -> pd.DataFrame:
        """Return the same table as a DataFrame; units are in ``.attrs["units"]``.

        Raises
        ------
        MissingPackageError
            pandas is not installed.
        """
        hertz = dict.fromkeys(("steady", "first", "oscillation"), "Hz")
        return dataframe(self.columns(), {"amplitude": CURRENT, **hertz, "swing": MV})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw both directions over the amplitude and return the axes."""
        from loligo.figures.frequencies import fi_panel

        sweeps = {
            name: (sweep.amplitude, sweep.steady, sweep.first, sweep.oscillation)
            for name, sweep in (("up", self.up), ("down", self.down))
        }
        return fi_panel(sweeps, ax)

    def __repr__(self) -> str:
        amplitude, steady = self.up.amplitude, self.up.steady
        firing = amplitude[steady > 0]
        where = f"fires from {firing[0]:g} to {firing[-1]:g} µA/cm²" if firing.size else "never fires for good"
        return f"<FICurve of {self.membrane.name}: {amplitude.size} amplitudes, going up {where}>"


def fi_curve(
    membrane: Membrane,
    amplitudes: Any,
    *,
    duration: float = 500.0,
    tolerance: float = 1e-4,
    method: str = "auto",
    progress: Callable[[str, float], object] | None = None,
) -> FICurve:
    """Measure frequencies over constant currents, each started from where the one before it ended.

    Parameters
    ----------
    membrane : Membrane
    amplitudes : array_like (n,)
        [µA/cm²]; they are taken in increasing order, then back. The first starts from its rest.
    duration : float
        How long each is applied [ms].
    tolerance, method
        As for `loligo.simulate`.
    progress : callable, optional
        Called with what is being measured and which share of all is done.

    Returns
    -------
    FICurve

    Raises
    ------
    ArgumentError, UnitError
        Fewer than two amplitudes, one that is not finite, a duration under 200 ms.
    RestError
        At the lowest amplitude the membrane has no rest to start from.

    Examples
    --------
    >>> import loligo as lo
    >>> curve = fi_curve(lo.models.squid(), [4.0, 7.0, 12.0])
    >>> curve.up.steady.round().tolist()
    [0.0, 58.0, 73.0]
    """
    checked_membrane(membrane)
    given = np.unique(numbers(amplitudes, CURRENT, "amplitudes"))
    if given.size < 2 or not np.isfinite(given).all():
        raise ArgumentError("amplitudes must be two different finite numbers or more [µA/cm²].")
    duration = positive(duration, MS, "duration")
    if duration < 2 * LOOK:
        raise ArgumentError(f"duration must be {2 * LOOK:g} ms or more, so that firing settles; got {duration:g}.")
    tolerance = checked_tolerance(tolerance)
    runner = Runner(membrane, method=method, tolerance=tolerance)
    state = _start(membrane, float(given[0]))
    say = progress or _silent
    up, state = _sweep(runner, given, state, duration, lambda share: say("f-I curve, going up", share / 2))
    down, _ = _sweep(runner, given[::-1], state, duration, lambda share: say("f-I curve, going down", (1 + share) / 2))
    return FICurve(membrane, up, down, duration, tolerance)


def _start(membrane: Membrane, lowest: float) -> NDArray[np.float64]:
    """Return the rest from which the lowest amplitude starts."""
    try:
        return rest(membrane, lowest).state
    except RestError as error:
        raise RestError(
            f"{membrane.name} has no rest between -200 and 200 mV at the lowest amplitude, {lowest:g} µA/cm², to start "
            "from: begin nearer zero."
        ) from error


def _silent(_part: str, _share: float) -> None:
    """Say nothing."""


def _sweep(
    runner: Runner,
    amplitudes: NDArray[np.float64],
    state: NDArray[np.float64],
    duration: float,
    say: Callable[[float], object],
) -> tuple[Sweep, NDArray[np.float64]]:
    rows = []
    for k, amplitude in enumerate(amplitudes.tolist()):
        say(k / amplitudes.size)
        row, state = _measured(runner, amplitude, state, duration)
        rows.append(row)
    return Sweep(amplitudes, *np.array(rows).T), state


def _measured(
    runner: Runner, amplitude: float, state: NDArray[np.float64], duration: float
) -> tuple[Row, NDArray[np.float64]]:
    """Return what a `Sweep` has at one amplitude, and the state at its end."""
    times = np.linspace(duration - LOOK, duration, LOOKS)
    step = Step(amplitude)
    outcome = runner(step.joined(duration), state, [Window(0.0, duration)], times)
    v, spikes = outcome.samples[:, 0], outcome.spikes
    intervals = np.diff(spikes)
    first = 1e3 / intervals[0] if intervals.size else 0.0
    goes_on = intervals.size > 0 and duration - spikes[-1] < 1.5 * intervals[-1]
    steady = 1e3 / intervals[-1] if goes_on else 0.0
    swing = float(np.ptp(v))
    if goes_on:
        return (steady, first, steady, swing, _unsettled(intervals)), outcome.state
    halves = np.ptp(v[: LOOKS // 2]), np.ptp(v[LOOKS // 2 :])
    if halves[1] < SMALLEST_SWING or halves[1] < STILL * halves[0]:
        return (0.0, first, 0.0, swing, math.nan), outcome.state
    middle = 0.5 * (v[LOOKS // 2 :].min() + v[LOOKS // 2 :].max())
    swings = np.diff(runner(step.joined(LOOK), outcome.state, [Window(0.0, LOOK)], level=float(middle)).spikes)
    own = 1e3 / swings[-1] if swings.size else 0.0
    return (0.0, first, own, swing, _unsettled(swings)), outcome.state


def _unsettled(intervals: NDArray[np.float64]) -> float:
    return float(abs(intervals[-1] / intervals[-2] - 1)) if intervals.size > 1 else math.nan
