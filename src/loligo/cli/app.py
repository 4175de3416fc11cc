"""The commands under one name."""

from typing import Annotated

import typer

from loligo.cli import (
    bifurcation,
    bifurcation_set,
    doctor,
    exercise,
    fi,
    fit,
    lab,
    models,
    phase_plane,
    population,
    refractoriness,
    simulate,
    strength_duration,
    threshold,
)
from loligo.cli.endings import Commands
from loligo.cli.groups import grouped

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog="Example: loligo simulate squid --step 7 --start 20 --stop 180",
)


def _version(asked: bool) -> None:
    if asked:
        from loligo._version import __version__

        typer.echo(f"loligo {__version__}")
        raise typer.Exit


@app.callback()
def loligo(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Study excitable membranes. Units are fixed: ms, mV, µA/cm², mS/cm², µF/cm², kHz, °C."""


app.command(epilog=simulate.EXAMPLES)(grouped(simulate.simulate))
app.command(epilog=threshold.EXAMPLES)(grouped(threshold.threshold))
app.command(epilog=bifurcation.EXAMPLES)(grouped(bifurcation.bifurcation))
app.command("bifurcation-set", epilog=bifurcation_set.EXAMPLES)(grouped(bifurcation_set.bifurcation_set))
app.command(epilog=fi.EXAMPLES)(grouped(fi.fi))
app.command("strength-duration", epilog=strength_duration.EXAMPLES)(grouped(strength_duration.strength_duration))
app.command(epilog=refractoriness.EXAMPLES)(grouped(refractoriness.refractoriness))
app.command(epilog=fit.EXAMPLES)(grouped(fit.fit))
app.command("phase-plane", epilog=phase_plane.EXAMPLES)(grouped(phase_plane.phase_plane))
app.command(epilog=population.EXAMPLES)(population.population)
app.command(epilog=lab.EXAMPLES)(lab.lab)
app.command(epilog=models.EXAMPLES)(models.models)
app.command(epilog=exercise.EXAMPLES)(exercise.exercise)
app.command(epilog=doctor.EXAMPLES)(doctor.doctor)
