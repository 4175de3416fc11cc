"""Panels over one time axis: potential, gates, currents, stimulus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from loligo.figures.canvas import canvas
from loligo.figures.lettering import literal
from loligo.figures.palette import colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Traces = Mapping[str, NDArray[Any]]

LETTER: Final = 5.0  # mean width of a character in a label [points]
MOST_LABELS: Final = 6  # largest number of rows of labels above a figure: more would leave no room for it


def time_panels(
    t: NDArray[Any],
    v: NDArray[Any],
    *,
    gates: Traces | None = None,
    currents: Traces | None = None,
    stimulus: NDArray[Any] | None = None,
    per_area: bool = True,
    further: Mapping[str, tuple[NDArray[Any], str]] | None = None,
    spikes: NDArray[Any] | None = None,
    windows: Sequence[tuple[str, float, float]] = (),
    title: str = "",
    panels: Any = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw traces over a shared time axis, one panel for each kind of trace.

    Parameters
    ----------
    t : array (samples,)
        [ms]
    v : array (samples,)
        [mV]
    gates : mapping of str to array (samples,), optional
        Open fraction of each gate.
    currents : mapping of str to array (samples,), optional
        Current of each channel [µA/cm²].
    stimulus : array (samples,), optional
        [µA/cm²]
    per_area : bool
        If False, the unit of the stimulus is written as µA, for 1 cm² of membrane, as in the classroom.
    further : mapping of str to (array, unit), optional
        Further states, a panel each.
    spikes : array, optional
        Spike times, which are marked above v [ms].
    windows : sequence of (str, float, float), optional
        Time windows that are shaded, each with a label [ms]; a window of zero length is drawn as a line.
    title : str
    panels, figure : optional
        Where to draw; see `loligo.figures.canvas.canvas`. By default a new pyplot figure.

    Returns
    -------
    matplotlib Figure
    """
    kinds = [("v [mV]", {"v": v}, 3.0)]
    unit_of_stimulus = "µA/cm²" if per_area else "µA"
    kinds += [("gates", dict(gates), 2.0)] if gates else []
    kinds += [("currents\n[µA/cm²]", dict(currents), 2.0)] if currents else []
    kinds += [(f"{name}\n[{unit}]" if unit else name, {name: x}, 1.2) for name, (x, unit) in (further or {}).items()]
    kinds += [] if stimulus is None else [(f"stimulus\n[{unit_of_stimulus}]", {"stimulus": stimulus}, 1.2)]
    figure, column, given = _column(panels, figure, [height for *_, height in kinds])
    for axes, (label, traces, _) in zip(column, kinds, strict=True):
        _draw(axes, t, traces, label)
    if spikes is not None and len(spikes):
        _mark(column[0], spikes, v)
    if len(t) and t[0] < t[-1]:
        for axes in column:
            axes.set_xlim(t[0], t[-1])
    lines = {label: line for line, label in enumerate(dict.fromkeys(label for label, *_ in windows))}
    said: set[str] = set()
    shown = [(label, max(start, t[0]), stop) for label, start, stop in windows if t[0] <= stop and start <= t[-1]]
    for label, begin, stop in shown:
        _shade(column, label, begin, stop, lines[label], named=label not in said and len(said) < MOST_LABELS)
        said.add(label)
    _label(figure, column, title, given=given)
    return figure


def measured_panels(
    t: NDArray[Any],
    traces: Traces,
    *,
    windows: Sequence[tuple[float, float]] = (),
    title: str = "",
    panels: Any = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw measured traces and commands, one panel each; the first is the largest.

    Parameters
    ----------
    t : array (samples,)
        [ms]
    traces : mapping of str to array (samples,)
        Traces by the label of their axis.
    windows : sequence of (float, float), optional
        Time windows that are shaded [ms].
    title : str
    panels, figure : optional
        Where to draw; see `loligo.figures.canvas.canvas`. By default a new pyplot figure.

    Returns
    -------
    matplotlib Figure
    """
    figure, column, given = _column(panels, figure, [3.0, *[1.2] * (len(traces) - 1)])
    for axes, (label, trace) in zip(column, traces.items(), strict=True):
        _draw(axes, t, {label: trace}, label)
        for start, stop in windows:
            axes.axvspan(start, stop, color="#888888", alpha=0.15, linewidth=0, zorder=0)
        axes.set_xlim(t[0], t[-1])
    _label(figure, column, title, given=given)
    return figure


def _column(panels: Any, figure: Figure | None, heights: Sequence[float]) -> tuple[Figure, list[Axes], bool]:
    """Return a figure, its panels one below the other, and whether the panels were given."""

    def make(empty: Figure) -> Any:
        return empty.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)

    return canvas(panels, figure, len(heights), make, (8, 1.2 + 0.9 * sum(heights)))


def _label(figure: Figure, column: list[Axes], title: str, *, given: bool) -> None:
    """Label the time axis and align the other labels; the title belongs to the figure if the panels do."""
    column[-1].set_xlabel("t [ms]")
    figure.align_ylabels(column)
    if title and given:
        column[0].set_title(literal(title))
    elif title:
        figure.suptitle(literal(title))


def _draw(axes: Axes, t: NDArray[Any], traces: Traces, label: str) -> None:
    for index, (name, trace) in enumerate(traces.items()):
        axes.plot(t, trace, color=colour(name, index), label=name, linewidth=1.4)
    axes.set_ylabel(literal(label))
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(y=0.08)
    if label == "gates":
        axes.set_ylim(-0.03, 1.03)
    if len(traces) > 1:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, handlelength=1.2)


def _mark(axes: Axes, spikes: NDArray[Any], v: NDArray[Any]) -> None:
    top = v.max() + 0.06 * (v.max() - v.min())
    axes.plot(spikes, [top] * len(spikes), linestyle="", marker="v", markersize=4, color="#444444", clip_on=False)


def _shade(column: list[Axes], label: str, start: float, stop: float, line: int, *, named: bool) -> None:
    """Shade a time window in every panel, or draw a line if it has no length; write its label if it is named."""
    tone = colour(label.split(maxsplit=1)[0], line)
    for axes in column:
        if start < stop:
            axes.axvspan(start, stop, color=tone, alpha=0.10, linewidth=0, zorder=0)
        else:
            axes.axvline(start, color=tone, linestyle="--", linewidth=1.0)
    if not named:
        return
    left, right = column[0].get_xlim()
    width = column[0].bbox.width / column[0].figure.dpi * 72
    before = LETTER * len(label) > (right - start) / (right - left) * width  # it would extend beyond the right edge
    column[0].annotate(
        label, (start, 1.0), (-2 if before else 2, 3 + 11 * line), xycoords=("data", "axes fraction"),
        textcoords="offset points", fontsize="small", color=tone, annotation_clip=False,
        horizontalalignment="right" if before else "left",
    )  # fmt: skip
