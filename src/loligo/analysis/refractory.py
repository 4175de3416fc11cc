"""How soon after a spike the next can follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, ThresholdError
from loligo._units import MS, numbers, positive
from loligo.analysis.threshold import threshold
from loligo.membrane import checked_membrane
from loligo.simulation import simulate
from loligo.stimulus import Step

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

AFTER = 30.0  # ms: how long the second spike is waited for


@dataclass(frozen=True, eq=False)
class Refractoriness:
    """The answer of `refractoriness`.

    Attributes
    ----------
    membrane : Membrane
    intervals : array (n,)
        From the start of the first pulse to that of the second [ms].
    thresholds : array (n,)
        The lowest amplitude of the second pulse that makes a second spike [µA/cm²]; NaN where none does.
    single : float
        Threshold of the first pulse alone [µA/cm²].
    width : float
        Of both pulses [ms].
    """

    membrane: Membrane
    intervals: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    single: float
    width: float

    @property
    def absolute(self) -> float:
        """The longest interval at which no second pulse fires, whatever its strength [ms]; NaN if there is none."""
        silent = self.intervals[np.isnan(self.thresholds)]
        return float(silent.max()) if silent.size else float("nan")

    @property
    def relative(self) -> float:
        """The first interval at which the second pulse need not be stronger than a single one [ms]; NaN if none is.

        A membrane that swings after a spike is easier to excite for a while, and then once more a little harder.
        """
        easy = self.intervals[self.thresholds <= self.single]
        return float(easy.min()) if easy.size else float("nan")

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table: intervals, thresholds, and their ratio to that of a single pulse."""
        import pandas as pd

        ratio = self.thresholds / self.single
        return pd.DataFrame({"interval": self.intervals, "threshold": self.thresholds, "ratio": ratio})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the ratio of thresholds over the interval and return the axes."""
        from loligo.figures.strengths import refractory_panel

        return refractory_panel(self.intervals, self.thresholds / self.single, self.absolute, ax)


def refractoriness(
    membrane: Membrane, intervals: Any, *, width: float = 0.5, resolution: float = 1e-3, first: float = 1.5
) -> Refractoriness:
    """Find the threshold of a second pulse over its interval from a first one that has made a spike.

    Parameters
    ----------
    membrane : Membrane
    intervals : array_like (n,)
        From start to start, longer than ``width`` [ms].
    width : float
        Of both pulses [ms].
    resolution : float
        Of each threshold [µA/cm²].
    first : float
        Strength of the first pulse, times its own threshold.

    Returns
    -------
    Refractoriness

    Raises
    ------
    ArgumentError, UnitError
        An interval that is not longer than the width, a first pulse below its threshold.
    """
    checked_membrane(membrane)
    width = positive(width, MS, "width")
    given = np.unique(numbers(intervals, MS, "intervals"))
    if not given.size or not (np.isfinite(given).all() and given[0] > width):
        raise ArgumentError(f"intervals must be one or more numbers greater than the width of {width:g} ms.")
    if not first > 1:
        raise ArgumentError(f"first must be greater than 1, so that the first pulse fires; got {first!r}.")
    single = threshold(membrane, Step(1.0, stop=width), resolution=resolution).value
    found = []
    for interval in given.tolist():
        begun = simulate(membrane, Step(first * single, stop=width), interval, sampling=None, tolerance=1e-7)
        # the spike may still be under way when the second pulse comes: only crossings after it count
        try:
            second = threshold(
                membrane, Step(1.0, stop=width), duration=width + AFTER, initial=begun, resolution=resolution
            )
            found.append(second.value)
        except ThresholdError:
            found.append(float("nan"))
    return Refractoriness(membrane, given, np.array(found), single, width)
