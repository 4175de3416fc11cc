"""Published membranes, one small file each, and their registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from loligo._errors import unknown_name
from loligo.membrane import Membrane
from loligo.models.squid import squid

MODELS: Final[dict[str, Callable[..., Membrane]]] = {
    "squid": squid,
}


def named(name: str) -> Membrane:
    """Return a model by its name.

    Raises
    ------
    UnknownNameError
        There is none; the message names them all.
    """
    if name not in MODELS:
        raise unknown_name("model", name, MODELS)
    return MODELS[name]()
