"""A fit: the measured and the fitted traces, residuals, values with intervals, profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.figures.canvas import canvas
from loligo.figures.lettering import literal
from loligo.figures.palette import colour

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Trace = NDArray[np.float64]

# standard deviations: the first contain 95 %, the second is the end of a drawn line
WITHIN, MOST_DEVIATIONS = 1.959963984540054, 4.0
MEASURED, MODEL = "0.6", "#D55E00"
LEVELS = {"95 %": 3.841458820694124, "99 %": 6.634896601021214}  # quantiles of chi squared with one degree of freedom


def fit_panels(
    traces: Sequence[tuple[str, Trace, Trace, Trace]],
    *,
    correlations: Sequence[Trace],
    places: Mapping[str, tuple[float, float, float]],
    bounds: Mapping[str, tuple[float, float]],
    unit: str,
    mixed: Sequence[tuple[str, float]] | None = None,
    deviations: Mapping[str, float] | None = None,
    panels: Any = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw data and model above their residuals, the autocorrelation of the residuals, and values within bounds.

    Parameters
    ----------
    traces : sequence of (str, array, array, array)
        Name of each sweep, its times [ms], the measured trace and that of the membrane [``unit``]; lines have gaps
        where values are NaN.
    correlations : sequence of array (lags,)
        The autocorrelation of the residuals of each sweep, from lag 0 on.
    places : mapping of str to (float, float, float)
        Value of each parameter and the ends of its 95 % interval, from 0 to 1 between its bounds.
    bounds : mapping of str to (float, float)
        The labels of the bounds at the ends of each line.
    unit : str
        Unit of currents.
    mixed : sequence of (str, float), optional
        For data of several kinds, the unit and noise of each sweep. Sweeps with another unit than the first are drawn
        on an axis at the right, and residuals are divided by the noise.
    deviations : mapping of str to float, optional
        How far features are from their targets, in standard deviations; drawn below the values, from -4 to 4.
    panels, figure : optional
        Where to draw, in the order data, residuals, autocorrelation, values; see `loligo.figures.canvas.canvas`. By
        default a new pyplot figure.

    Returns
    -------
    matplotlib Figure
    """
    figure, every, _ = canvas(panels, figure, 4, _fit_axes, (10, 6.4))
    data, residuals, correlation, bars = every
    units = mixed or [(unit, 1.0)] * len(traces)
    sides = {unit: data}
    for k, (name, t, measured, model) in enumerate(traces):
        own, noise = units[k]
        axes = sides[own] if own in sides else sides.setdefault(own, data.twinx())
        tone = MODEL if len(traces) == 1 else colour(name or str(k), k)
        axes.plot(t, measured, color=MEASURED, linewidth=0.6, label="measured" if not k else None)
        axes.plot(t, model, color=tone, linewidth=1.2, label=literal(name) or "fit")
        residuals.plot(t, (model - measured) / noise, color=tone, linewidth=0.5)
        correlation.plot(correlations[k], color=tone, linewidth=1.2)
    for own, axes in sides.items():
        axes.set_ylabel(f"{'v' if own == 'mV' else 'I'} [{own}]")
    lines = [line for axes in sides.values() for line in axes.lines if not str(line.get_label()).startswith("_")]
    data.legend(handles=lines, frameon=False, fontsize="small", ncols=4)
    residuals.axhline(0.0, color="0.3", linewidth=0.8)
    residuals.set(xlabel="t [ms]", ylabel=f"fit - measured\n[{'noise' if mixed else unit}]")
    correlation.axhline(0.0, color="0.3", linewidth=0.8)
    correlation.set(xlabel="lag [samples]", ylabel="autocorrelation\nof residuals", ylim=(-0.3, 1.05))
    _values(bars, *_with_deviations(places, bounds, deviations or {}))
    for axes in every:
        axes.spines[["top", "right"]].set_visible(False)
    figure.align_ylabels([data, residuals, correlation])
    return figure


def _fit_axes(figure: Figure) -> list[Any]:
    """Return the panels of a fit in an empty figure."""
    parts = figure.subplot_mosaic(
        [["data", "data"], ["residuals", "residuals"], ["correlation", "values"]], height_ratios=[2.4, 1.2, 2.0]
    )
    parts["residuals"].sharex(parts["data"])
    return [*parts.values()]


def _with_deviations(
    places: Mapping[str, tuple[float, float, float]],
    bounds: Mapping[str, tuple[float, float]],
    deviations: Mapping[str, float],
) -> tuple[dict[str, tuple[float, float, float]], dict[str, tuple[float, float]]]:
    """Return places and bounds with a row for each deviation; its bar is where 95 % of normal deviations lie."""
    inside = WITHIN / (2 * MOST_DEVIATIONS)
    rows = {
        f"{name} [SD]": (min(max(0.5 + away / (2 * MOST_DEVIATIONS), 0.0), 1.0), 0.5 - inside, 0.5 + inside)
        for name, away in deviations.items()
    }
    return {**places, **rows}, {**bounds, **dict.fromkeys(rows, (-MOST_DEVIATIONS, MOST_DEVIATIONS))}


