"""Numbers as a report writes them."""

from __future__ import annotations

import math

import numpy as np


def plain(number: float, digits: int = 1) -> str:
    """Return a small number without a power of ten, rounded up to so many digits.

    Examples
    --------
    >>> plain(1e-06), plain(2.3e-9), plain(0.0), plain(12.0)
    ('0.000001', '0.000000003', '0', '20')
    """
    if not (number > 0 and math.isfinite(number)):
        return f"{number:g}"
    unit = 10.0 ** (math.floor(math.log10(number)) - digits + 1)
    places = max(0, -round(math.log10(unit)))
    return f"{math.ceil(number / unit * (1 - 1e-9)) * unit:.{places}f}"


def written(number: float, digits: int = 6) -> str:
    """Return a number to so many digits and without a power of ten, as one types it.

    Examples
    --------
    >>> written(7e-06), written(20000.0), written(-12.0)
    ('0.000007', '20000', '-12')
    """
    return np.format_float_positional(float(f"{number:.{digits}g}"), trim="-")
