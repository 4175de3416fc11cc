"""The allowed names of gates, channels, states and constants."""

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


LONGEST_NAME: Final = 100  # length of the longest name in formulas [characters]
LONGEST_TITLE: Final = 200  # length of the longest name of a membrane [characters]
LONGEST_UNIT: Final = 40


def printable(text: object, what: str, most: int) -> str:
    """Check that a string is safe to print (short, without control characters), and return it.

    A terminal would execute an escape sequence in a name.

    Raises
    ------
    ModelError
        The string is too long, or has a character that cannot be printed.

    Examples
    --------
    >>> printable("µM", "the unit", 40)
    'µM'
    """
    shown = str(text)
    if len(shown) > most:
        raise ModelError(f"{what} may have at most {most} characters; got {len(shown):,}: {shown[:20]!a}...")
    if not shown.isprintable():
        wrong = next(letter for letter in shown if not letter.isprintable())
        raise ModelError(
            f"{what} must not contain control characters, since it is printed unchanged; got {wrong!a}. Leave it out."
        )
    return shown


def valid_name(name: str, kind: str) -> str:
    """Return ``name`` if it can be used in formulas.

    Raises
    ------
    ModelError
        The name is not an ASCII identifier, is longer than `LONGEST_NAME`, or is reserved.
    """
    if isinstance(name, str) and len(name) > LONGEST_NAME:
        raise ModelError(f"The name of a {kind} may have at most {LONGEST_NAME} characters; got {len(name):,}.")
    if not isinstance(name, str) or not name.isidentifier() or not name.isascii() or name.startswith("_"):
        raise ModelError(
            f"The name of a {kind} must consist of letters, digits and _ and start with a letter; got {name!r}."
        )
    if name in RESERVED or keyword.iskeyword(name):
        raise ModelError(f"A {kind} cannot be called {name!r}: this name is reserved in formulas.")
    return name
