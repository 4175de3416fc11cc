"""The bifurcation diagram: equilibria and extrema of cycles against a parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.figures.lettering import literal
from loligo.figures.palette import BLACK, BLUE, GREY, PURPLE, VERMILION
from loligo.figures.special_points import draw_special_points, labels_once

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Array = NDArray[Any]

MARKERS: Final = {
    "Hopf": ("s", BLACK), "saddle-node": ("D", BLACK), "fold of cycles": ("^", VERMILION),
    "period doubling": ("P", PURPLE), "torus": ("X", PURPLE), "homoclinic": ("*", VERMILION),
}  # fmt: skip
SPACING: Final = 0.012  # relative to the axes: dots of cycles that are closer to each other are left out


def bifurcation_diagram(
    lines: Sequence[tuple[NDArray[Any], NDArray[Any], NDArray[Any], Sequence[str]]],
    cycles: Sequence[tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], Sequence[str]]],
    marks: Sequence[tuple[str, float, float]],
    *,
    span: tuple[float, float],
    xlabel: str = "",
    axes: Axes | None = None,
    height: float = 4.6,
) -> Axes:
    """Draw v [mV] against a parameter: solid lines and filled dots if stable, dashed lines and open dots if not.

    Parameters
    ----------
    lines : sequence of (array, array, array of bool, sequence of str)
        Parameter, v, stability and marks of the points of each branch of equilibria.
    cycles : sequence of (array, array, array, array of bool, sequence of str)
        Parameter, lowest and highest v, stability and marks of the cycles of each branch.
    marks : sequence of (str, float, float)
        Kind, parameter and v of special points.
    span : (float, float)
        The range of the parameter.
    xlabel : str
        The parameter with its unit.
    axes : matplotlib Axes, optional
    height : float
        Height of the new figure if no axes are given [inches].

    Returns
    -------
    matplotlib Axes
    """
    beside: dict[str, Any] = {}
    if axes is None:
        from loligo.figures.shown import new_figure

        axes = new_figure((8.4, height)).subplots()
        beside = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}  # branches fill all corners
    once = labels_once()
    for line in lines:
        _draw_equilibria(axes, *line, once)
    heights = [one for _, low, high, *_ in cycles for one in (low.min(), high.max())] or [0.0, 1.0]
    tall = max(heights) - min(heights) or 1.0
    for cycle in cycles:
        _draw_cycles(axes, *cycle, once, span=span, tall=tall)
    draw_special_points(axes, marks, MARKERS, once)
    axes.set_xlim(*span)
    axes.set_xlabel(literal(xlabel))
    axes.set_ylabel("v [mV]")
    axes.spines[["top", "right"]].set_visible(False)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize="small", **beside)
    return axes


def _draw_equilibria(
    axes: Axes, x: Array, rest: Array, stable: Array, special: Sequence[str], once: Callable[[str], str]
) -> None:
    for run, steady in stretches(stable, special):
        word = "stable" if steady else "unstable"
        axes.plot(
            x[run], rest[run], color=BLACK, linestyle="-" if steady else (0, (4, 2.5)), linewidth=1.4,
            label=once(f"{word} equilibrium"),
        )  # fmt: skip


def _draw_cycles(
    axes: Axes,
    x: Array,
    low: Array,
    high: Array,
    stable: Array,
    special: Sequence[str],
    once: Callable[[str], str],
    *,
    span: tuple[float, float],
    tall: float,
) -> None:
    """Draw the extrema of a branch of cycles, with dots far enough apart for axes of this range and height."""
    for run, steady in stretches(stable, special):
        word = "stable" if steady else "unstable"
        for k, v in enumerate((low, high)):
            colour = BLUE if steady else GREY
            axes.plot(x[run], v[run], color=colour, linewidth=0.8 if steady else 0.6, zorder=1.5)
            there = _spread((x[run] - span[0]) / (span[1] - span[0]), v[run] / tall)
            axes.plot(
                x[run][there], v[run][there], "o", markersize=3.4, markeredgewidth=0.8, color=BLUE,
                markerfacecolor=BLUE if steady else "white",
                label="" if k else once(f"{word} cycle, extrema"),
            )  # fmt: skip


def stretches(stable: NDArray[Any], marks: Sequence[str]) -> Iterator[tuple[slice, bool]]:
    """Yield the stretches of a branch with constant stability; neighbours share the special point between them."""
    first, last = 0, len(stable) - 1
    while first < last:
        # a special point belongs to both stretches; the point after it decides the stability of the next
        steady = bool(stable[first] if not marks[first] else stable[first + 1])
        end = first + 1
        while end < last and not marks[end] and bool(stable[end]) == steady:
            end += 1
        yield slice(first, end + 1), steady
        first = end


def _spread(x: NDArray[Any], y: NDArray[Any]) -> list[int]:
    """Return the indices of points of a line to mark so that marks do not touch."""
    chosen = [0]
    for k in range(1, len(x)):
        if np.hypot(x[k] - x[chosen[-1]], y[k] - y[chosen[-1]]) > SPACING:
            chosen.append(k)
    return chosen
