"""Frequency against amplitude, drawn from plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.figures.palette import GREEN, SKY, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

Curve = tuple[
    "NDArray[np.float64]", "NDArray[np.float64]", "NDArray[np.float64]", "NDArray[np.float64]", "NDArray[Any]"
]
WAYS: Final[dict[str, tuple[str, str, float]]] = {  # broader lines lie beneath, so all stay visible
    "down": ("down: lowered slowly, and stable cycles", VERMILION, 7.0),
    "step": ("step from rest at zero current", GREEN, 3.8),
    "up": ("up: raised slowly from rest", SKY, 1.4),
}
BARS: Final = "between the bars v oscillates below the spike level"
MOST_MARKED: Final = 60  # largest number of amplitudes that are also drawn as points


def fi_panel(curves: Mapping[str, Curve], ax: Axes | None = None) -> Axes:
    """Draw frequencies against amplitudes, in one colour for each way of reaching an amplitude.

    Parameters
    ----------
    curves : mapping of str to (amplitude, steady, first, oscillation, settled)
        "up", "down" and "step": arrays of equal length, [µA/cm²], [Hz] and bool. A frequency of 0 is drawn only
        where v does not oscillate, and runs that have not settled are drawn as crosses.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    if ax is None:
        from loligo.figures.shown import new_figure

        ax = new_figure((7, 4.3)).subplots()
    for name in [one for one in WAYS if one in curves]:
        _drawn(ax, name, curves[name])
    ax.set_xlabel("amplitude [µA/cm²]")
    ax.set_ylabel("frequency [Hz]")
    ax.set_ylim(bottom=-0.02 * ax.get_ylim()[1])  # makes a line at 0 visible
    ax.legend(frameon=False, fontsize="small")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _drawn(ax: Axes, name: str, curve: Curve) -> None:
    amplitude, steady, first, oscillation, settled = curve
    label, colour, width = WAYS[name]
    own = np.where(steady > 0, steady, oscillation)
    places = np.flatnonzero((own[1:] > 0) != (own[:-1] > 0)) + 1  # no line over a jump
    style: dict[str, Any] = {"color": colour, "linewidth": width, "label": label, "solid_capstyle": "butt"}
    if amplitude.size <= MOST_MARKED:
        style |= {"marker": "o", "markersize": width + 2.0, "markeredgewidth": 0.0}
    ax.plot(np.insert(amplitude, places, np.nan), np.insert(own, places, np.nan), **style)
    small = (steady == 0) & (oscillation > 0)
    if small.any():
        ends = np.flatnonzero(small)[[0, -1]]
        named = any(line.get_label() == BARS for line in ax.get_lines())
        ax.plot(amplitude[ends], own[ends], "|", markersize=16, color=colour, label="" if named else BARS)
    apart = (first > 0) & (np.abs(first - steady) > 0.01 * first)
    if apart.any():
        ax.plot(amplitude[apart], first[apart], ".", markersize=3, color=colour, label=f"{name}: first interval")
    if not settled.all():
        ax.plot(amplitude[~settled], own[~settled], "x", markersize=7, color="black", label=f"{name}: has not settled")
