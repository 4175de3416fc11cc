"""Multiple shooting: traces of v are cut, states at the cuts are free, and a growing penalty closes the gaps.

At first the trace is compared stretch by stretch, each with its own initial state: no spike can be lost, since each
stretch begins at the recording. The gaps between the end of one stretch and the start of the next are added to the sum
of squares with a growing weight, until one run from the first state alone follows the same course (Bock 1981,
doi:10.1007/978-3-642-68220-9_8; van Domselaar and Hemker 1975).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import ArgumentError, DivergenceError, TimeLimitError, UnitError
from loligo.fitting.current_clamp import Stretch, stretches
from loligo.fitting.descent import FIRST_DAMPING, Quadratic, descended
from loligo.fitting.driven import driven, state_bounds
from loligo.fitting.problem import Start, V
from loligo.fitting.regression import regressed
from loligo.fitting.uncertainty import correlation_length
from loligo.kernel.stops import Stopped, current_stop, finishing
from loligo.simulation.engine import scales

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.bounds import Box
    from loligo.fitting.current_clamp import CurrentClamped, Shot, Trace

    Vector = NDArray[np.float64]

TIES: Final = (0.1, 0.01, 1e-3, 1e-5)  # standard deviations of gaps, in scales of the variables, one descent each
TIED_EVALUATIONS: Final = 100  # largest number of evaluations of each of these descents
ENOUGH: Final = 1e-4  # relative to the sum of squares: a smaller predicted decrease ends such a descent
RESPONDS: Final = 0.05  # fraction of the variance of v that a start must explain
STRETCH: Final = 2.0  # length of a stretch, in correlation lengths of v
LEAST_SAMPLES: Final = 10  # smallest number of samples of a stretch
MOST_STRETCHES: Final = 100  # largest number of stretches of all sweeps together
INNER: Final = 30  # largest number of evaluations in which the first states are found


@dataclass(frozen=True, eq=False)
class ShootingProblem:
    """A sum of squares over a box and the initial states of sweeps.

    A point has the coordinates of the parameters from 0 to 1, then those of the first state of each sweep.

    Attributes
    ----------
    clamped : CurrentClamped
    box : Box
    noise : array (sweeps,)
        Standard deviation of v [mV].
    priors : sequence of (int, float, float)
        Index of the parameter, mean and standard deviation of each prior.
    first : array (sweeps, variables) or empty
        Coordinates of initial states, near which the best ones for given parameters are searched for.
    beside : callable, optional
        Returns another sum of squares, of the parameters alone, which is added: that of currents, for example.
    """

    clamped: CurrentClamped
    box: Box
    noise: Vector
    priors: Sequence[tuple[int, float, float]] = ()
    first: Vector | None = None
    beside: Callable[[Vector], Quadratic | None] | None = None

    @property
    def samples(self) -> int:
        """Number of compared samples."""
        return sum(trace.measured.size for trace in self.clamped.grids)

    @cached_property
    def nothing(self) -> float:
        """The sum of squares of traces that stay at their means."""
        grids = zip(self.clamped.grids, self.noise.tolist(), strict=True)
        return float(sum(trace.measured.var() * trace.measured.size / noise**2 for trace, noise in grids))

    def explained(self, point: Vector, cost: float) -> float:
        """Return the decrease of a sum of squares at a point relative to constant traces."""
        return self.nothing - cost + self._prior(point[: len(self.box.names)])[0]

    @cached_property
    def bounds(self) -> tuple[Vector, Vector]:
        """The bounds of states, sweep by sweep, each of shape (sweeps, variables)."""
        own = [state_bounds(self.clamped.membrane, trace) for trace in self.clamped.grids]
        return np.array([low for low, _ in own]), np.array([high for _, high in own])

    @cached_property
    def scales(self) -> Vector:
        """The scale of each variable, in which gaps are measured."""
        return scales(self.clamped.membrane)[0]

    @cached_property
    def stretches(self) -> list[list[Stretch]]:
        """The stretches into which sweeps are cut."""
        most = max(1, MOST_STRETCHES // len(self.clamped.grids))
        return [stretches(trace, cuts_of(trace, most)) for trace in self.clamped.grids]

    @cached_property
    def whole(self) -> list[list[Stretch]]:
        """The sweeps in one stretch each."""
        return [stretches(trace, trace.times[:1]) for trace in self.clamped.grids]

    def begun(self, point: Vector) -> Start | None:
        """Return a start from parameters, with gaps so small that a run from the first state covers the whole trace.

        After the search has been stopped, the states are those driven by the recorded v.
        """
        values, traces = self.box.values(point), self.clamped.grids
        try:
            with finishing():
                states = [
                    driven(self.clamped.links.membrane_at(values, k), traces[k], [one.start for one in own]).states
                    for k, own in enumerate(self.stretches)
                ]
        except (DivergenceError, ArgumentError, UnitError):  # the run diverges, or a formula has no valid value
            return None
        low, high = self.bounds
        parts = [(own - a) / (b - a) for own, a, b in zip(states, low, high, strict=True)]
        place = np.clip(np.concatenate([point, *(part.ravel() for part in parts)]), 0.0, 1.0)
        drawn = self._drawn_tighter(place)
        if drawn is None:
            return None
        place, evaluations = drawn
        n, width = len(self.box.names), self.clamped.variables
        firsts = n + width * np.cumsum([0, *(len(own) for own in self.stretches[:-1])])
        point = np.concatenate([place[:n], *(place[first : first + width] for first in firsts)])
        there = self.unstopped(point)
        if there is None:
            return None
        traced = there if self.beside is None else self.tied(point, self.whole, 1.0, alone=True)
        responds = traced is not None and self.explained(point, traced.cost) > RESPONDS * self.nothing
        return Start(point, there, responds, evaluations)

    def _drawn_tighter(self, place: Vector) -> tuple[Vector, int] | None:
        """Return the point reached by tightening the ties, and the number of evaluations; None if runs overflow.

        A time limit ends the tightening at the present point.
        """
        evaluations = 0
        for tie in TIES:

            def evaluate(there: Vector, tie: float = tie) -> Quadratic | None:
                try:
                    current_stop().check()
                    return self.tied(there, self.stretches, tie)
                except (Stopped, TimeLimitError):
                    raise StopIteration from None

            try:
                here = evaluate(place)
            except StopIteration:
                break
            if here is None:
                return None
            damping = FIRST_DAMPING * min(1.0, (tie / TIES[0]) ** 2)
            minimum = descended(evaluate, place, here, TIED_EVALUATIONS, ENOUGH, damping)
            place = minimum.point
            evaluations += minimum.evaluations
        return place, evaluations

    def regressed(self) -> Vector:
        """Return the parameters of a regression of dv/dt on the currents of gates that the recorded v drives."""
        return regressed(self.clamped, self.box, self.noise, self.priors)

    @property
    def coarse(self) -> ShootingProblem:
        """The problem for the coarse descent: this one."""
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each sweep has measured."""
        return (V,) * len(self.noise)

    @property
    def estimated(self) -> tuple[str, ...]:
        """Kinds of data whose noise was estimated from residuals: none, errors are scaled instead."""
        return ()

    def unstopped(self, point: Vector) -> Quadratic | None:
        """Return the sum of squares around a point even after the search has been stopped."""
        with finishing():
            return self.tied(point, self.whole, 1.0)

    def quadratic(self, point: Vector) -> Quadratic | None:
        """Return the quadratic model around a point, with its first states or, if it has none, the best ones."""
        current_stop().check()
        if point.size == len(self.box.names):
            return self._reduced(point)
        return self.tied(point, self.whole, 1.0)

    def tied(self, point: Vector, cut: list[list[Stretch]], tie: float, *, alone: bool = False) -> Quadratic | None:
        """Return the quadratic model around parameters and states at all cuts, for a standard deviation of gaps.

        ``alone`` leaves out what is added of the parameters alone.
        """
        n, width = len(self.box.names), self.clamped.variables
        values = self.box.values(point[:n])
        low, high = self.bounds
        total = Sum(point.size, n, self.box.slopes(values))
        total.add_prior(self._prior(point[:n]))
        if self.beside is not None and not alone:
            other = self.beside(point[:n])
            if other is None:
                return None
            total.add_beside(other)
        place = n
        for k, (trace, own) in enumerate(zip(self.clamped.grids, cut, strict=True)):
            span = high[k] - low[k]
            shooter = self.clamped.shooter(values, k)
            states = low[k] + point[place : place + width * len(own)].reshape(-1, width) * span
            for j, stretch in enumerate(own):
                shot = self.clamped.shot(shooter, trace, stretch, states[j])
                if shot is None:
                    return None
                total.add_shot(shot, self.noise[k], place + width * j, span)
                if j + 1 < len(own):
                    total.add_tie(shot, states[j + 1], tie * self.scales, place + width * j, span)
            place += width * len(own)
        return total.quadratic()

    def _prior(self, point: Vector) -> tuple[float, Vector, Vector]:
        """Return the sum of squares of priors, half its derivative, and its curvature, on the scale of the values."""
        values, cost = self.box.values(point), 0.0
        gradient, curvature = np.zeros(values.size), np.zeros((values.size,) * 2)
        for k, mean, deviation in self.priors:
            away = (values[k] - mean) / deviation
            cost += float(away * away)
            gradient[k] += away / deviation
            curvature[k, k] += deviation**-2
        return cost, gradient, curvature

    def at(self, point: Vector) -> ShootingProblem:
        """Return the problem of the parameters alone; first states are searched for near those of a point."""
        n = len(self.box.names)
        return replace(self, first=point[n:])

    def completed(self, point: Vector) -> Vector:
        """Return parameters with their best first states."""
        if point.size > len(self.box.names):
            return point
        n, first = point.size, self.first

        def evaluate(part: Vector) -> Quadratic | None:
            there = self.tied(np.concatenate([point, part]), self.whole, 1.0, alone=True)
            return None if there is None else _among(there, slice(n, None))

        if first is None:
            raise RuntimeError("first states are not known")
        here = evaluate(first)
        if here is None:
            return np.concatenate([point, first])
        return np.concatenate([point, descended(evaluate, first, here, INNER).point])

    def _reduced(self, point: Vector) -> Quadratic | None:
        """Return the quadratic model around parameters, with first states eliminated."""
        whole = self.tied(self.completed(point), self.whole, 1.0)
        if whole is None:
            return None
        n = point.size
        own, mixed, rest = whole.curvature[:n, :n], whole.curvature[:n, n:], whole.curvature[n:, n:]
        follow = np.linalg.lstsq(rest, np.column_stack([mixed.T, whole.gradient[n:]]), rcond=None)[0]
        return Quadratic(whole.cost, whole.gradient[:n] - mixed @ follow[:, -1], own - mixed @ follow[:, :-1])

    def residuals(self, values: Vector, point: Vector | None = None) -> list[tuple[Vector, Vector]]:
        """Return v minus the measured v, and its derivatives with first states eliminated, by sweep [mV].

        ``point`` may contain first states; else the best ones are used.
        """
        n, width = len(self.box.names), self.clamped.variables
        point = self.completed(self.box.point(values)) if point is None else point
        found = []
        low, high = self.bounds
        for k, (trace, (stretch,)) in enumerate(zip(self.clamped.grids, self.whole, strict=True)):
            place = n + width * k
            state = low[k] + point[place : place + width] * (high[k] - low[k])
            shot = self.clamped.shot(self.clamped.shooter(values, k), trace, stretch, state)
            if shot is None:
                size = trace.measured.size
                found.append((np.full(size, np.nan), np.full((size, n), np.nan)))
                continue
            own, started = shot.slopes[:, :n], shot.slopes[:, n:] * (high[k] - low[k])
            follow = np.linalg.lstsq(started, own, rcond=None)[0]
            found.append((shot.misfit, own - started @ follow))
        return found

    def misfit(self, point: Vector) -> float:
        """Return the root mean square of the residuals at a point [mV]."""
        parts = self.residuals(self.box.values(point[: len(self.box.names)]), point)
        return math.sqrt(sum(float(own @ own) for own, _ in parts) / self.samples)


