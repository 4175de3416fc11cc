"""Numbers with the digits that are known."""

import math


def with_error(value: float, error: float) -> str:
    """Return a value and its error with the digits that are known: ``120.3 ± 0.4``.

    Examples
    --------
    >>> with_error(120.3456, 0.4123), with_error(2.3456e-4, 1.2e-6), with_error(0.31, 1195.0)
    ('120.3 ± 0.4', '0.0002346 ± 0.0000012', '0.31 ± 1.2e+03')
    """
    if not math.isfinite(error) or error <= 0:
        return f"{value:.6g} ± ?"
    if error > abs(value):  # nothing but its size is known
        return f"{value:.2g} ± {error:.2g}"
    digits = 1 - math.floor(math.log10(error)) if f"{error:.1e}"[0] in "12" else -math.floor(math.log10(error))
    return f"{value:.{max(digits, 0)}f} ± {error:.{max(digits, 0)}f}"
