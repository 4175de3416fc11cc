"""Results that an extended store already contains: members are found in its earlier shards by their exact values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.population.store.shards import Shards, bits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.members import Members
    from loligo.population.store.manifest import Generation

KEPT: Final = 8  # number of earlier shards that are kept in memory
STRETCH: Final = 65_536  # number of members whose digests are computed at a time
Columns = Mapping[str, "NDArray[Any]"]
Places = Callable[[Columns, int], "NDArray[np.int64]"]  # returns indices, given columns and the index of the first


class Earlier:
    """The results of an earlier generation.

    Parameters
    ----------
    shards : Shards
        Shards of that generation.
    wanted : Generation
        The members of the current run.
    """

    def __init__(self, shards: Shards, wanted: Generation) -> None:
        self._shards = shards
        self._places = _places(shards, wanted)
        self._read = lru_cache(KEPT)(shards.read)

    def results(
        self, columns: Columns, first: int, skip: NDArray[np.bool_]
    ) -> Iterator[tuple[NDArray[np.int64], Columns]]:
        """Yield the rows of some members and their results, shard by shard.

        Parameters
        ----------
        columns : mapping of str to array (members,)
            The values that vary.
        first : int
            The index of the first of these members.
        skip : array of bool (members,)
            Members not to look for.
        """
        places = np.where(skip, -1, self._places(columns, first))
        size = self._shards.generation.shard_size
        for number in np.unique(places[places >= 0] // size).tolist():
            if name := self._shards.names.get(number):
                there = self._read(name)
                rows = np.flatnonzero(places // size == number)
                found = places[rows] - number * size
                same = np.ones(len(rows), dtype=bool)
                for key, values in columns.items():
                    same &= bits(values[rows]) == bits(there[key][found])
                yield rows[same], {key: values[found[same]] for key, values in there.items() if key not in columns}


def missing(shards: Shards, wanted: Generation, members: Members) -> str:
    """Describe what a generation has that the wanted members lack; empty if they extend it."""
    had = shards.generation
    old, new = had.members, wanted.members
    if set(had.names) != set(wanted.names):
        return f"its members vary {_listed(had.names)}, these vary {_listed(wanted.names)}"
    if _same_sequence(old, new):
        more = had.size > wanted.size
        return f"it has {had.size:,} members of this sample, and {wanted.size:,} are fewer" if more else ""
    if old["kind"] == new["kind"] == "grid":
        for name, values in old["axes"].items():
            lost = np.array(values)[~np.isin(bits(np.array(values)), bits(np.array(new["axes"][name])))]
            if lost.size:
                return f"it has members with {name} = {lost[0]:g}, these have none"
        return ""
    digests = np.sort(np.concatenate(list(_digests(members))))
    others = sum(int((~np.isin(digest, digests)).sum()) for _, digest in _held(shards))
    return f"it has {others:,} members that are not among these" if others else ""


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "nothing"


def _same_sequence(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Return whether one sample begins the other; ranges in a different order give different members."""
    alike = old["kind"] == new["kind"] == "sobol" and old["seed"] == new["seed"]
    return bool(alike and list(old["ranges"].items()) == list(new["ranges"].items()))


def _places(shards: Shards, wanted: Generation) -> Places:
    """Return a function that finds the earlier indices of members, -1 for new ones."""
    had = shards.generation
    if _same_sequence(had.members, wanted.members):
        return lambda columns, first: _in_sequence(columns, first, had.size)
    if had.members["kind"] == "grid":
        axes = {name: bits(np.array(values)) for name, values in had.members["axes"].items()}
        return lambda columns, _: _in_grid(columns, axes)
    digests, places = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for number, digest in _held(shards):
        digests.append(digest)
        places.append(number * had.shard_size + np.arange(len(digest)))
    return _in_list(np.concatenate(digests), np.concatenate(places))


def _in_sequence(columns: Columns, first: int, size: int) -> NDArray[np.int64]:
    numbers = np.arange(first, first + len(next(iter(columns.values()))))
    return np.where(numbers < size, numbers, -1)


def _in_grid(columns: Columns, axes: Mapping[str, NDArray[np.uint64]]) -> NDArray[np.int64]:
    places: Any = 0
    inside: Any = True
    for name, values in axes.items():  # the last axis varies fastest
        order = np.argsort(values, kind="stable")
        sought = bits(columns[name])
        place = order[np.minimum(np.searchsorted(values, sought, sorter=order), len(values) - 1)]
        inside &= values[place] == sought
        places = places * len(values) + place
    return np.atleast_1d(np.where(inside, places, -1))


def _in_list(digests: NDArray[np.uint64], places: NDArray[np.int64]) -> Places:
    order = np.argsort(digests)
    digests, places = digests[order], places[order]

    def find(columns: Columns, _: int) -> NDArray[np.int64]:
        sought = _digest(columns)
        if not len(digests):
            return np.full(len(sought), -1)
        place = np.minimum(np.searchsorted(digests, sought), len(digests) - 1)
        return np.where(digests[place] == sought, places[place], -1)

    return find


def _held(shards: Shards) -> Iterator[tuple[int, NDArray[np.uint64]]]:
    """Yield the number of each existing shard and the digests of its members."""
    for number, file in shards.names.items():
        there = shards.read(file)
        yield number, _digest({name: there[name] for name in shards.generation.names})


def _digests(members: Members) -> Iterator[NDArray[np.uint64]]:
    for start in range(0, members.size, STRETCH):
        yield _digest(members.columns(start, min(start + STRETCH, members.size)))


def _digest(columns: Columns) -> NDArray[np.uint64]:
    """Return a 64-bit number for each row; different rows with the same number are distinguished when they are read."""
    total: NDArray[np.uint64] = np.zeros(len(next(iter(columns.values()))), np.uint64)
    for name in sorted(columns):
        total = _mixed(total ^ _mixed(bits(columns[name])))
    return total


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Apply the finaliser of SplitMix64 (doi:10.1145/2660193.2660195) to each number."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
