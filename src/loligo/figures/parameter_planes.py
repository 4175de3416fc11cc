"""Curves of bifurcations in the plane of two parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.figures.lettering import literal
from loligo.figures.palette import BLACK, BLUE, GREEN, GREY, PURPLE, VERMILION
from loligo.figures.special_points import draw_special_points, labels_once

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

COLOURS: Final = {
    "Hopf": BLUE,
    "saddle-node": BLACK,
    "fold of cycles": VERMILION,
    "period doubling": PURPLE,
    "homoclinic": GREEN,
}
MARKERS: Final = {
    "Bautin": ("o", BLUE), "Bogdanov-Takens": ("s", GREEN), "cusp": ("D", BLACK), "cusp of cycles": ("^", PURPLE),
}  # fmt: skip
SOLID: Final = "-"
DASHED: Final = (0, (4, 2))


def parameter_plane(
    curves: Sequence[tuple[str, NDArray[Any], NDArray[Any], NDArray[Any]]],
    marks: Sequence[tuple[str, float, float]],
    *,
    spans: tuple[tuple[float, float], tuple[float, float]],
    xlabel: str = "",
    ylabel: str = "",
    axes: Axes | None = None,
) -> Axes:
    """Draw curves of bifurcations in the plane of two parameters, with their special points.

    Parameters
    ----------
    curves : sequence of (str, array, array, array of bool)
        Kind, both parameters, and a flag: for Hopf points, whether the cycles that arise are unstable (dashed).
    marks : sequence of (str, float, float)
        Kind and parameters of special points.
    spans : ((float, float), (float, float))
        The ranges of the parameters.
    xlabel, ylabel : str
        The parameters with their units.
    axes : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    if axes is None:
        from loligo.figures.shown import new_figure

        axes = new_figure((6.4, 4.8)).subplots()
    once = labels_once()
    for kind, x, y, unstable in curves:
        for run, dashed in _runs(np.asarray(unstable, dtype=bool)):
            word = kind if kind != "Hopf" else f"Hopf, {'subcritical' if dashed else 'supercritical'}"
            axes.plot(
                x[run], y[run], color=COLOURS.get(kind, BLACK), linestyle=DASHED if dashed else SOLID, linewidth=1.5,
                zorder=3 if kind == "Hopf" else 2, label=once(word),
            )  # fmt: skip
    draw_special_points(axes, marks, MARKERS, once)
    axes.set_xlim(*spans[0])
    axes.set_ylim(*spans[1])
    axes.set_xlabel(literal(xlabel))
    axes.set_ylabel(literal(ylabel))
    axes.spines[["top", "right"]].set_visible(False)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize="small")
    else:
        axes.text(0.5, 0.5, "no bifurcation", transform=axes.transAxes, ha="center", va="center", color=GREY)
    return axes


def _runs(flags: NDArray[np.bool_]) -> Iterator[tuple[slice, bool]]:
    """Yield the stretches of a curve with the same flag; neighbouring stretches share the point between them."""
    borders = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    edges = [0, *(int(k) for k in borders), len(flags)]
    for first, last in pairwise(edges):
        yield slice(max(first - 1, 0), last), bool(flags[first])