def _values(
    axes: Any, places: Mapping[str, tuple[float, float, float]], bounds: Mapping[str, tuple[float, float]]
) -> None:
    """Draw each value and its interval on a line from the lower to the upper bound."""
    for row, (name, (value, low, high)) in enumerate(places.items()):
        axes.plot([0, 1], [row, row], color="0.85", linewidth=4, solid_capstyle="butt", zorder=0)
        axes.plot([low, high], [row, row], color=MODEL, linewidth=4, alpha=0.5, solid_capstyle="butt")
        axes.plot(value, row, marker="|", markersize=11, color=MODEL)
        for place, end, side in ((0.0, bounds[name][0], "right"), (1.0, bounds[name][1], "left")):
            axes.annotate(
                f"{end:.3g}", (place, row), (-4 if place == 0 else 4, 0), textcoords="offset points", ha=side,
                va="center", fontsize="x-small", color="0.35",
            )  # fmt: skip
    axes.set_yticks(range(len(places)), [literal(name) for name in places])
    axes.tick_params(axis="y", length=0, pad=34)
    axes.set(
        xlim=(0, 1), ylim=(len(places) - 0.5, -0.5), xticks=[], xlabel="value and 95 % interval between the bounds"
    )
    axes.spines[["left", "bottom"]].set_visible(False)


def feature_panels(
    deviations: Mapping[str, float],
    *,
    places: Mapping[str, tuple[float, float, float]],
    bounds: Mapping[str, tuple[float, float]],
    panels: Any = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw deviations from targets, and values within bounds.

    Parameters
    ----------
    deviations : mapping of str to float
        Deviation from each target, in its standard deviations.
    places, bounds : mapping
        As `fit_panels` takes them.
    panels, figure : optional
        Where to draw; see `loligo.figures.canvas.canvas`. By default a new pyplot figure.

    Returns
    -------
    matplotlib Figure
    """
    height = 1.8 + 0.3 * (len(deviations) + len(places))
    figure, (targets, bars), _ = canvas(
        panels, figure, 2,
        lambda empty: empty.subplots(2, 1, height_ratios=[len(deviations) + 1, len(places) + 1]), (7, height),
    )  # fmt: skip
    targets.axvspan(-1, 1, color="0.5", alpha=0.15, linewidth=0)
    targets.axvline(0.0, color="0.3", linewidth=0.8)
    rows = np.arange(len(deviations))
    targets.plot([*deviations.values()], rows, "o", color=MODEL, markersize=5)
    targets.set_yticks(rows, [literal(name) for name in deviations])
    widest = max(3.0, *(1.1 * abs(one) for one in deviations.values()))
    targets.set(
        xlim=(-widest, widest),
        ylim=(len(deviations) - 0.5, -0.5),
        xlabel="deviation from the target [standard deviations]",
    )
    _values(bars, places, bounds)
    for axes in (targets, bars):
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def profile_panels(
    values: Trace,
    deviance: Trace,
    label: str,
    others: Mapping[str, Trace],
    interval: tuple[float, float],
    panels: Any = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw the deviance against a parameter, and the other parameters below.

    Parameters
    ----------
    values : array (points,)
        Values of the parameter.
    deviance : array (points,)
        Deviance at each of these values.
    label : str
        The parameter and its unit.
    others : mapping of str to array (points,)
        The other parameters, drawn relative to their values at the lowest deviance.
    interval : (float, float)
        The interval that is shaded.
    panels, figure : optional
        Where to draw; see `loligo.figures.canvas.canvas`. By default a new pyplot figure.

    Returns
    -------
    matplotlib Figure
    """
    count = 2 if others else 1
    figure, grid, _ = canvas(
        panels, figure, count, lambda empty: empty.subplots(count, 1, sharex=True), (7, 5.6 if others else 3.4)
    )
    grid[0].axvspan(*interval, color=MODEL, alpha=0.10, linewidth=0)
    grid[0].plot(values, deviance, ".-", color=MODEL, linewidth=1.2)
    for name, level in LEVELS.items():
        grid[0].axhline(level, color="0.5", linestyle="--", linewidth=0.8)
        grid[0].annotate(name, (1.0, level), (3, 0), xycoords=("axes fraction", "data"),
                         textcoords="offset points", va="center", fontsize="small", color="0.35")  # fmt: skip
    grid[0].set(ylabel="deviance", ylim=(-0.3, min(max(float(deviance.max()), *LEVELS.values()) + 0.5, 12.0)))
    best = int(np.argmin(deviance))
    for k, (name, along) in enumerate(others.items()):
        grid[1].plot(values, along / (along[best] or 1.0), color=colour(name, k), linewidth=1.2, label=literal(name))
    if others:
        grid[1].set_ylabel("others, relative\nto the best fit")
        grid[1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize="small")
    grid[-1].set_xlabel(literal(label))
    for axes in grid:
        axes.spines[["top", "right"]].set_visible(False)
    figure.align_ylabels(grid)
    return figure
