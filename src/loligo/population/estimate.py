"""What a run will take, told before it starts: measured on a few members, spread evenly over all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import MissingPackageError
from loligo.population.block import run_block
from loligo.population.members import Members, Sobol
from loligo.population.store_manifest import SHARD
from loligo.population.store_shards import encoded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.plan import Plan

FIRST: Final = 32  # members of the sample, doubled until it takes long enough
MOST: Final = 512
ENOUGH: Final = 0.5  # s: a sample that takes longer is large enough
GOLDEN: Final = (math.sqrt(5) - 1) / 2
_UNITS: Final = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


@dataclass(frozen=True)
class Estimate:
    """What a run of a population will take.

    Attributes
    ----------
    members : int
    threads : int
        That it was estimated for.
    seconds : float
        Of the run, without compiling [s].
    memory : float
        Of a run without a store, when it puts its table together [bytes]; with a store it is less than 1 GiB.
    disk : float
        Of a store [bytes].
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
    """Run a few members, spread evenly, and return what all will take.

    Parameters
    ----------
    members : Members
    plan : Plan
    threads : int
        That share the work evenly.
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
        2 * sum(_in_memory(values) for values in table.values()) * share,
        _on_disk(table, members.size),
    )


def _sample(members: Members, count: int) -> dict[str, NDArray[np.float64]]:
    """Return members at multiples of the golden ratio, which keep step with no axis of a grid."""
    if isinstance(members, Sobol) or count == members.size:
        return members.columns(0, count)  # a sequence is even from its beginning
    numbers = (np.arange(count) * GOLDEN % 1.0 * members.size).astype(int).tolist()
    rows = [members.columns(number, number + 1) for number in numbers]
    return {name: np.concatenate([row[name] for row in rows]) for name in members.names}


def _in_memory(values: NDArray[Any]) -> float:
    inside = sum(each.nbytes for each in values) if values.dtype == object and not isinstance(values[0], str) else 0
    return float(values.nbytes + inside)


def _on_disk(table: dict[str, NDArray[Any]], members: int) -> float:
    """Return the size of a store: what each member adds to a shard, and what each shard has besides."""
    count = len(table["status"])
    try:
        one = len(encoded({name: values[:1] for name, values in table.items()}))
        return (len(encoded(table)) - one) / count * members + one * math.ceil(members / SHARD)
    except MissingPackageError:
        return sum(_in_memory(values) for values in table.values()) / count * members


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
