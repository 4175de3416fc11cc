"""The shards of a store: numbered Parquet files of some members each, named after the digest of their content."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._bounded import MEGABYTE
from loligo._errors import StoreError, StoreWarning
from loligo._optional import optional
from loligo.population.store.folder import Folder
from loligo.population.store.local_files import PART
from loligo.population.store.manifest import NAMED, Generation

if TYPE_CHECKING:
    from numpy.typing import NDArray

MARK: Final = b"loligo"  # the key of a shard's own description in its Parquet file
MOST_MEGABYTES_OF_SHARD: Final = 1000.0  # largest size of a shard's file, and of its unpacked numbers
LONGEST_TEXT: Final = 2100  # length of the longest reason [characters]
_NAME: Final = re.compile(r"shard-(\d{6,})-([0-9a-f]{8})([0-9a-f]{32})\.parquet")
Columns = dict[str, "NDArray[Any]"]


@dataclass(frozen=True)
class Shards:
    """The shards of one generation of members.

    Attributes
    ----------
    folder : Folder
    generation : Generation
    run : str
        The digest of the run's settings.
    """

    folder: Folder
    generation: Generation
    run: str

    @cached_property
    def names(self) -> dict[int, str]:
        """The file of each complete shard of this run; other files are moved out of the way.

        The digest in a shard's name is that of its content, keyed by its owner. A shard that was truncated or altered
        does not match it and is removed, as are leftovers of interrupted writes. A shard that belongs to another run or
        other members, or a folder with the name of a shard, is set aside, with a warning that names it.
        """
        whole: dict[int, str] = {}
        aside: list[str] = []
        for name in self.folder.names(self.generation.folder):
            found, path = _NAME.fullmatch(name), self._path(name)
            if PART.fullmatch(name):
                self.folder.remove(path)
            elif found and self.folder.holds_folder(path):
                aside.append(f"{path}, a folder, is now {self.folder.set_aside(path)}")
            elif found:
                number, content = int(found[1]), self.folder.read(path, MOST_MEGABYTES_OF_SHARD)
                if self._is_own(found, content):
                    if whole.setdefault(number, name) != name:
                        self.folder.remove(path)
                elif mark_of(content) in (None, self.mark(number)):
                    self.folder.remove(path)
                else:
                    aside.append(f"{path}, of another run or other members, is now {self.folder.set_aside(path)}")
        if aside:
            more = f"; and {len(aside) - NAMED} more" if len(aside) > NAMED else ""
            warnings.warn(
                f"The store {self.folder.url} has shards of another run, and computes their members again: "
                f"{'; '.join(aside[:NAMED])}{more}.",
                StoreWarning,
                stacklevel=5,
            )
        return whole

    def listed(self) -> dict[int, str]:
        """Return the file of each existing shard, without reading it."""
        there = shard_files(self.folder, self.generation.folder)
        return {number: name for number, name in there if number < self.generation.shards}

    def check(self) -> None:
        """Reject shards whose names belong to another run; their content is checked when they are read.

        Raises
        ------
        StoreError
        """
        for number, name in shard_files(self.folder, self.generation.folder):
            path = self._path(name)
            if self.folder.holds_folder(path):
                raise StoreError(f"{path} in the store {self.folder.url} is a folder: run again to replace it.")
            found = _NAME.fullmatch(name)
            if found and found[2] != _named(self._key(number)):
                raise self._other(path)

    def mark(self, number: int) -> dict[str, Any]:
        """Return a shard's description of itself: the digests of its settings and members, and its range of members."""
        first = number * self.generation.shard_size
        rows = max(min(self.generation.shard_size, self.generation.size - first), 0)
        return {
            "settings": self.run,
            "members": self.generation.digest,
            "first": first,
            "rows": rows,
            "shard_size": self.generation.shard_size,
        }

    def write(self, number: int, table: Mapping[str, NDArray[Any]]) -> None:
        """Write a shard.

        Raises
        ------
        StoreError
            The shard is too large to be read back.
        """
        content, key = encoded(table, self.mark(number)), self._key(number)
        if len(content) > MOST_MEGABYTES_OF_SHARD * MEGABYTE or not _fits(_metadata(content)):
            raise StoreError(
                f"A shard of the store {self.folder.url} would take more than {MOST_MEGABYTES_OF_SHARD:g} MB: "
                "start another store with a smaller shard_size, or keep fewer spike_times."
            )
        name = f"shard-{number:06d}-{_named(key)}{_digest(content, key)}.parquet"
        self.folder.write(self._path(name), content)

    def read(self, name: str) -> Columns:
        """Return the columns of a shard.

        Raises
        ------
        StoreError
            The shard has changed since it was written, or belongs to another run.
        """
        path, found = self._path(name), _NAME.fullmatch(name)
        content = self.folder.read(path, MOST_MEGABYTES_OF_SHARD)
        mark = self.mark(int(found[1]) if found else 0)
        if not found or not self._is_own(found, content):
            if mark_of(content) not in (None, mark):
                raise self._other(path)
            raise StoreError(f"{path} in the store {self.folder.url} is damaged: run again to repair it.")
        columns = decoded(content, mark["rows"])
        if columns is None or not {*self.generation.names, "status", "reason"} <= {*columns}:
            raise StoreError(f"{path} in the store {self.folder.url} does not have the columns of a shard: remove it.")
        return columns

    def _key(self, number: int) -> bytes:
        """Return the key of a shard's digest, unique to its run, its members and its number."""
        return hashlib.blake2b(json.dumps(self.mark(number)).encode(), digest_size=16).digest()

    def _is_own(self, found: re.Match[str], content: bytes) -> bool:
        key = self._key(int(found[1]))
        return found[2] == _named(key) and found[3] == _digest(content, key)

    def _other(self, path: str) -> StoreError:
        return StoreError(
            f"{path} in the store {self.folder.url} belongs to another run or other members: run again to replace it."
        )

    def _path(self, name: str) -> str:
        return f"{self.generation.folder}/{name}"


