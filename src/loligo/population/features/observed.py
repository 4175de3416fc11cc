"""The records of a member's run in lanes: its spikes, their shapes, and means of v."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Observed(NamedTuple):
    """The data from which a member's features are computed.

    Attributes
    ----------
    crossings, peak_times, peaks, begins, widths : array (spikes,)
        Properties of each spike [ms, mV]: the time at which v crosses the spike level upwards, the time and the v of
        its peak, the potential at which it begins (where v rises by 10 mV/ms), and its width at half the height above
        that. A property is NaN if it does not exist: all but the crossing if the run ends before v falls; the beginning
        and the width if v never rises so fast.
    minimum, base, steady : float
        The lowest v during the stimulus; the mean of v over the last tenth of the time before it, and from its stop to
        the end [mV]; NaN if there is no such time.
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
