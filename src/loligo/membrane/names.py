"""Names of gates, channels, states and constants: which are allowed."""

from __future__ import annotations

import keyword
from typing import Final

from loligo._errors import ModelError
from loligo.membrane.expression import FUNCTIONS

RESERVED: Final = frozenset(
    {
        "v",
        "t",
        "C",
        "celsius",
        "reference_celsius",
        "q10",
        "spike_level",
        "stimulus",
        "v_scale",
        "name",
        "if",
        "else",
        *FUNCTIONS,
    }
)


def valid_name(name: str, kind: str) -> str:
    """Return ``name`` when it can be used in formulas.

    Raises
    ------
    ModelError
        Not an ASCII identifier, or one of the reserved names.
    """
    if not isinstance(name, str) or not name.isidentifier() or not name.isascii() or name.startswith("_"):
        raise ModelError(
            f"The name of a {kind} is made of letters, digits and _ and starts with a letter; got {name!r}."
        )
    if name in RESERVED or keyword.iskeyword(name):
        raise ModelError(f"A {kind} cannot be called {name!r}: the name has a meaning of its own in formulas.")
    return name
