"""Names and units in a figure stand as they are: matplotlib would take what is between two dollar signs for TeX."""

from __future__ import annotations


class Typeset(str):
    """A text in which what stands between dollars is meant as TeX; names and units in it are literal already."""

    __slots__ = ()


def literal(text: str) -> str:
    r"""Return a text that matplotlib draws letter by letter.

    Examples
    --------
    >>> print(literal("cost in $"))
    cost in \$
    """
    return text if isinstance(text, Typeset) else text.replace("$", r"\$")
