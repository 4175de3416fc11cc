"""What happens along a branch of limit cycles: folds, period doublings, tori, each located on the branch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.analysis.dynamics.orbits import Orbit, halved
from loligo.resting.roots import bracketed_root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.analysis.dynamics.cycles import CycleCurve, CycleTrack, Stride

SHARP: Final = 1e-9  # Newton's last step at a located orbit
ENDLESS: Final = 1e12  # a multiplier so large counts by its sign alone
MOST_WORK: Final = 200_000  # cells times variables, over all steps of the search along a branch
LOST: Final = 0.1  # from 1: a trivial multiplier so far off says that others grow too much for any to be known
NEARBY: Final = 1e-3  # length along the branch within which a finer mesh has the same event


class SearchStoppedError(Exception):
    """The search for special cycles ended early.

    Attributes
    ----------
    value : float
        Of the parameter; the branch from here on has not been searched.
    """

    def __init__(self, value: float) -> None:
        super().__init__(value)
        self.value = value


@dataclass(frozen=True, eq=False)
class Event:
    """A special limit cycle.

    Attributes
    ----------
    kind : str
    after : int
        The index of the stride on which it lies.
    orbit : Orbit
        On the mesh with every cell halved, where that could be had.
    error : float
        By how much halving the cells moved the parameter; NaN where that could not be had.
    """

    kind: str
    after: int
    orbit: Orbit
    error: float


def fold(orbit: Orbit) -> float:
    """Return the parameter's part of the tangent: zero where a branch turns round."""
    return orbit.tangent.value


def doubling(orbit: Orbit) -> float:
    """Return a number that vanishes where a multiplier is -1."""
    return float(np.prod([_share(1 + m, m) for m in orbit.multipliers[1:]]).real)


def torus(orbit: Orbit) -> float:
    """Return a number that vanishes where two multipliers have the product 1."""
    others = np.where(np.abs(orbit.multipliers[1:]) < ENDLESS**2, orbit.multipliers[1:], ENDLESS**2)
    first, second = np.triu_indices(len(others), 1)
    products = others[first] * others[second]
    return float(np.prod([_share(m - 1, m) for m in products]).real)


TESTS: Final[dict[str, Callable[[Orbit], float]]] = {
    "fold of cycles": fold,
    "period doubling": doubling,
    "torus": torus,
}


def events(curve: CycleCurve, track: CycleTrack, effort: float = 1.0) -> Iterator[Event]:
    """Yield the special cycles of a branch in the order in which they come.

    Raises
    ------
    SearchStoppedError
        They have cost ``effort`` times what they may.
    """
    most = curve.work + effort * MOST_WORK
    for k, stride in enumerate(track.strides):
        if curve.work > most:
            raise SearchStoppedError(stride.base.loop.value)
        for kind, test in TESTS.items():
            if kind == "torus" and len(stride.base.multipliers) < 3:
                continue
            orbit = _located(curve, stride, test) if _possible(kind, stride) else None
            if orbit is not None and _is(kind, orbit.multipliers[1:]):
                finer = _sharpened(curve, orbit, test)
                error = math.nan if finer is None else abs(finer.loop.value - orbit.loop.value)
                yield Event(kind, k, orbit if finer is None else finer, error)


def _possible(kind: str, stride: Stride) -> bool:
    """Tell whether a change of sign can be more than that of a multiplier too large for its sign to be known."""
    if kind != "fold of cycles" and max(abs(o.multipliers[0] - 1) for o in (stride.base, stride.there)) > LOST:
        return False
    a, b = stride.base.multipliers[1:], stride.there.multipliers[1:]
    if kind == "torus":
        # a product of two real ones may pass 1 as well, and leaves as many outside the circle as there were
        turning = bool((np.abs(np.append(a, b).imag) > 0).any())
        return turning and int((np.abs(a) > 1).sum()) != int((np.abs(b) > 1).sum())
    if kind == "period doubling" and (np.abs(np.append(a, b)) > ENDLESS).any():
        turned = stride.base.tangent.value * stride.there.tangent.value < 0
        return int((np.abs(a) > 1).sum() + (np.abs(b) > 1).sum() + turned) % 2 == 1
    return True


def _located(curve: CycleCurve, stride: Stride, test: Callable[[Orbit], float]) -> Orbit | None:
    """Return the orbit on a stride at which a test function changes its sign."""
    at_a, at_b = test(stride.base), test(stride.there)
    if not at_a * at_b < 0:
        return None

    def along(s: float) -> float:
        there = curve.stepped(stride.base, s, tolerance=SHARP)
        return math.nan if there is None else test(there)

    s = bracketed_root(along, 0.0, stride.length, at_a, at_b, width=1e-9)
    return None if math.isnan(s) else curve.stepped(stride.base, s, tolerance=SHARP)


def _sharpened(curve: CycleCurve, orbit: Orbit, test: Callable[[Orbit], float]) -> Orbit | None:
    """Return the same event with every cell cut in two, by the secant method along the branch."""
    base = curve.on_mesh(orbit, halved(orbit.mesh))
    a, b = 0.0, NEARBY / 10
    here = curve.stepped(base, a, tolerance=SHARP)
    there = curve.stepped(base, b, tolerance=SHARP)
    for _ in range(8):
        if here is None or there is None or test(there) == test(here):
            return None
        a, b = b, b - test(there) * (b - a) / (test(there) - test(here))
        if abs(b) > 100 * NEARBY:
            return None
        here, there = there, curve.stepped(base, b, tolerance=SHARP)
        if abs(b - a) < 1e-8:
            return there
    return None


def _share(value: complex, size: complex) -> complex:
    """Return a factor bounded by 1, of a multiplier that may be very large."""
    return complex(np.sign(size.real)) if not abs(size) < ENDLESS else value / (1 + abs(size))


def _is(kind: str, multipliers: NDArray[np.complex128]) -> bool:
    """Tell whether the multipliers are those of an event, and not merely a jump of its test function."""
    if kind == "fold of cycles":
        return True
    if kind == "period doubling":
        return bool((np.abs(multipliers + 1) < 1e-3).any())
    turning = multipliers[np.abs(multipliers.imag) > 1e-6]
    return bool((np.abs(np.abs(turning) - 1) < 1e-3).any())
