"""``loligo strength-duration``: the threshold of a pulse as a function of its duration."""

import math
from typing import TYPE_CHECKING, Annotated, Final

import typer

from loligo.cli.curve_options import CurveOptions, spaced
from loligo.cli.experiment_options import ExperimentOptions
from loligo.cli.membrane_options import MembraneOptions
from loligo.cli.tables import columns

if TYPE_CHECKING:
    from loligo.analysis import StrengthDuration

EXAMPLES: Final = """Examples:

  loligo strength-duration squid

  loligo strength-duration squid --from 0.05 --to 50 --count 50 --set celsius=18.5 --png strength.png
"""


def strength_duration(
    *,
    membrane: MembraneOptions,
    experiment: ExperimentOptions,
    first: Annotated[float, typer.Option("--from", metavar="NUMBER", help="Shortest pulse, in ms.")] = 0.05,
    last: Annotated[float, typer.Option("--to", metavar="NUMBER", help="Longest pulse, in ms.")] = 50.0,
    count: Annotated[
        int, typer.Option(metavar="NUMBER", help="How many durations, with equal ratios between them.")
    ] = 13,
    resolution: Annotated[float, typer.Option(metavar="NUMBER", help="Width of each bracket, in µA/cm².")] = 1e-6,
    output: CurveOptions,
) -> None:
    """Find the thresholds of pulses of several durations, rheobase and chronaxie; fit Lapicque's and Weiss's laws."""
    from loligo.analysis import strength_duration as measure

    cell = membrane.membrane()
    durations = spaced(first, last, count, evenly=False)

    def curve() -> "StrengthDuration":
        return measure(cell, durations, resolution=resolution, progress=True, **experiment.settings())

    output.written(curve, as_words)


def as_words(curve: "StrengthDuration") -> str:
    """Return every threshold, then rheobase and chronaxie."""
    from loligo.analysis.criteria import PUSHED

    rows = [("duration [ms]", "threshold [µA/cm²]", "charge [nC/cm²]")]
    pairs = zip(curve.durations.tolist(), curve.thresholds.tolist(), strict=True)
    rows += [
        (f"{d:.4g}", *(("none", "") if math.isnan(value) else (f"{value:.6f}", f"{d * value:.5f}")))
        for d, value in pairs
    ]
    chronaxie = "not between these durations" if math.isnan(curve.chronaxie) else f"{curve.chronaxie:.7g} ms"
    facts = [("rheobase", f"{curve.rheobase:.6f} µA/cm²"), ("chronaxie", chronaxie)]
    facts += [
        (law.name, f"rheobase {law.rheobase:.4g} µA/cm², chronaxie {law.chronaxie:.4g} ms, misfit {law.misfit:.2%}")
        for law in curve.fits
    ]
    facts += [("passive", PUSHED)] if curve.passive else []
    return f"{columns(rows, right=(0, 1, 2))}\n\n{columns(facts)}"
