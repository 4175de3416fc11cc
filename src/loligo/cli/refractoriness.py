"""``loligo refractoriness``: the threshold of a second pulse as a function of the interval."""

import math
from typing import TYPE_CHECKING, Annotated, Final

import typer

from loligo.cli.curve_options import CurveOptions, spaced
from loligo.cli.experiment_options import ExperimentOptions
from loligo.cli.membrane_options import MembraneOptions
from loligo.cli.tables import columns

if TYPE_CHECKING:
    from loligo.analysis import Refractoriness

EXAMPLES: Final = """Examples:

  loligo refractoriness squid

  loligo refractoriness squid --from 2 --to 12 --count 41 --set celsius=18.5 --png refractory.png
"""


def refractoriness(
    *,
    membrane: MembraneOptions,
    experiment: ExperimentOptions,
    first: Annotated[float, typer.Option("--from", metavar="NUMBER", help="Shortest interval, in ms.")] = 2.0,
    last: Annotated[float, typer.Option("--to", metavar="NUMBER", help="Longest interval, in ms.")] = 30.0,
    count: Annotated[int, typer.Option(metavar="NUMBER", help="How many intervals, evenly spaced.")] = 29,
    width: Annotated[
        float | None,
        typer.Option(metavar="MS", help="Width of both pulses, in ms; by default a third of the time constant of v."),
    ] = None,
    strength: Annotated[
        float, typer.Option(metavar="NUMBER", help="Amplitude of the first pulse, as a multiple of its threshold.")
    ] = 1.5,
    resolution: Annotated[float, typer.Option(metavar="NUMBER", help="Width of each bracket, in µA/cm².")] = 1e-3,
    output: CurveOptions,
) -> None:
    """Find the threshold of a second pulse as a function of the interval, and the refractory periods."""
    from loligo.analysis import refractoriness as measure

    cell = membrane.membrane()
    intervals = spaced(first, last, count, evenly=True)

    def curve() -> "Refractoriness":
        return measure(
            cell, intervals, width=width, resolution=resolution, first=strength, progress=True,
            **experiment.settings(),
        )  # fmt: skip

    output.written(curve, as_words)


def as_words(curve: "Refractoriness") -> str:
    """Return every threshold, then the two periods."""
    from loligo.analysis.criteria import PUSHED

    table = curve.columns()
    rows = [("interval [ms]", "threshold [µA/cm²]", "relative to one pulse")]
    for interval, value, ratio in zip(*(column.tolist() for column in table.values()), strict=True):
        found = ("none", "") if math.isnan(value) else (f"{value:.4f}", f"{ratio:.4f}")
        rows.append((f"{interval:.4g}", *found))
    facts = [("single pulse", f"{curve.single:.4f} µA/cm² for {curve.width:g} ms")]
    for name, value, none in (
        ("absolute", curve.absolute, "does not end between these intervals"),
        ("relative", curve.relative, "does not end at these intervals"),
    ):
        facts.append((f"{name} refractory period", none if math.isnan(value) else f"{value:.3f} ms"))
    facts += [("passive", PUSHED)] if curve.passive else []
    return f"{columns(rows, right=(0, 1, 2))}\n\n{columns(facts)}"
