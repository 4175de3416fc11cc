"""Numbers with their known digits."""

import math
from typing import Final

PLAIN: Final = (1e-5, 1e7)  # numbers from the first to the second are written without an exponent
DIGITS: Final = 15  # significant digits of a double


def with_error(value: float, error: float) -> str:
    """Return a value and its error with the known digits: ``120.3 ± 0.4``.

    Examples
    --------
    >>> with_error(120.3456, 0.4123), with_error(2.3456e-4, 1.2e-6), with_error(0.31, 1195.0)
    ('120.3 ± 0.4', '0.0002346 ± 0.0000012', '0.31 ± 1.2e+03')
    >>> with_error(2.3456e-9, 1.2e-11), with_error(0.3, 1.2e-18), with_error(0.3, math.inf)
    ('(2.346 ± 0.012)e-9', '0.3 ± 1.2e-18', '0.3 ± ?')
    """
    if not math.isfinite(error) or error <= 0:
        return f"{value:.6g} ± ?"
    if error > abs(value):  # only its order of magnitude is known
        return f"{value:.2g} ± {error:.2g}"
    if error < abs(value) * 10.0**-DIGITS:
        return f"{value:.{DIGITS}g} ± {error:.2g}"
    if not PLAIN[0] <= abs(value) < PLAIN[1]:
        power = math.floor(math.log10(abs(value)))
        return f"({with_error(value / 10.0**power, error / 10.0**power)})e{power}"
    digits = 1 - math.floor(math.log10(error)) if f"{error:.1e}"[0] in "12" else -math.floor(math.log10(error))
    return f"{value:.{max(digits, 0)}f} ± {error:.{max(digits, 0)}f}"


def value_with_error(value: float, error: float) -> str:
    """Return a value with its error, or without one if it is exact, as the value of a fixed parameter is.

    Examples
    --------
    >>> value_with_error(0.3, 0.0), value_with_error(0.3012, 0.01)
    ('0.3', '0.301 ± 0.010')
    """
    return with_error(value, error) if error else f"{value:.6g}"
