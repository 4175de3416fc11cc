"""Outputs of a run: CSV, PNG, and a recording that loligo can load."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from loligo.cli.endings import wrote
from loligo.cli.outputs import Force, checked_picture, made_into
from loligo.cli.tables import spike_table, write_csv

if TYPE_CHECKING:
    from collections.abc import Callable

    from loligo.recording import Recording

_PANEL = "Output"
_STANDARD_OUTPUT: Final = Path("-")


@dataclass(frozen=True)
class OutputOptions:
    """Options for the files to write, each completely or not at all."""

    csv: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write all traces as CSV, units in the header; `-` writes them to standard output "
            "instead of the spikes.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    png: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw v, gates, currents and stimulus as a PNG picture.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE.npz", help="Save the recording; `loligo.load` reads it.", rich_help_panel=_PANEL),
    ] = None
    force: Force = False

    @property
    def traces_are_needed(self) -> bool:
        """Whether anything other than the spikes is requested."""
        return any((self.csv, self.png, self.save))

    def written(self, run: "Callable[[], Recording]") -> None:
        """Check that the files can be written, run, write them, and print what was requested.

        Raises
        ------
        OSError
            A file that cannot be written, or that exists where ``force`` was not given.
        ArgumentError
            Two files with the same name, or a picture whose name does not end in ``.png``.
        """
        checked_picture(self.png)
        csv = None if self.csv == _STANDARD_OUTPUT else self.csv
        wanted = ((csv, _write_csv), (self.png, _draw), (self.save, _save))
        files = [(target, write) for target, write in wanted if target is not None]
        recording = made_into(files, run, force=self.force)
        if self.csv == _STANDARD_OUTPUT:
            write_csv(recording, sys.stdout)
        else:
            typer.echo(spike_table(recording))
        for target, _ in files:
            wrote(target)


def _write_csv(recording: "Recording", path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        write_csv(recording, file)


def _draw(recording: "Recording", path: Path) -> None:
    from matplotlib.figure import Figure  # without pyplot, which would look for a screen

    height = 8.6 + 1.1 * len(recording.membrane.states)
    figure = recording.plot(Figure(figsize=(8, height), layout="constrained"))
    figure.savefig(path, dpi=150, format="png")


def _save(recording: "Recording", path: Path) -> None:
    recording.save(path)
