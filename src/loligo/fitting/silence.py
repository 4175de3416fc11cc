"""The refusal of a fit without spikes to traces with spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo._errors import FitError
from loligo.sweep import Sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.result import Fit

    Vector = NDArray[np.float64]


def check_spikes(fit: Fit) -> None:
    """Refuse a fit that converged to v without a spike, although the measured v has spikes.

    A spike is an upward crossing of the membrane's spike level between compared samples, by more than the noise.

    Raises
    ------
    FitError
        The bounds, or the membrane, exclude every spike; ``values`` of the error are the values of the fit.
    """
    measured = fitted = 0
    for sweep, residuals, noise in zip(fit.sweeps, fit.residuals, fit.noise, strict=True):
        if isinstance(sweep, Sweep) and sweep.v is not None and noise is not None:
            v = sweep.v[sweep.kept]
            measured += crossings(v, fit.membrane.spike_level, 2.0 * noise)
            fitted += crossings(v + residuals, fit.membrane.spike_level, 0.0)
    if measured and not fitted and not fit.ended:
        raise FitError(
            f"The measured v has {measured:,} spike{'s' * (measured > 1)}, the best of {len(fit.runs)} starts none: "
            "the bounds or the membrane exclude every spike. Widen the bounds, check the units of the stimulus, or put "
            "the spikes into exclude= to fit v between them.",
            values=fit.values,
        )


def crossings(v: Vector, level: float, margin: float) -> int:
    """Return how often v rises from below a level to above it, each time by a margin.

    Examples
    --------
    >>> crossings(np.array([-65.0, 20.0, -3.0, 4.0, -65.0, 30.0]), 0.0, 5.0)
    2
    """
    sides = np.sign(v - level) * (np.abs(v - level) > margin)
    sides = sides[sides != 0.0]
    return int(((sides[:-1] < 0.0) & (sides[1:] > 0.0)).sum())
