"""Events along a branch of limit cycles: folds, period doublings and tori, each located on the branch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.branch import DOUBLING, FOLD, TORUS
from loligo.dynamics.collocation import SHARP_NEWTON_STEP
from loligo.dynamics.continuation import located
from loligo.dynamics.orbits import Orbit, halved
from loligo.dynamics.resolution import LEAST_ERROR, LOCATED_WIDTH, Resolved, lasting_turns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.continuation import Stride
    from loligo.dynamics.cycles import CycleCurve

LARGEST_MULTIPLIER: Final = 1e12  # of a multiplier larger than this only the sign counts
LOST_TRIVIAL_DEVIATION: Final = 0.1  # of the trivial multiplier from 1: if it is larger, no multiplier can be computed
# of the change that the smaller slope at an end predicts: a stride that changes the parameter less may hide turns
LEAST_CHORD_SHARE: Final = 0.9
STRIDE_PARTS: Final = 8  # number of parts into which a stride is divided if the parameter may turn twice on it
ERRORS_THAT_COUNT: Final = 10.0  # changes in the parameter by fewer errors than this are ignored
EVENT_DISTANCE: Final = 1e-3  # length along the branch within which a finer mesh has the same event
MAX_EVENT_DISTANCE: Final = 0.1  # length along the branch beyond which a finer mesh has another event, if any
MAX_SECANT_STEPS: Final = 8
LAST_SECANT_STEP: Final = 1e-8  # length along the branch: last step of the secant method
CRITICAL_DISTANCE: Final = 1e-3  # largest distance of a multiplier from -1 (doubling) or from the unit circle (torus)
LEAST_IMAGINARY: Final = 1e-6  # a multiplier with a larger imaginary part is one of a complex pair


@dataclass(frozen=True, eq=False)
class Event:
    """A special limit cycle.

    Attributes
    ----------
    kind : str
    after : int
        The index of the stride on which the cycle lies.
    orbit : Orbit
        Cycle on a mesh with every cell halved.
    coarse : Orbit
        Cycle on the mesh before it was halved.
    error : float
        Change in the parameter when the cells were halved.
    """

    kind: str
    after: int
    orbit: Orbit
    coarse: Orbit
    error: float


@dataclass(frozen=True, eq=False)
class Lost:
    """A special limit cycle indicated by a change of sign but not verified.

    Attributes
    ----------
    kind : str
    value : float
        Value of the parameter near the event.
    tried : bool
        Whether verification was tried; False if the work limit was reached before.
    """

    kind: str
    value: float
    tried: bool = True


@dataclass(frozen=True, eq=False)
class Unsearched:
    """The part of a branch that was not searched because the work limit was reached.

    Attributes
    ----------
    what : str
        Description of the special cycles that were not searched for.
    start : int
        Index of the first orbit concerned.
    """

    what: str
    start: int


def fold(orbit: Orbit) -> float:
    """Return the parameter's component of the tangent: zero where a branch turns round."""
    return orbit.tangent.value


def doubling(orbit: Orbit) -> float:
    """Return a number that vanishes where a multiplier is -1."""
    return float(np.prod([_share(1 + m, m) for m in orbit.multipliers[1:]]).real)


def torus(orbit: Orbit) -> float:
    """Return a number that vanishes where two multipliers have the product 1."""
    others = np.where(
        np.abs(orbit.multipliers[1:]) < LARGEST_MULTIPLIER**2, orbit.multipliers[1:], LARGEST_MULTIPLIER**2
    )
    first, second = np.triu_indices(len(others), 1)
    products = others[first] * others[second]
    return float(np.prod([_share(m - 1, m) for m in products]).real)


MULTIPLIER_TESTS: Final[dict[str, Callable[[Orbit], float]]] = {DOUBLING: doubling, TORUS: torus}


def events(curve: CycleCurve, branch: Resolved, most: float, reserve: float) -> Iterator[Event | Lost | Unsearched]:
    """Yield the special cycles of a branch, folds first; `Lost` if one is not verified, `Unsearched` at the work limit.

    Parameters
    ----------
    curve : CycleCurve
    branch : Resolved
    most : float
        Limit on the total work of ``curve``.
    reserve : float
        Work reserved for the folds that the orbits show, and again for period doublings and tori.
    """
    yield from _folds(curve, branch, most, reserve)
    most = max(most, curve.work + reserve)
    for k, stride in enumerate(branch.track.strides):
        for kind, test in MULTIPLIER_TESTS.items():
            if kind == TORUS and len(stride.base.multipliers) < 3:
                continue
            if not test(stride.base) * test(stride.there) < 0 or not _possible(kind, stride):
                continue
            if curve.work > most:
                yield Unsearched("Period doublings and tori", stride.position)
                return
            orbit = _located(curve, stride, test)
            if orbit is None:
                yield Lost(kind, stride.there.loop.value)
            elif _is(kind, orbit.multipliers[1:]):
                yield _verified(curve, kind, k, orbit, test, 0.0)


