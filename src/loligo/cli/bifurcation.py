"""``loligo bifurcation``: where the behaviour of a membrane changes, over a current or a parameter."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.curve_options import CurveOptions, spaced
from loligo.cli.fi import as_words
from loligo.cli.membrane_options import MembraneOptions
from loligo.cli.range_options import First, Last, Over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from loligo.dynamics import Diagram, FICurve

EXAMPLES: Final = """Examples:

  loligo bifurcation squid --from 0 --to 200 --fi --png diagram.png

  loligo bifurcation squid --over g_Na --from 80 --to 200 --at 8 --csv branches.csv

  loligo bifurcation stomatogastric --from -5 --to 5 --equilibria-only
"""


def bifurcation(
    *,
    membrane: MembraneOptions,
    over: Over = "I",
    first: First = 0.0,
    last: Last = 200.0,
    at: Annotated[
        float, typer.Option(metavar="NUMBER", help="The constant current, in µA/cm², while a parameter is varied.")
    ] = 0.0,
    equilibria_only: Annotated[
        bool, typer.Option("--equilibria-only", help="Skip limit cycles, which take seconds.")
    ] = False,
    effort: Annotated[
        float, typer.Option(metavar="NUMBER", help="Work limit of each branch of cycles, as a multiple of the default.")
    ] = 1.0,
    doublings: Annotated[
        int, typer.Option(metavar="NUMBER", help="How many times to follow cycles of twice the period.")
    ] = 0,
    fi: Annotated[
        bool, typer.Option("--fi", help="Measure the f-I curve too, and draw it over the diagram (over I only).")
    ] = False,
    output: CurveOptions,
) -> None:
    """Follow equilibria and limit cycles, and locate where they fold, begin, or change stability."""
    from loligo.analysis import fi_curve
    from loligo.dynamics import bifurcation as follow
    from loligo.dynamics.diagram import AMPLITUDES

    cell = membrane.membrane()

    if fi and over != "I":
        raise ArgumentError(f"--fi needs --over I, the constant current; got --over {over}.")

    def measure() -> "Diagram | _WithFrequencies":
        span, cycles = (first, last), not equilibria_only
        diagram = follow(cell, over, span, I=at, cycles=cycles, effort=effort, doublings=doublings, progress=True)
        if not fi:
            return diagram
        followed = diagram if any(branch.kind == "cycles" for branch in diagram.branches) else True
        amplitudes = spaced(first, last, AMPLITUDES, evenly=True)
        return _WithFrequencies(diagram, fi_curve(cell, amplitudes, cycles=followed, progress=True))

    output.written(measure, str)


@dataclass(frozen=True)
class _WithFrequencies:
    """A diagram with the f-I curve that belongs to it."""

    diagram: "Diagram"
    curve: "FICurve"

    def columns(self) -> "Mapping[str, Any]":
        """Return the table of the diagram."""
        return self.diagram.columns()

    def plot(self) -> "Axes":
        """Draw the diagram and the f-I curve."""
        return self.diagram.plot(fi=self.curve)

    def __str__(self) -> str:
        return f"{self.diagram}\n{as_words(self.curve)}"
