"""Numbers rounded to the digits that their errors leave known, as text and as floats."""

from __future__ import annotations

import math
from typing import Final

SIGNIFICANT: Final = 10  # largest number of significant digits that are shown


def decimals(value: float, error: float, significant: int = SIGNIFICANT) -> int:
    """Return the number of known decimals: the last one is worth no less than the error.

    Examples
    --------
    >>> decimals(4.512867628, 2.3e-6), decimals(154.5, 1e-15), decimals(1234.0, 20.0)
    (5, 7, -2)
    """
    most = significant - 1 - (math.floor(math.log10(abs(value))) if value else 0)
    return min(most, math.floor(-math.log10(error))) if error > 0 else most


def known(value: float, error: float, significant: int = SIGNIFICANT) -> float:
    """Return a number rounded to its known digits; unchanged if it or its error is not finite."""
    finite = math.isfinite(value) and math.isfinite(error)
    return round(value, decimals(value, error, significant)) if finite else value


def known_text(value: float, error: float, significant: int = SIGNIFICANT) -> str:
    """Return the known digits of a number as text; its first digits if the error is unknown.

    Examples
    --------
    >>> known_text(4.512867628, 2.3e-6), known_text(1234.0, 20.0), known_text(68.14890, 3.0), known_text(0.25, 1e-20, 6)
    ('4.51287', '1200', '70', '0.250000')
    """
    if not math.isfinite(value):
        return f"{value}"
    places = decimals(value, error if math.isfinite(error) else 0.0, significant)
    return f"{round(value, places):.{max(places, 0)}f}"