def _folds(curve: CycleCurve, branch: Resolved, most: float, reserve: float) -> Iterator[Event | Lost | Unsearched]:
    """Yield the folds, at which the parameter turns by more than the errors of its values."""
    track, orbits = branch.track, branch.track.points
    places = {stride.position: k for k, stride in enumerate(track.strides)}  # index of the stride after an orbit
    row: list[tuple[float, Orbit]] = []  # orbits by index, and those located between them
    unsearched = len(orbits)
    for place, orbit in enumerate(orbits):
        row.append((place, orbit))
        stride = track.strides[places[place]] if place in places else None
        if stride is not None and _may_hide(stride, branch, end=place in (min(places), max(places))):
            if curve.work > most:
                unsearched = min(unsearched, place)
                continue
            inside = _scanned(curve, stride)
            row += [(place + (k + 1) / (len(inside) + 1), one) for k, one in enumerate(inside)]
    if unsearched < len(orbits):
        yield Unsearched("Pairs of folds within a step", unsearched)
    most = max(most, curve.work + reserve)
    values = np.array([orbit.loop.value for _, orbit in row])
    errors = np.array([branch.errors[math.floor(number) : math.ceil(number) + 1].max() for number, _ in row])
    for turn in lasting_turns(values, errors):
        if curve.work > most:
            yield Lost(FOLD, float(values[turn]), tried=False)
            continue
        number, orbit = row[turn]
        error, place = float(errors[turn]), math.floor(number)
        if number == place:
            way = np.sign(values[turn] - values[turn - 1])  # direction of the parameter before it turned
            near = [places[p] for p in (place - 1, place) if p in places]
            crossed = [k for k in near if _turns(track.strides[k], way)]
            found = _located(curve, track.strides[crossed[0]], fold) if crossed else None
            if found is None:  # no tangent shows the turn, but no neighbour has a more extreme value
                error += float(np.abs(np.diff(values[turn - 1 : turn + 2])).min())
            else:
                orbit, place = found, track.strides[crossed[0]].position
        yield _verified(curve, FOLD, places.get(place, len(track.strides) - 1), orbit, fold, error)


def _turns(stride: Stride[Orbit], way: float) -> bool:
    """Tell whether the parameter moves in one direction at the beginning of a stride and in the other at its end."""
    return fold(stride.base) * way > 0 > fold(stride.there) * way


def _may_hide(stride: Stride[Orbit], branch: Resolved, *, end: bool) -> bool:
    """Tell whether a stride may hide turns that the values at its ends do not show.

    If the parameter changes by less than the slopes at the two ends of the stride predict, it may turn twice in
    between: increase, decrease and increase again, or the reverse. On the first and the last stride it may turn once,
    since no orbit beyond shows this.
    """
    a, b = fold(stride.base) * stride.length, fold(stride.there) * stride.length
    chord = stride.there.loop.value - stride.base.loop.value
    error = branch.errors[stride.position : stride.position + 2].sum()
    if min(abs(a), abs(b)) < ERRORS_THAT_COUNT * error or _unresolved(stride):
        return False
    return end if a * b < 0 else bool(chord * np.sign(a) < LEAST_CHORD_SHARE * min(abs(a), abs(b)))


def _unresolved(stride: Stride[Orbit]) -> bool:
    """Tell whether growth in other directions swamps the trivial multiplier, so that no tangent is known."""
    return bool(max(abs(orbit.multipliers[0] - 1) for orbit in (stride.base, stride.there)) > LOST_TRIVIAL_DEVIATION)


def _scanned(curve: CycleCurve, stride: Stride[Orbit]) -> list[Orbit]:
    """Return the orbits of a stride at which the parameter turns, in the order of the branch."""
    if fold(stride.base) * fold(stride.there) < 0:
        one = _located(curve, stride, fold)
        return [] if one is None else [one]
    found = []
    here, s = stride.base, 0.0
    for k in range(1, STRIDE_PARTS + 1):
        end = k * stride.length / STRIDE_PARTS
        there = curve.stepped(stride.base, end, tolerance=SHARP_NEWTON_STEP) if k < STRIDE_PARTS else stride.there
        if there is None:
            continue
        if fold(here) * fold(there) < 0:
            found.append(_bracketed(curve, stride.base, (s, end), (fold(here), fold(there)), fold))
        here, s = there, end
    turns = [one for one in found if one is not None]
    return turns[::-1] if stride.backwards else turns


