"""The format of numbers in a report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


def apart(numbers: Sequence[float], least: int = 6) -> int:
    """Return how many decimal places distinguish numbers: ``least`` or more.

    Examples
    --------
    >>> apart([3.3913341, 3.3913344]), apart([1.0, 2.0]), apart([1.0, 1.0])
    (7, 6, 6)
    """
    different = len(set(numbers))
    return next((k for k in range(least, 16) if len({f"{x:.{k}f}" for x in numbers}) == different), least)


def decimal(number: float, places: int) -> str:
    """Return a number with a given number of decimal places, never as minus zero.

    Examples
    --------
    >>> decimal(-0.004, 2), decimal(-0.006, 2)
    ('0.00', '-0.01')
    """
    return f"{round(number, places) + 0.0:.{places}f}"


def plain(number: float, digits: int = 1) -> str:
    """Return a small number without a power of ten, rounded up to a number of digits.

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
    """Return a number to a number of digits and without a power of ten, as one would type it.

    Examples
    --------
    >>> written(7e-06), written(20000.0), written(-12.0)
    ('0.000007', '20000', '-12')
    """
    return np.format_float_positional(float(f"{number:.{digits}g}"), trim="-")
