"""Frequency over amplitude, drawn from plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

Curve = tuple["NDArray[np.float64]", "NDArray[np.float64]", "NDArray[np.float64]", "NDArray[np.float64]"]
STYLE: dict[str, dict[str, Any]] = {
    "up": {"color": "#56B4E9", "linewidth": 5.0},  # broad beneath the other: where they differ, both are seen
    "down": {"color": "#D55E00", "linewidth": 1.4},
}


def fi_panel(sweeps: Mapping[str, Curve], ax: Axes | None = None) -> Axes:
    """Draw frequencies along amplitudes, a colour for each direction.

    Parameters
    ----------
    sweeps : mapping of str to (amplitude, steady, first, oscillation)
        Arrays of one length, [µA/cm²] and [Hz]; a frequency of 0 is drawn as 0 only where nothing swings.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    if ax is None:
        from matplotlib import pyplot as plt

        ax = plt.subplots(figsize=(7, 4.3), layout="constrained")[1]
    for name, (amplitude, steady, first, oscillation) in sweeps.items():
        style = STYLE.get(name, {})
        own = np.where(steady > 0, steady, oscillation)
        jumps = (own[1:] > 0) != (own[:-1] > 0)
        places = np.flatnonzero(jumps) + 1  # no line over a jump
        ax.plot(np.insert(amplitude, places, np.nan), np.insert(own, places, np.nan), label=f"{name}", **style)
        small = (steady == 0) & (oscillation > 0)
        if small.any():
            ax.plot(amplitude[small][[0, -1]], own[small][[0, -1]], "|", markersize=14, color=style.get("color"),
                    label=f"{name}: between the bars v swings below the spike level")  # fmt: skip
        apart = (first > 0) & (np.abs(first - steady) > 0.01 * first)
        ax.plot(amplitude[apart], first[apart], ".", markersize=3, color=style.get("color"), alpha=0.6,
                label=f"{name}: first interval")  # fmt: skip
    ax.set_xlabel("amplitude [µA/cm²]")
    ax.set_ylabel("frequency [Hz]")
    ax.set_ylim(bottom=0)
    ax.legend(frameon=False, fontsize="small")
    ax.spines[["top", "right"]].set_visible(False)
    return ax
