"""Options of the commands that follow bifurcations: what is varied, from where to where."""

from typing import Annotated

import typer

Over = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="The parameter to vary: I, the constant current in µA/cm², or a parameter of the membrane.",
    ),
]
First = Annotated[
    float, typer.Option("--from", metavar="NUMBER", help="Lowest value of the varied parameter, in its unit.")
]
Last = Annotated[
    float, typer.Option("--to", metavar="NUMBER", help="Highest value of the varied parameter, in its unit.")
]


def said(step: str) -> None:
    """Print a line of progress on stderr."""
    typer.echo(f"loligo: {step}", err=True)
