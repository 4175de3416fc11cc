"""Where a figure of several panels is drawn: on given axes, in an empty figure, or in a new figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def canvas(
    panels: Any, figure: Figure | None, count: int, make: Callable[[Figure], Any], size: tuple[float, float]
) -> tuple[Figure, list[Axes], bool]:
    """Return a figure, its panels in reading order, and whether they were given.

    Parameters
    ----------
    panels : sequence of matplotlib Axes, or matplotlib Figure, optional
        Axes in reading order, as ``plt.subplots`` returns them; or an empty figure.
    figure : matplotlib Figure, optional
        An empty figure, instead of ``panels``.
    count : int
        Number of panels.
    make : callable
        Creates the panels in an empty figure.
    size : (float, float)
        Size of a new pyplot figure [inches].

    Raises
    ------
    ValueError
        The number of axes is wrong, or the objects are not axes.
    """
    if panels is not None and not hasattr(panels, "subplots"):
        given = np.ravel(np.asarray(panels, dtype=object)).tolist()
        if len(given) != count or not all(hasattr(each, "plot") and hasattr(each, "figure") for each in given):
            raise ValueError(f"panels= must be {count} axes, one for each panel, or an empty figure; got {panels!r}.")
        return given[0].figure, given, True
    own = panels if panels is not None else figure
    if own is None:
        from loligo.figures.shown import new_figure

        own = new_figure(size)
    return own, np.ravel(make(own)).tolist(), False
