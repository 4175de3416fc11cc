"""The members of a population: a grid, a sample or a table of numbers, created block by block when needed."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, UnitError
from loligo._units import number, numbers, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray


MOST: Final = 2**62  # largest number of members, limited by the range of an index
SEQUENCE: Final = 2**32  # number of points of a Sobol sequence of 32 bits


class Members(ABC):
    """Columns of numbers by name, one row per member; members are counted from 0."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The columns."""

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of members."""

    @property
    def index(self) -> Any:
        """The index of their table, a pandas Index; None if members are only counted."""
        return None

    @abstractmethod
    def columns(self, start: int, stop: int) -> dict[str, NDArray[np.float64]]:
        """Return the columns of members ``start`` to ``stop``, shape (stop - start,) each."""

    @abstractmethod
    def described(self) -> dict[str, Any]:
        """Return a description that JSON can represent; two descriptions are equal if and only if the members are."""


@dataclass(frozen=True, eq=False)
class Grid(Members):
    """All combinations of some values; the last name varies fastest.

    Attributes
    ----------
    axes : mapping of str to array
    """

    axes: Mapping[str, NDArray[np.float64]]

    @property
    def names(self) -> tuple[str, ...]:
        """The axes."""
        return tuple(self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of values of each axis."""
        return tuple(len(values) for values in self.axes.values())

    @property
    def size(self) -> int:
        """The product of the numbers of values."""
        return math.prod(self.shape)

    def columns(self, start: int, stop: int) -> dict[str, NDArray[np.float64]]:
        """Return the combinations with these indices."""
        if not self.axes:
            return {}
        places = np.unravel_index(np.arange(start, stop), self.shape)
        return {name: self.axes[name][place] for name, place in zip(self.axes, places, strict=True)}

    def described(self) -> dict[str, Any]:
        """Return the values of every axis."""
        return {"kind": "grid", "axes": {name: values.tolist() for name, values in self.axes.items()}}


@dataclass(frozen=True, eq=False)
class Sobol(Members):
    """A scrambled Sobol sequence in a box; the first members do not depend on the total number.

    Attributes
    ----------
    ranges : mapping of str to (float, float)
    count : int
    seed : int
    """

    ranges: Mapping[str, tuple[float, float]]
    count: int
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """The sides of the box."""
        return tuple(self.ranges)

    @property
    def size(self) -> int:
        """The requested number of members."""
        return self.count

    def columns(self, start: int, stop: int) -> dict[str, NDArray[np.float64]]:
        """Return a section of the sequence."""
        from scipy.stats import qmc

        sequence = qmc.Sobol(len(self.ranges), scramble=True, rng=np.random.default_rng(self.seed), bits=32)
        count = max(stop - start, 1)
        if start:  # the generator cannot be advanced by zero
            sequence.fast_forward(start)
        points = sequence.random(1 << (count - 1).bit_length())[: stop - start]
        box = zip(self.ranges.items(), points.T, strict=True)
        return {name: low + (high - low) * u for (name, (low, high)), u in box}

    def described(self) -> dict[str, Any]:
        """Return box, size and seed."""
        box = {name: list(pair) for name, pair in self.ranges.items()}
        return {"kind": "sobol", "ranges": box, "size": self.count, "seed": self.seed}


