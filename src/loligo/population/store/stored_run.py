"""The store of a population: shards are written as they finish, so that a killed run can be resumed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import StoreError
from loligo._optional import optional
from loligo.membrane.description import membrane_from
from loligo.population.store.folder import Folder
from loligo.population.store.manifest import MANIFEST, Generation, Manifest, digest_of, read_manifest
from loligo.population.store.opening import opened, tidied, visible
from loligo.population.store.reuse import Earlier
from loligo.population.store.shards import Shards
from loligo.population.table import table_of
from loligo.population.units import units_of
from loligo.population.workers.pieces import Piece, run_pieces
from loligo.population.workers.progress import Progress
from loligo.population.workers.workers import workers
from loligo.stimulus.description import stimulus_from

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.population.members import Members
    from loligo.population.plan import Plan
    from loligo.population.workers.resources import Resources
    from loligo.stimulus import Stimulus


@dataclass(frozen=True)
class StoredRun:
    """The results of a run in a store; `StoredRun.open` opens them again.

    Attributes
    ----------
    store : str
    The folder or URL of the store.
    size : int
        Number of members.
    settings : dict
        Membrane, stimulus and all other settings of the run, as JSON.

    Examples
    --------
    >>> import loligo as lo
    >>> population = lo.Population(lo.models.squid(), amplitude=[0.0, 10.0])
    >>> run = population.run(lo.Step(1.0), duration=20, store="memory://two-axons")
    >>> run
    <StoredRun of 2 members in memory://two-axons: complete>
    >>> run.to_dataframe()["spike_count"].tolist()
    [0, 2]
    """

    store: str
    size: int
    settings: dict[str, Any]
    _shards: Shards
    _index: Any = None

    @classmethod
    def open(cls, store: str | os.PathLike[str]) -> StoredRun:
        """Open a store, finished or not, without running anything.

        A store does not keep the index of a DataFrame: its tables number the members from 0.

        Raises
        ------
        StoreError
            The store does not exist, cannot be read, or has shards of another run.
        """
        folder = Folder.at(store)
        if MANIFEST not in folder.names():
            raise StoreError(
                f"There is no store of a population at {folder.url}: it has no {MANIFEST}. "
                "If that was lost, run its population again to rewrite it."
            )
        manifest = Manifest.decoded(read_manifest(folder), folder.url)
        Shards(folder, manifest.generations[-1], digest_of(manifest.settings)).check()
        return _stored(folder, manifest)

    @property
    def complete(self) -> bool:
        """Whether every shard has a file; damage is found only when a file is read."""
        return len(self._shards.listed()) == self._shards.generation.shards

    def shards(self) -> Iterator[pd.DataFrame]:
        """Yield the members as one table per shard, indexed like their DataFrame or by number.

        Units are in ``attrs``.

        Raises
        ------
        StoreError
            A shard is damaged or missing.
        """
        pandas, listed = optional("pandas", "population"), self._shards.listed()
        for number in range(self._shards.generation.shards):
            if number not in listed:
                raise StoreError(f"The store {self.store} is not complete: run its population again to finish it.")
            columns = self._shards.read(listed[number])
            first = number * self._shards.generation.shard_size
            last = first + len(columns["status"])
            index = pandas.RangeIndex(first, last) if self._index is None else self._index[first:last]
            yield table_of(columns, *self._described, index)

    def to_dataframe(self) -> pd.DataFrame:
        """Return all members as one table, like a run without a store."""
        table: pd.DataFrame = optional("pandas", "population").concat(list(self.shards()))
        table.attrs["units"] = units_of(*self._described, table)
        return table

    @cached_property
    def _described(self) -> tuple[Membrane, Stimulus]:
        return membrane_from(self.settings["membrane"]), stimulus_from(self.settings["stimulus"])

    def __repr__(self) -> str:
        state = "complete" if self.complete else "not complete"
        return f"<StoredRun of {self.size:,} members in {self.store}: {state}>"


def run_stored(
    members: Members,
    plan: Plan,
    store: str | os.PathLike[str],
    shard_size: int | None,
    resources: Resources,
) -> StoredRun:
    """Run the members that a store does not contain yet, shard by shard.

    Parameters
    ----------
    members : Members
    plan : Plan
    store : str or path
    shard_size : int or None
        Number of members in a shard; None means the size with which the store was started.
    resources : Resources

    Raises
    ------
    StoreError
        The store belongs to other settings or members, or cannot be written.
    """
    optional("pyarrow.parquet", "population")
    folder = Folder.at(store)
    manifest = opened(folder, members, plan, shard_size)
    wanted = manifest.generations[-1]
    run = digest_of(manifest.settings)
    shards = Shards(folder, wanted, run)
    missing_shards = [number for number in range(wanted.shards) if number not in shards.names]
    if missing_shards:
        earlier = [Earlier(Shards(folder, each, run), wanted) for each in manifest.generations[:-1]]
        pieces = (_piece(members, wanted, number, earlier) for number in missing_shards)
        left = sum(min(wanted.shard_size, wanted.size - number * wanted.shard_size) for number in missing_shards)
        with (
            workers(plan, left, resources) as crew,
            Progress(wanted.size, resources.progress, wanted.size - left) as shown,
        ):
            for number, table in run_pieces(pieces, crew, shown):
                shards.write(number, table)
                del table  # frees memory before the next piece is run
    return replace(_stored(folder, tidied(folder, manifest, members)), _index=members.index)


def holds_something(store: str | os.PathLike[str]) -> bool:
    """Return whether a store's folder contains anything."""
    return bool(visible(Folder.at(store)))


def _piece(members: Members, wanted: Generation, number: int, earlier: list[Earlier]) -> Piece:
    """Return the members of a shard with their results."""
    start = number * wanted.shard_size
    stop = min(start + wanted.shard_size, wanted.size)
    columns = members.columns(start, stop)
    known = np.zeros(stop - start, dtype=bool)
    results: dict[str, NDArray[Any]] = {}
    for source in earlier:
        for rows, found in source.results(columns, start, known):
            for name, values in found.items():
                results.setdefault(name, np.empty(stop - start, dtype=values.dtype))[rows] = values
            known[rows] = True
    return Piece(number, columns, known, {name: values[known] for name, values in results.items()})


def _stored(folder: Folder, manifest: Manifest) -> StoredRun:
    wanted = manifest.generations[-1]
    return StoredRun(folder.url, wanted.size, manifest.settings, Shards(folder, wanted, digest_of(manifest.settings)))
