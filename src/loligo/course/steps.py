"""Questions 3.1.1, 3.1.2 and 3.3.1: thresholds of a current step, including that with more sodium."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from loligo._errors import LoligoError
from loligo._units import CONDUCTANCE, CURRENT, MS
from loligo.analysis.criteria import LONGEST_GAP
from loligo.course.changes import called
from loligo.course.firing import LADDER, Levels, Lowest, alone, at_levels, graded_words, is_graded, lowest, spike_times
from loligo.course.protocol import STEP, STEP_DURATION
from loligo.course.window import Window, window
from loligo.simulation import simulate

if TYPE_CHECKING:
    from loligo.membrane import Membrane

PER_UNIT: Final = 10  # number of amplitudes per µA/cm² that the search of the hint tells apart
MORE_SODIUM: Final = 1.5
LATE: Final = 2.0  # a spike is late if its delay exceeds that at twice the amplitude by this factor
SODIUM: Final = "Na"  # name of the sodium channel in the classroom file
ENOUGH: Final = 3  # fewer spikes do not count as repetitive firing


@dataclass(frozen=True)
class Trial:
    """One run of the binary search: its amplitude [µA/cm²] and number of spikes."""

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
        Result of the binary search, at 0.1 µA/cm².
    lowest : Lowest
        The threshold at 1e-6 µA/cm².
    spike : float or None
        Time of the spike at that threshold [ms].
    soon : float or None
        Time of the spike at twice that amplitude [ms].
    waits : bool
        Whether longer runs have spikes at lower amplitudes, too.
    level : float
        The spike level [mV].
    levels : tuple of (float, float or None)
        Other spike levels [mV], and the threshold with each [µA/cm²].
    """

    trials: tuple[Trial, ...]
    coarse: float | None
    lowest: Lowest
    spike: float | None
    soon: float | None = None
    waits: bool = False
    level: float = 0.0
    levels: Levels = ()

    @property
    def late(self) -> bool:
        """Whether the spike comes late because the amplitude is close to the threshold."""
        if self.spike is None or self.soon is None or self.spike > STEP.stop:
            return False
        return self.spike - STEP.start > LATE * (self.soon - STEP.start)

    def text(self) -> str:
        """Return the answer as text."""
        if self.lowest.value is None:
            return self.lowest.reason
        tried = ", ".join(f"{trial.amplitude:g} {'yes' if trial.spikes else 'no'}" for trial in self.trials)
        by_hint = f"{self.coarse:g} {CURRENT} at a resolution of {1 / PER_UNIT:g} (binary search: {tried})."
        if is_graded(self.lowest, self.levels):
            return f"{by_hint}\n{graded_words(self.lowest, self.level, self.levels)}"
        return f"{by_hint}\n{self.lowest}.{self._moment()}{self.lowest.gap('makes no spike')}"

    def _moment(self) -> str:
        if self.spike is None:
            return ""
        waits = f" A run that continues beyond {STEP_DURATION:g} {MS} has a spike at lower amplitudes, too."
        if self.spike > STEP.stop:
            text = f" Its spike comes {self.spike - STEP.stop:.1f} {MS} after the end of the step."
        else:
            text = f" Its spike comes {self.spike - STEP.start:.1f} {MS} after the step begins"
            text += "; the nearer to the threshold, the later." if self.late else "."
        return text + (waits if self.waits else "")


@dataclass(frozen=True)
class Repetitive:
    """Answer 3.1.2.

    Attributes
    ----------
    lowest : Lowest
        The threshold of repetitive firing.
    below, above : tuple of float
        Spike times just below the threshold, and at it [ms].
    window : Window
        How the threshold depends on the length of the step, and how firing continues after it.
    """

    lowest: Lowest
    below: tuple[float, ...] = ()
    above: tuple[float, ...] = ()
    window: Window = field(default_factory=Window)

    def text(self) -> str:
        """Return the answer as text."""
        if self.lowest.value is None:
            return self.lowest.reason
        length = STEP.stop - STEP.start
        lines = [f"{self.lowest.value:.3f} {CURRENT} for this step of {length:g} {MS} ({self.lowest})."]
        lines += [self.window.text()] if self.window.text() else []
        lines.append(f"Just below, {_ending(self.below)[0]}.")
        if gap := self.lowest.gap("does not count as firing repetitively"):
            lines.append(gap.strip())
        if self.lowest.ends is not None:
            lines.append(self._beyond(self.lowest.ends))
        return "\n".join(lines)

    @property
    def dies_out(self) -> bool:
        """Whether just below the threshold the neuron fires for a while and then stops."""
        return _ending(self.below)[1]

    def _beyond(self, ends: float) -> str:
        """Return a sentence on firing at stronger steps."""
        last = f"From {ends:.1f} {CURRENT} on the neuron no longer fires to the end of the step"
        if self.window.swings_to is None or not self.window.swings_to > ends:
            return f"{last}."
        return (
            f"{last}: v no longer reaches the spike level. The oscillation itself continues and gets "
            "smaller, up to "
            f"{self.window.swings_to:.1f} {CURRENT}."
        )


