"""``loligo lab``: membranes in a browser, or as a page in a folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.endings import wrote
from loligo.cli.outputs import check_free

if TYPE_CHECKING:
    from loligo.membrane import Membrane

EXAMPLES: Final = """Examples:

  loligo lab

  loligo lab --export my-lab

  loligo lab --model my_model.py --models squid,connor_stevens
"""


def lab(
    export: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the page into this folder instead: it needs no server and no network."),
    ] = None,
    model: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE.py",
            help="Show the membrane of your own file (repeatable). A .py file is run, so give one that you trust; "
            "a .json file is only read.",
        ),
    ] = None,
    models: Annotated[
        str | None,
        typer.Option(metavar="KEYS", help="Include only these published membranes, such as squid,pospischil."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 uses any free port.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser, only print the address.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Let --export replace a file that is not an earlier page of the lab.")
    ] = False,
    no_diagrams: Annotated[
        bool, typer.Option("--no-diagrams", help="Skip the bifurcation diagrams, which may take minutes.")
    ] = False,
) -> None:
    """Show the lab in a browser, from this machine alone, until Ctrl-C; or write it as a page with --export."""
    if export is not None and (port or no_open):
        raise ArgumentError("--export writes a file and serves nothing: leave out --port and --no-open.")
    from loligo.lab import export as write
    from loligo.lab import membranes_in, page, serve_page
    from loligo.lab.document import built_page

    built_page()  # raises its error before anything is computed
    if export is not None:
        check_free(export / "index.html", force=force, ours="window.LOLIGO = ")
    own = [membrane for path in model or [] for membrane in membranes_in(path)]
    chosen: list[Membrane | str] = [*own, *_published(models)]
    if export is not None:
        path = write(export, chosen, diagrams=not no_diagrams, progress=True)
    else:
        text = page(chosen, diagrams=not no_diagrams, progress=True)
    if export is not None:
        wrote(path, err=False)
    else:
        serve_page(text, port=port, open_browser=not no_open, ready=_ready)


def _published(models: str | None) -> list[str]:
    """Return the keys of the published membranes to show after the user's own."""
    from loligo.lab import OFFERS

    return [offer.key for offer in OFFERS] if models is None else [key.strip() for key in models.split(",")]


def _ready(url: str) -> None:
    typer.echo(f"The lab is at {url} (this machine only). Ctrl-C ends it.")
