"""Questions 3.1.1, 3.1.2 and 3.3.1: thresholds of a current step, also with more sodium."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from loligo._errors import LoligoError
from loligo._units import CONDUCTANCE, CURRENT, MS
from loligo.course.firing import LADDER, Lowest, lowest, spike_times, spikes_alone
from loligo.course.protocol import STEP, STEP_DURATION
from loligo.course.window import Window, window
from loligo.simulation import simulate

if TYPE_CHECKING:
    from loligo.membrane import Membrane

PER_UNIT: Final = 10  # the hint's resolution is 0.1 µA/cm²
MORE_SODIUM: Final = 1.5


@dataclass(frozen=True)
class Trial:
    """One run of the binary search: an amplitude [µA/cm²] and how many spikes it made."""

    amplitude: float
    spikes: int


@dataclass(frozen=True)
class OneSpike:
    """Answer 3.1.1.

    Attributes
    ----------
    trials : tuple of Trial
        The binary search of the exercise's hint, in order.
    coarse : float or None
        Its result, at 0.1 µA/cm².
    lowest : Lowest
        The threshold at 1e-6 µA/cm².
    spike : float or None
        When that lowest step makes its spike [ms].
    """

    trials: tuple[Trial, ...]
    coarse: float | None
    lowest: Lowest
    spike: float | None

    def text(self) -> str:
        """Return the answer as sentences."""
        if self.lowest.value is None:
            return self.lowest.reason
        tried = ", ".join(f"{trial.amplitude:g} {'yes' if trial.spikes else 'no'}" for trial in self.trials)
        by_hint = f"{self.coarse:g} {CURRENT} at a resolution of {1 / PER_UNIT:g} (binary search: {tried})."
        return f"{by_hint}\n{self.lowest}. Its spike comes at {self.spike:.3f} {MS}."


@dataclass(frozen=True)
class Repetitive:
    """Answer 3.1.2.

    Attributes
    ----------
    lowest : Lowest
        The threshold of repetitive firing.
    below, above : tuple of float
        The spikes just below and at it [ms].
    window : Window
        How the threshold depends on the length of the step, and what becomes of firing beyond.
    """

    lowest: Lowest
    below: tuple[float, ...] = ()
    above: tuple[float, ...] = ()
    window: Window = field(default_factory=Window)

    def text(self) -> str:
        """Return the answer as sentences."""
        if self.lowest.value is None:
            return self.lowest.reason
        length = STEP.stop - STEP.start
        lines = [f"{self.lowest.value:.3f} {CURRENT} for this step of {length:g} {MS} ({self.lowest})."]
        lines += [self.window.text()] if self.window.text() else []
        lines.append(f"Just below, {_ending(self.below)}.")
        if self.lowest.others:
            lines.append(self._beyond())
        return "\n".join(lines)

    def _beyond(self) -> str:
        """Say what becomes of the spikes of stronger steps."""
        last = f"From {self.lowest.others[0]:.1f} {CURRENT} on it no longer counts as firing to the end of the step"
        if self.window.swings_to is None or not self.window.swings_to > self.lowest.others[0]:
            return f"{last}."
        return (
            f"{last}: v does not come up to the spike level any more. The oscillation itself goes on, and gets "
            "smaller, up to "
            f"{self.window.swings_to:.1f} {CURRENT}."
        )


@dataclass(frozen=True)
class MoreSodium:
    """Answer 3.3.1.

    Attributes
    ----------
    conductances : (float, float)
        Maximal sodium conductance of the original, and 1.5 times it; or what an edited file has in its place [mS/cm²].
    original, changed : Lowest
        Threshold of repetitive firing with each.
    once : Lowest
        Threshold of one spike with the second.
    """

    conductances: tuple[float, float] | None
    original: Lowest
    changed: Lowest
    once: Lowest

    def text(self) -> str:
        """Return the answer as sentences."""
        if self.conductances is None:
            return self.changed.reason
        before, after = (f"g_Na = {g:g} {CONDUCTANCE}" for g in self.conductances)
        changed, original = (str(x).rstrip(".") for x in (self.changed, self.original))
        text = f"With {after}: {changed}.\nWith {before}: {original}."
        if self.changed.value and self.original.value:
            text += f" That is {self.original.value / self.changed.value:.2f} times as much."
        if self.changed.value and self.once.value:
            together = abs(self.changed.value - self.once.value) <= 2 * self.changed.resolution
            text += f"\nOne spike needs {self.once.value:.6f} {CURRENT} with {after}"
            text += ": what makes it fire at all makes it fire repetitively." if together else "."
        return text


def one_spike(membrane: Membrane) -> OneSpike:
    """Answer 3.1.1: first as the hint says, then to 1e-6 µA/cm²."""
    found = lowest(membrane, STEP, STEP_DURATION)
    if found.value is None:
        return OneSpike((), None, found, None)
    trials, coarse = _binary_search(membrane)
    spike = spike_times(membrane, STEP.with_amplitude(found.value), STEP_DURATION)[0]
    return OneSpike(trials, coarse, found, spike)


def repetitive(membrane: Membrane) -> Repetitive:
    """Answer 3.1.2."""
    found = lowest(membrane, STEP, STEP_DURATION, "repetitively")
    if found.value is None or found.silent is None:
        return Repetitive(found)
    below, above = (spike_times(membrane, STEP.with_amplitude(x), STEP_DURATION) for x in (found.silent, found.value))
    return Repetitive(found, below, above, window(membrane, found))


def more_sodium(membrane: Membrane, found: Lowest, original: Membrane) -> MoreSodium:
    """Answer 3.3.1, beside the threshold of repetitive firing that `repetitive` found.

    Where the neuron's sodium conductance is no longer that of the original, the question has been worked on: then the
    neuron is compared as it is with itself at the original's conductance.
    """
    try:
        own, before = membrane["g_Na"], original["g_Na"]
        edited = own != before
        changed = membrane if edited else membrane.replace(g_Na=MORE_SODIUM * own)
        reference = lowest(membrane.replace(g_Na=before), STEP, STEP_DURATION, "repetitively") if edited else found
        spikes_alone(changed)
    except LoligoError as error:
        unknown = Lowest(None, reason=str(error))
        return MoreSodium(None, found, unknown, unknown)
    return MoreSodium(
        (before, changed["g_Na"]),
        reference,
        found if edited else lowest(changed, STEP, STEP_DURATION, "repetitively"),
        lowest(changed, STEP, STEP_DURATION),
    )


def _binary_search(membrane: Membrane) -> tuple[tuple[Trial, ...], float | None]:
    """Search in whole tenths, from 0 to the first doubling of 1 µA/cm² that makes a spike."""
    trials: list[Trial] = []

    def fires(tenths: int) -> bool:
        amplitude = tenths / PER_UNIT
        recording = simulate(membrane, STEP.with_amplitude(amplitude), STEP_DURATION, sampling=None)
        trials.append(Trial(amplitude, int(recording.spikes.size)))
        return trials[-1].spikes > 0

    silent, firing = 0, PER_UNIT
    while not fires(firing):
        silent, firing = firing, 2 * firing
        if firing > LADDER[-1] * PER_UNIT:
            return tuple(trials), None
    while firing - silent > 1:
        middle = (silent + firing) // 2
        silent, firing = (silent, middle) if fires(middle) else (middle, firing)
    return tuple(trials), firing / PER_UNIT


def _ending(spikes: tuple[float, ...]) -> str:
    """Say how the spikes inside the step end."""
    inside = [spike for spike in spikes if spike <= STEP.stop]
    if len(inside) < 2:
        return "it makes one spike" if inside else "it makes no spike"
    gap, interval = STEP.stop - inside[-1], inside[-1] - inside[-2]
    return (
        f"the last of {len(inside)} spikes comes {gap:.1f} {MS} before the end of the step, after an "
        f"interval of {interval:.1f} {MS}: the firing has stopped"
    )
