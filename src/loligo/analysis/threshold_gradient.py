"""Derivatives of a threshold with respect to parameters, from derivatives along runs at both ends of a narrow bracket.

A run at the threshold lingers near the boundary between firing and silence. There small changes in the amplitude A and
of a parameter p grow along the same direction, and cancel if ``dA/dp = -(dv/dp) / (dv/dA)``. The ratio is taken where
dv/dA is largest before the spike; the difference between the two ends of the bracket shows its error. If the peak of v
grows through the spike level without lingering, the ratio is taken at the peak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import ThresholdError
from loligo.analysis.search import Search
from loligo.simulation.current import initial_state, recorded

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.recording import Recording
    from loligo.stimulus import Stimulus

TOLERANCE: Final = 1e-12  # tolerance of the runs
WIDTH: Final = 1e-9  # width of the bracket, relative to the threshold
SAMPLES: Final = 20_001
AGREEMENT: Final = 1e-5  # largest relative difference between the derivatives found at the two ends of the bracket


def threshold_gradient(
    membrane: Membrane,
    stimulus: Stimulus,
    bracket: tuple[float, float],
    duration: float,
    names: tuple[str, ...],
    *,
    initial: Any,
    method: str,
    interventions: tuple[Intervention, ...],
) -> dict[str, float]:
    """Return d threshold / dp for each name; without names nothing is run.

    Raises
    ------
    ThresholdError
        The two ends of the bracket give different derivatives.
    """
    if not names:
        return {}
    state = initial_state(membrane, initial)
    search = Search(membrane, stimulus, "once", duration, TOLERANCE, state, method, interventions)
    width = abs(bracket[1] - bracket[0])
    low, high = search.narrowed(*search.widened(*bracket, width), min(WIDTH * abs(bracket[1]), width))
    found = []
    for amplitude in (low, high):
        run = recorded(
            membrane, stimulus.with_amplitude(amplitude), duration, initial=state, tolerance=TOLERANCE, method=method,
            sampling=np.linspace(0.0, duration, SAMPLES), interventions=interventions,
            sensitivities=["amplitude", *names], described=initial,
        )  # fmt: skip
        found.append(_ratios(run, membrane.spike_level, abs(high - low), names))
    differs = np.abs(found[0] - found[1]) > AGREEMENT * np.maximum(np.abs(found[0]), np.abs(found[1]).max())
    if differs.any():
        lost = ", ".join(name for name, bad in zip(names, differs, strict=True) if bad)
        raise ThresholdError(
            f"The derivative of the threshold of {membrane.name} with respect to {lost} is unknown: runs at the "
            f"two ends of the bracket disagree (silent end {found[0].tolist()}, firing end {found[1].tolist()}). "
            "Give a finer resolution."
        )
    return dict(zip(names, (0.5 * (found[0] + found[1])).tolist(), strict=True))


def _ratios(run: Recording, level: float, width: float, names: tuple[str, ...]) -> NDArray[np.float64]:
    """Return ``-(dv/dp) / (dv/dA)`` where the run lingers, or at its peak, shape (names,)."""
    until = run.t.size if not run.spikes.size else max(1, int(np.searchsorted(run.t, run.spikes[0])))
    growth = run.sensitivity("amplitude").v[:until]
    place, peak = int(np.abs(growth).argmax()), int(run.v[:until].argmax())
    if level - run.v[peak] <= 10.0 * width * abs(growth[peak]) and not run.spikes.size:
        place = peak
    return np.array([-run.sensitivity(name).v[place] / growth[place] for name in names])
