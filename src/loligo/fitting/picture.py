"""The figure of a fit: data and model, residuals and their autocorrelation, values between their bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.fitting.uncertainty import autocorrelation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from loligo.fitting.problem import SumOfSquares
    from loligo.sweep import Sweep

    Vector = NDArray[np.float64]


def drawn(
    problem: SumOfSquares, sweeps: Sequence[Sweep], point: Vector, intervals: Mapping[str, tuple[float, float]],
    residuals: Sequence[Vector], unit: str, panels: Any, figure: Figure | None,
) -> Figure:  # fmt: skip
    """Draw a fit, given its best point, intervals and residuals; see `loligo.fitting.Fit.plot`."""
    from loligo.figures import fit_panels

    box = problem.box
    places = {
        name: [float(box.point(np.where(np.array(box.names) == name, end, box.low))[k]) for end in ends]
        for k, (name, ends) in enumerate(intervals.items())
    }
    return fit_panels(
        [
            (
                sweep.name,
                _with_gaps(grid.kept, sweep.t[grid.kept]),
                _with_gaps(grid.kept, grid.measured),
                _with_gaps(grid.kept, grid.measured + misfit),
            )
            for sweep, grid, misfit in zip(sweeps, problem.clamped.grids, residuals, strict=True)
        ],
        correlations=[autocorrelation(own) for own in residuals],
        places={
            name: (float(place), places[name][0], places[name][1]) for name, place in zip(box.names, point, strict=True)
        },
        bounds={name: (float(a), float(b)) for name, a, b in zip(box.names, box.low, box.high, strict=True)},
        unit=unit,
        panels=panels,
        figure=figure,
    )


def _with_gaps(kept: NDArray[np.intp], trace: Vector) -> Vector:
    """Return a trace with NaN where samples were excluded."""
    return np.insert(trace, np.flatnonzero(np.diff(kept) > 1) + 1, np.nan)
