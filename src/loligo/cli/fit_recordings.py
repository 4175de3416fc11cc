"""Options of recordings: what is fitted, and how it was measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loligo.cli.fit_parameters import two_numbers

if TYPE_CHECKING:
    from loligo.sweep import Sweep

_PANEL = "Recordings"


@dataclass(frozen=True)
class RecordingOptions:
    """Options for how recordings were measured, and for samples to leave out."""

    area: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="Area of the membrane, in cm².", rich_help_panel=_PANEL),
    ] = None
    per_cell: Annotated[
        bool,
        typer.Option(
            "--per-cell",
            help="Currents of a whole cell in nA, conductances in µS, capacitance in nF.",
            rich_help_panel=_PANEL,
        ),
    ] = False
    holding: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="Holding potential, in mV.", rich_help_panel=_PANEL)
    ] = None
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="START:STOP", help="Exclude a time window, in ms; repeatable.", rich_help_panel=_PANEL),
    ] = None

    @property
    def given(self) -> list[str]:
        """The options that were typed."""
        return [
            f"--{name.replace('_', '-')}"
            for name, value in vars(self).items()
            if value is not None and value is not False
        ]

    def windows(self) -> list[tuple[float, float]]:
        """Return the excluded windows [ms].

        Raises
        ------
        ArgumentError
            Not two numbers.
        """
        return [two_numbers(text, "--exclude", "START:STOP") for text in self.exclude or ()]

    def sweeps(self, files: Iterable[Path]) -> "list[Sweep]":
        """Read the sweeps of all files.

        Raises
        ------
        LoligoError, OSError
            A file that cannot be read, or numbers that do not suit it.
        """
        from loligo.sweep import read_recording

        windows = self.windows()
        per = "cell" if self.per_cell else ""
        read = [sweep for path in files for sweep in read_recording(path, area=self.area, per=per)]
        held = {} if self.holding is None else {"holding": self.holding}  # refused where all are under current clamp
        one_clamp = len({sweep.clamp for sweep in read}) == 1
        return [
            sweep.replace(exclude=(*sweep.exclude, *windows), **(held if one_clamp or sweep.clamp == "voltage" else {}))
            for sweep in read
        ]
