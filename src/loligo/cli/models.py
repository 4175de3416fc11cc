"""``loligo models``: the published membranes, their parameters, and where they were published."""

import inspect
import re
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.membrane_options import changed_model
from loligo.cli.tables import columns

if TYPE_CHECKING:
    from loligo.membrane import Membrane

EXAMPLES: Final = """Examples:

  loligo models

  loligo models squid

  loligo models squid --latex
"""


def models(
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", help="Show the parameters, units and source of this membrane.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter of MODEL, in its unit; repeatable."),
    ] = None,
    latex: Annotated[bool, typer.Option("--latex", help="Print the equations of MODEL as LaTeX.")] = False,
) -> None:
    """List the published membranes, or show one of them."""
    if model is None:
        if latex or changes:
            option, example = ("--latex", "--latex") if latex else ("--set", "--set g_Na=100")
            raise ArgumentError(f"{option} needs a MODEL, for example: loligo models squid {example}")
        typer.echo(_all())
        return
    membrane = changed_model(model, changes)
    if latex:
        typer.echo(membrane.latex)
    else:
        typer.echo(_one(model, membrane))


def _all() -> str:
    from loligo.models import MODELS

    width = 2 + max(map(len, MODELS))
    lines = []
    for name, builder in MODELS.items():
        dois = re.findall(r"doi:\S*\w", _section(builder, "Source"))
        lines += [name.ljust(width) + _subject(builder), *([" " * width + ", ".join(dois)] if dois else [])]
    return "\n".join(lines)


def _one(model: str, membrane: "Membrane") -> str:
    from loligo.models import MODELS

    builder = MODELS[model]
    rows = [("parameter", "value", "unit")]
    rows += [(name, f"{number.value:g}", number.unit) for name, number in membrane.parameters.items()]
    rows += [(name, f"{getattr(membrane, name):g}", "mV") for name in ("spike_level", "v_scale")]
    facts = [("channels", ", ".join(channel.name for channel in membrane.channels))]
    facts += [("variables", ", ".join(membrane.variables))]
    for name, variant in inspect.signature(builder).parameters.items():
        kind = re.search(rf"^{name} : (.*)$", _section(builder, "Parameters"), re.MULTILINE)
        facts += [("variants", f"--set {name}={variant.default}{f': {kind[1]}' if kind else ''}")]
    parts = [
        f"{model}: {_subject(builder)}",
        columns(rows, right=(1,)),
        columns(facts),
        _section(builder, "Source"),
    ]
    return "\n\n".join(part for part in parts if part)


def _subject(builder: Any) -> str:
    """Return the subject of a model: the first line of its file."""
    return (sys.modules[builder.__module__].__doc__ or "").strip().partition("\n")[0]


def _section(builder: Any, title: str) -> str:
    """Return a section of a model's docstring, such as where it was published."""
    text = inspect.getdoc(builder) or ""
    found = re.search(rf"^{title}\n-+\n(.*?)(?:\n\n|\Z)", text, re.DOTALL | re.MULTILINE)
    return found[1].strip() if found else ""
