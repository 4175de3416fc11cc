"""Question 3.2.1: the lowest slow ramp that makes a spike, and how its amplitude depends on the slope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from loligo._units import CURRENT, MS, MV
from loligo.course.digits import plain
from loligo.course.firing import Levels, Lowest, agreeing, at_levels, graded_words, is_graded, lowest, spike_times
from loligo.course.protocol import RAMP, RAMP_DURATION, TOLERANCE
from loligo.simulation import simulate
from loligo.stimulus import Ramp

if TYPE_CHECKING:
    from collections.abc import Callable

    from loligo.membrane import Membrane
    from loligo.recording import Recording

# ms. For longer ramps the state creeps along an unstable equilibrium, and errors of 1e-12 decide the answer.
DURATIONS: Final = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 240.0, 320.0)
GRADED_PEAK: Final = 0.9  # relative to the spike level: a subthreshold peak that is higher counts as graded
AFTER: Final = RAMP_DURATION - RAMP.stop  # time from the end of the ramp to the end of the run [ms]


@dataclass(frozen=True)
class RampPoint:
    """The threshold of a ramp of one duration.

    Attributes
    ----------
    duration : float
        Duration of the ramp, from zero to the amplitude [ms].
    lowest : Lowest
        Threshold of the ramp.
    slope : float or None
        Slope at threshold [µA/cm²/ms].
    spike : float or None
        Time of the first spike at threshold after the end of the ramp [ms]; negative if it comes before the end.
    below : float or None
        Peak of v just below threshold [mV].
    """

    duration: float
    lowest: Lowest
    slope: float | None
    spike: float | None
    below: float | None


@dataclass(frozen=True)
class SlowRamp:
    """Answer 3.2.1.

    Attributes
    ----------
    step : Lowest
        The step's threshold, from 3.1.1.
    ramp : RampPoint
        The slow ramp of `HH_Ramp`.
    during : Lowest
        The lowest amplitude whose first spike comes before the end of the ramp.
    points : tuple of RampPoint
        Ramps of several durations.
    levels : tuple of (float, float or None)
        Other spike levels [mV], and the threshold of the slow ramp with each [µA/cm²].
    level : float
        The spike level [mV].
    """

    step: Lowest
    ramp: RampPoint
    during: Lowest
    points: tuple[RampPoint, ...]
    levels: Levels = ()
    level: float = 0.0

    @property
    def lower(self) -> tuple[float, float] | None:
        """A spike level [mV] and the largest amplitude known to stay below it [µA/cm²], if the response is graded."""
        below = self.ramp.below
        if not self.levels or below is None or not below > GRADED_PEAK * self.level:
            return None
        level, value = self.levels[0]
        return None if value is None else (level, value - self.ramp.lowest.resolution)

    @property
    def graded(self) -> bool:
        """Whether the threshold depends on the definition of a spike."""
        return is_graded(self.ramp.lowest, self.levels)

    def text(self) -> str:
        """Return the answer as text."""
        return "\n".join(part for part in (self._threshold(), self._moment(), self._levels(), self._slopes()) if part)

    def _threshold(self) -> str:
        value = self.ramp.lowest.value
        if value is None:
            return self.ramp.lowest.reason
        if self.graded:
            return graded_words(self.ramp.lowest, self.level, self.levels)
        text = f"{self.ramp.lowest}, reached after {self.ramp.duration:g} {MS}"
        if self.step.value:
            text += f"; a step needs {self.step.value:.6f}, the slow ramp {value / self.step.value:.2f} times as much"
        return f"{text}.{self.ramp.lowest.gap('makes no spike')}"

    def _moment(self) -> str:
        if self.ramp.spike is None or self.graded:
            return ""
        side = "after the current has fallen to zero" if self.ramp.spike >= 0 else "before the end of the ramp"
        text = f"At that amplitude the spike comes {abs(self.ramp.spike):.2f} {MS} {side}"
        if self.ramp.spike >= 0 and self.during.value is not None:
            text += f"; from {self.during.value:.6f} {CURRENT} on it comes before the end of the ramp"
        return f"{text}."

    def _levels(self) -> str:
        found = self.ramp.lowest
        same = agreeing(found, self.levels)
        if found.value is None or not same:
            return ""
        by = max(abs(value - found.value) for _, value in same if value is not None)
        named = [level for level, _ in same] if len(same) > 1 else sorted([same[0][0], self.level])
        whether = f"Whether {named[0]:g} or {named[-1]:g} {MV} counts as a spike"
        if by <= 2 * found.resolution:
            return f"{whether} does not change the answer."
        text = f"{whether} changes it by no more than {plain(by)} {CURRENT}"
        if self.lower:
            text += f". Just below, v rises to {self.ramp.below:.1f} {MV}: this spike is graded, though steeply, "
            text += "and not all-or-none"
        return f"{text}."

    def _slopes(self) -> str:
        known = [p for p in self.points if p.lowest.value is not None]
        if len(known) < 2:
            return ""
        least, most = (choose(known, key=lambda p: p.lowest.value or 0.0) for choose in (min, max))
        steep, flat = known[0], known[-1]
        return (
            f"Among the ramps of {steep.duration:g} to {flat.duration:g} {MS}, that of {least.duration:g} {MS} needs "
            f"least, {least.lowest.value:.3f}, and that of {most.duration:g} {MS} most, {most.lowest.value:.3f} "
            f"{CURRENT}; the slope at threshold goes from {steep.slope:.4f} to {flat.slope:.4f} {CURRENT}/{MS}."
        )


def slow_ramp(membrane: Membrane, step: Lowest, progress: Callable[[float], None]) -> SlowRamp:
    """Answer 3.2.1; the threshold of the step is given for comparison."""
    slow = RAMP.stop - RAMP.start
    during = lowest(membrane, RAMP, RAMP_DURATION, _before_the_end)
    points = []
    for index, duration in enumerate(DURATIONS):
        points.append(_point(membrane, duration, (during.value,) if duration == slow else ()))
        progress((index + 1) / (len(DURATIONS) + 1))
    ramp = next(point for point in points if point.duration == slow)
    levels = at_levels(membrane, RAMP, RAMP_DURATION, ramp.lowest)
    return SlowRamp(step, ramp, during, tuple(points), levels, membrane.spike_level)


def ramp_of(duration: float) -> tuple[Ramp, float]:
    """Return a ramp of ``duration`` [ms] that begins like that of `HH_Ramp`, and the duration of its run [ms]."""
    ramp = Ramp(1.0, start=RAMP.start, stop=RAMP.start + duration)
    return ramp, max(RAMP_DURATION, ramp.stop + AFTER)


def _point(membrane: Membrane, duration: float, hints: tuple[float | None, ...]) -> RampPoint:
    ramp, simulated = ramp_of(duration)
    found = lowest(membrane, ramp, simulated, hints=hints)
    if found.value is None or found.silent is None:
        return RampPoint(duration, found, None, None, None)
    spikes = spike_times(membrane, ramp.with_amplitude(found.value), simulated)
    below = simulate(membrane, ramp.with_amplitude(found.silent), simulated, sampling=0.01, tolerance=TOLERANCE).v.max()
    return RampPoint(duration, found, found.value / duration, spikes[0] - ramp.stop, float(below))


def _before_the_end(recording: Recording) -> bool:
    return bool((recording.spikes < recording.stimulus.stop).any())
