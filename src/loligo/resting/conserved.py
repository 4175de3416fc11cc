"""Sums of further states that never change, such as a total mass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import ArgumentError
from loligo.kernel import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.kernel import Kernel
    from loligo.membrane import Membrane

    Array = NDArray[np.float64]

NEGLIGIBLE_SUM: Final = 1e-10  # relative to the derivatives in a sum: a smaller sum is zero up to rounding
SEED: Final = 22
CHANGE: Final = 1e-3  # relative change in a parameter; conserved sums before and after it are compared


@dataclass(frozen=True, eq=False)
class Sums:
    """Conserved sums ``rows @ x = levels`` of the further states x.

    Attributes
    ----------
    rows : array (sums, states)
        Coefficients: 1 for the pivot of the row, 0 for the other pivots.
    pivots : array of int (sums,)
        The state of each sum whose equation follows from the others.
    levels : array (sums,)
        The values of the sums at the guesses (``initial``).
    with_v : bool
        Whether a sum of v and states is also conserved without a stimulus, because states count every ion that carries
        a current.
    """

    rows: Array
    pivots: NDArray[np.intp]
    levels: Array
    with_v: bool = False


@lru_cache(maxsize=256)
def conserved_sums(membrane: Membrane) -> Sums:
    """Return the linear sums of further states whose derivative is zero everywhere."""
    return sums_with(membrane, *compiled(membrane))


def check_sums(membrane: Membrane, name: str) -> None:
    """Reject a derivative with respect to a parameter on which the coefficients of conserved sums depend.

    Raises
    ------
    ArgumentError
    """
    if name not in membrane.parameters or not membrane.states:
        return
    before, value = conserved_sums(membrane).rows, membrane[name]
    after = conserved_sums(membrane.replace(**{name: value + CHANGE * (abs(value) or 1.0)})).rows
    if before.shape != after.shape or not np.allclose(before, after, rtol=1e-6, atol=1e-9):
        raise ArgumentError(
            f"The conserved sums of {membrane.name} depend on {name}, so derivatives with respect to it are undefined: "
            "compare results at two values of it."
        )


def sums_with(membrane: Membrane, kernel: Kernel, q: Array) -> Sums:
    """Return the conserved sums of a membrane with constants q.

    The derivatives are evaluated at random values of all variables, at more points than there are sums; a combination
    that vanishes at all these points is conserved.
    """
    count = len(membrane.states)
    guess = np.array([state.initial for state in membrane.states])
    if not count:
        return no_sums(count)
    random = np.random.default_rng(SEED)
    samples = random.uniform(0.0, 1.0, (8 + 4 * count, len(membrane.variables)))
    samples[:, 0] = membrane.v_scale * (20.0 * samples[:, 0] - 10.0)
    samples[:, -count:] = np.where(guess == 0.0, 1.0, guess) * (0.2 + 2.0 * samples[:, -count:])
    with np.errstate(all="ignore"):
        every = kernel.slopes(0.0, samples, q)
    every = every[np.isfinite(every).all(axis=1)]
    slopes = every[:, -count:]
    if len(slopes) < 2 * count + 2:
        return no_sums(count)
    sizes = np.abs(slopes).max(axis=0)
    moving = np.flatnonzero(sizes > 0.0)
    rows = [
        np.eye(count)[k] for k in np.flatnonzero(sizes == 0.0)
    ]  # a state that never changes is itself a conserved sum
    if moving.size > 1:
        rows += _vanishing(slopes[:, moving], moving, count)
    with_v = bool(every[:, 0].any()) and moving.size > 0 and _with_v(every[:, 0], slopes[:, moving])
    if not rows:
        return Sums(np.zeros((0, count)), np.zeros(0, np.intp), np.zeros(0), with_v)
    reduced, pivots = _reduced(np.array(rows))
    return Sums(reduced, pivots, reduced @ guess, with_v)


def no_sums(count: int) -> Sums:
    """Return an empty set of conserved sums."""
    return Sums(np.zeros((0, count)), np.zeros(0, np.intp), np.zeros(0))


def _with_v(slope: Array, slopes: Array) -> bool:
    """Return whether the slope of v is a combination of the slopes of states."""
    scaled = slopes / np.abs(slopes).max(axis=0)
    found = np.linalg.lstsq(scaled, slope, rcond=None)[0]
    terms = np.abs(scaled) @ np.abs(found) + np.abs(slope)
    return bool((np.abs(scaled @ found - slope) <= NEGLIGIBLE_SUM * terms).all())


def _vanishing(slopes: Array, moving: NDArray[np.intp], count: int) -> list[Array]:
    """Return the combinations of columns that are zero in every row, as rows over all states."""
    rows_of_one_size = slopes / np.maximum(np.abs(slopes).max(axis=1, keepdims=True), 1e-300)
    scaled = rows_of_one_size / np.abs(rows_of_one_size).max(axis=0)
    _, _, directions = np.linalg.svd(scaled)
    found = []
    for direction in directions[::-1]:
        terms = np.abs(scaled) * np.abs(direction)
        if not (np.abs(scaled @ direction) <= NEGLIGIBLE_SUM * terms.sum(axis=1)).all():
            break
        row = np.zeros(count)
        row[moving] = direction / np.abs(rows_of_one_size).max(axis=0)
        found.append(row)
    return found


def _reduced(rows: Array) -> tuple[Array, NDArray[np.intp]]:
    """Return the sums in reduced form, and the state for which each is solved."""
    rows = rows.copy()
    pivots: list[int] = []
    for k in range(len(rows)):
        rows[k:] /= np.maximum(np.abs(rows[k:]).max(axis=1, keepdims=True), 1e-300)
        row, column = divmod(int(np.abs(rows[k:]).argmax()), rows.shape[1])
        rows[[k, k + row]] = rows[[k + row, k]]
        rows[k] /= rows[k, column]
        others = np.arange(len(rows)) != k
        rows[others] -= rows[others, column, None] * rows[k]
        pivots.append(column)
    whole = np.round(rows)
    near = np.abs(rows - whole) < NEGLIGIBLE_SUM
    return np.where(near, whole, rows), np.array(pivots, dtype=np.intp)
