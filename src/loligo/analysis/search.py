"""The search for a threshold: a ladder of amplitudes, windows between its rungs, and a bracket that is narrowed."""

from __future__ import annotations

import contextlib
import copy
import math
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, DivergenceError, ThresholdError
from loligo.analysis.criteria import nth_peak, spike_test, time_to_settle, told_by
from loligo.analysis.nearness import shift_for
from loligo.analysis.scales import current_scale
from loligo.resting import settles
from loligo.simulation.current import recorded
from loligo.simulation.engine import Runner
from loligo.simulation.schedule import windows
from loligo.stimulus import Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.simulation.engine import Outcome
    from loligo.stimulus import Stimulus

RUNGS: Final = range(-4, 13)  # exponents of 2: the trial amplitudes, divided by the amplitude that moves v by its scale
AMPLITUDES_BETWEEN: Final = 12  # number of amplitudes tried where a window of firing may lie between two rungs
SAMPLES_PER_RUN: Final = 400  # number of times after the stimulus at which v of a trial run is sampled
DISPLACEMENT: Final = 0.01  # scales of v: displacement of an unstable rest, to see whether it leads to firing
# fraction of a bracket, from its silent end, where it is cut if runs end at a spike: a fifth of the cost
EARLY_CUT: Final = 0.65
SEARCH_BEYOND: Final = 64.0  # multiple of the first amplitude that fires: firing that ceases beyond is not found
FIRST_SAMPLE: Final = 1e-5  # first sample of v after a stimulus, relative to the time from there to the end of the run
NEGLIGIBLE_DISTANCE: Final = 0.01  # scales of v: a smaller distance from the end counts as zero
PASSIVE_STEP: Final = 0.01  # least relative increase of an amplitude that shows how the peak of v follows
PASSIVE_GAIN: Final = 2.0  # a peak is the membrane's own spike if it rises by more than this many passive responses


