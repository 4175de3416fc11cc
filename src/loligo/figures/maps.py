"""Maps of values over two parameters: the cells of a grid, or the nearest of scattered points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.figures.lettering import literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from loligo.figures.shades import Shades

PIXELS: Final = 512  # number of pixels of a map of scattered points along each side
FEW: Final = 2000  # largest number of points that are marked on such a map


def grid_map(axes: Axes, x: ArrayLike, y: ArrayLike, shades: Shades, *, xlabel: str = "", ylabel: str = "") -> Axes:
    """Draw a cell for every combination of ``x`` and ``y``, with borders half-way between neighbours.

    Parameters
    ----------
    axes : matplotlib Axes
    x, y : array_like (columns,), (rows,)
        Increasing, evenly spaced or not.
    shades : Shades
        Colours of shape (rows, columns, 4).
    xlabel, ylabel : str

    Returns
    -------
    matplotlib Axes
    """
    axes.pcolormesh(cell_edges(x), cell_edges(y), shades.colours, rasterized=True)
    return _finished(axes, shades, xlabel, ylabel)


def nearest_map(axes: Axes, x: ArrayLike, y: ArrayLike, shades: Shades, *, xlabel: str = "", ylabel: str = "") -> Axes:
    """Draw scattered points as a map: every pixel has the colour of the nearest point; a few points are also marked.

    Nothing is interpolated, so borders between classes stay sharp, and every value shown is that of a point.

    Parameters
    ----------
    axes : matplotlib Axes
    x, y : array_like (points,)
    shades : Shades
        Colours of shape (points, 4).
    xlabel, ylabel : str

    Returns
    -------
    matplotlib Axes
    """
    from scipy.spatial import cKDTree

    points = np.stack([np.asarray(x, float), np.asarray(y, float)], axis=1)
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    centres = (np.arange(PIXELS) + 0.5) / PIXELS
    places = np.stack(np.meshgrid(centres, centres), axis=-1)
    _, nearest = cKDTree((points - low) / span).query(places, workers=-1)
    extent = (low[0], low[0] + span[0], low[1], low[1] + span[1])
    axes.imshow(shades.colours[nearest], origin="lower", extent=extent, aspect="auto", interpolation="none")
    if len(points) <= FEW:
        axes.plot(*points.T, ".", color="black", markersize=1.5, alpha=0.45, markeredgewidth=0)
    return _finished(axes, shades, xlabel, ylabel)


def cell_edges(values: ArrayLike) -> NDArray[np.float64]:
    """Return the borders of cells around increasing values: half-way between neighbours, symmetric around the ends.

    Examples
    --------
    >>> cell_edges([0.0, 1.0, 3.0]).tolist()
    [-0.5, 0.5, 2.0, 4.0]
    >>> cell_edges([2.0]).tolist()
    [1.5, 2.5]
    """
    at = np.asarray(values, dtype=float)
    if at.size == 1:
        return np.array([at[0] - 0.5, at[0] + 0.5])
    between = 0.5 * (at[1:] + at[:-1])
    return np.concatenate([[2 * at[0] - between[0]], between, [2 * at[-1] - between[-1]]])


def _finished(axes: Axes, shades: Shades, xlabel: str, ylabel: str) -> Axes:
    axes.set_xlabel(literal(xlabel))
    axes.set_ylabel(literal(ylabel))
    axes.spines[["top", "right"]].set_visible(False)
    shades.add_bar(axes.figure, axes)  # type: ignore[arg-type]
    if shades.scale is None:
        place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.02)}
    else:
        place = {"loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "ncols": 2}
    if shades.patches:
        legend = axes.legend(
            handles=shades.handles(), title=shades.title, frameon=False, alignment="left", handlelength=1.0,
            handleheight=1.0, borderaxespad=0.2, **place,
        )  # fmt: skip
        if shades.scale is None and axes.figure.get_layout_engine() is None:  # otherwise there is no room
            own = axes.get_position()
            beside = legend.get_window_extent().transformed(axes.figure.transSubfigure.inverted())
            axes.set_position((own.x0, own.y0, max(own.width - beside.width, 0.2 * own.width), own.height))
    return axes
