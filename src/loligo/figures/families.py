"""Families of curves: one line for each value of a parameter, such as f-I curves for several conductances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.figures.lettering import literal
from loligo.figures.palette import FAILED
from loligo.figures.shades import SCALE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

MOST_IN_LEGEND: Final = 8  # largest number of lines listed in the legend; more get a colour bar
BRIGHTEST: Final = 0.88  # upper end of the used part of the colour scale: yellow lines are hard to see


def family(
    axes: Axes,
    curves: Sequence[tuple[float | None, NDArray[Any], NDArray[Any]]],
    *,
    failed: Sequence[float] = (),
    xlabel: str = "",
    ylabel: str = "",
    label: str = "",
) -> Axes:
    """Draw one line for each value of a parameter, coloured in the order of the values.

    Parameters
    ----------
    axes : matplotlib Axes
    curves : sequence of (float or None, array (points,), array (points,))
        The parameter's value, x and y of each line; a line is broken where y is NaN.
    failed : sequence of float
        Values of x at which a point could not be computed, drawn as grey crosses at the bottom.
    xlabel, ylabel, label : str
        Names of x, y and the parameter, with units.

    Returns
    -------
    matplotlib Axes
    """
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, Normalize

    values = [value for value, _, _ in curves if value is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    scale = colormaps[SCALE].resampled(256)
    for value, x, y in curves:
        share = 0.0 if value is None or high == low else BRIGHTEST * (value - low) / (high - low)
        points = len(x) <= 60
        axes.plot(
            x, y, color="black" if value is None else scale(share), linewidth=1.5, marker="." if points else "",
            markersize=4, label="" if value is None else f"{value:g}",
        )  # fmt: skip
    if len(failed):
        below = axes.get_xaxis_transform()
        axes.plot(failed, np.full(len(failed), 0.02), "x", color=FAILED, transform=below, clip_on=False, label="failed")
    axes.set_xlabel(literal(xlabel))
    axes.set_ylabel(literal(ylabel))
    axes.spines[["top", "right"]].set_visible(False)
    handles, names = axes.get_legend_handles_labels()
    if 0 < len(values) <= MOST_IN_LEGEND:
        axes.legend(
            handles, names, title=label, frameon=False, alignment="left", loc="upper left", bbox_to_anchor=(1.01, 1.02)
        )
        return axes
    if len(failed):
        axes.legend(handles[-1:], names[-1:], frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0))
    if values:
        shown = ScalarMappable(Normalize(low, high), ListedColormap(scale(np.linspace(0, BRIGHTEST, 256))))
        bar = axes.figure.colorbar(shown, ax=axes, label=literal(label), pad=0.02)
        bar.outline.set_visible(False)
    return axes
