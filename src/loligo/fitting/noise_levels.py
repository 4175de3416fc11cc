"""The noise and the weight of each sweep of a fit, given or estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, FitError, unknown_name
from loligo._units import numbers, positive
from loligo.fitting.problem import CURRENT, FEATURES, V
from loligo.fitting.uncertainty import measured_noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.fitting.problem import Compared

    Vector = NDArray[np.float64]

NOISELESS: Final = 1e-6  # relative to the largest measured value: noise assumed if no sweep shows noise
SHOWN: Final = {CURRENT: "current of a voltage clamp", V: "v of a current clamp"}


def noise_of(noise: Any, grids: Sequence[Compared]) -> Vector:
    """Return the noise of each sweep, all of one kind.

    Raises
    ------
    ArgumentError, UnitError
        Noise that is neither a number above 0 nor one for each sweep.
    """
    count = len(grids)
    if noise is None:
        found = np.array([measured_noise(grid.measured) for grid in grids])
        largest = max(float(np.abs(grid.measured).max()) for grid in grids)
        return np.where(found > 0.0, found, float(found.max()) or NOISELESS * largest)
    given = numbers(noise, "", "noise")
    if given.shape not in {(), (count,)}:
        raise ArgumentError(f"noise must be one number, or one for each of the {count} sweeps; got {noise!r:.80}.")
    return np.array([positive(float(one), "", "noise") for one in np.broadcast_to(given, (count,))])


def of_one_kind(noise: Any, kinds: Sequence[str]) -> Any:
    """Return the noise of the only kind of data if it was given by kind; else as it was given.

    Raises
    ------
    ArgumentError, UnitError, UnknownNameError
        Another kind, or a noise that is not a number above 0.
    """
    single = isinstance(noise, Mapping) and len({*kinds}) == 1
    return _given_noise(kinds, noise)[0] if single else noise


@dataclass(frozen=True, eq=False)
class Levels:
    """The noise and weights of data of several kinds.

    Attributes
    ----------
    kinds : tuple of str
        Kind of each sweep: "current", "v" or "features".
    noise : array (sweeps,)
        Standard deviation of the measurement; 1 for features, whose targets have their own.
    weights : array (sweeps,)
        How many times each counts.
    free : array of bool (sweeps,)
        Whose noise is estimated.
    first : array (sweeps,)
        The noise before it was estimated from residuals: between neighbouring samples, or given.
    """

    kinds: tuple[str, ...]
    noise: Vector
    weights: Vector
    free: NDArray[np.bool_]
    first: Vector

    @property
    def divisors(self) -> Vector:
        """What residuals are divided by: the noise over the square root of the weight."""
        return np.asarray(self.noise / np.sqrt(self.weights))

    @property
    def estimated(self) -> tuple[str, ...]:
        """The kinds of data whose noise is estimated."""
        return tuple(dict.fromkeys(kind for kind, free in zip(self.kinds, self.free, strict=True) if free))

    def places(self, kind: str) -> list[int]:
        """Return which sweeps are of a kind."""
        return [k for k, one in enumerate(self.kinds) if one == kind]

    def scaled(self, factors: Mapping[str, float]) -> Levels:
        """Return the levels with the estimated noise of each kind multiplied."""
        by = [factors[kind] if free else 1.0 for kind, free in zip(self.kinds, self.free, strict=True)]
        return replace(self, noise=self.noise * np.array(by))


def levels_of(kinds: Sequence[str], noise: Any, weights: Any, traces: Mapping[int, Vector]) -> Levels:
    """Return the levels given to `loligo.fit`; ``traces`` are what each sweep has measured.

    Raises
    ------
    ArgumentError, UnitError, UnknownNameError
        Noise or weights that are not those of the sweeps.
    FitError
        Noise that was not given and cannot be estimated.
    """
    given = _given_noise(kinds, noise)
    free = np.array([one is None and kind != FEATURES for one, kind in zip(given, kinds, strict=True)])
    level = np.array([1.0 if one is None else one for one in given])
    for kind in (CURRENT, V):
        own = [k for k, one in enumerate(kinds) if one == kind]
        found = {k: measured_noise(traces[k]) if free[k] else level[k] for k in own}
        largest = max(found.values(), default=1.0)
        if largest <= 0.0:
            raise FitError(
                f"The {SHOWN[kind]} shows no noise between neighbouring samples, so its weight against other data is "
                f"not known: give its standard deviation, e.g. noise={{{kind!r}: 1.0}}."
            )
        for k, one in found.items():
            level[k] = one or largest
    return Levels(tuple(kinds), level, _weights(kinds, weights), free, level)


def _given_noise(kinds: Sequence[str], noise: Any) -> list[float | None]:
    """Return the given noise of each sweep, None where none was given."""
    present = [kind for kind in (CURRENT, V) if kind in kinds]
    if noise is None:
        return [None] * len(kinds)
    if isinstance(noise, Mapping):
        for name in noise:
            if name == FEATURES:
                raise ArgumentError(
                    "The noise of features is the standard deviation of each target: leave it out of noise."
                )
            if name not in present:
                raise unknown_name("kind of data in this fit (noise)", str(name), present)
        by = {kind: None if one is None else positive(one, "", f"noise[{kind!r}]") for kind, one in noise.items()}
        return [by.get(kind) for kind in kinds]
    if isinstance(noise, Sequence) or np.ndim(noise):
        if isinstance(noise, str) or len(noise) != len(kinds):
            raise ArgumentError(
                f"noise must have one entry for each of the {len(kinds)} sweeps and targets, None where it is to be "
                f"estimated, and for targets; got {noise!r:.80}."
            )
        for k, one in enumerate(noise):
            if kinds[k] == FEATURES and one is not None:
                raise ArgumentError(
                    f"The noise of features is the standard deviation of each target: noise[{k}] must be None."
                )
        return [None if one is None else positive(one, "", f"noise[{k}]") for k, one in enumerate(noise)]
    if len(present) > 1:
        raise ArgumentError(
            f"Currents and v have noise in different units: give noise={{'current': ..., 'v': ...}}; got {noise!r:.80}."
        )
    level = positive(noise, "", "noise")
    return [None if kind == FEATURES else level for kind in kinds]


def _weights(kinds: Sequence[str], weights: Any) -> Vector:
    if weights is None:
        return np.ones(len(kinds))
    if isinstance(weights, Mapping):
        for name in weights:
            if name not in kinds:
                raise unknown_name("kind of data in this fit (weights)", str(name), [*dict.fromkeys(kinds)])
        by = {kind: positive(one, "", f"weights[{kind!r}]") for kind, one in weights.items()}
        return np.array([by.get(kind, 1.0) for kind in kinds])
    if (
        isinstance(weights, str)
        or not (isinstance(weights, Sequence) or np.ndim(weights))
        or len(weights) != len(kinds)
    ):
        raise ArgumentError(
            f"weights must be one number above 0 for each of the {len(kinds)} sweeps and targets, or for each kind: "
            f"{{{kinds[0]!r}: 2.0}}; got {weights!r:.80}."
        )
    return np.array([positive(one, "", f"weights[{k}]") for k, one in enumerate(weights)])
