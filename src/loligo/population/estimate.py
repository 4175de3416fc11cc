"""Estimates of a run's time, memory and disk space, measured on a few members that are spread evenly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import MissingPackageError
from loligo.population.blocks.block import run_block
from loligo.population.members import Members, Sobol
from loligo.population.store.manifest import SHARD
from loligo.population.store.shards import encoded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from loligo.population.plan import Plan

FIRST: Final = 32  # number of members of the first sample, which is doubled until the sample takes long enough
MOST: Final = 512
ENOUGH: Final = 0.5  # a sample that takes longer is large enough [s]
ROWS: Final = 16_384  # number of rows of a trial shard, which shows how well the data compress
BLOCKS: Final = 8e6  # memory of running blocks and of their intermediate results [bytes]
COPIES: Final = 4  # measured: copies of the columns in memory while pandas builds a table
GOLDEN: Final = (math.sqrt(5) - 1) / 2
_UNITS: Final = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


@dataclass(frozen=True)
class Estimate:
    """Estimated time, memory and disk space of a run.

    Attributes
    ----------
    members : int
    threads : int
        Number of threads that the run is assumed to use.
    seconds : float
        Run time without compiling [s].
    memory : float
        Peak memory of a run without a store, when its table is assembled [bytes]; with a store less than 1 GiB.
    disk : float
        Size of a store [bytes].
    """

    members: int
    threads: int
    seconds: float
    memory: float
    disk: float

    def __str__(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads:,} threads"
        members = "1 member" if self.members == 1 else f"{self.members:,} members"
        return (
            f"{members}: about {_time(self.seconds)} on {threads}; "
            f"{_bytes(self.memory)} of memory, or {_bytes(self.disk)} of disk in a store"
        )


def estimate(members: Members, plan: Plan, threads: int) -> Estimate:
    """Run a few evenly spread members, and return the estimate for all.

    Parameters
    ----------
    members : Members
    plan : Plan
    threads : int
        Number of threads that share the work evenly.
    """
    run_block(plan, _sample(members, 1), 1)  # compiles
    count = min(FIRST, members.size)
    while True:
        columns = _sample(members, count)
        begin = perf_counter()
        results = run_block(plan, columns, count)
        seconds = perf_counter() - begin
        if seconds > ENOUGH or count >= min(MOST, members.size):
            break
        count = min(2 * count, MOST, members.size)
    table, share = columns | results, members.size / count
    return Estimate(
        members.size,
        threads,
        seconds * share / min(threads, members.size),
        _memory(table, share),
        _on_disk(table, members),
    )


def _sample(members: Members, count: int) -> dict[str, NDArray[np.float64]]:
    """Return members at multiples of the golden ratio, which do not align with any axis of a grid."""
    if isinstance(members, Sobol) or count == members.size:
        return members.columns(0, count)  # a sequence is even from its beginning
    numbers = (np.arange(count) * GOLDEN % 1.0 * members.size).astype(int).tolist()
    rows = [members.columns(number, number + 1) for number in numbers]
    return {name: np.concatenate([row[name] for row in rows]) for name in members.names}


def _in_memory(values: NDArray[Any]) -> tuple[float, float]:
    """Return the bytes of a column, and of the rows of numbers that it may point to."""
    rows = values.dtype == object and not isinstance(values[0], str)
    return float(values.nbytes), float(sum(each.nbytes for each in values)) if rows else 0.0


def _memory(table: dict[str, NDArray[Any]], share: float) -> float:
    flat, inside = np.sum([_in_memory(values) for values in table.values()], axis=0)
    return float(BLOCKS + (COPIES * flat + inside) * share)


def _on_disk(table: dict[str, NDArray[Any]], members: Members) -> float:
    """Return the size of a store, scaled from a shard like its first one."""
    rows = min(members.size, SHARD, ROWS)
    columns = members.columns(0, rows)
    try:
        one = len(encoded({name: values[:1] for name, values in table.items()}, {}))
        whole = len(encoded({**columns, **_like(table, columns, rows)}, {}))
    except MissingPackageError:
        return float(np.sum([_in_memory(values) for values in table.values()])) / len(table["status"]) * members.size
    return (whole - one) / rows * members.size + one * math.ceil(members.size / SHARD)


def _like(
    table: dict[str, NDArray[Any]], columns: Mapping[str, NDArray[np.float64]], rows: int
) -> dict[str, NDArray[Any]]:
    """Return results that compress like those of some members: each member has those of its neighbour in the sample.

    Words and counts repeat along a grid as they would in a run. Other numbers do not: their last digits are noise.
    """
    nearest = _nearest(table, columns, rows)
    noise = 1.0 + 1e-9 * np.random.default_rng(0).random(rows)
    found: dict[str, NDArray[Any]] = {}
    for name, values in table.items():
        if name not in columns:
            own = values[nearest]
            found[name] = own * noise if own.dtype.kind == "f" else own
            if own.dtype == object and not isinstance(own[0], str):
                for row in range(rows):
                    found[name][row] = own[row] * noise[row]
    return found


def _nearest(table: dict[str, NDArray[Any]], columns: Mapping[str, NDArray[np.float64]], rows: int) -> NDArray[np.intp]:
    from scipy.spatial import cKDTree

    sizes = {name: float(np.ptp(values)) for name, values in columns.items()}
    names = [name for name, size in sizes.items() if 0.0 < size < math.inf]
    if not names:
        return np.arange(rows) % len(table["status"])
    sample, sought = (np.stack([each[name] / sizes[name] for name in names], axis=1) for each in (table, columns))
    sound = np.isfinite(sample).all(axis=1)
    if not sound.any():
        return np.arange(rows) % len(table["status"])
    places: NDArray[np.intp] = cKDTree(sample[sound]).query(np.nan_to_num(sought))[1]
    return np.flatnonzero(sound)[places]


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours / 24:.0f} days"


def _bytes(count: float) -> str:
    for size, unit in _UNITS:
        if count >= size:
            return f"{count / size:.2g} {unit}" if count < 100 * size else f"{count / size:.0f} {unit}"
    return "1 kB"
