"""``loligo fi``: how often a membrane fires under constant currents."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from loligo.cli.curve_options import CurveOptions, spaced
from loligo.cli.experiment_options import ExperimentOptions
from loligo.cli.membrane_options import MembraneOptions

if TYPE_CHECKING:
    from loligo.dynamics import FICurve

EXAMPLES: Final = """Examples:

  loligo fi squid --from 0 --to 170 --count 200 --png fi.png

  loligo fi wang_buzsaki --from 0 --to 2 --csv fi.csv

  loligo fi connor_stevens --from 0 --to 30 --hold b=rest
"""


def fi(
    *,
    membrane: MembraneOptions,
    experiment: ExperimentOptions,
    first: Annotated[float, typer.Option("--from", metavar="NUMBER", help="Lowest amplitude, in µA/cm².")] = 0.0,
    last: Annotated[float, typer.Option("--to", metavar="NUMBER", help="Highest amplitude, in µA/cm².")] = 20.0,
    count: Annotated[int, typer.Option(metavar="NUMBER", help="How many amplitudes, evenly spaced.")] = 81,
    longest: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER",
            help="The time after which a run that has not settled ends, in ms; by default 3000 times the slowest time "
            "constant.",
        ),
    ] = None,
    cycles: Annotated[
        bool,
        typer.Option("--cycles/--no-cycles", help="Look for cycles in the bifurcation diagram, which takes seconds."),
    ] = True,
    output: CurveOptions,
) -> None:
    """Measure frequencies over constant currents: raised slowly, lowered slowly, and stepped to from rest.

    If the membrane can either rest or fire at a current, both are reported.
    """
    from loligo.analysis import fi_curve

    cell = membrane.membrane()
    amplitudes = spaced(first, last, count, evenly=True)

    def measure() -> "FICurve":
        settings = {"longest": longest, "cycles": cycles, "progress": True} | experiment.settings()
        return fi_curve(cell, amplitudes, **settings)

    output.written(measure, as_words)


def as_words(curve: "FICurve") -> str:
    """Return a text on the range and rates of firing on each branch, and on what was searched for."""
    lines = [curve.membrane.name]
    for name, branch in curve.branches.items():
        way = "after a step from rest" if name == "step" else f"going {name}"
        fires = branch.steady > 0
        if fires.any():
            amplitude, steady = branch.amplitude[fires], branch.steady[fires]
            lines.append(
                f"{way}, it fires continuously from {amplitude.min():g} to {amplitude.max():g} µA/cm², "
                f"at {steady.min():.4g} to {steady.max():.4g} Hz"
            )
        else:
            lines.append(f"{way}, it does not fire continuously at any amplitude")
        if not branch.settled.all():
            where = ", ".join(f"{amplitude:g}" for amplitude in branch.amplitude[~branch.settled])
            lines.append(f"{way}, it has not settled at {where} µA/cm²")
    return "\n".join([*lines, curve.note])
