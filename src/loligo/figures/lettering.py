"""Names and units in a figure stand as they are: matplotlib would take what is between two dollar signs for TeX."""

from __future__ import annotations


def literal(text: str) -> str:
    r"""Return a text that matplotlib draws letter by letter.

    Examples
    --------
    >>> print(literal("cost in $"))
    cost in \$
    """
    return text.replace("$", r"\$")
