"""Special points of diagrams, each kind with its own marker and one line in the legend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from loligo.figures.palette import BLACK

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def labels_once() -> Callable[[str], str]:
    """Return a function that returns each label the first time it is called with it, and "" after that.

    Examples
    --------
    >>> once = labels_once()
    >>> once("Hopf"), once("Hopf"), once("cusp")
    ('Hopf', '', 'cusp')
    """
    known: set[str] = set()

    def once(label: str) -> str:
        new = label if label not in known else ""
        known.add(label)
        return new

    return once


def draw_special_points(
    axes: Axes,
    points: Sequence[tuple[str, float, float]],
    markers: Mapping[str, tuple[str, str]],
    once: Callable[[str], str],
) -> None:
    """Draw special points on top of everything else.

    Parameters
    ----------
    axes : matplotlib Axes
    points : sequence of (str, float, float)
        Kind and coordinates.
    markers : mapping of str to (str, str)
        Marker and colour of each kind; others are black crosses.
    once : callable
        A function from `labels_once`.
    """
    for kind, x, y in points:
        marker, colour = markers.get(kind, ("x", BLACK))
        axes.plot(
            x, y, marker, color=colour, markeredgecolor="white", markeredgewidth=0.5, markersize=7, zorder=4,
            label=once(kind),
        )  # fmt: skip
