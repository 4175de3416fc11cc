"""A membrane under current clamp as a function of parameters and states: v between cuts, with exact derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from loligo._errors import DivergenceError, StepLimitError
from loligo.fitting.links import Links
from loligo.kernel.derivatives import variational_kernel
from loligo.kernel.directions import Directions
from loligo.kernel.structure import parameter_vector
from loligo.simulation.engine import Runner, System, Window, error_scales

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.stimulus import Pieces
    from loligo.sweep import Sweep

    Vector = NDArray[np.float64]

TOLERANCE: Final = 4e-6  # tolerance of the steps; just above the value from which the pair of order 5(4) is faster
UNCHECKED: Final = 1e100  # error scale of derivatives, so large that v and the gates alone determine the steps
MOST_STEPS: Final = 200  # steps for each sample, besides LEAST_STEPS: a run that needs more counts as overflowing
LEAST_STEPS: Final = 20_000


@dataclass(frozen=True, eq=False)
class Trace:
    """One sweep of a current clamp, prepared for comparison.

    Attributes
    ----------
    times : array (samples,)
        Times of the kept samples [ms].
    measured : array (samples,)
        v of the kept samples [mV].
    kept : array (samples,)
        Indices of those samples of the sweep that are compared.
    pieces : Pieces
        The stimulus until the last kept sample.
    """

    times: Vector
    measured: Vector
    kept: NDArray[np.intp]
    pieces: Pieces

    @classmethod
    def of(cls, sweep: Sweep) -> Trace:
        """Return the trace of a sweep, without excluded samples."""
        kept = np.flatnonzero(sweep.kept)
        times = sweep.t[kept]
        return cls(times, np.asarray(sweep.v)[kept], kept, sweep.stimulus.joined(float(times[-1])))


class Stretch(NamedTuple):
    """A part of a trace between two cuts: its times [ms], its samples, and the stimulus."""

    start: float
    stop: float
    samples: slice
    pieces: Pieces


class Shot(NamedTuple):
    """A run over one stretch: v minus the measured v, the final state, and their derivatives.

    Attributes
    ----------
    misfit : array (samples,)
        [mV]
    slopes : array (samples, parameters + variables)
        Derivatives of v with respect to the parameters and the initial state.
    end : array (variables,)
    end_slopes : array (variables, parameters + variables)
    """

    misfit: Vector
    slopes: Vector
    end: Vector
    end_slopes: Vector


class Shooter(NamedTuple):
    """A runner of a membrane and its derivatives, and the derivatives of its parameters for the varied values.

    Attributes
    ----------
    run : Runner or None
        None if the membrane cannot have these parameters.
    matrix : array (parameters, varied)
    """

    run: Runner | None
    matrix: Vector


def stretches(trace: Trace, cuts: Vector) -> list[Stretch]:
    """Return the parts of a trace between cuts [ms], from its first sample; a sample at a cut is in the later part."""
    ends = [*cuts.tolist(), float(trace.times[-1])]
    found = []
    for k, (start, stop) in enumerate(pairwise(ends)):
        last = trace.times.size if k == len(cuts) - 1 else int(np.searchsorted(trace.times, stop))
        own = slice(int(np.searchsorted(trace.times, start)), last)
        found.append(Stretch(start, stop, own, trace.pieces.between(start, stop)))
    return found


class CurrentClamped:
    """A membrane under the stimuli of sweeps, as a function of the varied parameters.

    Parameters
    ----------
    membrane : Membrane
    sweeps : sequence of Sweep
        Sweeps of a current clamp.
    varied : sequence of str
        Names of parameters.
    links : Links, optional
        The map from the varied values to the parameters, if the two differ.

    Attributes
    ----------
    grids : list of Trace
    """

    def __init__(
        self, membrane: Membrane, sweeps: Sequence[Sweep], varied: Sequence[str], links: Links | None = None
    ) -> None:
        self.membrane, self.sweeps = membrane, tuple(sweeps)
        self.links = links or Links(membrane, len(self.sweeps), tuple(varied), {})
        self.varied = self.links.inner
        self.grids = [Trace.of(sweep) for sweep in sweeps]
        self.variables = len(membrane.variables)
        self._plain = parameter_vector(membrane)
        self._places = [list(membrane.parameters).index(name) for name in self.varied]
        self._kernel = variational_kernel(membrane, Directions(self.varied, 0, self.variables))
        absolute, relative = error_scales(membrane)
        width = self.variables * (len(self.varied) + self.variables)
        self._scales = np.r_[absolute, np.full(width, UNCHECKED)], np.r_[relative, np.zeros(width)]
        columns = (*self.varied, *membrane.variables)
        self._names = (*membrane.variables, *(f"d{x}/d{p}" for x in membrane.variables for p in columns))

    def __reduce__(self) -> tuple[type[CurrentClamped], tuple[object, ...]]:
        return CurrentClamped, (self.membrane, self.sweeps, self.links.names, self.links)

    def shooter(self, values: Vector, sweep: int) -> Shooter:
        """Return a runner of the membrane of a sweep and its derivatives, at given varied values."""
        inner, matrix = self.links.at(values, sweep)
        if not np.isfinite(inner).all():
            return Shooter(None, matrix)
        parameters = self._plain.copy()
        parameters[self._places] = inner
        q = self._kernel.prepared_of(parameters)
        kernel = self._kernel
        system = System(
            self._names, kernel.rhs_address, lambda: kernel.jacobian_address, lambda: q, lambda: q, kernel.switches,
            self._scales,
        )  # fmt: skip
        return Shooter(Runner(self.membrane, method="auto", tolerance=TOLERANCE, system=system), matrix)

    def shot(self, shooter: Shooter, trace: Trace, stretch: Stretch, state: Vector) -> Shot | None:
        """Run over a stretch from a state; None if the run overflows."""
        if shooter.run is None:
            return None
        n, count, first = self.variables, len(self.varied) + self.variables, self._kernel.first
        begin = np.zeros((n, count))
        begin[:, len(self.varied) :] = np.eye(n)
        y = np.concatenate((state, begin.ravel()))
        times = trace.times[stretch.samples]
        most = LEAST_STEPS + MOST_STEPS * times.size
        try:
            done = shooter.run(stretch.pieces, y, [Window(stretch.start, stretch.stop)], times, most_steps=most)
        except (DivergenceError, StepLimitError):
            return None
        return Shot(
            done.samples[:, 0] - trace.measured[stretch.samples],
            self._in_varied(done.samples[:, first : first + count], shooter.matrix),
            done.state[:n],
            self._in_varied(done.state[first:].reshape(n, count), shooter.matrix),
        )

    def _in_varied(self, slopes: Vector, matrix: Vector) -> Vector:
        """Return derivatives with respect to the varied values and states, from those for parameters and states."""
        if self.links.plain:
            return slopes
        k = len(self.varied)
        return np.hstack([slopes[:, :k] @ matrix, slopes[:, k:]])
