"""Published membranes, one small file each; a new one is its file and a line in `MODELS`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loligo._errors import unknown_name
from loligo.models.connor_stevens import connor_stevens
from loligo.models.morris_lecar import morris_lecar
from loligo.models.pospischil import pospischil
from loligo.models.squid import squid
from loligo.models.stomatogastric import stomatogastric
from loligo.models.wang_buzsaki import wang_buzsaki

if TYPE_CHECKING:
    from collections.abc import Callable

    from loligo.membrane import Membrane

__all__ = [
    "MODELS",
    "connor_stevens",
    "morris_lecar",
    "named",
    "pospischil",
    "squid",
    "stomatogastric",
    "wang_buzsaki",
]

MODELS: Final[dict[str, Callable[..., Membrane]]] = {
    "connor_stevens": connor_stevens,
    "morris_lecar": morris_lecar,
    "pospischil": pospischil,
    "squid": squid,
    "stomatogastric": stomatogastric,
    "wang_buzsaki": wang_buzsaki,
}


def named(name: str) -> Membrane:
    """Return a published membrane by name, with the default arguments of its function.

    Parameters
    ----------
    name : str
        A key of `MODELS`.

    Raises
    ------
    UnknownNameError
        The name is not that of a model; the message names the closest one.

    Examples
    --------
    >>> named("squid")["g_Na"]
    120.0
    """
    if name not in MODELS:
        raise unknown_name("model", name, MODELS)
    return MODELS[name]()
