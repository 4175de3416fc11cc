"""Branches of equilibria, followed by pseudo-arclength through their folds."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from loligo._errors import RestError
from loligo.analysis.dynamics.system import furthest
from loligo.resting import rest, state_scales, why_no_rest
from loligo.resting.roots import bracketed_root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.analysis.dynamics.system import System

LONGEST, FIRST, SHORTEST = 0.2, 0.02, 1e-6  # steps along a branch, in units of the scaled variables
PARTS = 20.0  # of the range: the parameter's unit along a branch
MOST_POINTS = 5000
SCANS = 5  # values of the parameter at which equilibria are sought
TURN = 0.95  # cosine of the largest angle between neighbouring tangents
OUTSIDE = 1e-9  # of a state, or of its scale: by which it may lie below its minimum
SAME = 1e-6  # scaled distance below which two equilibria are one


@dataclass(frozen=True, eq=False)
class Track:
    """Points of one branch in order, each a scaled state followed by the scaled parameter.

    Attributes
    ----------
    points, tangents : array (points, variables + 1)
    notes : tuple of str
        Why it ends where nothing should end.
    """

    points: NDArray[np.float64]
    tangents: NDArray[np.float64]
    notes: tuple[str, ...]


class EquilibriumCurve:
    """The curve ``f(z, p) = 0`` in ``x = (z, p/unit)``."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.unit = system.width / PARTS

    def value(self, x: NDArray[np.float64]) -> float:
        """Return the parameter at a point."""
        return float(x[-1] * self.unit)

    def point(self, z: NDArray[np.float64], p: float) -> NDArray[np.float64]:
        """Return the point of a scaled state and a value."""
        return np.append(z, p / self.unit)

    def residual(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return dz/dt at a point [1/ms]."""
        slopes: NDArray[np.float64] = self.system.slopes(x[None, :-1], self.value(x))[0]
        return slopes

    def jacobian(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the derivative in the state alone."""
        matrix: NDArray[np.float64] = self.system.jacobians(x[None, :-1], self.value(x))[0]
        return matrix

    def derivative(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the derivative in state and parameter, shape (n, n + 1)."""
        by_parameter = self.system.by_parameter(x[None, :-1], self.value(x))[0] * self.unit
        return np.column_stack([self.jacobian(x), by_parameter])

    def corrected(self, guess: NDArray[np.float64], normal: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return the point of the curve in the plane through ``guess`` with a normal, by Newton steps."""
        x, last = guess.copy(), math.inf
        for _ in range(12):
            matrix = np.vstack([self.derivative(x), normal])
            right = np.append(self.residual(x), normal @ (x - guess))
            try:
                step = np.linalg.solve(matrix, right)
            except np.linalg.LinAlgError:
                return None
            size = float(np.abs(step).max())
            if not math.isfinite(size) or size > 4.0:
                return None
            if size >= last and last < 1e-9:  # nothing but rounding is left
                return x
            x = x - step
            last = size
            if size < 1e-15:
                return x
        return x if last < 1e-9 else None

    def tangent(self, x: NDArray[np.float64], along: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the unit tangent that does not point against ``along``."""
        _, _, rows = np.linalg.svd(self.derivative(x))
        own: NDArray[np.float64] = rows[-1]
        return own if own @ along >= 0 else -own

    def at_value(self, guess: NDArray[np.float64], p: float) -> NDArray[np.float64] | None:
        """Return the point with a given value of the parameter near a guess."""
        normal = np.zeros(guess.size)
        normal[-1] = 1.0
        return self.corrected(np.append(guess[:-1], p / self.unit), normal)

    def between(self, x: NDArray[np.float64], tangent: NDArray[np.float64], s: float) -> NDArray[np.float64] | None:
        """Return the point a length ``s`` along the tangent at ``x``."""
        return self.corrected(x + s * tangent, tangent)


def equilibrium_tracks(curve: EquilibriumCurve) -> list[Track]:
    """Return all branches that pass one of five values of the parameter inside the range.

    A closed branch that lies between two neighbouring ones of these values is not found.
    """
    tracks: list[Track] = []
    for p in np.linspace(*curve.system.span, SCANS):
        for z in _scanned(curve.system, float(p)):
            start = curve.at_value(curve.point(z, float(p)), float(p))
            if start is not None and not any(_on(curve, track, start) for track in tracks):
                tracks.append(_followed(curve, start))
    return tracks


def no_branch(system: System) -> str:
    """Return a note that says why there is no branch of equilibria."""
    values = [float(p) for p in np.linspace(*system.span, SCANS)]
    why = [why_no_rest(system.membrane_at(p), system.current_at(p)) for p in values]
    if all(why):
        return f"No branch of equilibria: none was found at {SCANS} values of {system.parameter}. {why[SCANS // 2]}."
    return "No branch of equilibria: Newton's method does not converge from those that were found."


def crossings(
    curve: EquilibriumCurve, track: Track, test: Callable[[NDArray[np.float64], NDArray[np.float64]], float]
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield, in order, where a test function of point and tangent changes its sign: after which point, and the root."""
    values = [test(x, t) for x, t in zip(track.points, track.tangents, strict=True)]
    for k, (at_a, at_b) in enumerate(pairwise(values)):
        if not at_a * at_b < 0:
            continue
        x, t = track.points[k], track.tangents[k]

        def along(s: float, x: NDArray[np.float64] = x, t: NDArray[np.float64] = t) -> float:
            there = curve.between(x, t, s)
            return math.nan if there is None else test(there, curve.tangent(there, t))

        length = float(t @ (track.points[k + 1] - x))
        s = bracketed_root(along, 0.0, length, at_a, at_b, width=1e-15)
        found = None if math.isnan(s) else curve.between(x, t, s)
        if found is not None:
            yield k, found


def _followed(curve: EquilibriumCurve, start: NDArray[np.float64]) -> Track:
    """Follow a branch from one of its points both ways and join the two halves."""
    upwards = np.zeros(start.size)
    upwards[-1] = 1.0
    first = curve.tangent(start, upwards)
    forth, closed, note = _half(curve, start, first)
    if closed:
        back: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
        notes = [note]
    else:
        back, _, other = _half(curve, start, -first)
        notes = [other, note]
    whole = [(x, -t) for x, t in reversed(back[1:])] + forth
    points, tangents = (np.array(part) for part in zip(*whole, strict=True))
    return Track(points, tangents, tuple(text for text in notes if text))


def _half(
    curve: EquilibriumCurve, start: NDArray[np.float64], tangent: NDArray[np.float64]
) -> tuple[list[tuple[NDArray[np.float64], NDArray[np.float64]]], bool, str]:
    """Follow a branch one way; return points with tangents, whether it closed, and why it stopped if it failed."""
    x, t, step = start, tangent, FIRST
    low, high = (end / curve.unit for end in curve.system.span)
    lowest, highest = furthest(curve.system.membrane)
    rounding = 1e-12 * max(abs(low), abs(high))
    found = [(x, t)]
    outwards = (x[-1] <= low + rounding and t[-1] < 0) or (x[-1] >= high - rounding and t[-1] > 0)
    while not outwards and len(found) < MOST_POINTS:
        there = curve.between(x, t, step)
        turned = t if there is None else curve.tangent(there, t)
        if there is None or turned @ t < TURN:
            step /= 2
            if step < SHORTEST:
                return found, False, _stopped(curve, x, "Newton's method no longer converges")
            continue
        if there[-1] < low or there[-1] > high:
            end = curve.at_value(there, (low if there[-1] < low else high) * curve.unit)
            if end is not None:
                found.append((end, curve.tangent(end, t)))
            return found, False, ""
        left = _outside(curve, there)
        if left:
            return found, False, _stopped(curve, x, f"{left} falls below its minimum")
        found.append((there, turned))
        v = there[0] * curve.system.scale[0]
        if not lowest <= v <= highest:
            return found, False, _stopped(curve, there, f"v leaves {lowest:g} to {highest:g} mV")
        if len(found) > 4 and turned @ tangent > 0 and np.linalg.norm(there - start) < step:
            return [*found, (start, tangent)], True, ""
        x, t, step = there, turned, min(LONGEST, 1.5 * step)
    note = _stopped(curve, x, f"it has {MOST_POINTS} points") if len(found) >= MOST_POINTS else ""
    return found, False, note


def _outside(curve: EquilibriumCurve, x: NDArray[np.float64]) -> str:
    """Return the name of a state that lies below its minimum, "" where none does."""
    states = curve.system.membrane.states
    state = curve.system.state(x[:-1], curve.value(x))
    values = state[len(state) - len(states) :]
    scales = state_scales(curve.system.membrane)
    least = (one.minimum - OUTSIDE * max(abs(x), scale) for x, scale, one in zip(values, scales, states, strict=True))
    return next((one.name for x, low, one in zip(values, least, states, strict=True) if x < low), "")


def _stopped(curve: EquilibriumCurve, x: NDArray[np.float64], why: str) -> str:
    name, unit = curve.system.parameter, curve.system.unit
    where = f"{name} = {curve.value(x):.6g} {unit}".rstrip()
    return f"A branch of equilibria stops at {where}, v = {x[0] * curve.system.scale[0]:.4g} mV: {why}."


def _on(curve: EquilibriumCurve, track: Track, x: NDArray[np.float64]) -> bool:
    """Tell whether a point lies on a branch that is known already."""
    offsets = track.points[:, -1] - x[-1]
    for k in np.flatnonzero((offsets[:-1] <= 0) != (offsets[1:] <= 0)):
        share = offsets[k] / (offsets[k] - offsets[k + 1])
        guess = track.points[k] + share * (track.points[k + 1] - track.points[k])
        there = curve.at_value(guess, curve.value(x)) if np.abs(guess - x).max() < 1.0 else None
        if there is not None and np.abs(there - x).max() < SAME:
            return True
    offsets = np.abs(track.points - x).max(axis=1)
    for k in np.argsort(offsets)[:3]:  # at a fold the branch touches the value and does not pass it
        t = track.tangents[k]
        there = curve.between(track.points[k], t, float(t @ (x - track.points[k]))) if offsets[k] < 1.0 else None
        if there is not None and np.abs(there - x).max() < SAME:
            return True
    return bool(offsets.min() < SAME)


def _scanned(system: System, p: float) -> Iterator[NDArray[np.float64]]:
    """Yield the scaled equilibria at one value of the parameter, from low v to high."""
    with contextlib.suppress(RestError):
        first = rest(system.membrane_at(p), system.current_at(p))
        for state in sorted([first.state, *(one.state for one in first.others)], key=lambda state: float(state[0])):
            yield system.scaled(state)
