"""Which membrane: a published model by name, with any of its numbers changed."""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from loligo._errors import unknown_name
from loligo.cli.pairs import number_in, pairs

if TYPE_CHECKING:
    from loligo.membrane import Membrane


@dataclass(frozen=True)
class MembraneOptions:
    """A model and the changes to its parameters."""

    model: Annotated[str, typer.Argument(metavar="MODEL", help="A published membrane; `loligo models` lists them.")]
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Change a parameter, in its unit (g in mS/cm², E in mV, C in µF/cm², celsius in °C); "
            "repeatable. `loligo models MODEL` lists them and its variants.",
        ),
    ] = None

    def membrane(self) -> "Membrane":
        """Return the membrane.

        Raises
        ------
        LoligoError
            An unknown model or parameter, or an invalid number.
        """
        return changed_model(self.model, self.changes)


def changed_model(model: str, changes: Iterable[str] | None) -> "Membrane":
    """Return a model by name with changes, including its variants (``rest=-65``, ``kind=FS``).

    Raises
    ------
    LoligoError
        An unknown model or parameter, or an invalid value.
    """
    from loligo.models import MODELS, named

    membrane = named(model)
    texts = pairs(changes, "--set")
    variants = inspect.signature(MODELS[model]).parameters
    chosen = {name: texts.pop(name) for name in variants if name in texts}
    if chosen:
        membrane = MODELS[model](
            **{
                name: text if isinstance(variants[name].default, str) else number_in(text, f"--set {name}")
                for name, text in chosen.items()
            }
        )
    allowed = {*membrane.parameters, "spike_level", "v_scale"}
    for name in texts:
        if name not in allowed:
            raise unknown_name(f"parameter of {model}", name, allowed | set(variants))
    return membrane.replace(**{name: number_in(text, f"--set {name}") for name, text in texts.items()})
