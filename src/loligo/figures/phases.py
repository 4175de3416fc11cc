"""The phase plane: nullclines, equilibria and trajectories of two variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.figures.lettering import literal
from loligo.figures.palette import BLACK, GREEN, GREY, PURPLE, VERMILION, colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Array = NDArray[Any]

SHAPES: Final = {"node": "o", "focus": "o", "saddle": "X"}
PATHS: Final = {"plane": ("-", GREEN, "trajectory"), "recording": ("-", PURPLE, "whole membrane")}


def phase_portrait(
    span: tuple[tuple[float, float], tuple[float, float]],
    nullclines: Mapping[str, Sequence[Array]],
    field: tuple[Array, Array, Array, Array],
    trajectories: Sequence[tuple[Array, Array, str]],
    equilibria: Sequence[tuple[float, float, str]],
    *,
    labels: tuple[str, ...],
    axes: Axes | None = None,
) -> Axes:
    """Draw a phase plane.

    Parameters
    ----------
    span : ((float, float), (float, float))
        The ranges of both axes.
    nullclines : mapping of str to sequence of array (points, 2)
        The curves on which a variable, by name, does not change.
    field : (x, y, dx, dy)
        Coordinates (columns,), (rows,), and derivatives (rows, columns); the arrows show directions on the page.
    trajectories : sequence of (x, y, source)
        Source is "plane" or "recording".
    equilibria : sequence of (x, y, kind)
        Coordinates and kind; the marker is filled if the kind begins with "stable".
    labels : (str, str)
        Both variables with their units.
    axes : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    beside: dict[str, Any] = {}
    if axes is None:
        from loligo.figures.shown import new_figure

        axes = new_figure((7.6, 5.0)).subplots()
        beside = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}  # the field fills all corners
    _arrows(axes, span, field)
    named: set[str] = set()

    def once(label: str) -> str:
        new = "" if label in named else label
        named.add(label)
        return new

    for x, y, source in trajectories:
        line, own, word = PATHS.get(source, ("-", GREY, source))
        axes.plot(x, y, line, color=own, linewidth=1.1, label=once(word))
        axes.plot(x[:1], y[:1], ".", color=own, markersize=6)
    for index, (name, curves) in enumerate(nullclines.items()):
        own = VERMILION if name == "v" else colour(name, index)
        for curve in curves:
            axes.plot(curve[:, 0], curve[:, 1], color=own, linewidth=1.8, label=once(f"d{name}/dt = 0"))
    for x_at, y_at, kind in equilibria:
        shape = SHAPES.get(kind.split()[-1], "o")
        face = BLACK if kind.startswith("stable") else "white"
        axes.plot(
            x_at, y_at, shape, color=BLACK, markerfacecolor=face, markersize=7, zorder=5, linestyle="none",
            label=once(kind),
        )  # fmt: skip
    axes.set_xlim(*span[0])
    axes.set_ylim(*span[1])
    axes.set_xlabel(literal(labels[0]))
    axes.set_ylabel(literal(labels[1]))
    axes.spines[["top", "right"]].set_visible(False)
    if named:
        axes.legend(frameon=True, framealpha=0.85, edgecolor="none", fontsize="small", **beside)
    return axes


def _arrows(
    axes: Axes, span: tuple[tuple[float, float], tuple[float, float]], field: tuple[Array, Array, Array, Array]
) -> None:
    """Draw the direction of the field in units of the axes; if scaled by speed, most arrows would be invisible."""
    x, y, dx, dy = field
    across, up = dx / (span[0][1] - span[0][0]), dy / (span[1][1] - span[1][0])
    length = np.hypot(across, up)
    moving = np.where(length > 0, length, 1.0)
    axes.quiver(
        x, y, across / moving, up / moving, color=GREY, alpha=0.45, angles="uv", pivot="mid", scale=38, width=0.0022,
        headwidth=4, zorder=0.5,
    )  # fmt: skip
