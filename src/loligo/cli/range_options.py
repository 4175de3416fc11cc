"""Options of the commands that follow bifurcations: the varied parameter and its range."""

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
