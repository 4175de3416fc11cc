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
    crossings : array (spikes,)
        Times at which v crosses the spike level upwards [ms].
    peak_times, peaks : array (spikes,)
        The time [ms] and the potential [mV] of each peak, respectively; NaN if the run ends before v falls.
    begins : array (spikes,)
        The potential at which each spike begins, that is, where v rises by 10 mV/ms [mV]; NaN if the run ends before v
        falls, or if v never rises so fast.
    widths : array (spikes,)
        The width of each spike at half height between the beginning and the peak [ms]; NaN where ``begins`` is NaN.
    minimum : float
        The lowest v during the stimulus [mV]; NaN if the run ends before the stimulus starts.
    base : float
        The mean of v over the last tenth of the time before the stimulus [mV]; NaN if there is no such time.
    steady : float
        The mean of v from the stop of the stimulus to the end of the run [mV]; NaN if there is no such time.
    start, stop : float
        Times at which the stimulus starts and stops [ms]; the end of the run if the run ends first.
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
