"""``loligo bifurcation``: where the behaviour of a membrane changes, over a current or a parameter."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from loligo.cli.curve_options import CurveOptions
from loligo.cli.membrane_options import MembraneOptions

if TYPE_CHECKING:
    from loligo.analysis import Diagram

EXAMPLES: Final = """Examples:

  loligo bifurcation squid --from 0 --to 200 --png diagram.png

  loligo bifurcation squid --over g_Na --from 80 --to 200 --at 8 --csv branches.csv

  loligo bifurcation stomatogastric --from -5 --to 5 --equilibria-only
"""


def bifurcation(
    *,
    membrane: MembraneOptions,
    over: Annotated[
        str, typer.Option(metavar="NAME", help="What is varied: I, the constant current in µA/cm², or a parameter.")
    ] = "I",
    first: Annotated[float, typer.Option("--from", metavar="NUMBER", help="Lowest value, in its unit.")] = 0.0,
    last: Annotated[float, typer.Option("--to", metavar="NUMBER", help="Highest value, in its unit.")] = 200.0,
    at: Annotated[
        float, typer.Option(metavar="NUMBER", help="The constant current, in µA/cm², while a parameter is varied.")
    ] = 0.0,
    equilibria_only: Annotated[
        bool, typer.Option("--equilibria-only", help="Do not follow limit cycles, which takes seconds.")
    ] = False,
    output: CurveOptions,
) -> None:
    """Follow equilibria and limit cycles, and locate where they fold, are born, or change their stability."""
    from loligo.analysis import bifurcation as follow

    cell = membrane.membrane()

    def measure() -> "Diagram":
        return follow(cell, over, (first, last), I=at, cycles=not equilibria_only, progress=_said)

    output.written(measure, str)


def _said(step: str) -> None:
    typer.echo(f"loligo: {step}", err=True)
