"""The graph of a kinetic scheme: states as discs, transitions as pairs of arrows with their rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.figures.lettering import literal
from loligo.figures.palette import BLACK, GREY, SKY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

STATE_RADIUS: Final = 0.17  # radius of a state, in lengths of a transition
ARROW_GAP: Final = 0.04  # distance of an arrow from the line between its states, in lengths of a transition
LONGEST_LABEL: Final = 28  # largest number of letters of a rate; longer rates are cut
UPRIGHT_LABEL: Final = 3  # a rate of no more letters is not rotated, since a rotated d looks like a p
STEEP: Final = 80.0  # degrees: text along steeper arrows is read from below
LAYOUT_ROUNDS: Final = 500  # number of iterations of the layout


def scheme_graph(
    states: Sequence[str],
    transitions: Sequence[tuple[str, str, str | None, str | None]],
    weights: Mapping[str, float],
    *,
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw the graph of a kinetic scheme.

    Parameters
    ----------
    states : sequence of str
    transitions : sequence of (str, str, str or None, str or None)
        Two states, and the forward and backward rates between them; None where there is none.
    weights : mapping of str to float
        Weights of the conducting states, which are filled; a weight below 1 is written under the name.
    title : str
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    place = layout(len(states), [(states.index(a), states.index(b)) for a, b, _, _ in transitions])
    size = np.ptp(place, axis=0)
    if ax is None:
        from loligo.figures.shown import new_figure

        width, height = np.clip(1.6 + 1.7 * size, 2.4, 14.0)
        ax = new_figure((float(width), float(height))).subplots()
    for begin, end, forward, backward in transitions:
        a, b = place[states.index(begin)], place[states.index(end)]
        _arrow(ax, a, b, forward)
        _arrow(ax, b, a, backward)
    from matplotlib.patches import Circle

    for state, (x, y) in zip(states, place, strict=True):
        weight = weights.get(state, 0.0)
        filled = SKY if weight else "white"
        ax.add_patch(Circle((x, y), STATE_RADIUS, facecolor=filled, edgecolor=BLACK, linewidth=1.2, zorder=3))
        name = literal(state) + (f"\n{weight:g}" if 0 < weight < 1 else "")
        ax.text(x, y, name, ha="center", va="center", fontsize=9 if len(state) < 4 else 7, zorder=4)
    (left, low), (right, high) = place.min(axis=0) - 0.5, place.max(axis=0) + 0.5
    ax.set(xlim=(left, right), ylim=(low, high), aspect="equal", title=literal(title))
    ax.set_axis_off()
    return ax


def layout(count: int, edges: Sequence[tuple[int, int]]) -> Array:
    """Return a point for each node, shape (count, 2), at distances close to the numbers of edges between them.

    The stress of Kamada and Kawai is lowered by majorisation (Gansner, Koren & North 2005,
    doi:10.1007/978-3-540-31843-9_25) from classical scaling, so a chain is a line and a product of chains a grid.
    """
    away = np.full((count, count), float(count))
    np.fill_diagonal(away, 0.0)
    for a, b in edges:
        away[a, b] = away[b, a] = 1.0
    for k in range(count):
        away = np.minimum(away, away[:, k : k + 1] + away[k : k + 1])
    centred = np.eye(count) - 1.0 / count
    values, vectors = np.linalg.eigh(-0.5 * centred @ away**2 @ centred)
    place: Array = vectors[:, :-3:-1] * np.sqrt(np.maximum(values[:-3:-1], 1e-12))
    place = np.pad(place, ((0, 0), (0, 2 - place.shape[1])))
    weight = np.where(away > 0.0, 1.0 / np.maximum(away, 1.0) ** 2, 0.0)
    inverse = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight)
    for _ in range(LAYOUT_ROUNDS):
        between = place[:, None] - place
        distance = np.linalg.norm(between, axis=2)
        pull = np.divide(weight * away, distance, out=np.zeros_like(distance), where=distance > 1e-9)
        place = inverse @ (np.diag(pull.sum(axis=1)) @ place - pull @ place)
    return _turned(place, edges)


def _turned(place: Array, edges: Sequence[tuple[int, int]]) -> Array:
    """Return points rotated so that edges are horizontal or vertical, and the first node is at the top left."""
    place = place - place.mean(axis=0)
    along = np.array([place[b] - place[a] for a, b in edges])
    slant = np.angle(np.sum(np.exp(4j * np.angle(along @ (1, 1j))))) / 4
    turn = np.array([[np.cos(slant), -np.sin(slant)], [np.sin(slant), np.cos(slant)]])
    place = place @ turn
    if np.ptp(place[:, 1]) > np.ptp(place[:, 0]) + 1e-6:
        place = place @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    found: Array = place * [-1.0 if place[0, 0] > 1e-6 else 1.0, -1.0 if place[0, 1] < -1e-6 else 1.0]
    return found


def _arrow(ax: Axes, a: Array, b: Array, rate: str | None) -> None:
    """Draw the arrow from one state to another, on its left side, with its rate."""
    if rate is None:
        return
    along = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
    aside = np.array([-along[1], along[0]])
    begin, end = a + STATE_RADIUS * along + ARROW_GAP * aside, b - STATE_RADIUS * along + ARROW_GAP * aside
    options: dict[str, Any] = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 1, "shrinkB": 1, "linewidth": 1.0}
    ax.annotate("", xy=tuple(end), xytext=tuple(begin), arrowprops=options, zorder=2)
    text = (rate if len(rate) <= LONGEST_LABEL else rate[: LONGEST_LABEL - 3] + "...").replace(" ", "")
    x, y = 0.5 * (a + b) + 2.4 * ARROW_GAP * aside
    slant = (float(np.degrees(np.arctan2(along[1], along[0]))) + STEEP) % 180.0 - STEEP
    ax.text(
        x, y, literal(text), ha="center", va="center", fontsize=7, rotation_mode="anchor", zorder=5,
        rotation=slant if len(text) > UPRIGHT_LABEL else 0.0,
    )  # fmt: skip
