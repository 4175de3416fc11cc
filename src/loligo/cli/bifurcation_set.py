"""``loligo bifurcation-set``: where the behaviour of a membrane changes, over two parameters at once."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from loligo.cli.curve_options import CurveOptions
from loligo.cli.membrane_options import MembraneOptions
from loligo.cli.range_options import First, Last, Over

if TYPE_CHECKING:
    from loligo.dynamics import BifurcationSet

EXAMPLES: Final = """Examples:

  loligo bifurcation-set squid --and celsius --and-from 0 --and-to 40 --png plane.png

  loligo bifurcation-set squid --over I --to 60 --and g_Na --and-from 60 --and-to 240 --csv curves.csv

  loligo bifurcation-set squid --over g_Na --from 60 --and g_K --and-from 10 --and-to 60 --at 8 --equilibria-only
"""


def bifurcation_set(
    *,
    membrane: MembraneOptions,
    over: Over = "I",
    first: First = 0.0,
    last: Last = 200.0,
    second: Annotated[str, typer.Option("--and", metavar="NAME", help="The second parameter to vary.")],
    second_first: Annotated[float, typer.Option("--and-from", metavar="NUMBER", help="Lowest value of --and.")],
    second_last: Annotated[float, typer.Option("--and-to", metavar="NUMBER", help="Highest value of --and.")],
    at: Annotated[
        float, typer.Option(metavar="NUMBER", help="The constant current, in µA/cm², while I is not --over.")
    ] = 0.0,
    equilibria_only: Annotated[
        bool, typer.Option("--equilibria-only", help="Skip bifurcations of cycles, which take seconds.")
    ] = False,
    output: CurveOptions,
) -> None:
    """Follow bifurcations of equilibria and of limit cycles over two parameters."""
    from loligo.dynamics import bifurcation_set as follow

    cell = membrane.membrane()
    around = {over: (first, last), second: (second_first, second_last)}

    def measure() -> "BifurcationSet":
        return follow(cell, (over, second), around, I=at, cycles=not equilibria_only, progress=True)

    output.written(measure, str)
