"""Duration and accuracy: settings shared by all commands with simulations."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loligo._errors import ArgumentError
from loligo.cli.pairs import numbers

if TYPE_CHECKING:
    from loligo.stimulus import Stimulus

_PANEL = "Run"


@dataclass(frozen=True)
class RunOptions:
    """Settings of one run; None means the default of the library."""

    duration: Annotated[
        float | None,
        typer.Option(
            metavar="MS",
            help="Length of the run in ms; by default 60 ms longer than the stimulus.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    tolerance: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER",
            help="Accepted error of a step, in units of 10 mV for v and 0.1 for gates; by default 1e-6 or finer.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    method: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="auto, explicit, or rosenbrock (for stiff membranes).",
            rich_help_panel=_PANEL,
        ),
    ] = "auto"
    initial: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Start a variable here (v in mV, gates from 0 to 1) instead of at rest; repeatable. "
            "Or give a FILE.npz from `loligo simulate --save`, to continue from its end.",
            rich_help_panel=_PANEL,
        ),
    ] = None

    def settings(self, stimulus: "Stimulus | None") -> dict[str, Any]:
        """Return the keyword arguments of `loligo.simulate` and `loligo.threshold` for these options.

        Raises
        ------
        ArgumentError
            The end of the run is not defined.
        """
        if self.duration is None and (stimulus is None or math.isinf(stimulus.stop)):
            what = "There is no stimulus" if stimulus is None else "The stimulus has no end"
            raise ArgumentError(f"{what}, so --duration{'' if stimulus is None else ' or --stop'} is needed, in ms.")
        given: dict[str, Any] = {"duration": self.duration, "method": self.method, "initial": self._start()}
        return given if self.tolerance is None else given | {"tolerance": self.tolerance}

    def _start(self) -> Any:
        """Return the start: rest, some variables, or the end of a saved recording."""
        if not self.initial:
            return "rest"
        if len(self.initial) == 1 and "=" not in self.initial[0]:
            from loligo.recording import load

            if not Path(self.initial[0]).is_file():
                raise ArgumentError(f"--initial takes NAME=VALUE or a saved recording; got {self.initial[0]!r}.")
            return load(self.initial[0])
        return numbers(self.initial, "--initial")
