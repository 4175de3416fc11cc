"""The figure of a fit: data and model, residuals and their autocorrelation, values between their bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.fitting.problem import FEATURES
from loligo.fitting.uncertainty import autocorrelation

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from loligo.fitting.problem import SumOfSquares

    Vector = NDArray[np.float64]
    Fit = Any  # `loligo.fitting.Fit`, which has this as a method and so cannot be imported


def drawn(fit: Fit, problem: SumOfSquares, point: Vector, panels: Any, figure: Figure | None) -> Figure:
    """Draw a fit, given its problem and best point; see `loligo.fitting.Fit.plot`."""
    from loligo.figures import fit_panels

    box = problem.box
    places = {}
    for k, (name, ends) in enumerate(fit.intervals().items()):
        low, high = (float(box.point(np.where(np.array(box.names) == name, end, box.low))[k]) for end in ends)
        places[name] = (float(point[k]), low, high)
    rows = zip(fit.sweeps, problem.clamped.grids, fit.residuals, problem.noise, problem.kinds, strict=True)
    recorded = [(*row, fit.unit_of(row[-1])) for row in rows if row[-1] != FEATURES]
    return fit_panels(
        [
            (
                sweep.name or ("" if fit.data_unit else kind),
                _with_gaps(grid.kept, sweep.t[grid.kept]),
                _with_gaps(grid.kept, grid.measured),
                _with_gaps(grid.kept, grid.measured + misfit),
            )
            for sweep, grid, misfit, _, kind, _ in recorded
        ],
        correlations=[autocorrelation(row[2]) for row in recorded],
        places=places,
        bounds={name: (float(a), float(b)) for name, a, b in zip(box.names, box.low, box.high, strict=True)},
        unit=fit.data_unit or recorded[0][-1],
        mixed=None if fit.data_unit else [(row[-1], float(row[3])) for row in recorded],
        deviations=fit.deviations,
        panels=panels,
        figure=figure,
    )


def _with_gaps(kept: NDArray[np.intp], trace: Vector) -> Vector:
    """Return a trace with NaN where samples were excluded."""
    return np.insert(trace, np.flatnonzero(np.diff(kept) > 1) + 1, np.nan)
