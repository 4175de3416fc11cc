"""The lowest current that makes a neuron fire; or, for a neuron that has none, the sentence that says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import LoligoError
from loligo._units import CURRENT, MV
from loligo.analysis import threshold
from loligo.analysis.criteria import spike_test
from loligo.course.digits import plain
from loligo.course.protocol import RESOLUTION, TOLERANCE
from loligo.resting import rest, start_at_rest
from loligo.simulation import simulate

if TYPE_CHECKING:
    from loligo.membrane import Membrane
    from loligo.recording import Recording
    from loligo.stimulus import Stimulus

Fires = str | Callable[["Recording"], bool]

LADDER: Final = tuple(2.0**k for k in range(-3, 10))  # µA/cm²: tried first, so that a search has an end
ALONE: Final = 500.0  # ms: a neuron that fires alone does so within this time
INWARD: Final = 1e-3  # µA/cm²: less is the error of a run
_PUSHED: Final = (
    f"At {{:g}} {CURRENT} v is pushed over the spike level, but the neuron's own current never turns inward: "
    "that is no spike, and no lower amplitude tried makes one."
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
        The highest amplitude below it that was found not to [µA/cm²].
    resolution : float
        [µA/cm²]
    runs : int
        How many simulations it took.
    others : tuple of float
        Amplitudes beyond at which the answer changes again [µA/cm²].
    reason : str
        Why there is no value.
    """

    value: float | None
    silent: float | None = None
    resolution: float = RESOLUTION
    runs: int = 0
    others: tuple[float, ...] = ()
    reason: str = ""

    def __str__(self) -> str:
        if self.value is None:
            return self.reason
        return f"{self.value:.6f} {CURRENT}, error below {plain(self.resolution)} ({self.runs} runs)"


def lowest(
    membrane: Membrane,
    stimulus: Stimulus,
    duration: float,
    fires: Fires = "once",
    resolution: float = RESOLUTION,
) -> Lowest:
    """Find the lowest amplitude of a stimulus at which a neuron fires.

    Parameters
    ----------
    membrane : Membrane
        The neuron, however it was edited.
    stimulus : Stimulus
        Its amplitude is varied.
    duration : float
        Of each run [ms].
    fires : str or callable
        As for `loligo.threshold`.

    Returns
    -------
    Lowest
        Without a value for a neuron that fires without a stimulus, does not fire, or is only pushed over the
        spike level, its own current never inward.
    """
    try:
        if count := spikes_alone(membrane):
            return Lowest(None, reason=f"It fires without any stimulus ({count} spikes in {ALONE:g} ms).")
        if (v := rest(membrane).v) >= membrane.spike_level:
            return Lowest(
                None,
                reason=f"It rests at {v:.1f} {MV}, above the spike level of {membrane.spike_level:g} {MV}.",
            )
        rung = _first_rung(membrane, stimulus, duration, fires)
        if rung is None:
            what = ORDINARY.get(str(fires), "fire as asked")
            return Lowest(None, reason=f"No amplitude tried, up to {LADDER[-1]:g} {CURRENT}, makes it {what}.")
        if not _regenerative(membrane, stimulus.with_amplitude(rung), duration):
            return Lowest(None, reason=_PUSHED.format(rung))
        found = threshold(
            membrane, stimulus, fires=fires, duration=duration, resolution=resolution, tolerance=TOLERANCE
        )
    except LoligoError as error:
        return Lowest(None, reason=str(error))
    return Lowest(found.value, found.bracket[0], found.resolution, found.runs, found.others)


@lru_cache(maxsize=64)
def spikes_alone(membrane: Membrane) -> int:
    """Count the spikes of a neuron that is not stimulated."""
    start = start_at_rest(membrane)
    return int(simulate(membrane, None, ALONE, initial=start, sampling=None).spikes.size)


def spike_times(membrane: Membrane, stimulus: Stimulus, duration: float) -> tuple[float, ...]:
    """Return the spikes of one run, at the accuracy of the thresholds [ms]."""
    return tuple(simulate(membrane, stimulus, duration, sampling=None, tolerance=TOLERANCE).spikes.tolist())


def _first_rung(membrane: Membrane, stimulus: Stimulus, duration: float, fires: Fires) -> float | None:
    test, _ = spike_test(fires)
    for rung in LADDER:
        recording = simulate(membrane, stimulus.with_amplitude(rung), duration, sampling=None)
        fired = fires(recording) if callable(fires) else test and test(recording.spikes, recording.stimulus, duration)
        if fired:
            return rung
    return None


def _regenerative(membrane: Membrane, stimulus: Stimulus, duration: float) -> bool:
    """Tell whether the neuron's own current helps on the way to the first spike."""
    first = spike_times(membrane, stimulus, duration)[0]
    times = np.linspace(stimulus.start, first, 500)
    recording = simulate(membrane, stimulus, duration, sampling=times)
    charging = membrane["C"] * np.diff(recording.v) / np.diff(times)
    applied = (recording.applied[1:] + recording.applied[:-1]) / 2
    return bool((charging - applied).max() > INWARD)
