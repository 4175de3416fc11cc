"""Counterfactuals: variables that are held during a run, or set once."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from loligo.cli.pairs import numbers_or_rest

_PANEL = "Hold or set a variable"


@dataclass(frozen=True)
class ExperimentOptions:
    """What to hold, what to set, and when."""

    freeze: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Hold a variable at a value (v in mV, gates from 0 to 1) or at `rest`; repeatable.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    freeze_from: Annotated[
        float | None,
        typer.Option(metavar="MS", help="When it begins to be held, in ms (0).", rich_help_panel=_PANEL),
    ] = None
    freeze_until: Annotated[
        float | None,
        typer.Option(metavar="MS", help="When it is let go, in ms (the end of the run).", rich_help_panel=_PANEL),
    ] = None
    reset: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Set a variable once, to a value (v in mV, gates from 0 to 1) or to `rest`; repeatable.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    reset_at: Annotated[
        float | None, typer.Option(metavar="MS", help="When it is set, in ms.", rich_help_panel=_PANEL)
    ] = None

    def settings(self) -> dict[str, Any]:
        """Return the keyword arguments of `loligo.simulate` that these options say.

        Raises
        ------
        ArgumentError
            Not NAME=VALUE, or a value that is neither a number nor `rest`.
        """
        given = {name: value for name, value in vars(self).items() if value is not None}
        return given | {
            name: numbers_or_rest(given[name], f"--{name}") for name in ("freeze", "reset") if name in given
        }