def _verified(
    curve: CycleCurve, kind: str, after: int, orbit: Orbit, test: Callable[[Orbit], float], error: float
) -> Event | Lost:
    """Return an event on a mesh with every cell halved, with its error, or `Lost` if it is not found there."""
    least = LEAST_ERROR * max(abs(orbit.loop.value), curve.system.unit)
    base = curve.on_mesh(orbit, halved(orbit.mesh))
    finer = _zero(curve, base, test)
    if finer is None and kind == FOLD:  # near a fold the parameter hardly changes
        finer = curve.stepped(base, 0.0, tolerance=SHARP_NEWTON_STEP)
        error += 0.0 if finer is None else abs(finer.tangent.value) * EVENT_DISTANCE
    if finer is None or not _is(kind, finer.multipliers[1:]):
        return Lost(kind, orbit.loop.value)
    return Event(kind, after, finer, orbit, max(error, abs(finer.loop.value - orbit.loop.value), least))


def _possible(kind: str, stride: Stride[Orbit]) -> bool:
    """Tell whether a change of sign is not merely that of a multiplier too large for its sign to be known."""
    if _unresolved(stride):
        return False
    a, b = stride.base.multipliers[1:], stride.there.multipliers[1:]
    if kind == TORUS:
        # the product of two real multipliers may pass 1 as well, without changing how many lie outside the circle
        paired = bool((np.abs(np.append(a, b).imag) > 0).any())
        return paired and int((np.abs(a) > 1).sum()) != int((np.abs(b) > 1).sum())
    if kind == DOUBLING and (np.abs(np.append(a, b)) > LARGEST_MULTIPLIER).any():
        turned = stride.base.tangent.value * stride.there.tangent.value < 0
        return int((np.abs(a) > 1).sum() + (np.abs(b) > 1).sum() + turned) % 2 == 1
    return True


def _located(curve: CycleCurve, stride: Stride[Orbit], test: Callable[[Orbit], float]) -> Orbit | None:
    """Return the orbit on a stride at which a test function changes its sign."""
    return _bracketed(curve, stride.base, (0.0, stride.length), (test(stride.base), test(stride.there)), test)


def _bracketed(
    curve: CycleCurve,
    base: Orbit,
    ends: tuple[float, float],
    values: tuple[float, float],
    test: Callable[[Orbit], float],
) -> Orbit | None:
    """Return the orbit between two lengths along the tangent of another at which a test function changes its sign."""
    return located(lambda s: curve.stepped(base, s, tolerance=SHARP_NEWTON_STEP), test, ends, values, LOCATED_WIDTH)


def _zero(curve: CycleCurve, base: Orbit, test: Callable[[Orbit], float]) -> Orbit | None:
    """Return the nearby orbit at which a test function vanishes, by the secant method along the branch."""
    a, b = 0.0, EVENT_DISTANCE / 10
    here = curve.stepped(base, a, tolerance=SHARP_NEWTON_STEP)
    there = curve.stepped(base, b, tolerance=SHARP_NEWTON_STEP)
    for _ in range(MAX_SECANT_STEPS):
        if here is None or there is None or test(there) == test(here):
            return None
        a, b = b, b - test(there) * (b - a) / (test(there) - test(here))
        if abs(b) > MAX_EVENT_DISTANCE:
            return None
        here, there = there, curve.stepped(base, b, tolerance=SHARP_NEWTON_STEP)
        if abs(b - a) < LAST_SECANT_STEP:
            return there
    return None


def _share(value: complex, size: complex) -> complex:
    """Return a quotient bounded by 1, for a multiplier that may be very large."""
    return complex(np.sign(size.real)) if not abs(size) < LARGEST_MULTIPLIER else value / (1 + abs(size))


def _is(kind: str, multipliers: NDArray[np.complex128]) -> bool:
    """Tell whether the multipliers are those of an event, and not merely a jump of its test function."""
    if kind == FOLD:
        return True
    if kind == DOUBLING:
        return bool((np.abs(multipliers + 1) < CRITICAL_DISTANCE).any())
    paired = multipliers[np.abs(multipliers.imag) > LEAST_IMAGINARY]
    return bool((np.abs(np.abs(paired) - 1) < CRITICAL_DISTANCE).any())
