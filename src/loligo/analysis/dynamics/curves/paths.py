"""Curves of bifurcations of equilibria in two parameters, followed by pseudo-arclength."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.analysis.dynamics.system import furthest
from loligo.resting.roots import bracketed_root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.analysis.dynamics.curves.defining import Conditions

    Array = NDArray[np.float64]

LONGEST, FIRST, SHORTEST = 0.2, 0.02, 1e-6  # steps along a curve, in units of the scaled unknowns
MOST_POINTS: Final = 3000
TURN: Final = 0.95  # cosine of the largest angle between neighbouring tangents
MOST_STEPS: Final = 12
SMALL: Final = 1e-9  # Newton's step below which only rounding is left to gain
SAME: Final = 1e-6  # scaled distance below which two bifurcations are one


@dataclass(frozen=True, eq=False)
class Path:
    """Points of one curve in order.

    Attributes
    ----------
    points, tangents : array (points, unknowns)
    notes : tuple of str
        Why it ends where nothing should end.
    closed : bool
    """

    points: Array
    tangents: Array
    notes: tuple[str, ...]
    closed: bool = False


def corrected(conditions: Conditions, guess: Array, normal: Array, at: Array) -> Array | None:
    """Return the point of the curve in the plane through ``at`` with a normal, by Newton steps from a guess."""
    x, last = guess.copy(), math.inf
    reference = conditions.reference(x) if conditions.turning else x
    for _ in range(MOST_STEPS):
        try:
            with np.errstate(all="ignore"):
                right = np.append(conditions.residual(x, reference), normal @ (x - at))
                step = np.linalg.solve(np.vstack([conditions.derivative(x, reference), normal]), right)
        except np.linalg.LinAlgError:
            return None
        size = float(np.abs(step).max())
        if not math.isfinite(size) or size > 4.0:
            return None
        if size >= last and last < SMALL:
            return x
        x, last = x - step, size
        if size < 1e-15:
            return x
    return x if last < SMALL else None


def tangent(conditions: Conditions, x: Array, along: Array) -> Array:
    """Return the unit tangent that does not point against ``along``."""
    matrix = conditions.derivative(x, conditions.reference(x) if conditions.turning else x)
    own: Array = np.linalg.svd(matrix)[2][-1]
    return own if own @ along >= 0 else -own


def between(conditions: Conditions, x: Array, t: Array, s: float) -> Array | None:
    """Return the point a length ``s`` along the tangent at ``x``."""
    guess = x + s * t
    return corrected(conditions, guess, t, guess)


def sharpened(conditions: Conditions, x: Array, fixed: int) -> Array | None:
    """Return the bifurcation near an unknown at which one of the parameters stays as it is."""
    normal = np.zeros(x.size)
    normal[conditions.plane.size + fixed] = 1.0
    return corrected(conditions, x, normal, x)


def followed(conditions: Conditions, start: Array) -> Path:
    """Follow a curve from one of its points both ways and join the two halves."""
    upwards = np.zeros(start.size)
    upwards[conditions.plane.size : conditions.plane.size + 2] = 1.0
    first = tangent(conditions, start, upwards)
    forth, closed, note = _half(conditions, start, first)
    if closed:
        points, tangents = (np.array(part) for part in zip(*forth, strict=True))
        return Path(points, tangents, (note,) if note else (), closed=True)
    back, _, other = _half(conditions, start, -first)
    whole = [(x, -t) for x, t in reversed(back[1:])] + forth
    points, tangents = (np.array(part) for part in zip(*whole, strict=True))
    return Path(points, tangents, tuple(text for text in (other, note) if text))


def crossings(
    conditions: Conditions, path: Path, values: list[float], test: Callable[[Array], float]
) -> Iterator[tuple[int, Array]]:
    """Yield, in order, where a test function changes its sign: after which point, and the root."""
    for k, (at_a, at_b) in enumerate(pairwise(values)):
        if not at_a * at_b < 0:
            continue
        x, t = path.points[k], path.tangents[k]

        def along(s: float, x: Array = x, t: Array = t) -> float:
            there = between(conditions, x, t, s)
            return math.nan if there is None else test(there)

        length = float(t @ (path.points[k + 1] - x))
        s = bracketed_root(along, 0.0, length, at_a, at_b, width=1e-14)
        found = None if math.isnan(s) else between(conditions, x, t, s)
        if found is not None:
            yield k, found


def on(conditions: Conditions, path: Path, x: Array) -> bool:
    """Tell whether a bifurcation lies on a curve that is known already."""
    n = conditions.plane.size + 2
    offsets = np.linalg.norm(path.points[:, :n] - x[:n], axis=1)
    for k in np.argsort(offsets)[:3]:
        if offsets[k] > 2 * LONGEST:
            break
        t = path.tangents[k]
        at = path.points[k].copy()
        at[:n] += t[:n] * float(t[:n] @ (x[:n] - at[:n])) / float(t[:n] @ t[:n])
        normal = np.append(t[:n], np.zeros(x.size - n))
        at[:n] += normal[:n] * float(normal[:n] @ (x[:n] - at[:n])) / float(normal[:n] @ normal[:n])
        there = corrected(conditions, at, normal, at)
        if there is None:  # as at a double zero eigenvalue, where Newton's method has nothing to hold on to
            there = at
        if np.abs(there[:n] - x[:n]).max() < SAME:
            return True
    return False


def _half(conditions: Conditions, start: Array, first: Array) -> tuple[list[tuple[Array, Array]], bool, str]:
    """Follow a curve one way; return points with tangents, whether it closed, and why it stopped if it failed."""
    plane, n = conditions.plane, conditions.plane.size
    lowest, highest = furthest(plane.membrane)
    x, t, step = start, first, FIRST
    found = [(x, t)]
    while len(found) < MOST_POINTS:
        there = between(conditions, x, t, step)
        turned = t if there is None else tangent(conditions, there, t)
        if there is None or turned @ t < TURN:
            step /= 2
            if step < SHORTEST:
                return found, False, _stopped(conditions, x, "Newton's method no longer converges")
            continue
        if not plane.inside(conditions.values(there)):
            end = _border(conditions, x, there)
            if end is not None and np.abs(end - x).max() > SAME:
                found.append((end, tangent(conditions, end, t)))
            return found, False, ""
        found.append((there, turned))
        if not lowest <= conditions.state(there)[0] <= highest:
            return found, False, _stopped(conditions, there, f"v leaves {lowest:g} to {highest:g} mV")
        if conditions.turning and there[-1] < 0:  # past a double zero eigenvalue: no oscillation is left
            return found, False, ""
        same = np.linalg.norm(there[: n + 2] - start[: n + 2]) < step
        if len(found) > 4 and same and turned[: n + 2] @ first[: n + 2] > 0:
            return [*found, (start, first)], True, ""
        x, t, step = there, turned, min(LONGEST, 1.5 * step)
    return found, False, _stopped(conditions, x, f"it has {MOST_POINTS} points")


def _border(conditions: Conditions, x: Array, there: Array) -> Array | None:
    """Return where the curve leaves the ranges, between a point inside and one outside."""
    plane, n = conditions.plane, conditions.plane.size
    a, b = x[n : n + 2], there[n : n + 2]
    shares = [
        ((end - a[k]) / (b[k] - a[k]), k, end)
        for k, span in enumerate(plane.spans)
        for end, sign in zip(np.array(span) / plane.units[k], (-1, 1), strict=True)
        if sign * (b[k] - end) > 0 and a[k] != b[k]
    ]
    share, k, end = min(shares)
    if share < 0:
        return None
    guess = x + share * (there - x)
    guess[n + k] = end
    found = sharpened(conditions, guess, k)
    if found is not None:
        found[n + k] = end
    return found


def _stopped(conditions: Conditions, x: Array, why: str) -> str:
    where = conditions.plane.said(conditions.values(x))
    return f"A curve of {conditions.word} stops at {where}, v = {conditions.state(x)[0]:.4g} mV: {why}."
