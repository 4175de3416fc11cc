"""Members of a population whose features lie within experimental ranges; very different ones may be accepted.

Prinz, Bucher and Marder 2004, doi:10.1038/nn1352; Marder and Taylor 2011, doi:10.1038/nn.2735.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._units import is_pair, number
from loligo.population import FEATURES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from loligo.population import StoredRun

NOT_MEASURED = ("status", "reason", "spike_times")


@dataclass(frozen=True, eq=False)
class Accepted:
    """The members of a population inside experimental ranges.

    Attributes
    ----------
    table : DataFrame
        The rows of the accepted members, as returned by `Population.run`.
    size : int
        Number of members in the population.
    ranges : dict of str to (float, float) or tuple of str
        The given ranges.
    inside : dict of str to int
        Number of members inside each range alone.
    """

    table: pd.DataFrame
    size: int
    ranges: dict[str, Any]
    inside: dict[str, int]

    @property
    def fraction(self) -> float:
        """The fraction of all members that is accepted, from 0 to 1."""
        return len(self.table) / self.size

    def plot(self, columns: Sequence[str] = (), *, colour: str | None = None, figure: Figure | None = None) -> Figure:
        """Plot each of the columns against each of the others, for the accepted members.

        Parameters
        ----------
        columns : sequence of str
            Columns of the table; by default the numeric ones that vary and are not features.
        colour : str, optional
            The column that determines the colour.
        figure : matplotlib Figure, optional
            An empty figure; by default a new pyplot figure.

        Raises
        ------
        ArgumentError
            No member is accepted, or fewer than two columns.
        """
        from loligo.population import pairs

        if self.table.empty:
            raise ArgumentError(f"No member is inside all ranges: there is nothing to draw. {self}")
        names = list(columns) or [
            name
            for name in self.table.columns
            if name not in FEATURES and name not in NOT_MEASURED and self.table[name].nunique() > 1
        ]
        return pairs(self.table, names, colour, figure)

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {_said(self.ranges[name])}: {count:,}" for name, count in self.inside.items())
        return f"{len(self.table):,} of {self.size:,} members ({100 * self.fraction:.3g} %) are accepted; {parts}."

    __repr__ = __str__


def accept(table: pd.DataFrame | StoredRun, ranges: Mapping[str, Any]) -> Accepted:
    """Return all members of a population whose features lie within experimental ranges.

    A member that failed or has no value (such as the frequency of a silent member) is not accepted.

    Parameters
    ----------
    table : DataFrame or StoredRun
        As `Population.run` returns it.
    ranges : mapping of str to (float, float), str or several str
        Lowest and highest accepted value of each column, in its unit; for columns of words, such as ``activity``, the
        accepted words.

    Returns
    -------
    Accepted

    Raises
    ------
    ArgumentError
        There is no range, a range is not in order, or the table has no members.
    UnknownNameError
        The table has no such column, or the feature never has such a word.

    Examples
    --------
    >>> import loligo as lo
    >>> sample = lo.Population.sobol(lo.models.squid(), {"g_Na": (60, 240), "g_K": (10, 60)}, size=64)
    >>> table = sample.run(lo.Step(10.0, stop=200), features=["mean_frequency", "activity"])
    >>> accept(table, {"mean_frequency": (50, 90), "activity": "tonic"})
    36 of 64 members (56.2 %) are accepted; mean_frequency 50 to 90: 37, activity tonic: 47.
    """
    frame: Any = table.to_dataframe() if hasattr(table, "to_dataframe") else table
    if not hasattr(frame, "columns") or not hasattr(frame, "attrs"):
        raise ArgumentError(f"accept takes the table that Population.run returns; got {table!r:.80}.")
    if not len(frame):
        raise ArgumentError("The table has no members.")
    if not isinstance(ranges, Mapping) or not ranges:
        raise ArgumentError(f"accept takes ranges by name, e.g. {{'mean_frequency': (40, 60)}}; got {ranges!r:.80}.")
    wanted = {}
    for name, given in ranges.items():
        if name not in frame.columns:
            raise unknown_name("column of the table (run it with features=[...])", name, frame.columns)
        wanted[name] = _range(frame, name, given)
    ran = np.asarray(frame["status"] == "ok") if "status" in frame.columns else np.ones(len(frame), dtype=bool)
    within = {name: ran & _inside(frame[name], one) for name, one in wanted.items()}
    kept = np.logical_and.reduce(list(within.values()))
    return Accepted(frame[kept], len(frame), wanted, {name: int(own.sum()) for name, own in within.items()})


def _range(frame: Any, name: str, given: Any) -> Any:
    """Return the ends of a numeric range, or the words."""
    numeric = frame[name].dtype.kind in "fiub"
    if not numeric and any(isinstance(value, np.ndarray) for value in frame[name]):
        raise ArgumentError(f"{name} contains an array for each member; a range needs single numbers or words.")
    if not numeric:
        words = (given,) if isinstance(given, str) else given
        several = isinstance(words, (Sequence, set, frozenset)) and len(words) > 0
        if not several or not all(isinstance(word, str) for word in words):
            raise ArgumentError(f"{name} contains words: give one or more of them; got {given!r:.80}.")
        known = FEATURES[name].words if name in FEATURES else words
        for word in words:
            if word not in known:
                raise unknown_name(f"word of {name}", word, known)
        return tuple(words)
    if not is_pair(given):
        raise ArgumentError(
            f"The range of {name} must be its lowest and highest value, e.g. (40, 60); got {given!r:.80}."
        )
    unit = frame.attrs.get("units", {}).get(name, "")
    low, high = (_end(end, unit, name) for end in given)
    if not low <= high:
        raise ArgumentError(f"The range of {name} must go from a lower to a higher value; got {low:g} to {high:g}.")
    return low, high


def _end(end: Any, unit: str, name: str) -> float:
    """Return an end of a range; it may be infinite."""
    if isinstance(end, (float, np.floating)) and np.isinf(end):
        return float(end)
    return number(end, unit, f"an end of the range of {name}")


def _inside(column: Any, wanted: tuple[Any, ...]) -> Any:
    if isinstance(wanted[0], str):
        return np.asarray(column.isin(wanted))
    values = np.asarray(column, dtype=float)
    return (values >= wanted[0]) & (values <= wanted[1])  # NaN is outside all ranges


def _said(wanted: tuple[Any, ...]) -> str:
    if isinstance(wanted[0], str):
        return " or ".join(wanted)
    return f"{wanted[0]:g} to {wanted[1]:g}"
