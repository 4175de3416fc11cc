"""Branches of equilibria, followed by pseudo-arclength through their folds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from loligo._errors import RestError
from loligo.dynamics.continuation import ITSELF, Ending, StepSizes
from loligo.dynamics.system import PARTS_OF_RANGE, furthest
from loligo.dynamics.zeros import Branch, Path, Place, Zeros, followed_both_ways
from loligo.resting import rest, state_scales, why_no_rest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.system import System

SCANNED_VALUES = 5  # values of the parameter at which equilibria are sought
DOMAIN_SLACK = 1e-9  # of a state, or of its scale: by which it may lie below its minimum
SAME_DISTANCE = 1e-6  # scaled distance below which two equilibria are one


class EquilibriumCurve(Zeros):
    """The curve ``f(z, p) = 0`` in ``x = (z, p/unit)``."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.unit = system.width / PARTS_OF_RANGE

    def value(self, x: NDArray[np.float64]) -> float:
        """Return the parameter at a point."""
        return float(x[-1] * self.unit)

    def point(self, z: NDArray[np.float64], p: float) -> NDArray[np.float64]:
        """Return the point of a scaled state and a value."""
        return np.append(z, p / self.unit)

    def residual(self, x: NDArray[np.float64], fixed: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return dz/dt at a point [1/ms]."""
        slopes: NDArray[np.float64] = self.system.slopes(x[None, :-1], self.value(x))[0]
        return slopes

    def jacobian(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the derivative in the state alone."""
        matrix: NDArray[np.float64] = self.system.jacobians(x[None, :-1], self.value(x))[0]
        return matrix

    def derivative(self, x: NDArray[np.float64], fixed: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the derivative in state and parameter, shape (n, n + 1)."""
        by_parameter = self.system.by_parameter(x[None, :-1], self.value(x))[0] * self.unit
        return np.column_stack([self.jacobian(x), by_parameter])

    def at_value(self, guess: NDArray[np.float64], p: float) -> NDArray[np.float64] | None:
        """Return the point with a given value of the parameter near a guess."""
        return self.with_fixed(np.append(guess[:-1], p / self.unit), -1)


class EquilibriumBranch(Branch):
    """A branch of equilibria that is followed one way until it leaves the range or the domain of a state, or closes."""

    sizes = StepSizes(first=0.02, shortest=1e-6, longest=0.2, least_cosine=0.95, most_points=5000)

    def __init__(self, curve: EquilibriumCurve, start: Place) -> None:
        super().__init__(curve)
        self.curve, self.start = curve, start
        self.low, self.high = (end / curve.unit for end in curve.system.span)
        self.potentials = furthest(curve.system.membrane)

    def ends_at_once(self, start: Place) -> bool:
        """Tell whether the branch begins at an end of the range and leads out of it."""
        rounding = 1e-12 * max(abs(self.low), abs(self.high))
        p, change = start.x[-1], start.tangent[-1]
        return bool((p <= self.low + rounding and change < 0) or (p >= self.high - rounding and change > 0))

    def ends_before(self, points: Sequence[Place], base: Place, there: Place) -> Ending[Place] | None:
        """End where the parameter leaves the range, or a state its domain."""
        curve, p = self.curve, there.x[-1]
        if p < self.low or p > self.high:
            end = curve.at_value(there.x, (self.low if p < self.low else self.high) * curve.unit)
            return Ending() if end is None else Ending((Place(end, curve.tangent(end, base.tangent)),))
        left = _outside(curve, there.x)
        return Ending(note=_stopped(curve, base.x, f"{left} falls below its minimum")) if left else None

    def ends_after(self, points: Sequence[Place], base: Place, length: float) -> Ending[Place] | None:
        """End where v is far from anything, or the branch is closed."""
        (x, tangent), (lowest, highest) = points[-1], self.potentials
        if not lowest <= x[0] * self.curve.system.scale[0] <= highest:
            return Ending(note=_stopped(self.curve, x, f"v leaves {lowest:g} to {highest:g} mV"))
        back = len(points) > 4 and tangent @ self.start.tangent > 0 and np.linalg.norm(x - self.start.x) < length
        return Ending((self.start,), kind=ITSELF) if back else None

    def stuck(self, points: Sequence[Place], base: Place) -> Ending[Place]:
        """End with a note."""
        return Ending(note=_stopped(self.curve, base.x, "Newton's method no longer converges"))

    def used_up(self, points: Sequence[Place], base: Place) -> Ending[Place]:
        """End with a note."""
        return Ending(note=_stopped(self.curve, base.x, f"it has {len(points)} points"))


def equilibrium_tracks(curve: EquilibriumCurve) -> list[Path]:
    """Return all branches that pass one of five values of the parameter inside the range.

    A closed branch that lies between two neighbouring ones of these values is not found.
    """
    tracks: list[Path] = []
    for p in np.linspace(*curve.system.span, SCANNED_VALUES):
        for z in _scanned(curve.system, float(p)):
            start = curve.at_value(curve.point(z, float(p)), float(p))
            if start is not None and not any(_on(curve, track, start) for track in tracks):
                tracks.append(_followed(curve, start))
    return tracks


def no_branch(system: System) -> str:
    """Return a note that says why there is no branch of equilibria."""
    values = [float(p) for p in np.linspace(*system.span, SCANNED_VALUES)]
    why = [why_no_rest(system.membrane_at(p), system.current_at(p)) for p in values]
    if all(why):
        middle = why[SCANNED_VALUES // 2]
        return f"No branch of equilibria: none was found at {SCANNED_VALUES} values of {system.parameter}. {middle}."
    return "No branch of equilibria: Newton's method does not converge from those that were found."


def _followed(curve: EquilibriumCurve, start: NDArray[np.float64]) -> Path:
    """Follow a branch from one of its points both ways, first towards larger values of the parameter."""
    upwards = np.zeros(start.size)
    upwards[-1] = 1.0
    return followed_both_ways(partial(EquilibriumBranch, curve), start, upwards)


def _outside(curve: EquilibriumCurve, x: NDArray[np.float64]) -> str:
    """Return the name of a state that lies below its minimum, "" where none does."""
    states = curve.system.membrane.states
    state = curve.system.state(x[:-1], curve.value(x))
    values = state[len(state) - len(states) :]
    scales = state_scales(curve.system.membrane)
    least = (
        one.minimum - DOMAIN_SLACK * max(abs(x), scale) for x, scale, one in zip(values, scales, states, strict=True)
    )
    return next((one.name for x, low, one in zip(values, least, states, strict=True) if x < low), "")


def _stopped(curve: EquilibriumCurve, x: NDArray[np.float64], why: str) -> str:
    name, unit = curve.system.parameter, curve.system.unit
    where = f"{name} = {curve.value(x):.6g} {unit}".rstrip()
    return f"A branch of equilibria stops at {where}, v = {x[0] * curve.system.scale[0]:.4g} mV: {why}."


def _on(curve: EquilibriumCurve, track: Path, x: NDArray[np.float64]) -> bool:
    """Tell whether a point lies on a branch that is known already."""
    offsets = track.points[:, -1] - x[-1]
    for k in np.flatnonzero((offsets[:-1] <= 0) != (offsets[1:] <= 0)):
        share = offsets[k] / (offsets[k] - offsets[k + 1])
        guess = track.points[k] + share * (track.points[k + 1] - track.points[k])
        there = curve.at_value(guess, curve.value(x)) if np.abs(guess - x).max() < 1.0 else None
        if there is not None and np.abs(there - x).max() < SAME_DISTANCE:
            return True
    offsets = np.abs(track.points - x).max(axis=1)
    for k in np.argsort(offsets)[:3]:  # at a fold the branch touches the value and does not pass it
        t = track.tangents[k]
        there = curve.between(track.points[k], t, float(t @ (x - track.points[k]))) if offsets[k] < 1.0 else None
        if there is not None and np.abs(there - x).max() < SAME_DISTANCE:
            return True
    return bool(offsets.min() < SAME_DISTANCE)


def _scanned(system: System, p: float) -> Iterator[NDArray[np.float64]]:
    """Yield the scaled equilibria at one value of the parameter, from low v to high."""
    with contextlib.suppress(RestError):
        first = rest(system.membrane_at(p), system.current_at(p))
        for state in sorted([first.state, *(one.state for one in first.others)], key=lambda state: float(state[0])):
            yield system.scaled(state)