class Search:
    """A function that tells whether a membrane fires at an amplitude, and counts the runs that this takes.

    Parameters
    ----------
    membrane : Membrane
    stimulus : Stimulus
    fires : str, int or callable
        As for `threshold`.
    end : float
        End of every run [ms].
    tolerance : float
    state : array (variables,)
        The initial state of all runs.
    method : str
    interventions : sequence of Hold and Reset, optional
        As `loligo.simulation.schedule.checked_interventions` returns them.
    """

    def __init__(
        self,
        membrane: Membrane,
        stimulus: Stimulus,
        fires: Any,
        end: float,
        tolerance: float,
        state: NDArray[np.float64],
        method: str,
        interventions: Sequence[Intervention] = (),
    ) -> None:
        self._test, self._enough = spike_test(fires)
        self._fires_if, self._method = fires, method
        self._membrane, self._stimulus = membrane, stimulus
        self.end = end
        self._ends = tuple(stimulus.with_amplitude(a).joined(end) for a in (0.0, 1.0))
        self._pieces = _varied(stimulus, end, *self._ends)
        self._interventions = tuple(interventions)
        self._state = state
        self._windows = windows(membrane, self._interventions, end, state)
        self._known_rest = False
        self.begin(tolerance)

    @cached_property
    def scale(self) -> float:
        """The amplitude that moves v by about its scale."""
        return current_scale(self._membrane, *self._ends)

    @property
    def name(self) -> str:
        """The name of the membrane."""
        return self._membrane.name

    @property
    def counts_spikes(self) -> bool:
        """Whether spikes after the stimulus count, so that the answer may depend on the duration of runs."""
        return self._enough > 0

    def __call__(self, amplitude: float) -> bool:
        """Return whether the membrane fires at an amplitude."""
        if amplitude not in self._answers:
            self._answers[amplitude] = self._fires(amplitude)
        return self._answers[amplitude]

    def again(self, *, tolerance: float, end: float | None = None) -> Search:
        """Return the same search with another tolerance or duration of runs, before its first run."""
        other = copy.copy(self)
        if end is not None:
            other.stretch(end)
        other.begin(tolerance)
        return other

    def stretch(self, end: float) -> None:
        """Change the end of runs [ms]."""
        stimulus = self._stimulus
        self.end, self._windows = end, windows(self._membrane, self._interventions, end, self._state)
        self._pieces = lambda amplitude: stimulus.with_amplitude(amplitude).joined(end)
        self.__dict__.pop("_times", None)

    def begin(self, tolerance: float) -> None:
        """Forget all runs, and use this tolerance for the next ones."""
        self.tolerance, self.runs = tolerance, 0
        self._runner = Runner(self._membrane, method=self._method, tolerance=tolerance)
        self._answers: dict[float, bool] = {}
        self._heights: dict[float, float] = {}
        self._counts: dict[float, int] = {}
        self._shifts: dict[float, float] = {}

    def _run(self, amplitude: float, times: NDArray[np.float64] | None = None, *, whole: bool = False) -> Outcome:
        self.runs += 1
        looks = () if times is None else (times,)
        enough = 0 if whole else self._enough
        return self._runner(self._pieces(amplitude), self._state, self._windows, *looks, enough=enough)

    def _fires(self, amplitude: float, times: NDArray[np.float64] | None = None) -> bool:
        if self._test is None:
            self.runs += 1
            stimulus = self._stimulus.with_amplitude(amplitude)
            settings: dict[str, Any] = {"tolerance": self.tolerance, "method": self._method}
            settings["interventions"] = self._interventions
            recording = recorded(self._membrane, stimulus, self.end, initial=self._state, **settings)
            return told_by(self._fires_if, recording, amplitude)
        outcome = self._run(amplitude, times)
        fires = self._test(outcome.spikes, self._stimulus, self.end)
        if times is not None and not fires:
            self._heights[amplitude] = self._height(outcome.samples[:, 0], outcome.spikes.size)
            self._counts[amplitude] = outcome.spikes.size
            self._shifts[amplitude] = shift_for(self._enough, outcome.samples[:, 0], self._membrane.spike_level)
        return fires

    @cached_property
    def _times(self) -> NDArray[np.float64]:
        """Times at which v is sampled [ms], evenly in the run and in the stimulus, and densely after it."""
        stop = min(self._stimulus.stop, self.end)
        inside = np.linspace(min(self._stimulus.start, stop), stop, SAMPLES_PER_RUN)
        after = np.minimum(stop + (self.end - stop) * np.geomspace(FIRST_SAMPLE, 1.0, SAMPLES_PER_RUN), self.end)
        return np.unique(np.concatenate([np.linspace(0.0, self.end, SAMPLES_PER_RUN), inside, after]))

    def _height(self, v: NDArray[np.float64], spikes: int) -> float:
        """Return a number that says how close a silent run came to firing; it increases towards a window of firing."""
        if self._enough == 1:
            return float(v.max())
        if self._enough:  # the number of spikes, and how close v came to one more
            missing = abs(shift_for(spikes + 1, v, self._membrane.spike_level)) / self._membrane.v_scale
            return spikes + 0.5 - math.atan(missing) / math.pi if math.isfinite(missing) else spikes
        inside = (self._times >= self._stimulus.start) & (self._times <= min(self._stimulus.stop, self.end))
        if not inside.any():
            return -math.inf
        return time_to_settle(self._times[inside], v[inside], NEGLIGIBLE_DISTANCE * self._membrane.v_scale)

    def looked_at(self, amplitude: float) -> bool:
        """Return whether the membrane fires at an amplitude; if it does not, record how close it came."""
        if amplitude not in self._answers:
            self._answers[amplitude] = self._fires(amplitude, self._times)
        return self._answers[amplitude]

    def know_rest(self) -> None:
        """Skip the run at amplitude 0 if it is known to be silent: from a stable rest, without any current."""
        pieces = self._pieces(0.0)
        currents = pieces.constant, pieces.slope, pieces.waves[:, 0]
        if self._interventions:
            return
        if self._test is not None and not any(c.any() for c in currents) and settles(self._membrane):
            self._answers[0.0], self._known_rest = False, True

    def leaves_rest(self) -> bool:
        """Return whether the membrane fires without a stimulus when an unstable rest is disturbed."""
        if settles(self._membrane):
            return False
        undisturbed, nudge = self._state, DISPLACEMENT * self._membrane.v_scale
        self._state = undisturbed + np.where(np.arange(undisturbed.size) == 0, nudge, 0.0)
        fires = self._fires(0.0)
        self._state = undisturbed
        return fires

    def narrowed(self, a: float, b: float, resolution: float) -> tuple[float, float]:
        """Narrow a bracket; its second end always gives the same answer as ``b``."""
        if resolution < 4e-16 * abs(b):
            raise ArgumentError(f"resolution {resolution:g} is finer than floating-point numbers near {b:g}.")
        at_b = self(b)
        share = EARLY_CUT if self._enough else 0.5
        cut = share if at_b else 1.0 - share
        while abs(b - a) > resolution:
            between = a + cut * (b - a)
            if self(between) == at_b:
                b = between
            else:
                a = between
        return a, b

    def bracket(self, sign: float) -> tuple[float, float]:
        """Return two amplitudes between which firing begins: two trial amplitudes, or one of them and one in between.

        Raises
        ------
        ThresholdError
            The membrane does not fire at any amplitude; the message tells what was tried and what came closest.
        """
        silent, beyond = [0.0], None
        for power in RUNGS:
            rung = sign * self.scale * 2.0**power
            try:
                fires = self(rung) if self._enough == 1 else self.looked_at(rung)
            except DivergenceError as error:
                beyond = f"; {rung:g} makes it diverge: {error}"
                break
            if fires:
                return self._hidden(silent[1:]) or (silent[-1], rung)
            silent.append(rung)
        for rung in silent[1:]:
            if rung not in self._heights:  # for one spike no window is searched: v matters only if no amplitude fires
                self._fires(rung, self._times)
        if window := self._hidden(silent[1:]):
            return window
        low, high = silent[min(1, len(silent) - 1)], silent[-1]
        advice = beyond or ": try the other sign, a longer stimulus, or another criterion (fires=)."
        raise ThresholdError(
            f"{self._membrane.name} does not fire as required at any of the {len(self._answers)} amplitudes tried "
            f"between {low:g} and {high:g}{self._nearest()}{advice}"
        )

    def _nearest(self) -> str:
        if not self._heights:
            return ""
        best = max(self._heights, key=lambda amplitude: (self._heights[amplitude], self._counts[amplitude]))
        outcome = self._run(best, self._times, whole=True)
        count = f"{outcome.spikes.size} spike{'' if outcome.spikes.size == 1 else 's'}"
        top = f"v up to {outcome.samples[:, 0].max():.4g} mV (a spike is a crossing of {self._membrane.spike_level:g})"
        return f"; {best:g} came closest, with {count} and {top}"

    def _hidden(self, silent: list[float]) -> tuple[float, float] | None:
        """Look for a window of firing between silent trial amplitudes.

        The window may lie around an amplitude that came closer to firing than its neighbours, or between two
        amplitudes: one misses a spike because a peak is too low, the other because the trough before it is too high.
        """
        heights = [self._heights.get(amplitude, -math.inf) for amplitude in silent]
        for k in range(1, len(silent) - 1):
            before, here, after = heights[k - 1 : k + 2]
            if here >= max(before, after) and here > min(before, after):
                firing = self._between(silent[k - 1], silent[k], silent[k + 1])
                if firing is not None:
                    return self._below(firing), firing
        for a, b in pairwise(silent):
            if self._rising(a) != self._rising(b):
                firing = self._turning(a, b)
                if firing is not None:
                    return self._below(firing), firing
        return None

    def _below(self, firing: float) -> float:
        return max((a for a, fires in self._answers.items() if not fires and abs(a) < abs(firing)), key=abs)

    def _rising(self, amplitude: float) -> bool:
        """Return whether a silent run misses a spike because a peak is too low, not because a trough is too high."""
        return not self._shifts.get(amplitude, math.nan) > 0.0

    def _turning(self, a: float, b: float) -> float | None:
        """Return an amplitude that elicits a spike, by bisection between two that miss one for different reasons."""
        for _ in range(AMPLITUDES_BETWEEN):
            middle = math.copysign(math.sqrt(a * b), a)
            if self.looked_at(middle):
                return middle
            if self._rising(middle) == self._rising(a):
                a = middle
            else:
                b = middle
        return None

    def _between(self, a: float, b: float, c: float) -> float | None:
        """Return an amplitude that elicits a spike, between a and c, by golden-section search around b."""
        golden = (3 - math.sqrt(5)) / 2
        for _ in range(AMPLITUDES_BETWEEN):
            upper = abs(math.log(c / b)) > abs(math.log(b / a))
            ratio: float = c / b if upper else a / b
            other = b * math.pow(ratio, golden)
            if self.looked_at(other):
                return other
            if self._heights[other] > self._heights[b]:
                a, b, c = (b, other, c) if upper else (a, other, b)
            else:
                a, c = (a, other) if upper else (other, c)
        return None

    def beyond(self, firing: float) -> list[tuple[float, float]]:
        """Return the pairs of amplitudes beyond ``firing`` between which firing begins or ceases."""
        found = []
        with contextlib.suppress(DivergenceError):  # the search ends where runs diverge
            for a, b in pairwise(firing * 2.0**k for k in range(1 + int(math.log2(SEARCH_BEYOND)))):
                if self(a) != self(b):
                    found.append((a, b))
        return found

    def widened(self, low: float, high: float, resolution: float) -> tuple[float, float]:
        """Return a bracket of this search around the bracket found with another tolerance."""
        sign, step = math.copysign(1.0, high), resolution
        while low and self(low):
            low = sign * max(0.0, abs(low) - step)
            step *= 4
        step = resolution
        while not self(high):
            low, high = high, high + sign * step
            step *= 4
        return low, high

    def is_passive(self, value: float, resolution: float) -> bool:
        """Return whether v is only pushed over the spike level, with a peak proportional to the amplitude.

        In a passive membrane the height of a peak above v without a stimulus is proportional to the amplitude. A spike
        is all-or-none, or much steeper.
        """
        if not self._enough or self._enough > _pushes(self._pieces(value)):
            return False
        count, level = self._enough, self._membrane.spike_level
        part = max(PASSIVE_STEP, 10 * resolution / abs(value))
        base = float(self._state[0])
        if not self._known_rest:
            base = nth_peak(1, self._run(0.0, self._times, whole=True).samples[:, 0])
        if base >= level:
            return False
        self.runs += 1
        above = level + PASSIVE_GAIN * part * (level - base)
        pieces = self._pieces(value * (1 + part))
        return self._runner(pieces, self._state, self._windows, enough=count, level=above).spikes.size < count


