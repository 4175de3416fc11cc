"""``loligo doctor``: whether this installation works, and what to do if it does not."""

from typing import Final

import typer

from loligo.cli.endings import FAILED

EXAMPLES: Final = """Example:

  loligo doctor
"""


def doctor() -> None:
    """Check this installation; the status is 0 if nothing needs to be done."""
    from loligo.course import doctor as findings

    found = findings()
    for finding in found:
        typer.echo(f"{'ok     ' if finding.ok else 'PROBLEM'}  {finding.message}")
        if not finding.ok and finding.advice:
            typer.echo(f"         {finding.advice}")
    if not all(finding.ok for finding in found):
        raise typer.Exit(FAILED)
