"""All starts of a fit as a table: what each found, and what it took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple, overload

from loligo._frames import dataframe

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS: Final = 60  # largest number of rows of a table that are printed
SOBOL: Final = "sobol"


class Run(NamedTuple):
    """The result of one start.

    Attributes
    ----------
    misfit : float
        Root mean square of the residuals [unit of the data]; of a fit of features that of the deviations from targets
        and priors, in standard deviations.
    values : dict of str to float
    evaluations : int
        Number of evaluations of the sum of squares with its derivatives, including those in which ties are tightened
        under current clamp.
    seconds : float
    converged : bool
        Whether it converged; else a limit ended it.
    redrawn : int
        Number of further points drawn because others overflowed or did not respond.
    origin : {"sobol", "given", "regression", "member"}
        Where the start came from: points that fill the bounds evenly, given ones, under current clamp a regression of
        dv/dt on the currents of gates that the recorded v drives, or in a fit of features one of the best members.
    """

    misfit: float
    values: dict[str, float]
    evaluations: int
    seconds: float
    converged: bool
    redrawn: int
    origin: str = SOBOL


@dataclass(frozen=True, eq=False, repr=False)
class Runs(Sequence[Run]):
    """All starts of a fit in their order: a sequence of `Run` that prints as a table.

    Attributes
    ----------
    rows : tuple of Run
    units : dict of str to str
        Units of the misfit, of the values by their names, and of the time.
    """

    rows: tuple[Run, ...]
    units: dict[str, str]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Run: ...
    @overload
    def __getitem__(self, place: slice) -> Runs: ...
    def __getitem__(self, place: int | slice) -> Run | Runs:
        return Runs(self.rows[place], self.units) if isinstance(place, slice) else self.rows[place]

    def __iter__(self) -> Iterator[Run]:
        return iter(self.rows)

    def columns(self) -> dict[str, list[Any]]:
        """Return the table by columns: misfit, values by name, evaluations, seconds, converged, redrawn, origin."""
        names = dict.fromkeys(name for run in self.rows for name in run.values)
        own: dict[str, list[Any]] = {"misfit": [run.misfit for run in self.rows]}
        own |= {name: [run.values[name] for run in self.rows] for name in names}
        rest = ("evaluations", "seconds", "converged", "redrawn", "origin")
        return own | {name: [getattr(run, name) for run in self.rows] for name in rest}

    def to_dataframe(self) -> pd.DataFrame:
        """Return the same table as a DataFrame; units are in ``.attrs["units"]``.

        Raises
        ------
        MissingPackageError
            pandas is not installed.
        """
        return dataframe(self.columns(), self.units)

    def cells(self) -> list[tuple[str, ...]]:
        """Return the table as text, the header with units first; each row begins with the index of its start."""
        columns = self.columns()
        heads = (f"{name} [{self.units[name]}]" if self.units.get(name) else name for name in columns)
        shown = [[_cell(name, value) for value in column] for name, column in columns.items()]
        return [("start", *heads), *((str(k), *row) for k, row in enumerate(zip(*shown, strict=True)))]

    def __repr__(self) -> str:
        rows = self.cells()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        return "\n".join([*lines[: MOST_ROWS + 1], *self._left_out()])

    def _repr_html_(self) -> str:
        head, *rows = self.cells()
        body = "".join(_row("td", row) for row in rows[:MOST_ROWS])
        more = "".join(f"<p>{escape(line)}</p>" for line in self._left_out())
        return f"<table><thead>{_row('th', head)}</thead><tbody>{body}</tbody></table>{more}"

    def _left_out(self) -> list[str]:
        left = len(self.rows) - MOST_ROWS
        return [f"... and {left:,} more: to_dataframe() has all {len(self.rows):,}"] if left > 0 else []


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _cell(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}" if name == "seconds" else f"{value:.6g}"
    return str(value)
