"""The colours of channels, gates and kinds of firing: the same in every figure, and safe for colour-blind readers.

Okabe & Ito (2008), "Color Universal Design": a set of eight that stays distinct in all common forms of colour
blindness. Related quantities share a hue: Na and m, K and n. The leak is grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE, GREY, BLACK = "#0072B2", "#D55E00", "#CC79A7", "#7F7F7F", "#000000"

NAMED: Final = {
    "v": BLACK, "Na": VERMILION, "K": BLUE, "leak": GREY, "Ca": GREEN, "stimulus": "#444444",
    "m": VERMILION, "h": ORANGE, "n": BLUE,
}  # fmt: skip
CLASSES: Final = {
    "silent": "#B4D4E9", "transient": "#F5C242", "tonic": BLUE, "bursting": VERMILION, "irregular": PURPLE,
}  # fmt: skip
FAILED, NO_VALUE = "#8A8A8A", "#DDDDDD"  # colours of failed runs and of missing values in a map of many values
OTHERS: Final = (GREEN, PURPLE, SKY, ORANGE, "#8C564B", YELLOW, BLACK, "#17BECF")
MORE: Final = (
    "#6A3D9A",
    "#A50F15",
    "#66A61E",
    "#1B2F8C",
    "#FB6A9A",
    "#A6A600",
    "#00524D",
    "#B39DDB",
)  # when those run out


def colour(name: str, index: int = 0) -> str:
    """Return the colour of a channel, gate or variable; unknown names take turns by ``index``."""
    return NAMED.get(name) or OTHERS[index % len(OTHERS)]


def distinct_colours(names: Sequence[str]) -> list[str]:
    """Return the colours of names that are drawn together, all different as long as there are enough colours."""
    found: list[str] = []
    for index, name in enumerate(names):
        own = colour(name, index)
        spare = (one for one in (*OTHERS, *MORE) if one not in found)
        found.append(own if own not in found else next(spare, own))
    return found


def class_colour(name: str, index: int = 0) -> str:
    """Return the colour of a class of values, such as a kind of firing; unknown names take turns by ``index``."""
    return CLASSES.get(name) or OTHERS[index % len(OTHERS)]