def shard_files(folder: Folder, inside: str) -> list[tuple[int, str]]:
    """Return the number and the name of each shard in a folder of a store, without reading it."""
    found = (_NAME.fullmatch(name) for name in folder.names(inside))
    return [(int(match[1]), match[0]) for match in found if match]


def mark_of(content: bytes) -> dict[str, Any] | None:
    """Return a shard's description of itself (see `Shards.mark`), or None if it has none that can be read."""
    arrow, _ = _libraries()
    try:
        words = json.loads(_metadata(content).metadata[MARK])
    except (arrow.ArrowException, OSError, KeyError, TypeError, ValueError, RecursionError):
        return None
    return words if isinstance(words, dict) else None


def encoded(table: Mapping[str, NDArray[Any]], mark: Mapping[str, Any] | None = None) -> bytes:
    """Encode columns (numbers, strings, rows of numbers of any length) and a description as a Parquet file."""
    arrow, parquet = _libraries()
    columns = {name: arrow.array(values, type=_kind(arrow, values)) for name, values in table.items()}
    sink = arrow.BufferOutputStream()
    # computed numbers hardly ever repeat, so only strings use a dictionary; splitting bytes improves the compression
    texts = [name for name, values in table.items() if values.dtype == object]
    reals = [name for name, values in table.items() if values.dtype.kind == "f"]
    said = None if mark is None else {MARK: json.dumps(mark)}
    parquet.write_table(
        arrow.table(columns, metadata=said), sink, compression="lz4", use_dictionary=texts or False,
        use_byte_stream_split=reals or False, write_statistics=False,
    )  # fmt: skip
    content: bytes = sink.getvalue().to_pybytes()
    return content


def decoded(content: bytes, rows: int | None = None) -> Columns | None:
    """Return the columns of a file from `encoded`, or None if it is not one or has another size."""
    arrow, parquet = _libraries()
    # without Arrow's own threads, which read_table would start anyway: a thread that still uses these bytes aborts a
    # process that ends
    try:
        file = parquet.ParquetFile(arrow.BufferReader(content), pre_buffer=False)
        told, kinds = file.metadata, file.schema_arrow
        if (
            (rows is not None and told.num_rows != rows)
            or not _fits(told)
            or not all(_is_kind(arrow.types, each.type) for each in kinds)
        ):
            return None
        # a string that many rows share is stored once in a file, and read once
        texts = [field.name for field in kinds if str(field.type) == "string"]
        again = arrow.BufferReader(content)
        table = parquet.ParquetFile(again, pre_buffer=False, read_dictionary=texts).read(use_threads=False)
        return {name: _texts(table[name]) if name in texts else table[name].to_numpy() for name in table.column_names}
    except (arrow.ArrowException, OSError, ValueError):
        return None


def _metadata(content: bytes) -> Any:
    arrow, parquet = _libraries()
    return parquet.read_metadata(arrow.BufferReader(content))


def _libraries() -> tuple[Any, Any]:
    """Return pyarrow and its Parquet module."""
    return optional("pyarrow", "population"), optional("pyarrow.parquet", "population")


def _fits(told: Any) -> bool:
    """Return whether a Parquet file's metadata show that it is small, and not compressed more than by `encoded`."""
    groups = (told.row_group(k) for k in range(told.num_row_groups))
    chunks = [group.column(k) for group in groups for k in range(group.num_columns)]
    packed = {chunk.compression for chunk in chunks}
    size = sum(max(8 * chunk.num_values, chunk.total_uncompressed_size) for chunk in chunks)
    return packed <= {"LZ4", "UNCOMPRESSED"} and size <= MOST_MEGABYTES_OF_SHARD * MEGABYTE


def _is_kind(types: Any, kind: Any) -> bool:
    """Return whether a column has a type that `encoded` writes."""
    if types.is_list(kind):
        return bool(types.is_float64(kind.value_type))
    return any(test(kind) for test in (types.is_string, types.is_integer, types.is_floating, types.is_boolean))


def _texts(column: Any) -> NDArray[Any]:
    """Return strings; equal ones are the same object.

    Raises
    ------
    ValueError
        A string is missing, or longer than loligo writes.
    """
    rows = []
    for chunk in column.chunks:
        words = chunk.dictionary.to_pylist()
        if chunk.null_count or any(len(word) > LONGEST_TEXT for word in words):
            raise ValueError("a text is missing, or too long")
        rows.append(np.array(words, dtype=object)[chunk.indices.to_numpy()])
    return np.concatenate(rows) if rows else np.empty(0, dtype=object)


def _kind(arrow: Any, values: NDArray[Any]) -> Any:
    if values.dtype != object:
        return None
    return arrow.string() if isinstance(values[0], str) else arrow.list_(arrow.float64())


def _digest(content: bytes, key: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16, key=key).hexdigest()


def _named(key: bytes) -> str:
    """Return the part of a shard's name that identifies the owner."""
    return key[:4].hex()


def bits(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Return the bits of numbers, which compare equal if the numbers are the same, including NaN."""
    return np.ascontiguousarray(values, dtype=np.float64).view(np.uint64)
