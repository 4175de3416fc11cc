"""Options for interventions: variables that are held during a run, or set once."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from loligo._errors import ArgumentError
from loligo.cli.pairs import number_in

_PANEL = "Hold or set a variable"


@dataclass(frozen=True)
class ExperimentOptions:
    """Options for the variables to hold or set, and when."""

    hold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE@START:STOP",
            help="Hold a variable at a value (v in mV, gates from 0 to 1), at `rest` or as it is `now`, from START to "
            "STOP in ms, either of which may be left out: n=rest@20:180. Repeatable.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    reset: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE@TIME",
            help="Set a variable once, to a value or to `rest`: v=-60@200. Repeatable.",
            rich_help_panel=_PANEL,
        ),
    ] = None

    def settings(self) -> dict[str, Any]:
        """Return the keyword argument of `loligo.simulate` for these options.

        Raises
        ------
        ArgumentError
            The notation is wrong, or a value is neither a number nor one of the words.
        """
        from loligo.intervention import Hold, Reset

        found: list[Any] = []
        for text in self.hold or ():
            name, value, times = _parted(text, "--hold", "NAME=VALUE@START:STOP", ("rest", "now"))
            start, colon, stop = times.partition(":")
            if times and not colon:
                raise ArgumentError(f"--hold takes NAME=VALUE@START:STOP; {text!r} has no colon after START.")
            begin = number_in(start, f"START of --hold {name}", "a number of ms") if start.strip() else 0.0
            end = number_in(stop, f"STOP of --hold {name}", "a number of ms") if stop.strip() else None
            found.append(Hold(name, value, begin, end))
        for text in self.reset or ():
            name, value, at = _parted(text, "--reset", "NAME=VALUE@TIME", ("rest",))
            if not at:
                raise ArgumentError(f"--reset takes NAME=VALUE@TIME; {text!r} has no time.")
            found.append(Reset({name: value}, number_in(at, f"TIME of --reset {name}", "a number of ms")))
        return {"interventions": found} if found else {}


def _parted(text: str, option: str, notation: str, words: tuple[str, ...]) -> tuple[str, float | str, str]:
    """Return name, value and times of ``name=value@times``."""
    name, equals, rest = (part.strip() for part in text.partition("="))
    value, at, times = (part.strip() for part in rest.partition("@"))
    if not (name and equals and value) or (at and not times):
        raise ArgumentError(f"{option} takes {notation}; got {text!r}.")
    allowed = " or ".join(["a number", *(f"'{word}'" for word in words)])
    return name, value if value in words else number_in(value, f"{option} {name}", allowed), times
