"""Figures of a population's table: a feature over two parameters, f-I curves, and pair plots of columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo.figures.lettering import Typeset, literal
from loligo.population.features import FEATURES
from loligo.population.plan import OUTCOME
from loligo.population.units import usual_unit

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from loligo.figures import Shades

AMPLITUDE: Final = "amplitude"
SPARSEST: Final = 4  # most cells of a grid for each row of a table; a sparser table is drawn by nearest members


def feature_map(
    table: pd.DataFrame,
    x: str,
    y: str,
    feature: str,
    ax: Axes | None = None,
    *,
    limits: tuple[float, float] | None = None,
) -> Axes:
    r"""Draw a feature over two parameters.

    The members of a grid are cells. For a sample, every point of the map has the colour of the nearest member; nothing
    is interpolated. Members that failed are dark grey, those without a value light grey.

    Parameters
    ----------
    table : DataFrame
        As `Population.run` returns it, or some of its rows.
    x, y : str
        The columns on the axes of the map.
    feature : str
        The column that gives the colour.
    ax : matplotlib Axes, optional
        Where to draw; by default a new pyplot figure.
    limits : (float, float), optional
        Ends of the colour scale, in the unit of the feature; by default the lowest and the highest value.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ArgumentError
        Several members of a grid share a cell because something else varies too: select rows of the table.
    UnknownNameError
        A column that the table does not have.

    Examples
    --------
    >>> import loligo as lo
    >>> grid = lo.Population(lo.models.squid(), g_Na=[80, 120, 160], g_K=[20, 36, 52])
    >>> table = grid.run(lo.Step(6.0, start=10, stop=60), features="activity")
    >>> feature_map(table, "g_Na", "g_K", "activity").get_xlabel()
    '$g_\\mathrm{Na}$ [mS/cm²]'
    """
    from loligo.figures import grid_map, nearest_map

    _check(table, x, y, feature)
    across, up = _numbers(table, x), _numbers(table, y)
    there = np.isfinite(across) & np.isfinite(up)
    if there.any() and not there.all():  # a member with a number that is not finite has no place
        table, across, up = table[there], across[there], up[there]
    columns, column = np.unique(across, return_inverse=True)
    rows, row = np.unique(up, return_inverse=True)
    axes = _axes(ax, (6.4, 4.6))
    labels = {"xlabel": label_of(table, x), "ylabel": label_of(table, y)}
    if len(columns) * len(rows) > SPARSEST * len(table):
        return nearest_map(axes, across, up, _shades(table, feature, limits), **labels)
    place = row * len(columns) + column
    _check_single(table, place, (x, y))
    shades = _shades(table, feature, limits)
    cells = np.ones((len(rows) * len(columns), 4))
    cells[:, 3] = 0.0  # cells without a member are transparent
    cells[place] = shades.colours
    from dataclasses import replace

    return grid_map(axes, columns, rows, replace(shades, colours=cells.reshape(len(rows), len(columns), 4)), **labels)


def fi_family(
    table: pd.DataFrame,
    by: str | None = None,
    ax: Axes | None = None,
    *,
    x: str = AMPLITUDE,
    feature: str | None = None,
) -> Axes:
    """Draw f-I curves: spikes over amplitude, with a line for every value of another parameter.

    A member that failed leaves a gap in its line, marked by a grey cross below.

    Parameters
    ----------
    table : DataFrame
        As `Population.run` returns it, or some of its rows.
    by : str, optional
        The parameter with a line for each of its values; None if only the amplitude varies.
    ax : matplotlib Axes, optional
        Where to draw; by default a new pyplot figure.
    x : str
        Column on the horizontal axis.
    feature : str, optional
        Column on the vertical axis; by default ``spike_count``, or ``mean_frequency`` [Hz] if the table has only that.
        The latter, as eFEL defines it, is high for a single early spike: select the rows whose activity is tonic.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ArgumentError
        Several members share a point of a line because something else varies too.
    UnknownNameError
        A column that the table does not have.
    """
    from loligo.figures import family

    if feature is None:
        feature = "spike_count" if "spike_count" in table or "mean_frequency" not in table else "mean_frequency"
    _check(table, x, feature, *(() if by is None else (by,)))
    if by is not None:
        table = table[np.isfinite(_numbers(table, by))]  # other members belong to no line
        _check(table)
    across, values, failed = _numbers(table, x), _numbers(table, feature), _failed(table)
    values = np.where(failed, np.nan, values)
    groups = np.zeros(len(table), int) if by is None else np.unique(_numbers(table, by), return_inverse=True)[1]
    _, point = np.unique(across, return_inverse=True)
    _check_single(table, groups * (point.max() + 1) + point, (x,) if by is None else (x, by))
    curves = []
    for group in range(groups.max() + 1):
        own = np.flatnonzero(groups == group)
        own = own[np.argsort(across[own])]
        curves.append((None if by is None else float(_numbers(table, by)[own[0]]), across[own], values[own]))
    lost = np.unique(across[failed & np.isfinite(across)]).tolist()
    return family(
        _axes(ax, (6.4, 4.2)), curves, failed=lost, xlabel=label_of(table, x),
        ylabel=label_of(table, feature), label="" if by is None else label_of(table, by),
    )  # fmt: skip


def pairs(
    table: pd.DataFrame,
    columns: Iterable[str],
    colour: str | None = None,
    panels: Any = None,
    *,
    figure: Figure | None = None,
) -> Figure:
    """Draw every pair of some columns against each other, and the distribution of each.

    Parameters
    ----------
    table : DataFrame
        As `Population.run` returns it, or some of its rows.
    columns : iterable of str
        Parameters and features, at least two.
    colour : str, optional
        The column that gives the colour.
    panels : array of matplotlib Axes (columns, columns), optional
        Axes to draw on; by default those of a new pyplot figure.
    figure : matplotlib Figure, optional
        An empty figure to draw into, in place of ``panels``.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    ArgumentError
        Fewer than two columns are given, or one contains no numbers.
    UnknownNameError
        A column that the table does not have.
    """
    from loligo.figures import scatter_panels

    names = list(dict.fromkeys((columns,) if isinstance(columns, str) else columns))
    if len(names) < 2:
        raise ArgumentError(f"pairs draws at least two different columns; got {names}.")
    _check(table, *names, *(() if colour is None else (colour,)))
    failed = _failed(table)
    arrays = {
        label_of(table, name): np.where(failed & (name in FEATURES), np.nan, _numbers(table, name)) for name in names
    }
    return scatter_panels(arrays, None if colour is None else _shades(table, colour, None), panels, figure)


def label_of(table: pd.DataFrame, column: str) -> str:
    """Return a column's label in a figure, with its unit."""
    head, _, tail = column.partition("_")
    if head in ("g", "E") and tail:
        name = rf"${head}_\mathrm{{{literal(tail.replace('_', ' '))}}}$"
    else:
        name = literal(column if column == "C" else column.replace("_", " "))
    unit = table.attrs.get("units", {}).get(column, usual_unit(column))
    return Typeset(f"{name} [{literal(unit)}]" if unit else name)


