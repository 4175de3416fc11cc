"""Names and units in a figure are drawn literally: matplotlib would read text between two dollar signs as TeX."""

from __future__ import annotations


class Typeset(str):
    """A string in which parts between dollar signs are TeX; names and units in it are already escaped."""

    __slots__ = ()


def literal(text: str) -> str:
    r"""Return a string that matplotlib draws literally.

    Examples
    --------
    >>> print(literal("cost in $"))
    cost in \$
    """
    return text if isinstance(text, Typeset) else text.replace("$", r"\$")
