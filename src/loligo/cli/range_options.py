"""Options of the commands that follow bifurcations: what is varied, from where to where."""

from typing import Annotated

import typer

Over = Annotated[
    str, typer.Option(metavar="NAME", help="What is varied: I, the constant current in µA/cm², or a parameter.")
]
First = Annotated[float, typer.Option("--from", metavar="NUMBER", help="Lowest value, in its unit.")]
Last = Annotated[float, typer.Option("--to", metavar="NUMBER", help="Highest value, in its unit.")]


def said(step: str) -> None:
    """Print a line of progress on stderr."""
    typer.echo(f"loligo: {step}", err=True)
