"""The lowest current that makes a neuron fire, or a sentence that says why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import LoligoError
from loligo._units import CURRENT, MS, MV
from loligo.analysis import threshold
from loligo.analysis.criteria import spike_test
from loligo.course.digits import apart, plain
from loligo.course.protocol import RESOLUTION, TOLERANCE
from loligo.resting import rest, settles, start_at_rest
from loligo.simulation import simulate

if TYPE_CHECKING:
    from loligo.membrane import Membrane
    from loligo.recording import Recording
    from loligo.stimulus import Stimulus

Fires = str | Callable[["Recording"], bool]
FiresAt = Callable[[float], bool]
Levels = tuple[tuple[float, float | None], ...]  # a spike level [mV] and the threshold with it [µA/cm²]

LADDER: Final = tuple(2.0**k for k in range(-3, 10))  # µA/cm²: amplitudes that are tried first, so that the search ends
GRID: Final = 48  # a threshold is divided into this many parts, where an earlier window of firing is searched for
# relative to a threshold: further amplitudes that are tried, close below the threshold
CLOSE_BELOW: Final = tuple(1 - 2.0**-k for k in range(6, 17))
SPONTANEOUS_MS: Final = 500.0  # ms: a neuron that fires without a stimulus does so within this time
LEAST_SWING: Final = 0.1  # scales of v: a smaller change in v is no oscillation
# relative to the spike level: other levels, which show whether the definition of a spike matters
OTHER_LEVELS: Final = (0.4, 1.2)
SHARP_THRESHOLD: Final = 1e-3  # relative to a threshold: if another spike level moves it by more, it is not sharp
LEAST_INWARD: Final = 1e-3  # µA/cm²: a smaller current is within the error of a run
_PUSHED: Final = (
    f"At {{:g}} {CURRENT} v is pushed over the spike level, but the neuron's own current never turns inward: "
    "that is not a spike, and no lower amplitude that was tried makes one."
)
ORDINARY: Final = {"once": "fire", "repetitively": "fire repetitively"}


@dataclass(frozen=True)
class Lowest:
    """A threshold in the exercise.

    Attributes
    ----------
    value : float or None
        The lowest amplitude found to fire [µA/cm²]; None when there is none.
    silent : float or None
        The highest amplitude below ``value`` that was found not to fire [µA/cm²].
    resolution : float
        [µA/cm²]
    runs : int
        Number of simulations in the search.
    others : tuple of float
        Larger amplitudes at which firing ceases or begins again [µA/cm²].
    reason : str
        Why there is no value.
    """

    value: float | None
    silent: float | None = None
    resolution: float = RESOLUTION
    runs: int = 0
    others: tuple[float, ...] = ()
    reason: str = ""

    @property
    def ends(self) -> float | None:
        """The amplitude above which no amplitude that was tried makes it fire [µA/cm²]; None if one does."""
        return self.others[-1] if len(self.others) % 2 else None

    def gap(self, what: str) -> str:
        """Return the gap above the threshold in which it does not fire, as a sentence; "" if there is none."""
        if len(self.others) < 2:
            return ""
        low, high = self.others[:2]
        digits = apart([low, high], 4)
        return f" From {low:.{digits}f} to {high:.{digits}f} {CURRENT} it {what}."

    def __str__(self) -> str:
        if self.value is None:
            return self.reason
        digits = min(6, max(0, math.ceil(-math.log10(self.resolution))))
        return f"{self.value:.{digits}f} {CURRENT}, error below {plain(self.resolution)} ({self.runs} runs)"


def lowest(
    membrane: Membrane,
    stimulus: Stimulus,
    duration: float,
    fires: Fires = "once",
    resolution: float = RESOLUTION,
    hints: tuple[float | None, ...] = (),
    *,
    pushed_counts: bool = False,
) -> Lowest:
    """Find the lowest amplitude of a stimulus at which a neuron fires.

    Amplitudes below the threshold are tried as well, since firing may stop and begin again. `simulate` at `TOLERANCE`
    fires at the value but not at the silent amplitude.

    Parameters
    ----------
    membrane : Membrane
        The neuron, edited or not.
    stimulus : Stimulus
        A stimulus whose amplitude is varied.
    duration : float
        Duration of each run [ms].
    fires : str or callable
        As for `loligo.threshold`.
    resolution : float
        [µA/cm²]
    hints : tuple of float or None
        Amplitudes known from other searches to fire [µA/cm²].
    pushed_counts : bool
        Whether a crossing counts if the neuron's own current never turns inward, so that v is only pushed over the
        spike level.

    Returns
    -------
    Lowest
        The threshold; it has no value if the neuron is not at rest without a stimulus, does not fire, or is only pushed
        over the spike level.
    """
    try:
        if why := alone(membrane):
            return Lowest(None, reason=why)
        fires_at = _tester(membrane, stimulus, duration, fires)
        rung = next((rung for rung in LADDER if fires_at(rung)), None)
        if rung is None:
            what = ORDINARY.get(str(fires), "fire as asked")
            return Lowest(None, reason=f"No amplitude that was tried, up to {LADDER[-1]:g} {CURRENT}, makes it {what}.")
        if not (pushed_counts or _regenerative(membrane, stimulus.with_amplitude(rung), duration)):
            return Lowest(None, reason=_PUSHED.format(rung))
        found = threshold(
            membrane, stimulus, fires=fires, duration=duration, resolution=resolution, tolerance=TOLERANCE
        )
        low, high, ends = _earlier(fires_at, found.value, hints, resolution) or (*found.bracket, ())
        silent, value = _agreed(fires_at, low, high, resolution)
    except LoligoError as why_not:
        return Lowest(None, reason=str(why_not))
    moved = abs(value - high) + resolution if value != high else resolution
    error = moved if ends else max(found.error, moved)
    runs = found.runs + fires_at.cache_info().misses
    return Lowest(value, silent, error, runs, (*ends, *found.others))


@lru_cache(maxsize=64)
def alone(membrane: Membrane) -> str:
    """Return a sentence that says why a neuron is not at rest without a stimulus; "" if it is."""
    run = simulate(membrane, None, SPONTANEOUS_MS, initial=start_at_rest(membrane), sampling=0.1)
    if run.spikes.size:
        return f"It fires without any stimulus ({run.spikes.size} spikes in {SPONTANEOUS_MS:g} {MS})."
    v, level = rest(membrane).v, f"the spike level of {membrane.spike_level:g} {MV}"
    if not settles(membrane):
        late = run.v[run.t > SPONTANEOUS_MS / 2]
        if np.ptp(late) > LEAST_SWING * membrane.v_scale:
            between = f"between {late.min():.1f} and {late.max():.1f} {MV}"
            return f"It oscillates without any stimulus, {between}, and never crosses {level}: it is never at rest."
        return f"Its rest at {v:.1f} {MV} is not stable: without any stimulus v goes to {late[-1]:.1f} {MV}."
    return f"It rests at {v:.1f} {MV}, above {level}." if v >= membrane.spike_level else ""


def at_levels(membrane: Membrane, stimulus: Stimulus, duration: float, found: Lowest) -> Levels:
    """Return other spike levels [mV] from low to high, each with its threshold [µA/cm²] or None."""
    if found.value is None or membrane.spike_level <= 0:
        return ()
    levels = [level for times in OTHER_LEVELS if (level := times * membrane.spike_level) > rest(membrane).v]
    found_at = [
        lowest(membrane.replace(spike_level=x), stimulus, duration, hints=(found.value,), pushed_counts=True)
        for x in levels
    ]
    return tuple((level, at.value) for level, at in zip(levels, found_at, strict=True))


def is_graded(found: Lowest, levels: Levels) -> bool:
    """Return whether a threshold is not sharp, that is, changes both with a lower and with a higher spike level."""
    return found.value is not None and bool(levels) and not agreeing(found, levels)


def agreeing(found: Lowest, levels: Levels) -> Levels:
    """Return the spike levels with which a threshold is the same."""
    value = found.value or 0.0
    return tuple((level, x) for level, x in levels if x is not None and abs(x - value) <= SHARP_THRESHOLD * abs(value))


def graded_words(found: Lowest, level: float, levels: Levels) -> str:
    """Return the answer for a threshold that depends on the definition of a spike."""
    at = [f"{x:g} {MV} at {f'{y:#.4g}' if y is not None else 'no amplitude tried'}" for x, y in levels]
    return (
        f"About {found.value:.3g} {CURRENT} if {level:g} {MV} counts as a spike. There is no sharp threshold: v "
        f"reaches {' and '.join(at)}."
    )


def spike_times(membrane: Membrane, stimulus: Stimulus, duration: float) -> tuple[float, ...]:
    """Return the spikes of one run, with the accuracy of the thresholds [ms]."""
    return tuple(simulate(membrane, stimulus, duration, sampling=None, tolerance=TOLERANCE).spikes.tolist())


def _tester(membrane: Membrane, stimulus: Stimulus, duration: float, fires: Fires) -> Any:
    """Return a function that tells whether an amplitude fires, and caches the answers."""
    test, _ = spike_test(fires)

    @cache
    def fires_at(amplitude: float) -> bool:
        played = stimulus.with_amplitude(amplitude)
        run = simulate(membrane, played, duration, sampling=None, tolerance=TOLERANCE)
        return bool(fires(run) if callable(fires) else test and test(run.spikes, run.stimulus, duration))

    return fires_at


def _earlier(
    fires_at: FiresAt, value: float, hints: tuple[float | None, ...], resolution: float
) -> tuple[float, float, tuple[float, ...]] | None:
    """Return the bracket of a window of firing below a threshold, and where firing ends and begins again."""
    tried = {value * k / GRID for k in range(1, GRID)} | {value * part for part in CLOSE_BELOW}
    tried |= {hint for hint in hints if hint is not None and 0 < hint < value}
    amplitudes = [0.0, *sorted(tried)]
    for silent, firing in pairwise(amplitudes):
        if firing < value - resolution and fires_at(firing):
            low, high = _narrowed(fires_at, silent, firing, resolution)
            later = [x for x in amplitudes if x > firing]
            after = next((x for x in later if not fires_at(x)), None)
            if after is None:
                return low, high, ()
            before = max(x for x in amplitudes if x < after)
            return low, high, (_narrowed(fires_at, before, after, resolution)[1], value)
    return None


def _agreed(fires_at: FiresAt, low: float, high: float, resolution: float) -> tuple[float, float]:
    """Return a bracket that runs confirm, moved if necessary."""
    step = resolution
    while low > 0 and fires_at(low):
        low, high, step = max(0.0, low - step), low, 4 * step
    step = resolution
    while not fires_at(high) and high < 2 * LADDER[-1]:
        low, high, step = high, high + step, 4 * step
    return _narrowed(fires_at, low, high, resolution)


def _narrowed(fires_at: FiresAt, a: float, b: float, resolution: float) -> tuple[float, float]:
    """Narrow a bracket by bisection, keeping the answer at ``b``."""
    at_b = fires_at(b)
    while abs(b - a) > resolution:
        middle = (a + b) / 2
        a, b = (a, middle) if fires_at(middle) == at_b else (middle, b)
    return a, b


def _regenerative(membrane: Membrane, stimulus: Stimulus, duration: float) -> bool:
    """Return whether the neuron's own current turns inward before a spike, during the stimulus."""
    first = spike_times(membrane, stimulus, duration)[0]
    end = max(first, min(stimulus.stop, duration))
    around = np.geomspace(1e-4, 10.0, 200)
    looks = np.concatenate([np.linspace(stimulus.start, end, 500), first - around, first + around])
    times = np.unique(np.clip(looks, stimulus.start, end))
    recording = simulate(membrane, stimulus, duration, sampling=times)
    charging = membrane["C"] * np.diff(recording.v) / np.diff(times)
    applied = (recording.applied[1:] + recording.applied[:-1]) / 2
    return bool((charging - applied).max() > LEAST_INWARD)