@dataclass(frozen=True)
class MoreSodium:
    """Answer 3.3.1.

    Attributes
    ----------
    conductances : (float, float)
        The maximal sodium conductance of the neuron and 1.5 times this value; if an edited file already has 1.5 times
        as much, those of the original and of the file [mS/cm²].
    original : Lowest
        Threshold of repetitive firing with the first conductance.
    changed : Lowest
        Threshold of repetitive firing with the second conductance.
    once : Lowest
        Threshold of one spike with the second conductance.
    name : str
        Name of that conductance in the neuron.
    """

    conductances: tuple[float, float] | None
    original: Lowest
    changed: Lowest
    once: Lowest
    name: str = f"g_{SODIUM}"

    def text(self) -> str:
        """Return the answer as text."""
        if self.conductances is None:
            return self.changed.reason
        before, after = (f"{self.name} = {g:g} {CONDUCTANCE}" for g in self.conductances)
        changed, original = (str(x).rstrip(".") for x in (self.changed, self.original))
        text = f"With {after}: {changed}.\nWith {before}: {original}."
        if self.changed.value and self.original.value:
            text += f" That is {self.original.value / self.changed.value:.2f} times as much."
        if self.changed.value and self.once.value:
            together = abs(self.changed.value - self.once.value) <= 2 * self.changed.resolution
            text += f"\nOne spike needs {self.once.value:.6f} {CURRENT} with {after}"
            text += ": any current that makes it fire at all makes it fire repetitively." if together else "."
        return text


def one_spike(membrane: Membrane) -> OneSpike:
    """Answer 3.1.1: first by the binary search that the hint suggests, then to 1e-6 µA/cm²."""
    found = lowest(membrane, STEP, STEP_DURATION)
    if found.value is None:
        return OneSpike((), None, found, None)
    trials, coarse = _binary_search(membrane)
    spike, soon = (spike_times(membrane, STEP.with_amplitude(k * found.value), STEP_DURATION) for k in (1, 2))
    silent = STEP.with_amplitude(found.silent or 0.0)
    waits = bool(spike_times(membrane, silent, 2 * STEP_DURATION))
    levels = at_levels(membrane, STEP, STEP_DURATION, found)
    return OneSpike(trials, coarse, found, spike[0], soon[0] if soon else None, waits, membrane.spike_level, levels)


def repetitive(membrane: Membrane) -> Repetitive:
    """Answer 3.1.2."""
    found = lowest(membrane, STEP, STEP_DURATION, "repetitively")
    if found.value is None or found.silent is None:
        return Repetitive(found)
    below, above = (spike_times(membrane, STEP.with_amplitude(x), STEP_DURATION) for x in (found.silent, found.value))
    return Repetitive(found, below, above, window(membrane, found))


def more_sodium(membrane: Membrane, found: Lowest, original: Membrane) -> MoreSodium:
    """Answer 3.3.1, given the threshold of repetitive firing from `repetitive`.

    If the neuron's sodium conductance is already 1.5 times that of the original, the student has made the change: then
    the neuron is compared with itself at the original conductance.
    """
    name = f"g_{called(original, membrane).get(SODIUM, SODIUM)}"
    if name not in membrane.parameters:
        unknown = Lowest(None, reason=f"The neuron has no sodium conductance {name} any more, so it cannot be raised.")
        return MoreSodium(None, found, unknown, unknown)
    try:
        own, before = membrane[name], original[f"g_{SODIUM}"]
        edited = math.isclose(own, MORE_SODIUM * before)
        before = before if edited else own
        changed = membrane if edited else membrane.replace(**{name: MORE_SODIUM * own})
        reference = lowest(membrane.replace(**{name: before}), STEP, STEP_DURATION, "repetitively") if edited else found
        alone(changed)
    except LoligoError as error:
        unknown = Lowest(None, reason=str(error))
        return MoreSodium(None, found, unknown, unknown)
    return MoreSodium(
        (before, changed[name]),
        reference,
        found if edited else lowest(changed, STEP, STEP_DURATION, "repetitively"),
        lowest(changed, STEP, STEP_DURATION),
        name,
    )


def _binary_search(membrane: Membrane) -> tuple[tuple[Trial, ...], float | None]:
    """Search in tenths between 0 and the first of 1, 2, 4, ... µA/cm² that makes a spike."""
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


def _ending(spikes: tuple[float, ...]) -> tuple[str, bool]:
    """Return a description of the last spikes, and whether firing has stopped before the end of the step."""
    inside = [spike for spike in spikes if STEP.start <= spike <= STEP.stop]
    if len(inside) < 2:
        return "it makes one spike" if inside else "it makes no spike", False
    gap, interval = STEP.stop - inside[-1], inside[-1] - inside[-2]
    if gap < LONGEST_GAP * interval:
        few = (
            f"it makes {len(inside)} spikes, the first {inside[0] - STEP.start:.1f} {MS} after the step begins and the "
            f"last {gap:.1f} {MS} before its end: firing has not stopped, but with fewer than {ENOUGH} spikes it "
            "is not counted as repetitive"
        )
        return few, False
    return (
        f"the last of {len(inside)} spikes comes {gap:.1f} {MS} before the end of the step, after an "
        f"interval of {interval:.1f} {MS}: the firing has stopped"
    ), True
