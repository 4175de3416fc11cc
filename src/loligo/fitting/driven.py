"""The states of a membrane driven by the recorded v."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.resting import state_scales
from loligo.simulation.clamp import voltage_clamp
from loligo.stimulus import Samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from loligo.fitting.current_clamp import CurrentClamped, Trace
    from loligo.membrane import Membrane

    Vector = NDArray[np.float64]

BEYOND: Final = 0.5  # relative to the range of v: how far v at cuts may lie outside
STATE_SPAN: Final = 100.0  # scales: how far further states may lie from their first value


def driven_states(clamped: CurrentClamped, values: Vector, sweep: int, times: Sequence[float]) -> Vector:
    """Return all variables of a sweep at times, driven by the recorded v, shape (times, variables).

    Gates and further states begin settled at the first v and then follow v.

    Raises
    ------
    DivergenceError
        A rate is not finite at a recorded potential.
    """
    membrane, trace = clamped.links.membrane_at(values, sweep), clamped.grids[sweep]
    begin = float(trace.times[0])
    span = float(trace.times[-1]) - begin
    dt = float(np.diff(trace.times).min())
    even = np.interp(begin + dt * np.arange(int(np.ceil(span / dt)) + 1), trace.times, trace.measured)
    holding = float(trace.measured[: min(5, trace.measured.size)].mean())
    at = np.clip(np.asarray(times) - begin, 0.0, span)
    run = voltage_clamp(membrane, Samples(even - holding, dt=dt), span, holding=holding, sampling=at)
    return np.array(run.states)


def state_bounds(membrane: Membrane, trace: Trace) -> tuple[Vector, Vector]:
    """Return the bounds of states at cuts: v around the recorded range, gates from 0 to 1."""
    low, high = np.zeros(len(membrane.variables)), np.ones(len(membrane.variables))
    margin = BEYOND * float(np.ptp(trace.measured)) + 0.1 * membrane.v_scale
    low[0], high[0] = float(trace.measured.min()) - margin, float(trace.measured.max()) + margin
    first = len(membrane.variables) - len(membrane.states)
    for k, (state, scale) in enumerate(zip(membrane.states, state_scales(membrane), strict=True), first):
        low[k] = max(state.minimum, state.initial - STATE_SPAN * scale)
        high[k] = state.initial + STATE_SPAN * scale
    return low, high
