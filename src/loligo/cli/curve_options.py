"""Options of commands that measure a curve: its abscissae and its output files."""

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol

import typer

from loligo._errors import ArgumentError
from loligo.cli.endings import wrote
from loligo.cli.outputs import Force, checked_picture, made_into

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL = "Output"
MOST_VALUES: Final = 100_000  # largest number of values of a curve; more would fill the memory at once


class Curve(Protocol):
    """The result of a command that measures a curve."""

    def columns(self) -> Mapping[str, Any]:
        """Return the table by columns."""
        ...

    def plot(self) -> "Axes":
        """Draw it."""
        ...


@dataclass(frozen=True)
class CurveOptions:
    """Options for the files to write, each completely or not at all."""

    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the curve as CSV.", rich_help_panel=_PANEL)
    ] = None
    png: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the curve as a PNG picture.", rich_help_panel=_PANEL)
    ] = None
    force: Force = False

    def written(self, measure: Callable[[], Curve], words: Callable[[Any], str]) -> None:
        """Check that the files can be written, measure, write them, and print the curve as text.

        Raises
        ------
        OSError
            A file that cannot be written, or that exists where ``force`` was not given.
        ArgumentError
            Two files with the same name, or a picture whose name does not end in ``.png``.
        """
        checked_picture(self.png)
        wanted = [(target, write) for target, write in ((self.csv, _table), (self.png, _picture)) if target]
        curve = made_into(wanted, measure, force=self.force)
        typer.echo(words(curve))
        for target, _ in wanted:
            wrote(target)


def spaced(first: float, last: float, count: int, *, evenly: bool) -> list[float]:
    """Return numbers from the first to the last, in equal steps or equal ratios.

    Raises
    ------
    ArgumentError
        The count is below two or above `MOST_VALUES`, the ends are in the wrong order, or equal ratios begin at zero or
        less.
    """
    if not 2 <= count <= MOST_VALUES:
        raise ArgumentError(f"--count must be from 2 to {MOST_VALUES:,}; got {count:,}.")
    if not (math.isfinite(first) and math.isfinite(last) and first < last):
        raise ArgumentError(f"--from must be less than --to; got {first:g} and {last:g}.")
    if evenly:
        return [first + (last - first) * k / (count - 1) for k in range(count)]
    if first <= 0:
        raise ArgumentError(f"--from must be greater than zero; got {first:g}.")
    return [first * (last / first) ** (k / (count - 1)) for k in range(count)]


def _table(curve: Curve, path: Path) -> None:
    table = curve.columns()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*(column.tolist() for column in table.values()), strict=True))


def _picture(curve: Curve, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    figure = curve.plot().get_figure(root=True)
    if figure is not None:
        figure.savefig(path, format="png", dpi=150)
