"""Tables of rates: for each millivolt a polynomial of degree 5, accurate to 1e-12, instead of exponentials.

A rate that depends only on v is smooth, and a polynomial through six Chebyshev points of a cell equals it to within
rounding. The table is checked between its nodes when it is built. An inaccurate table is not used, and outside the
table the formulas are evaluated.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LOWEST: Final = -200.0  # lowest potential of a table [mV]
CELLS: Final = 400.0
CELLS_PER_MV: Final = 1.0
DEGREE: Final = 5
ACCURACY: Final = 2e-12  # largest error of a table, relative to the largest value in the same cell

_NODES = -np.cos((2 * np.arange(DEGREE + 1) + 1) * np.pi / (2 * DEGREE + 2))
_CHECKS = np.array([-1.0, -0.61, 0.13, 0.83])
_TO_COEFFICIENTS = np.linalg.inv(np.vander(_NODES, increasing=True))
_AT_CHECKS = np.vander(_CHECKS, DEGREE + 1, increasing=True)


def table_points() -> NDArray[np.float64]:
    """Return the potentials at which to evaluate the functions [mV], shape (cells, nodes and checks)."""
    local = np.concatenate([_NODES, _CHECKS])
    return LOWEST + (np.arange(int(CELLS))[:, np.newaxis] + 0.5 * (local + 1)) / CELLS_PER_MV


def table_of(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return polynomial coefficients from values at `table_points`, or None if a polynomial is inaccurate.

    Parameters
    ----------
    values : array (cells, points, functions)

    Returns
    -------
    array (cells, DEGREE + 1, functions) or None
        Coefficients of the powers of x, which goes from -1 to 1 over a cell.
    """
    if not np.isfinite(values).all():
        return None
    nodes, checks = values[:, : DEGREE + 1], values[:, DEGREE + 1 :]
    coefficients = np.einsum("kn,cnf->ckf", _TO_COEFFICIENTS, nodes)
    missed = np.abs(np.einsum("pk,ckf->cpf", _AT_CHECKS, coefficients) - checks).max(axis=1)
    exact = missed <= ACCURACY * np.abs(values).max(axis=1)
    return coefficients if exact.all() else None
