"""``loligo fit``: the parameters of a membrane from recordings under voltage clamp or current clamp."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.endings import wrote
from loligo.cli.fit_parameters import FitParameters, two_numbers
from loligo.cli.outputs import Force, checked_picture, made_into

if TYPE_CHECKING:
    from loligo.fitting import Fit

EXAMPLES: Final = """Examples:

  loligo fit steps.abf --model squid --set rest=-65 --vary g_Na=20:500 --vary g_K=5:200 --area 2e-5

  loligo fit current.csv --model squid --vary g_K=5:200 --holding -65 --exclude 20:21 --report fit.html

  loligo fit spikes.csv --model squid --set rest=-65 --vary g_Na=40:360 --vary g_K=12:108 --starts 3

  loligo fit *.csv --model squid --vary g_K=5:200:log --vary E_leak=-30:30:sweep --tie g_leak=g_K/120 --prior g_K=36:5

The first line of current.csv names t, current and command with their units: t [ms], current [µA/cm²], command [mV].
That of spikes.csv, under current clamp, is t [ms], v [mV], stimulus [µA/cm²]. Under voltage clamp series_resistance,
g_leak_clamp and E_leak_clamp may be varied, too.
"""
PAGES: Final = (".html", ".htm")
_PANEL: Final = "Output"


def fit(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Recordings, all of one clamp: ABF, NWB, CSV, ...")
    ],
    *,
    parameters: FitParameters,
    area: Annotated[float | None, typer.Option(metavar="NUMBER", help="Area of the membrane, in cm².")] = None,
    per_cell: Annotated[
        bool, typer.Option("--per-cell", help="Currents of a whole cell in nA, conductances in µS, capacitance in nF.")
    ] = False,
    holding: Annotated[float | None, typer.Option(metavar="NUMBER", help="Holding potential, in mV.")] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="START:STOP", help="Exclude a time window, in ms; repeatable.")
    ] = None,
    starts: Annotated[
        int,
        typer.Option(
            metavar="NUMBER",
            help="How many points to start from; under current clamp a regression is one more, with 0 the only one.",
        ),
    ] = 30,
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="Seed of the random starts.")] = 0,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write all numbers as JSON.", rich_help_panel=_PANEL)
    ] = None,
    png: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw data, fit and residuals.", rich_help_panel=_PANEL)
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Write a page with values, errors and figures.", rich_help_panel=_PANEL),
    ] = None,
    force: Force = False,
) -> None:
    """Find parameters of a membrane, with their errors, from currents under voltage clamp or v under current clamp."""
    from loligo.fitting import fit as found
    from loligo.sweep import read_recording

    checked_picture(png)
    if report is not None and report.suffix.lower() not in PAGES:
        raise ArgumentError(f"--report writes a page of HTML: call it {report.with_suffix('.html').name!r}.")
    membrane, bounds = parameters.membrane(), parameters.bounds()
    ties, priors = parameters.ties(), parameters.priors()
    windows = [two_numbers(text, "--exclude", "START:STOP") for text in exclude or ()]

    def made() -> "Fit":
        sweeps = [
            sweep.replace(exclude=(*sweep.exclude, *windows), **({} if holding is None else {"holding": holding}))
            for path in files
            for sweep in read_recording(path, area=area, per="cell" if per_cell else "")
        ]
        return found(membrane, sweeps, bounds, tied=ties, priors=priors, starts=starts, seed=seed, progress=True)

    wanted = ((json_file, _write_json), (png, _draw), (report, _write_report))
    outputs: Sequence[Any] = [(target, write) for target, write in wanted if target is not None]
    typer.echo(str(made_into(outputs, made, force=force)))
    for target, _ in outputs:
        wrote(target)


def _write_json(fit: "Fit", path: Path) -> None:
    path.write_text(json.dumps(fit.described(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _draw(fit: "Fit", path: Path) -> None:
    from matplotlib.figure import Figure  # without pyplot, which would look for a screen

    fit.plot(Figure(figsize=(10, 6.4), layout="constrained")).savefig(path, dpi=150, format="png")


def _write_report(fit: "Fit", path: Path) -> None:
    from loligo.fitting.report import page

    path.write_text(page(fit), encoding="utf-8")
