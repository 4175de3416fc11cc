"""``loligo phase-plane``: two variables of a membrane, their nullclines, equilibria and trajectories."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.curve_options import CurveOptions
from loligo.cli.membrane_options import MembraneOptions
from loligo.cli.pairs import number_in, pairs

if TYPE_CHECKING:
    from loligo.dynamics import PhasePlane

EXAMPLES: Final = """Examples:

  loligo phase-plane squid --y n --at 10 --through 0,0.35 --png plane.png

  loligo phase-plane morris_lecar --at 90 --range v=-80:60 --range w=0:0.6 --csv plane.csv

  loligo phase-plane squid --x v --y m --others rest
"""


def phase_plane(
    *,
    membrane: MembraneOptions,
    x: Annotated[str, typer.Option(metavar="NAME", help="The variable on the horizontal axis.")] = "v",
    y: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The variable on the vertical axis; needed if there are several others."),
    ] = None,
    at: Annotated[float, typer.Option(metavar="CURRENT", help="The constant current, in µA/cm².")] = 0.0,
    others: Annotated[
        str,
        typer.Option(
            metavar="WORDS",
            help="The other variables: fast-slow, steady, rest, or one by one, such as h=0.4,m=steady.",
        ),
    ] = "fast-slow",
    ranges: Annotated[
        list[str] | None,
        typer.Option("--range", metavar="NAME=LOW:HIGH", help="The range of an axis, in its unit; repeatable."),
    ] = None,
    through: Annotated[
        list[str] | None,
        typer.Option(
            metavar="X,Y", help="Start a trajectory here, at values of the two variables in their units; repeatable."
        ),
    ] = None,
    duration: Annotated[float, typer.Option(metavar="MS", help="Duration of trajectories, in ms.")] = 100.0,
    output: CurveOptions,
) -> None:
    """Reduce a membrane to two variables: nullclines, their folds, equilibria and their stability, trajectories."""
    from loligo.dynamics import phase_plane as reduced

    cell = membrane.membrane()
    starts = [_numbers(text, ",", "--through") for text in through or []]
    spans: dict[str, Any] = {
        name: _numbers(text, ":", f"--range {name}") for name, text in pairs(ranges, "--range").items()
    }

    def measure() -> "PhasePlane":
        return reduced(cell, x, y, others=_others(others), I=at, trajectories=starts, duration=duration, **spans)

    output.written(measure, str)


def _numbers(text: str, between: str, option: str) -> tuple[float, float]:
    """Parse two numbers from a string."""
    parts = text.split(between)
    if len(parts) != 2:
        raise ArgumentError(f"{option} takes two numbers with {between!r} between them; got {text!r}.")
    first, second = (number_in(part, option) for part in parts)
    return first, second


def _others(text: str) -> Any:
    """Return one word, or a mapping of variables to numbers and words."""
    if "=" not in text:
        return text
    given = pairs(text.split(","), "--others")
    return {
        name: what if what in ("steady", "rest") else number_in(what, f"--others {name}")
        for name, what in given.items()
    }