def _axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    if ax is not None:
        return ax
    from loligo.figures.shown import new_figure

    return new_figure(size).subplots()


def _check(table: pd.DataFrame, *names: str) -> None:
    if not hasattr(table, "columns"):
        raise ArgumentError(f"A figure needs a DataFrame, such as run.to_dataframe() of a store; got {table!r}.")
    for name in names:
        if name not in table:
            raise unknown_name("column of this table", name, map(str, table.columns))
    if not len(table):
        raise ArgumentError("This table has no rows, so there is nothing to draw.")


def _numbers(table: pd.DataFrame, name: str) -> NDArray[np.float64]:
    try:
        return np.asarray(table[name].to_numpy(dtype=float))
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"The column {name} contains no numbers, so it can only give the colour.") from error


def _failed(table: pd.DataFrame) -> NDArray[np.bool_]:
    return np.asarray(table["status"] != "ok") if "status" in table else np.zeros(len(table), bool)


def _shades(table: pd.DataFrame, feature: str, limits: tuple[float, float] | None) -> Shades:
    from loligo.figures import shades_of

    values = table[feature].to_numpy()
    if values.dtype == object and len(values) and np.ndim(values[0]):
        raise ArgumentError(f"The column {feature} contains rows of numbers, which have no colour.")
    return shades_of(values, label_of(table, feature), failed=_failed(table), limits=limits)


def _check_single(table: pd.DataFrame, place: NDArray[np.int64], names: tuple[str, ...]) -> None:
    """Reject a table with several members at one place of a figure."""
    if len(np.unique(place)) == len(place):
        return
    others = [
        str(name)
        for name in table.columns
        if name not in (*names, *FEATURES, *OUTCOME)
        and table[name].dtype.kind in "iuf"
        and table[name].nunique(dropna=False) > 1
    ]
    if others:
        value = table[others[0]].iloc[0]
        vary = f"{' and '.join(others)} {'varies' if len(others) == 1 else 'vary'} too"
        hint = f"{vary}. Draw some of the rows, e.g. table[table.{others[0]} == {value:g}]."
    else:
        hint = "the same members occur more than once in the table."
    raise ArgumentError(f"Several members have the same {' and '.join(names)}: {hint}")