def _pushes(pieces: Pieces) -> float:
    """Return how often a stimulus rises, and thus may push v upwards."""
    if pieces.waves.size:
        return math.inf
    ends = pieces.constant + pieces.slope * np.diff(pieces.edges)
    jumps = pieces.constant[1:] > ends[:-1]
    begins = bool(pieces.constant.size) and pieces.constant[0] > 0.0
    return float(jumps.sum() + (pieces.slope > 0.0).sum() + begins)


def _varied(stimulus: Stimulus, end: float, zero: Pieces, one: Pieces) -> Callable[[float], Pieces]:
    """Return the normal form of a stimulus as a function of its amplitude.

    Lines and waves are linear in the amplitude, so two amplitudes determine all others; other stimuli are computed each
    time.
    """
    fixed = [(zero.edges, one.edges), (zero.offsets, one.offsets), (zero.waves[:, 1:], one.waves[:, 1:])]
    if not all(np.array_equal(a, b) for a, b in fixed):
        return lambda amplitude: stimulus.with_amplitude(amplitude).joined(end)
    edges, offsets = zero.edges, zero.offsets
    constant, slope, waves = one.constant - zero.constant, one.slope - zero.slope, one.waves - zero.waves
    if not slope.any() and not waves.any():  # steps and pulses, the most common case
        return lambda a: Pieces(edges, zero.constant + a * constant, zero.slope, offsets, zero.waves)
    return lambda a: Pieces(
        edges, zero.constant + a * constant, zero.slope + a * slope, offsets, zero.waves + a * waves
    )
