"""Colours of values: classes by name, whole numbers in steps, other numbers on a continuous scale, and greys.

Light grey is reserved for missing values, and dark grey for failures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.figures.lettering import literal
from loligo.figures.palette import CLASSES, FAILED, NO_VALUE, class_colour

if TYPE_CHECKING:
    from matplotlib.cm import ScalarMappable
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

SCALE: Final = "viridis"  # perceptually uniform, also for colour-blind readers and in greyscale print
MOST_STEPS: Final = 12  # largest number of whole numbers that get a colour each


@dataclass(frozen=True, eq=False)
class Shades:
    """Values as colours, with their legend.

    Attributes
    ----------
    colours : array (..., 4)
        Red, green, blue and opacity of every value, between 0 and 1.
    label : str
        Name of the values, with their unit.
    patches : mapping of str to str
        Colours of the classes and greys that occur, by name.
    scale : matplotlib ScalarMappable or None
        The source of a colour bar; None for classes.
    steps : tuple of int
        The whole numbers that have their own colour.
    extend : str
        The ends of the scale beyond which there are values.
    """

    colours: NDArray[np.float64]
    label: str
    patches: Mapping[str, str]
    scale: ScalarMappable | None = None
    steps: tuple[int, ...] = ()
    extend: str = "neither"

    def handles(self) -> list[Any]:
        """Return the handles of a legend of the classes and greys."""
        from matplotlib.patches import Patch

        return [
            Patch(facecolor=own, edgecolor="#666666", linewidth=0.4, label=literal(name))
            for name, own in self.patches.items()
        ]

    @property
    def title(self) -> str | None:
        """The title of that legend; none if it contains only the greys of a scale."""
        return self.label if self.scale is None else None

    def add_bar(self, figure: Figure, axes: Any, **settings: Any) -> None:
        """Draw the colour bar, if there is a scale, beside one or several axes."""
        if self.scale is None:
            return
        bar = figure.colorbar(self.scale, ax=axes, label=literal(self.label), extend=self.extend, pad=0.02, **settings)
        bar.outline.set_visible(False)
        if self.steps:
            bar.set_ticks(self.steps)
            bar.ax.tick_params(which="both", length=0)


def shades_of(
    values: ArrayLike,
    label: str,
    *,
    failed: NDArray[np.bool_] | None = None,
    limits: tuple[float, float] | None = None,
) -> Shades:
    """Return the colours of values of any shape, with their legend.

    Parameters
    ----------
    values : array_like of float or str
        Numbers, NaN if missing; or names of classes, empty if missing.
    label : str
        Name of the values, with their unit.
    failed : array of bool, optional
        Array of the same shape: True for values that are drawn in dark grey, whatever they are.
    limits : (float, float), optional
        Ends of the scale of numbers; by default the lowest and the highest.

    Returns
    -------
    Shades
    """
    array = np.asarray(values)
    lost = np.zeros(array.shape, bool) if failed is None else np.asarray(failed, bool)
    if array.dtype.kind in "OU" and any(isinstance(value, str) for value in array.flat):
        names = [value if isinstance(value, str) else "" for value in array.flat]  # None and NaN are not names
        return _classes(np.array(names).reshape(array.shape), label, lost)
    return _numbers(np.asarray(array, dtype=float), label, lost, limits)


def _classes(names: NDArray[np.str_], label: str, failed: NDArray[np.bool_]) -> Shades:
    from matplotlib.colors import to_rgba

    there = set(np.unique(names[~failed]).tolist()) - {""}
    ordered = [name for name in CLASSES if name in there] + sorted(there - set(CLASSES))
    of = {name: class_colour(name, index) for index, name in enumerate(ordered)}
    colours = np.empty((*names.shape, 4))
    colours[...] = to_rgba(NO_VALUE)
    for name, own in of.items():
        colours[names == name] = to_rgba(own)
    return Shades(colours, label, of | _greys(colours, (names == "") & ~failed, failed))


def _numbers(
    values: NDArray[np.float64], label: str, failed: NDArray[np.bool_], limits: tuple[float, float] | None
) -> Shades:
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import BoundaryNorm, Normalize

    there = np.isfinite(values) & ~failed
    found = values[there] if there.any() else np.zeros(1)
    low, high = (float(found.min()), float(found.max())) if limits is None else limits
    steps: tuple[int, ...] = ()
    if np.all(found == np.round(found)) and high - low < MOST_STEPS and limits is None:
        steps = tuple(range(int(low), int(high) + 1))
        norm: Any = BoundaryNorm(np.arange(low - 0.5, high + 1.0), 256)
        if len(steps) == 1:
            norm = Normalize(low - 0.5, high + 0.5)
    else:
        norm = Normalize(low, high) if low < high else Normalize(low - 0.5, low + 0.5)
    scale = ScalarMappable(norm, colormaps[SCALE])
    colours = np.array(scale.to_rgba(np.where(there, values, low)))
    ends = {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}
    extend = ends[bool(found.min() < low), bool(found.max() > high)]
    return Shades(colours, label, _greys(colours, ~there & ~failed, failed), scale, steps, extend)


def _greys(colours: NDArray[np.float64], missing: NDArray[np.bool_], failed: NDArray[np.bool_]) -> dict[str, str]:
    """Paint missing values and failures grey; return the greys that were used."""
    from matplotlib.colors import to_rgba

    painted = {}
    for name, where, own in (("no value", missing, NO_VALUE), ("failed", failed, FAILED)):
        if where.any():
            colours[where] = to_rgba(own)
            painted[name] = own
    return painted
