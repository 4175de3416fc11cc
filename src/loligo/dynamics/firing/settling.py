"""Runs under a constant current that last until the membrane rests or its cycles repeat."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.dynamics.firing.repetition import Repetition, repetition, return_times
from loligo.dynamics.newton import converged
from loligo.kernel import compiled
from loligo.resting.level_set import LevelSet
from loligo.simulation.engine import Runner, Window, scales
from loligo.stimulus import Ramp, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.simulation.engine import Outcome

FIRST_STRETCH: Final = 3.0  # time constants in the first stretch; each later one is as long as all before it together
RAMPED: Final = 5.0  # duration of a ramp from one current of the grid to the next, in time constants
FULLY_GROWN: Final = 10.0  # e-folding times of displacements from an unstable equilibrium after which a run has left it
LONGEST: Final = 3000.0  # longest run, in time constants
# time constants, and number of spikes: firing that has not settled after at least this many counts as irregular
ENOUGH, MANY_SPIKES = 100.0, 1000
SAMPLES: Final = 257  # number of states sampled in a stretch
NEAR: Final = 1e-2  # scaled distance from an equilibrium within which the approach to it is linear
DISPLACEMENT: Final = 1e-2  # scaled distance from an unstable equilibrium at which a run starts
CLOSED: Final = 30.0  # multiple of the tolerance: states whose scaled distance is smaller are the same
# scaled size of a cycle: for smaller ones the distance that counts as closed shrinks no further
LEAST_SIZE: Final = 0.3
STEADY: Final = 1e-7  # relative: if the period of cycles drifts by more, the run goes on and they are examined again
AGAIN: Final = 2  # largest number of such further examinations
# multiple of the tolerance of intervals: spikes that repeat only within it come from a peak that grazes the level
GRAZING: Final = 1e3
NEGLIGIBLE: Final = 1e-9  # fraction of the largest rate of a variable: a smaller rate belongs to a pure integrator
MAX_NEWTON_STEP: Final = 1.0  # scaled: a longer step leads to another solution
LAST_NEWTON_STEP: Final = 1e-14  # scaled: length of Newton's last step
PER_SPIKE: Final = 400  # samples of v per spike from which the range of v is measured
MAX_SWING_SAMPLES: Final = 40_000


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """A steady state, with its eigenvalues.

    Attributes
    ----------
    state : array (variables,)
    growth : float
        The largest real part of an eigenvalue [1/ms].
    direction : array (variables,)
        Direction in which a displacement grows fastest or decays slowest, of scaled length 1, with v increasing.
    inverse : array (free variables, variables)
        Matrix that decomposes a displacement into its components along the eigenvectors.
    """

    state: NDArray[np.float64]
    growth: float
    direction: NDArray[np.float64]
    inverse: NDArray[Any] = field(repr=False)

    @property
    def stable(self) -> bool:
        """Whether small displacements die out."""
        return self.growth < 0

    def distance(self, state: NDArray[np.float64]) -> float:
        """Return the largest component of a displacement along an eigenvector; it decays monotonically."""
        return float(np.abs(self.inverse @ (state - self.state)).max())


@dataclass(frozen=True, eq=False)
class Settled:
    """The result of a run under a constant current.

    Attributes
    ----------
    state : array (variables,)
        State at the end of the run.
    settled : bool
        Whether it reached a stable equilibrium or a cycle.
    rests : bool
        Whether that is an equilibrium.
    drift : float
        Largest relative difference in period between cycles in the last half of the run.
    steady, first, oscillation, burst_frequency, spikes_per_burst, swing : float
        As in `loligo.dynamics.firing.curve.FIBranch`.
    """

    state: NDArray[np.float64]
    settled: bool
    rests: bool
    drift: float = 0.0
    steady: float = 0.0
    first: float = 0.0
    oscillation: float = 0.0
    burst_frequency: float = math.nan
    spikes_per_burst: float = math.nan
    swing: float = 0.0


class Settler:
    """A function that runs a membrane from a state until it rests or its cycles repeat.

    Parameters
    ----------
    membrane : Membrane
    method : str
    tolerance : float
    time_constant : float
        The slowest time constant of the membrane [ms].
    longest : float, optional
        The time after which a run that has not settled ends [ms]; by default after 3000 time constants, or after 1000
        spikes and 100 time constants, including those of each variable alone at the present state.
    """

    def __init__(
        self, membrane: Membrane, *, method: str, tolerance: float, time_constant: float, longest: float | None
    ) -> None:
        self._runner = Runner(membrane, method=method, tolerance=tolerance)
        self._kernel, self._q = compiled(membrane)
        self._level_set = LevelSet.of(membrane)
        self._absolute, self._relative = scales(membrane)
        self._closed = CLOSED * tolerance
        self._time_constant = time_constant
        self.longest = LONGEST * time_constant if longest is None else longest
        self._enough = ENOUGH if longest is None else math.inf

    def __call__(self, current: float, state: NDArray[np.float64]) -> Settled:
        """Run under a current [µA/cm²] from a state.

        A state that is an unstable equilibrium, or within 0.01 of the scales of one, is displaced along the direction
        in which displacements grow. So is an unstable equilibrium at which the run no longer changes: slow variables
        may have drifted while the rest was stable, and afterwards only rounding errors could grow, which implicit steps
        damp.
        """
        beside = self._beside(current, state)
        if beside is not None and beside.stable and self._apart(beside.state, state) < self._closed:
            return Settled(beside.state, settled=True, rests=True)
        state, growth_time = self._begun(beside, state)
        length, longest = self._first_length(growth_time), self.longest
        begun, elapsed, spikes, again = 0.0, 0.0, 0, AGAIN
        beginning: list[float] = []
        verdict: Settled | None = None
        while True:
            stretch = _Stretch(self, current, state, length)
            if len(beginning) < 2:
                beginning += (elapsed + stretch.spikes[: 2 - len(beginning)]).tolist()
            first = 1e3 / (beginning[1] - beginning[0]) if len(beginning) == 2 else 0.0
            verdict = self._rests(stretch, first) or self._repeats(stretch, first) or verdict
            elapsed, spikes = elapsed + length, spikes + stretch.spikes.size
            if verdict is not None and (verdict.drift <= STEADY or again == 0):
                return verdict
            again -= verdict is not None
            enough = self._enough * max(self._time_constant, self._slowest(stretch.outcome.state))
            if elapsed >= longest * (1 - 1e-9) or (elapsed >= enough and spikes >= MANY_SPIKES):
                return verdict or _unsettled(stretch, first)
            state, growth_time = self._begun(self._stands_at(stretch), stretch.outcome.state)
            if growth_time > 0:
                begun, length = elapsed, self._first_length(growth_time)
            else:
                length = elapsed - begun
            length = min(length, longest - elapsed)

    def moved(self, start: float, end: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the state after the current has changed slowly from ``start`` to ``end`` [µA/cm²].

        A state next to an unstable equilibrium leaves it first.
        """
        state, growth_time = self._begun(self._beside(start, state), state)
        if growth_time > 0:
            state = self.run(start, state, FULLY_GROWN * growth_time).state
        return self.ramped(start, end, state)

    def ramped(self, start: float, end: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the state after a slow ramp from one current to another [µA/cm²]."""
        if start == end:
            return state
        length = RAMPED * self._time_constant
        stimulus = Step(start) + Ramp(end - start, stop=length)
        return self._runner(stimulus.joined(length), state, [Window(0.0, length)]).state

    def _beside(self, current: float, state: NDArray[np.float64]) -> Equilibrium | None:
        """Return the equilibrium at which, or next to which, the state lies, or None."""
        found = self.equilibrium(current, state)
        return found if found is not None and self._apart(found.state, state) < NEAR else None

    def _begun(self, beside: Equilibrium | None, state: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """Return the state at which a run starts, and the e-folding time of displacements there [ms], or 0."""
        if beside is None or beside.stable:
            return state, 0.0
        return self.displaced(beside), min(1.0 / beside.growth, self.longest) if beside.growth else self.longest

    def _first_length(self, growth_time: float) -> float:
        """Return the length of the first stretch of a run whose displacements grow at this rate [ms]."""
        return min(max(self._time_constant, growth_time) * FIRST_STRETCH, self.longest / 4)

    def _stands_at(self, stretch: _Stretch) -> Equilibrium | None:
        """Return the equilibrium at which the state stayed in the last half of a stretch, or None."""
        end = stretch.outcome.state
        if self._apart(stretch.states[SAMPLES // 2], end) > self._closed:
            return None
        there = self.equilibrium(stretch.current, end)
        return there if there is not None and self._apart(there.state, end) < self._closed else None

    def run(self, current: float, state: NDArray[np.float64], length: float, **options: Any) -> Outcome:
        """Run for a time [ms]; options as for `Runner`."""
        return self._runner(Step(current).joined(length), state, [Window(0.0, length)], **options)

    def scale(self, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scale of each variable."""
        sizes: NDArray[np.float64] = self._absolute + self._relative * np.abs(state)
        return sizes

    def displaced(self, equilibrium: Equilibrium) -> NDArray[np.float64]:
        """Return the state next to an unstable equilibrium from which a run leaves it."""
        moved: NDArray[np.float64] = equilibrium.state + DISPLACEMENT * equilibrium.direction
        return moved

    def equilibrium(self, current: float, state: NDArray[np.float64]) -> Equilibrium | None:
        """Return the equilibrium with the same conserved sums to which Newton's method leads from a state, or None."""
        kernel, q, level = self._kernel, self._q, self._level_set

        def improved(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, None]:
            scale = level.part(self.scale(x))
            slope, matrix = level.part(kernel.rhs(current, x, q)), level.jacobian(kernel.jacobian(x, q))
            if not (np.isfinite(slope).all() and np.isfinite(matrix).all()):
                return x, math.inf, None
            step = np.linalg.lstsq(matrix * (scale / scale[:, None]), slope / scale, rcond=1e-14)[0]
            return x - level.lift @ (step * scale), float(np.abs(step).max()), None

        found = converged(state, improved, max_step=MAX_NEWTON_STEP, tolerance=LAST_NEWTON_STEP)
        return None if found is None else self.with_eigenvalues(found[0])

    def with_eigenvalues(self, x: NDArray[np.float64]) -> Equilibrium | None:
        """Return an equilibrium with its eigenvalues, or None where the Jacobian is not finite."""
        level = self._level_set
        scale = level.part(self.scale(x))
        matrix = level.jacobian(self._kernel.jacobian(x, self._q)) * (scale / scale[:, None])
        if not np.isfinite(matrix).all():
            return None
        values, vectors = np.linalg.eig(matrix)
        leading = int(np.argmax(values.real))
        vector = vectors[:, leading] * np.exp(-1j * np.angle(vectors[0, leading]))  # v increases along it, if v changes
        direction = vector.real / np.abs(vector.real).max()
        inverse = np.linalg.pinv(vectors) / scale @ level.part(np.eye(len(x))).T
        return Equilibrium(x, float(values[leading].real), level.lift @ (direction * scale), inverse)

    def _slowest(self, state: NDArray[np.float64]) -> float:
        """Return the slowest time constant of any single variable [ms], which may drift longer than v takes to rest."""
        rates = np.abs(np.diag(self._level_set.jacobian(self._kernel.jacobian(state, self._q))))
        return 1.0 / float(rates[rates > NEGLIGIBLE * rates.max()].min(initial=math.inf))

    def _apart(self, a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
        return float((np.abs(a - b) / self.scale(a)).max())

    def _rests(self, stretch: _Stretch, first: float) -> Settled | None:
        """Return a result if the end of a stretch approaches a stable equilibrium at the rate of its eigenvalues."""
        half = SAMPLES // 2
        middle, end = stretch.states[half], stretch.states[-1]
        if self._apart(middle, end) > 2 * NEAR:
            return None
        there = self.equilibrium(stretch.current, end)
        if there is None or not there.stable or self._apart(there.state, end) > NEAR:
            return None
        before, after = there.distance(middle), there.distance(end)
        expected = there.growth * stretch.length / 2
        approaches = 0 < after < before and expected / 2 > math.log(after / before)
        if self._apart(there.state, end) < self._closed or approaches:
            return Settled(end, settled=True, rests=True, first=first)
        return None

    def _repeats(self, stretch: _Stretch, first: float) -> Settled | None:
        """Return a result if a stretch consists of cycles."""
        size = min(1.0, float((np.ptp(stretch.states, axis=0) / self.scale(stretch.states[-1])).max()))
        close = self._closed * max(size, LEAST_SIZE)
        for times in self._sections(stretch):
            count = return_times(times, self._closed)
            if count == 0:
                continue
            states = stretch.at(times)
            found = repetition(times, states / self.scale(states.mean(axis=0)), count, close)
            if found is not None:
                return self._cycle(stretch, states[-1], found, first)
        return None

    def _sections(self, stretch: _Stretch) -> Iterator[NDArray[np.float64]]:
        """Yield upward crossings of the spike level, and those of the middle of v if the former are inconclusive.

        If a peak grazes the spike level, the times of its crossings are poorly defined.
        """
        if stretch.spikes.size:
            yield stretch.spikes
            if return_times(stretch.spikes, GRAZING * self._closed) == 0:
                return
        yield stretch.crossings(stretch.middle)

    def _cycle(self, stretch: _Stretch, state: NDArray[np.float64], cycle: Repetition, first: float) -> Settled:
        firing = cycle.firing(stretch.spikes)
        times = np.linspace(0.0, cycle.period, min(MAX_SWING_SAMPLES, PER_SPIKE * cycle.crossings))
        swing = float(np.ptp(self.run(stretch.current, state, cycle.period, times=times).samples[:, 0]))
        return Settled(
            state=stretch.outcome.state,
            settled=True,
            rests=False,
            drift=cycle.drift,
            steady=firing.rate,
            first=first,
            oscillation=firing.rate or cycle.frequency,
            burst_frequency=firing.burst_frequency,
            spikes_per_burst=firing.spikes_per_burst,
            swing=swing,
        )


class _Stretch:
    """A part of a run, which can be sampled again at other times, since sampling does not change the steps."""

    def __init__(self, settler: Settler, current: float, start: NDArray[np.float64], length: float) -> None:
        self._settler, self._start = settler, np.array(start)
        self.current, self.length = current, length
        self.outcome = settler.run(current, start, length, times=np.linspace(0.0, length, SAMPLES))
        self.spikes, self.states = self.outcome.spikes, self.outcome.samples

    @property
    def middle(self) -> float:
        """The middle of the range of v [mV]."""
        v = self.states[:, 0]
        return float(v.min() + v.max()) / 2

    def crossings(self, level: float) -> NDArray[np.float64]:
        """Return the times at which v crosses a level upwards."""
        return self._settler.run(self.current, self._start, self.length, level=level).spikes

    def at(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the states at times."""
        return self._settler.run(self.current, self._start, self.length, times=times).samples


def _unsettled(stretch: _Stretch, first: float) -> Settled:
    """Return the mean rate of a run that neither rests nor repeats."""
    spikes = stretch.spikes
    rate = 1e3 * (spikes.size - 1) / (spikes[-1] - spikes[0]) if spikes.size > 1 else 0.0
    swing = float(np.ptp(stretch.states[:, 0]))
    return Settled(
        stretch.outcome.state, False, False, steady=float(rate), first=first, oscillation=float(rate), swing=swing
    )
