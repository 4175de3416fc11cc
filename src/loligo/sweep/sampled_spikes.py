"""The inputs of the features of populations, read from the samples of a sweep as eFEL reads them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.population.features import features_named
from loligo.population.features.observed import Observed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Trace = NDArray[np.float64]

ONSET_SLOPE: Final = 10.0  # mV/ms: a spike begins where v last starts to rise this fast before the peak
ONSET_SAMPLES: Final = 3  # number of consecutive samples on which v must rise this fast, as in eFEL's DerivativeWindow
BASE_START: Final = 0.9  # beginning of the baseline, as a fraction of the time before the stimulus


def features_of(
    t: Trace, v: Trace, names: str | Iterable[str], level: float, window: tuple[float, float]
) -> dict[str, float | str]:
    """Return features by name; see `Sweep.features`.

    Parameters
    ----------
    t : array (samples,)
        [ms]
    v : array (samples,)
        [mV]
    names : str or several
    level : float
        [mV]
    window : (float, float)
        Start and stop of the stimulus [ms].
    """
    wanted = features_named(names)
    observed = observed_in(t, v, level, *window)
    found: dict[str, float | str] = {}
    for feature in wanted:
        value = float(feature.compute(observed)) if feature.compute else float(len(observed.crossings))
        found[feature.name] = feature.words[int(value)] if feature.words else value
    return found


def observed_in(t: Trace, v: Trace, level: float, start: float, stop: float) -> Observed:
    """Return the spikes of a trace, and means of v.

    Parameters
    ----------
    t : array (samples,)
        [ms]
    v : array (samples,)
        [mV]
    level : float
        [mV]
    start, stop : float
        Times at which the stimulus starts and stops [ms].
    """
    over = v >= level
    up = np.flatnonzero(~over[:-1] & over[1:]) + 1
    down = np.append(np.flatnonzero(over[:-1] & ~over[1:]) + 1, t.size)
    spikes = [_spike(t, v, k, int(down[np.searchsorted(down, k)])) for k in up.tolist()]
    crossings = t[up - 1] + (level - v[up - 1]) / (v[up] - v[up - 1]) * (t[up] - t[up - 1])
    shapes = _shapes(t, v, spikes, int(np.searchsorted(t, start)))
    times = np.array([t[k] if k is not None else math.nan for k in spikes], dtype=float)
    peaks = np.array([v[k] if k is not None else math.nan for k in spikes], dtype=float)
    during = v[(t >= start) & (t <= stop)]
    before = t[0] + BASE_START * (start - t[0])
    return Observed(
        crossings, times, peaks, *shapes,
        float(during.min()) if during.size else math.nan,
        _mean(t, v, (t >= before) & (t <= start)) if start > t[0] else math.nan,
        _mean(t, v, t >= stop) if stop < t[-1] else math.nan,
        start, stop,
    )  # fmt: skip


def _spike(t: Trace, v: Trace, up: int, down: int) -> int | None:
    """Return the sample of a peak; None if v has not come down by the end of the sweep."""
    return None if down == t.size else up + int(v[up:down].argmax())


def _shapes(t: Trace, v: Trace, spikes: list[int | None], first: int) -> tuple[Trace, Trace]:
    """Return the potentials at which spikes begin [mV], and their widths at half height [ms]."""
    steep = np.asarray(np.gradient(v, t) > ONSET_SLOPE)
    lasting = np.asarray(np.lib.stride_tricks.sliding_window_view(steep, ONSET_SAMPLES).all(axis=1))
    onset = lasting & ~np.concatenate([[False], steep[: lasting.size - 1]])
    begins, widths = np.full(len(spikes), math.nan), np.full(len(spikes), math.nan)
    low = 0
    for which, peak in enumerate(spikes):
        if peak is None:
            continue
        low = max(low, first - 1) if peak >= first else low
        rising = np.flatnonzero(onset[low:peak])
        following = next((k for k in spikes[which + 1 :] if k is not None), t.size - 1)
        trough = peak + int(v[peak : following + 1].argmin())
        if rising.size:
            begin = low + int(rising[-1])
            begins[which] = v[begin]
            widths[which] = _width(t, v, begin, peak, trough)
        low = trough
    return begins, widths


def _width(t: Trace, v: Trace, begin: int, peak: int, trough: int) -> float:
    """Return the time between the two crossings of a spike's half height, by linear interpolation."""
    half = (v[begin] + v[peak]) / 2
    up = begin + int(np.argmax(v[begin : peak + 1] >= half))
    falls = np.flatnonzero(v[peak : trough + 1] <= half)
    if not falls.size or up == begin:
        return math.nan
    down = peak + int(falls[0])
    return _crossing(t, v, down, half) - _crossing(t, v, up, half)


def _crossing(t: Trace, v: Trace, k: int, level: float) -> float:
    return float(t[k - 1] + (level - v[k - 1]) / (v[k] - v[k - 1]) * (t[k] - t[k - 1]))


def _mean(t: Trace, v: Trace, inside: NDArray[np.bool_]) -> float:
    """Return the mean over time: the mean of evenly spaced samples."""
    weights = np.gradient(t)[inside]
    return float(np.average(v[inside], weights=weights)) if weights.size else math.nan
