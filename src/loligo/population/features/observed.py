"""What the lanes record of a member while it runs: its spikes, their shapes, and means of v."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Observed(NamedTuple):
    """The raw material of a member's features.

    Attributes
    ----------
    crossings, peak_times, peaks, begins, widths : array (spikes,)
        Properties of each spike: when v crosses the spike level upwards, when and how high it peaks, the potential at
        which it began (where v rises by 10 mV/ms), and its width at half the height above that [ms, mV]. NaN is what a
        spike does not have: all but the crossing if the run ends before v falls; the beginning, and with it the width,
        if v never rises so fast.
    minimum, base, steady : float
        The lowest v during the stimulus; the mean of v over the last tenth of the time before it, and from its stop to
        the end [mV]; NaN where there is no such time.
    start, stop : float
        Times at which the stimulus starts and stops [ms]; the end of the run if that comes first.
    """

    crossings: NDArray[np.float64]
    peak_times: NDArray[np.float64]
    peaks: NDArray[np.float64]
    begins: NDArray[np.float64]
    widths: NDArray[np.float64]
    minimum: float
    base: float
    steady: float
    start: float
    stop: float
