"""The criteria of firing that `threshold` accepts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, TimeLimitError, unknown_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.recording import Recording
    from loligo.stimulus import Stimulus

LONGEST_GAP = 1.5  # relative to the last interval between spikes: after a longer silence at the end, firing has stopped

SpikeTest = Callable[["NDArray[np.float64]", "Stimulus", float], bool]


def fires_once(spikes: NDArray[np.float64], stimulus: Stimulus, duration: float) -> bool:  # noqa: ARG001
    """At least one spike at any time of the run."""
    return bool(spikes.size >= 1)


def fires_repetitively(spikes: NDArray[np.float64], stimulus: Stimulus, duration: float) -> bool:
    """At least three spikes during the stimulus, with firing that continues to its end."""
    end = min(stimulus.stop, duration)
    inside = spikes[(spikes >= stimulus.start) & (spikes <= end)]
    if inside.size < 3:
        return False
    return bool(end - inside[-1] < LONGEST_GAP * (inside[-1] - inside[-2]))


CRITERIA: dict[str, SpikeTest] = {"once": fires_once, "repetitively": fires_repetitively}

NOTES = {
    "repetitively": (
        "depends on the length of the stimulus, since firing that stops later counts too; the amplitude above which it "
        "stops early depends on the spike level; .lasting is the current from which firing lasts forever"
    )
}

PUSHED = "no spike: v is only pushed over the spike level"  # the note for a membrane that responds passively


def nth_peak(count: int, v: NDArray[np.float64]) -> float:
    """Return the height of the peak number ``count`` from the highest down [mV]; minus infinity if there are fewer."""
    if count == 1:
        return float(v.max())
    inner = v[1:-1]
    peaks = np.sort(inner[(inner > v[:-2]) & (inner >= v[2:])])
    return float(peaks[-count]) if peaks.size >= count else -math.inf


def time_to_settle(t: NDArray[np.float64], v: NDArray[np.float64], size: float) -> float:
    """Return the last time at which v is further than ``size`` [mV] from its final value [ms]."""
    away = np.flatnonzero(np.abs(v - v[-1]) > size)
    return float(t[away[-1]]) if away.size else 0.0


def told_by(fires: Callable[[Recording], Any], recording: Recording, amplitude: float) -> bool:
    """Return whether a user's function ``fires`` counts a run as firing.

    Raises
    ------
    ArgumentError
        The function raises an error, which becomes the cause, or returns neither True nor False.
    """
    name = getattr(fires, "__name__", type(fires).__name__)
    try:
        said = fires(recording)
    except TimeLimitError:
        raise
    except Exception as error:
        raise ArgumentError(
            f"fires={name} raised {type(error).__name__} for the run at amplitude {amplitude:g}: {error}. The "
            "function gets the Recording of each run, including runs without a spike."
        ) from error
    if not isinstance(said, (bool, np.bool_)):
        got = "None" if said is None else f"{said!r} of type {type(said).__name__}"
        raise ArgumentError(
            f"fires={name} must return True or False; for the run at amplitude {amplitude:g} it returned "
            f"{got if len(got) < 80 else type(said).__name__}."
        )
    return bool(said)


def spike_test(fires: Any) -> tuple[SpikeTest | None, int]:
    """Return the test of spike times for ``fires``, and the number of spikes that decides it (0 if no number does).

    The test is None if ``fires`` is a function of the whole recording.

    Raises
    ------
    ArgumentError, UnknownNameError
        ``fires`` is neither the name of a criterion, nor a number of spikes, nor a function.
    """
    if isinstance(fires, str):
        if fires not in CRITERIA:
            raise unknown_name("criterion (or a number of spikes, or a function of the recording)", fires, CRITERIA)
        return CRITERIA[fires], 1 if fires == "once" else 0
    if isinstance(fires, (int, np.integer)) and not isinstance(fires, bool):
        count = int(fires)
        if count < 1:
            raise ArgumentError(f"fires= as a number of spikes must be 1 or more; got {count}.")
        return lambda spikes, stimulus, duration: bool(spikes.size >= count), count  # noqa: ARG005
    if callable(fires):
        return None, 0
    raise ArgumentError(
        f"fires= must be 'once', 'repetitively', a number of spikes, or a function of a recording; got {fires!r}."
    )
