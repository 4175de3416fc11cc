"""The states of a membrane driven by the recorded v."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import ArgumentError, DivergenceError
from loligo.recording.sensitivities import INITIAL, Sensitivities
from loligo.resting import state_scales
from loligo.simulation.clamp import voltage_clamp
from loligo.stimulus import Samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from loligo.fitting.current_clamp import Trace
    from loligo.membrane import Membrane
    from loligo.recording import Recording

    Vector = NDArray[np.float64]

BEYOND: Final = 0.5  # relative to the range of v: how far v at cuts may lie outside this range
STATE_SPAN: Final = 100.0  # scales: how far a further state may be from its initial value
SETTLED: Final = 5  # number of first samples whose mean v determines the initial steady state


def recorded_command(trace: Trace) -> tuple[Samples, float]:
    """Return the recorded v as a command from time 0 on, and its holding potential [mV]."""
    begin = float(trace.times[0])
    dt = float(np.diff(trace.times).min())
    count = int(np.ceil((float(trace.times[-1]) - begin) / dt)) + 1
    even = np.interp(begin + dt * np.arange(count), trace.times, trace.measured)
    holding = float(trace.measured[:SETTLED].mean())
    return Samples(even - holding, dt=dt), holding


def driven(membrane: Membrane, trace: Trace, times: Vector | Sequence[float]) -> Recording:
    """Return a membrane that is driven by the recorded v, at times of the trace.

    Gates and further states begin settled at the first v and then follow v.

    Raises
    ------
    DivergenceError
        A rate is not finite at a recorded potential.
    """
    command, holding = recorded_command(trace)
    begin = float(trace.times[0])
    span = float(trace.times[-1]) - begin
    at = np.clip(np.asarray(times) - begin, 0.0, span)
    return voltage_clamp(membrane, command, span, holding=holding, sampling=at)


class DrivenCurrents:
    """The currents of a membrane of any kind that recorded traces drive; see `loligo.fitting.clamped.ClampedMembrane`.

    Derivatives are taken at fixed gates, occupancies and further states, so those with respect to constants of rates
    are 0.
    """

    def __init__(self, membrane: Membrane, grids: Sequence[Trace], varied: Sequence[str]) -> None:
        self.membrane, self.grids, self.varied = membrane, grids, tuple(varied)
        self.linear: list[str] = []
        self.exponents: list[str] = []

    def thinned(self, every: int) -> DrivenCurrents:  # noqa: ARG002 - fewer samples are no less work
        """Return the same."""
        return self

    def of_sweep(self, sweep: int, values: Vector) -> tuple[Vector, Vector]:
        """Return current and derivatives of one sweep; not finite where a rate overflows."""
        trace, count = self.grids[sweep], len(self.varied)
        membrane = self.membrane.replace(**dict(zip(self.varied, values.tolist(), strict=True)))
        try:
            run = driven(membrane, trace, trace.times)
        except (DivergenceError, ArgumentError):
            return np.full(trace.times.size, np.nan), np.full((trace.times.size, count), np.nan)
        names = (*self.varied, *(INITIAL + name for name in membrane.variables))  # as `CurrentClamped` compiles them
        still = np.zeros((*run.states.shape, len(names)))
        slopes = Sensitivities(names, still, still[-1], lambda: (still, still[:, 0, 0])).observed(membrane, run.states)
        return run.ionic_current, slopes[:, -len(membrane.channels) :, :count].sum(axis=1)


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