@dataclass(frozen=True, eq=False)
class Listed(Members):
    """Members given one by one.

    Attributes
    ----------
    table : mapping of str to array (members,)
    labels : pandas.Index, optional
        Labels of the DataFrame that lists the members.
    """

    table: Mapping[str, NDArray[np.float64]]
    labels: Any = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the table."""
        return tuple(self.table)

    @property
    def size(self) -> int:
        """The rows of the table."""
        return len(next(iter(self.table.values())))

    @property
    def index(self) -> Any:
        """The index of the DataFrame."""
        return self.labels

    def columns(self, start: int, stop: int) -> dict[str, NDArray[np.float64]]:
        """Return some rows."""
        return {name: values[start:stop] for name, values in self.table.items()}

    def described(self) -> dict[str, Any]:
        """Return the columns; for long ones a digest of their numbers."""
        import hashlib

        digest = {name: hashlib.sha256(values.tobytes()).hexdigest() for name, values in self.table.items()}
        return {"kind": "table", "size": self.size, "columns": digest}


def grid(values: Mapping[str, Any], unit_of: Callable[[str], str]) -> Grid:
    """Return a grid of axes, each one number or a row of numbers; ``unit_of`` gives the unit of a name.

    Raises
    ------
    ArgumentError, UnitError
        An axis has no values or another shape, or a value is not a number.
    """
    axes = {}
    for name, given in values.items():
        axis = np.atleast_1d(_plain(given, unit_of(name), name))
        if axis.ndim != 1 or not axis.size:
            raise ArgumentError(
                f"{name} must be a number or a 1-D array of numbers, not empty; got shape {axis.shape}."
            )
        axes[name] = axis
    if math.prod(len(axis) for axis in axes.values()) > MOST:
        raise ArgumentError(f"The grid of {', '.join(axes)} has more members than can be counted: give fewer values.")
    return Grid(axes)


def listed(table: Any, unit_of: Callable[[str], str]) -> Listed:
    """Return the rows of a pandas DataFrame, or of a mapping of names to columns; units as for `grid`.

    Raises
    ------
    ArgumentError, UnitError
        The table has no rows, columns differ in length, or a value is not a number.
    """
    if not hasattr(table, "items"):
        raise ArgumentError(f"A table of members is a DataFrame, or a mapping of names to columns; got {table!r}.")
    columns: dict[str, NDArray[np.float64]] = {}
    for name, values in ((str(name), values) for name, values in table.items()):
        if name in columns:
            raise ArgumentError(f"The columns of a table of members must have different names; {name} occurs twice.")
        columns[name] = np.ascontiguousarray(_plain(values, unit_of(name), name))
    lengths = {values.shape for values in columns.values()}
    if len(lengths) != 1 or len(next(iter(lengths))) != 1 or not next(iter(lengths))[0]:
        raise ArgumentError("The columns of a table of members must all have the same length, of at least one member.")
    return Listed(columns, table.index if hasattr(table, "columns") and hasattr(table, "index") else None)


def sampled(ranges: Any, size: Any, seed: Any, unit_of: Callable[[str], str]) -> Sobol:
    """Return a sample of a box, from the lowest and the highest value of each name; units as for `grid`.

    Raises
    ------
    ArgumentError, UnitError
        No range is given, a range is empty, or a value is not a number.
    """
    if not isinstance(ranges, Mapping) or not ranges:
        raise ArgumentError(
            f"ranges maps names to (lowest, highest); got {ranges!r}. They may be given by name, e.g. g_Na=(60, 240)."
        )
    box = {}
    for name, pair in ranges.items():
        ends = tuple(pair) if isinstance(pair, (tuple, list, np.ndarray)) else ()
        if len(ends) != 2:
            raise ArgumentError(f"The range of {name} is (lowest, highest); got {pair!r}.")
        unit = unit_of(str(name))
        low, high = (number(end, unit, str(name)) for end in ends)
        if low > high or not math.isfinite(high - low):
            raise ArgumentError(f"The range of {name} is (lowest, highest); got {low:g} and {high:g}.")
        box[str(name)] = (low, high)
    return Sobol(box, whole(size, "size", most=SEQUENCE), whole(seed, "seed", least=0))


def _plain(values: Any, unit: str, name: str) -> NDArray[np.float64]:
    """Return numbers without negative zeros, so that a store recognises a zero of either sign."""
    if values is None:
        raise UnitError(f"{name} must be numbers{f' in {unit}' if unit else ''}; got None.")
    return numbers(values, unit, name) + 0.0
