"""The shards of a store: numbered Parquet files of some members each, named after the digest of what is in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import StoreError
from loligo.population.packages import needed
from loligo.population.store_folder import Folder
from loligo.population.store_manifest import Generation

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAME: Final = re.compile(r"shard-(\d{6,})-([0-9a-f]{32})\.parquet")
Columns = dict[str, "NDArray[Any]"]


@dataclass(frozen=True)
class Shards:
    """The shards of one generation of members.

    Attributes
    ----------
    folder : Folder
    generation : Generation
    """

    folder: Folder
    generation: Generation

    @cached_property
    def names(self) -> dict[int, str]:
        """The file of each shard that is there and whole; others, and leftovers of writing, are removed.

        A shard that was cut short or altered does not have the digest that its name says. Leftovers of writing that was
        interrupted begin with a dot.
        """
        whole: dict[int, str] = {}
        for name in self.folder.names(self.generation.folder):
            found = _NAME.fullmatch(name)
            if found and int(found[1]) not in whole and _digest(self.folder.read(self._path(name))) == found[2]:
                whole[int(found[1])] = name
            elif found or name.startswith("."):
                self.folder.remove(self._path(name))
        return whole

    def listed(self) -> dict[int, str]:
        """Return the file of each shard that is there, unread."""
        found = (_NAME.fullmatch(name) for name in self.folder.names(self.generation.folder))
        return {int(match[1]): match[0] for match in found if match}

    def write(self, number: int, table: Mapping[str, NDArray[Any]]) -> None:
        """Write a shard."""
        content = encoded(table)
        name = f"shard-{number:06d}-{_digest(content)}.parquet"
        self.folder.write(self._path(name), content)

    def read(self, name: str) -> Columns:
        """Return the columns of a shard.

        Raises
        ------
        StoreError
            It is not as it was written.
        """
        content, found = self.folder.read(self._path(name)), _NAME.fullmatch(name)
        if not found or _digest(content) != found[2]:
            raise StoreError(f"{self._path(name)} in the store {self.folder.url} is damaged: run again to mend it.")
        return decoded(content)

    def _path(self, name: str) -> str:
        return f"{self.generation.folder}/{name}"


def encoded(table: Mapping[str, NDArray[Any]]) -> bytes:
    """Return columns as a Parquet file: numbers, texts, and rows of numbers of any length."""
    arrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    columns = {name: arrow.array(values, type=_kind(arrow, values)) for name, values in table.items()}
    sink = arrow.BufferOutputStream()
    # measured numbers hardly ever repeat, so only texts go by a dictionary; bytes of one weight together pack better
    texts = [name for name, values in table.items() if values.dtype == object]
    reals = [name for name, values in table.items() if values.dtype.kind == "f"]
    parquet.write_table(
        arrow.table(columns), sink, compression="lz4", use_dictionary=texts or False,
        use_byte_stream_split=reals or False, write_statistics=False,
    )  # fmt: skip
    content: bytes = sink.getvalue().to_pybytes()
    return content


def decoded(content: bytes) -> Columns:
    """Return the columns of a Parquet file that `encoded` made."""
    arrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    # no threads of Arrow's own, which read_table has all the same: one that still holds these bytes aborts a process
    # that ends
    table = parquet.ParquetFile(arrow.BufferReader(content), pre_buffer=False).read(use_threads=False)
    return {name: table[name].to_numpy() for name in table.column_names}


def _kind(arrow: Any, values: NDArray[Any]) -> Any:
    if values.dtype != object:
        return None
    return arrow.string() if isinstance(values[0], str) else arrow.list_(arrow.float64())


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def bits(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Return the bits of numbers: two are the same number where these are equal, NaN included."""
    return np.ascontiguousarray(values, dtype=np.float64).view(np.uint64)
