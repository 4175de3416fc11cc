"""Outputs of a fit: numbers as JSON, a picture, a page."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.endings import wrote
from loligo.cli.outputs import Force, checked_picture, made_into

if TYPE_CHECKING:
    from loligo.fitting import FeatureFit, Fit

PAGES: Final = (".html", ".htm")
_PANEL: Final = "Output"


@dataclass(frozen=True)
class FitOutput:
    """Options for the files to write, all of them or none."""

    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write all numbers as JSON.", rich_help_panel=_PANEL)
    ] = None
    png: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw data, fit and residuals, or deviations of features.", rich_help_panel=_PANEL
        ),
    ] = None
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Write a page with values, errors and figures.", rich_help_panel=_PANEL),
    ] = None
    force: Force = False

    def check(self) -> None:
        """Refuse names that do not end in their format.

        Raises
        ------
        ArgumentError
        """
        checked_picture(self.png)
        if self.report is not None and self.report.suffix.lower() not in PAGES:
            raise ArgumentError(f"--report writes a page of HTML: call it {self.report.with_suffix('.html').name!r}.")

    def written(self, make: "Callable[[], Fit | FeatureFit]") -> None:
        """Fit, write the files, and print the result.

        Raises
        ------
        OSError, ArgumentError
            A file that cannot be written, or that exists where ``force`` was not given.
        """
        wanted = ((self.json_file, _write_json), (self.png, _draw), (self.report, _write_report))
        outputs: list[Any] = [(target, write) for target, write in wanted if target is not None]

        def printed() -> "Fit | FeatureFit":
            typer.echo(str(fit := make()))  # before profiles, which may take longer than the fit
            return fit

        made_into(outputs, printed, force=self.force)
        for target, _ in outputs:
            wrote(target)


def _write_json(fit: "Fit | FeatureFit", path: Path) -> None:
    path.write_text(json.dumps(fit.described(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _draw(fit: "Fit | FeatureFit", path: Path) -> None:
    from matplotlib.figure import Figure  # without pyplot, which would look for a screen

    fit.plot(figure=Figure(figsize=(10, 6.4), layout="constrained")).savefig(path, dpi=150, format="png")


def _write_report(fit: "Fit | FeatureFit", path: Path) -> None:
    from loligo.fitting import FeatureFit
    from loligo.fitting.feature_report import feature_page
    from loligo.fitting.report import page

    made = feature_page(fit) if isinstance(fit, FeatureFit) else page(fit)
    path.write_text(made, encoding="utf-8")
