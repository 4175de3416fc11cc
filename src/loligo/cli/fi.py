"""``loligo fi``: how often a membrane fires, up and down the amplitudes."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from loligo.cli.curve_options import CurveOptions, spaced
from loligo.cli.membrane_options import MembraneOptions
from loligo.cli.progress import Progress

if TYPE_CHECKING:
    from loligo.analysis import FICurve

EXAMPLES: Final = """Examples:

  loligo fi squid --from 0 --to 170 --count 200 --png fi.png

  loligo fi wang_buzsaki --from 0 --to 2 --csv fi.csv
"""


def fi(
    *,
    membrane: MembraneOptions,
    first: Annotated[float, typer.Option("--from", metavar="NUMBER", help="Lowest amplitude, in µA/cm².")] = 0.0,
    last: Annotated[float, typer.Option("--to", metavar="NUMBER", help="Highest amplitude, in µA/cm².")] = 20.0,
    count: Annotated[int, typer.Option(metavar="NUMBER", help="How many amplitudes, evenly spaced.")] = 81,
    duration: Annotated[float, typer.Option(metavar="NUMBER", help="How long each is applied, in ms.")] = 500.0,
    output: CurveOptions,
) -> None:
    """Measure frequencies over constant currents, going up and back down.

    Each amplitude starts where the one before it ended, so that a membrane that can rest or fire shows both.
    """
    from loligo.analysis import fi_curve

    cell = membrane.membrane()
    amplitudes = spaced(first, last, count, evenly=True)

    def measure() -> "FICurve":
        with Progress() as progress:
            return fi_curve(cell, amplitudes, duration=duration, progress=progress)

    output.written(measure, as_words)


def as_words(curve: "FICurve") -> str:
    """Say where the membrane fires, and how fast, in both directions."""
    lines = [curve.membrane.name]
    for name, sweep in (("up", curve.up), ("down", curve.down)):
        fires = sweep.steady > 0
        if not fires.any():
            lines.append(f"going {name}, it does not go on firing at any amplitude")
            continue
        amplitude, steady = sweep.amplitude[fires], sweep.steady[fires]
        lines.append(
            f"going {name}, it goes on firing from {amplitude.min():g} to {amplitude.max():g} µA/cm², "
            f"at {steady.min():.4g} to {steady.max():.4g} Hz"
        )
    return "\n".join(lines)
