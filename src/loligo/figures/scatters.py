"""Every pair of several columns as a panel of points, with the distribution of each column on the diagonal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.figures.canvas import canvas
from loligo.figures.lettering import literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from loligo.figures.shades import Shades

MOST_POINTS: Final = 20_000  # largest number of points in a panel: more would overlap and take long to draw
BINS: Final = 40  # largest number of bins; there are fewer for few values


def scatter_panels(
    columns: Mapping[str, NDArray[Any]],
    shades: Shades | None = None,
    panels: Any = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw a triangle of panels: each pair of columns as points, each column as a histogram.

    If there are more than 20 000 points, a random selection is drawn, and the figure says so; histograms count all
    points.

    Parameters
    ----------
    columns : mapping of str to array (points,)
        Columns by label with unit; at least two.
    shades : Shades, optional
        Colours of shape (points, 4).
    panels, figure : optional
        Where to draw; see `loligo.figures.canvas.canvas`. By default a new pyplot figure.

    Returns
    -------
    matplotlib Figure
    """
    n = len(columns)
    figure, every, given = canvas(panels, figure, n * n, lambda empty: _grid(empty, n), (1.6 + 1.9 * n, 0.6 + 1.9 * n))
    grid: Any = np.array(every, dtype=object).reshape(n, n)
    labels, arrays = list(columns), [np.asarray(values, float) for values in columns.values()]
    size = len(arrays[0])
    chosen = np.random.default_rng(1).permutation(size)[:MOST_POINTS]  # in random order, so that no class hides another
    colours = None if shades is None else shades.colours[chosen]
    for row, column in np.ndindex(n, n):
        axes = grid[row, column]
        if column > row and given:
            axes.set_axis_off()
        elif column > row:
            axes.remove()
        elif column == row:
            _histogram(axes, arrays[row], shades)
        else:
            own = {"c": colours} if colours is not None else {"color": "#0072B2"}
            dots = float(np.clip(3e4 / max(len(chosen), 1), 1.5, 14))
            axes.scatter(
                arrays[column][chosen], arrays[row][chosen], s=dots, linewidths=0, alpha=0.8, rasterized=True, **own
            )
        _finish(axes, labels, row, column)
    note = f"{len(chosen):,} of {size:,} points".replace(",", "\u2009") if len(chosen) < size else ""
    if shades is not None or note:
        corner = grid[0, -1] if given else figure.add_subplot(grid[0, 0].get_gridspec()[0, 1:])
        _add_key(figure, corner, grid, shades, note)
    figure.align_labels()
    return figure


def _grid(figure: Figure, n: int) -> NDArray[Any]:
    """Return panels in an empty figure; only the leftmost panel of a row has ticks."""
    grid: Any = figure.subplots(n, n, sharex="col", squeeze=False)
    for row, column in np.ndindex(n, n):
        if 0 < column < row:
            grid[row, column].sharey(grid[row, 0])
    return np.asarray(grid)


def _histogram(axes: Axes, values: NDArray[np.float64], shades: Shades | None) -> None:
    """Draw the histogram of a column, stacked by class if the colours are classes."""
    from matplotlib.colors import to_rgba

    there = np.isfinite(values)
    edges: Any = np.histogram_bin_edges(values[there], min(BINS, _bins(there))) if there.any() else [0.0, 1.0]
    if shades is not None and shades.scale is None:
        parts = [
            values[there & np.all(np.isclose(shades.colours, to_rgba(own)), axis=-1)] for own in shades.patches.values()
        ]
        axes.hist(parts, edges, stacked=True, color=list(shades.patches.values()))
    else:
        axes.hist(values[there], edges, color="#9DB4C0")
    axes.set_yticks([])


def _bins(there: NDArray[np.bool_]) -> int:
    """Return the number of bins by the Rice rule: twice the cube root of the sample size."""
    return max(int(np.ceil(2 * np.cbrt(there.sum()))), 1)


def _finish(axes: Axes, labels: list[str], row: int, column: int) -> None:
    last = len(labels) - 1
    axes.spines[["top", "right"]].set_visible(False)
    if column == row:
        axes.spines["left"].set_visible(False)
    if column < row and column == 0:
        axes.set_ylabel(literal(labels[row]))
    elif column < row:
        axes.tick_params(labelleft=False)
    if row == last:
        axes.set_xlabel(literal(labels[column]))
    else:
        axes.tick_params(labelbottom=False)


def _add_key(figure: Figure, corner: Any, panels: Any, shades: Shades | None, note: str) -> None:
    """Put the key and the note into the empty upper right corner."""
    corner.set_axis_off()
    if note:
        corner.set_title(literal(note), fontsize="small", loc="right")
    if shades is None:
        return
    shades.add_bar(figure, [panels[k, j] for k in range(len(panels)) for j in range(k + 1)], shrink=0.7)
    if shades.patches:
        corner.legend(
            handles=shades.handles(), title=shades.title, frameon=False, loc="upper left", alignment="left",
            handlelength=1.0, handleheight=1.0,
        )  # fmt: skip
