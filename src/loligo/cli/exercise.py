"""``loligo exercise``: answer the classroom exercise, or copy its file for a student to edit."""

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.endings import shown, wrote
from loligo.cli.outputs import check_folder, check_free

EXAMPLES: Final = """Examples:

  loligo exercise

  loligo exercise --copy

  loligo exercise --file HH.py --output my-report
"""


def exercise(
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the report, its figures and its numbers (JSON) go.")
    ] = Path("exercise-report"),
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="HH.py",
            help="Answer for this edited copy of the classroom file. It is run, so give one that you trust.",
        ),
    ] = None,
    copy: Annotated[
        bool,
        typer.Option("--copy", help="Only copy the classroom file HH.py into the current folder, for you to edit."),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Replace files with the names of the report, even if they are not from an earlier report."
        ),
    ] = False,
) -> None:
    """Answer the Hodgkin-Huxley exercise by simulation, amplitudes in µA/cm², with a report and figures."""
    if copy and file is not None:
        raise ArgumentError(
            "--copy makes a new HH.py and --file answers for an existing one: give only one of the two."
        )
    from loligo.course import MARKS, answer_exercise, copy_classroom_file, write_report

    if copy:
        wrote(copy_classroom_file(Path()), err=False)
        return
    check_folder(output)
    for name, mark in MARKS.items():
        check_free(output / name, force=force, ours=mark)
    os.environ.setdefault("MPLBACKEND", "Agg")  # a student's file may draw when it is imported
    answers = answer_exercise(file, progress=True)
    report = write_report(answers, output)
    typer.echo(answers.text())
    typer.echo(f"\nThe report with its figures: {shown(str(report))}")