class Sum:
    """A sum of squares assembled from shots, in the coordinates of parameters and states."""

    def __init__(self, size: int, parameters: int, slopes: Vector) -> None:
        self._cost, self._gradient, self._curvature = 0.0, np.zeros(size), np.zeros((size, size))
        self._n, self._slopes = parameters, slopes

    def add_prior(self, prior: tuple[float, Vector, Vector]) -> None:
        """Add the priors of the parameters."""
        cost, gradient, curvature = prior
        n, slopes = self._n, self._slopes
        self._cost += cost
        self._gradient[:n] += gradient * slopes
        self._curvature[:n, :n] += curvature * np.outer(slopes, slopes)

    def add_beside(self, other: Quadratic) -> None:
        """Add another sum of squares, in the coordinates of the parameters."""
        n = self._n
        self._cost += other.cost
        self._gradient[:n] += other.gradient
        self._curvature[:n, :n] += other.curvature

    def add_shot(self, shot: Shot, noise: float, place: int, span: Vector) -> None:
        """Add the residuals of a stretch whose state begins at an index of the point."""
        factor = np.concatenate([self._slopes, span]) / noise
        self._add(shot.misfit / noise, shot.slopes * factor, place)

    def add_tie(self, shot: Shot, following: Vector, deviation: Vector, place: int, span: Vector) -> None:
        """Add the gap between the end of a stretch and the next state."""
        factor = np.concatenate([self._slopes, span])
        slopes = np.hstack([shot.end_slopes * factor, -np.diag(span)]) / deviation[:, np.newaxis]
        self._add((shot.end - following) / deviation, slopes, place)

    def quadratic(self) -> Quadratic | None:
        """Return the sum, or None if it is not finite."""
        finite = np.isfinite(self._cost) and np.isfinite(self._curvature).all()
        return Quadratic(self._cost, self._gradient, self._curvature) if finite else None

    def _add(self, misfit: Vector, slopes: Vector, place: int) -> None:
        """Add residuals that depend on the parameters and on the coordinates from an index on."""
        n = self._n
        own, states = slice(n), slice(place, place + slopes.shape[1] - n)
        with np.errstate(invalid="ignore", over="ignore"):
            self._cost += float(misfit @ misfit)
            gradient, curvature = slopes.T @ misfit, slopes.T @ slopes
            self._gradient[own] += gradient[:n]
            self._gradient[states] += gradient[n:]
            self._curvature[own, own] += curvature[:n, :n]
            self._curvature[own, states] += curvature[:n, n:]
            self._curvature[states, own] += curvature[n:, :n]
            self._curvature[states, states] += curvature[n:, n:]


def cuts_of(trace: Trace, most: int) -> Vector:
    """Return the times at which a trace is cut [ms]: a few correlation times of v apart, where v changes slowly."""
    length = max(LEAST_SAMPLES, round(STRETCH * correlation_length(trace.measured)))
    count = max(1, min(most, trace.times.size // length))
    edges = np.linspace(0, trace.times.size, count + 1).astype(int)[:-1]
    reach = max(1, trace.times.size // count // 3)
    speed = np.abs(np.gradient(np.convolve(trace.measured, np.full(5, 0.2), mode="same")))
    found = [0, *(int(k - reach + np.argmin(speed[k - reach : k + reach + 1])) for k in edges[1:])]
    return trace.times[np.unique(found)]


def _among(quadratic: Quadratic, own: slice) -> Quadratic:
    return Quadratic(quadratic.cost, quadratic.gradient[own], quadratic.curvature[own, own])
