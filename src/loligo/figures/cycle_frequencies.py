"""Frequencies of limit cycles, and measured ones, in a panel above a bifurcation diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.figures.bifurcations import stretches
from loligo.figures.palette import BLACK, GREEN, SKY, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

# colour and width of each line; broader lines lie beneath
WAYS: Final = {"down": (VERMILION, 8.0), "step": (GREEN, 5.0), "up": (SKY, 2.0)}
HEIGHT, GAP = "60%", 0.15  # height relative to the diagram below, and distance from it [inches]


def frequencies_over(
    axes: Axes,
    cycles: Sequence[tuple[NDArray[Any], NDArray[Any], NDArray[Any], Sequence[str]]],
    measured: Mapping[str, tuple[NDArray[Any], NDArray[Any]]],
) -> Axes:
    """Draw frequencies [Hz] in a panel above the axes of a diagram, and return the panel.

    Parameters
    ----------
    axes : matplotlib Axes
        The diagram; the panel shares its horizontal axis.
    cycles : sequence of (array, array, array of bool, sequence of str)
        Parameter, period [ms], stability and marks of the cycles of each branch.
    measured : mapping of str to (array, array)
        "up", "down" and "step": amplitudes and frequencies [Hz].

    Returns
    -------
    matplotlib Axes
    """
    from mpl_toolkits.axes_grid1 import make_axes_locatable  # type: ignore[import-untyped]

    panel: Axes = make_axes_locatable(axes).append_axes("top", size=HEIGHT, pad=GAP, sharex=axes)
    named: set[str] = set()

    def once(label: str) -> str:
        new = "" if label in named else label
        named.add(label)
        return new

    for name in [one for one in WAYS if one in measured]:
        amplitude, frequency = measured[name]
        places = np.flatnonzero((frequency[1:] > 0) != (frequency[:-1] > 0)) + 1  # no line over a jump
        own, width = WAYS[name]
        panel.plot(
            np.insert(amplitude, places, np.nan), np.insert(frequency, places, np.nan), color=own, linewidth=width,
            label=once(f"measured, {name}"),
        )  # fmt: skip
    for x, period, stable, marks in cycles:
        with np.errstate(divide="ignore"):
            cycle = 1e3 / period
        for run, steady in stretches(stable, marks):
            panel.plot(
                x[run], cycle[run], color=BLACK, linestyle="-" if steady else (0, (4, 2.5)),
                linewidth=0.9, label=once(f"{'stable' if steady else 'unstable'} cycle, 1/period"),
            )  # fmt: skip
    panel.set_ylabel("frequency [Hz]")
    panel.set_ylim(bottom=0)
    panel.tick_params(labelbottom=False)
    panel.spines[["top", "right"]].set_visible(False)
    if named:
        panel.legend(frameon=False, fontsize="small")
    return panel
