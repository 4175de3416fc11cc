"""Strength against duration, and excitability against the time since a spike, drawn from plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

LAWS = ("#0072B2", "#D55E00")


def strength_panel(
    durations: NDArray[np.float64],
    thresholds: NDArray[np.float64],
    rheobase: float,
    chronaxie: float,
    fits: Mapping[str, tuple[float, float, NDArray[np.float64]]],
    ax: Axes | None = None,
) -> Axes:
    """Draw thresholds against durations on logarithmic axes, with rheobase, chronaxie and fitted laws.

    Parameters
    ----------
    durations : array (n,)
        [ms]
    thresholds : array (n,)
        [µA/cm²]
    rheobase : float
        [µA/cm²]
    chronaxie : float
        [ms]; it is not drawn if it is NaN.
    fits : mapping of str to (rheobase, chronaxie, values)
        Parameters of each law, and its values at the durations.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    ax.axhline(rheobase, color="0.6", linewidth=1)
    ax.annotate(f"rheobase {rheobase:.4g} µA/cm²", (durations[0], rheobase), (0, 4), textcoords="offset points",
                ha="left", color="0.35", fontsize="small")  # fmt: skip
    if np.isfinite(chronaxie):
        ax.plot([chronaxie] * 2, [rheobase, 2 * rheobase], color="0.6", linewidth=1)
        ax.annotate(f"chronaxie {chronaxie:.4g} ms", (chronaxie, 1.4 * rheobase), (-5, 0), textcoords="offset points",
                    ha="right", va="center", color="0.35", fontsize="small")  # fmt: skip
    for (name, (low, time, values)), colour in zip(fits.items(), LAWS, strict=False):
        ax.plot(durations, values, color=colour, linewidth=1.2, label=f"{name}: {low:.2f} µA/cm², {time:.2f} ms")
    ax.plot(durations, thresholds, "o", color="0.15", markersize=3.5, label="threshold")
    ax.set(xscale="log", yscale="log", xlabel="duration of the pulse [ms]", ylabel="threshold [µA/cm²]")
    ax.legend(frameon=False, fontsize="small")
    return ax


def refractory_panel(
    intervals: NDArray[np.float64], ratio: NDArray[np.float64], absolute: float, ax: Axes | None = None
) -> Axes:
    """Draw the threshold of a second pulse, relative to that of a single pulse, against their interval.

    Parameters
    ----------
    intervals : array (n,)
        Intervals between the pulses [ms].
    ratio : array (n,)
        Second threshold relative to that of a single pulse; NaN where no second pulse elicits a spike.
    absolute : float
        Up to this interval no second pulse elicits a spike [ms]; NaN if there is no such interval.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    if np.isfinite(absolute):
        ax.axvspan(0, absolute, color="0.9", label="no second spike")
    ax.axhline(1, color="0.6", linewidth=1)
    ax.plot(intervals, ratio, "o-", color=LAWS[0], markersize=3.5, linewidth=1, label="second pulse")
    ax.set(yscale="log", xlabel="interval between the pulses [ms]", ylabel="threshold / threshold of a single pulse")
    ax.set_xlim(left=0)
    low, high = ax.get_ylim()
    few = "125" if high > 10 * low else "123456789"  # leading digits of labels, chosen so that labels do not overlap
    for which in (ax.yaxis.set_major_formatter, ax.yaxis.set_minor_formatter):
        which(lambda value, _: f"{value:g}" if f"{value:e}"[0] in few else "")
    ax.legend(frameon=False, fontsize="small")
    return ax


def _axes(ax: Axes | None) -> Axes:
    if ax is None:
        from loligo.figures.shown import new_figure

        ax = new_figure((7, 4.3)).subplots()
    ax.spines[["top", "right"]].set_visible(False)
    return ax
