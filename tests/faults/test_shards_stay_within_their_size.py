"""Shards and manifests are refused before they fill the memory, and a store that cannot be opened in a sentence."""

import json
import os
import re
import tracemalloc

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import loligo as lo
from faults.stores import run, shards
from loligo.population.store import shards as store_shards
from loligo.population.store.folder import Folder
from loligo.population.store.manifest import _hash
from loligo.population.store.shards import LONGEST_TEXT, Shards, decoded, encoded

ROWS = 20_000


def table(reason):
    status = np.array(["ok"] * ROWS, dtype=object)
    return {"g_Na": np.arange(ROWS) / 7, "status": status, "reason": np.array([reason] * ROWS, dtype=object)}


def test_long_texts_of_many_rows():
    content = encoded(table("x" * 100_000))
    assert len(content) < 200_000
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    assert decoded(content, ROWS) is None
    assert tracemalloc.get_traced_memory()[1] < 10**7
    tracemalloc.stop()
    assert pa.total_allocated_bytes() - before < 10**7


def test_texts_are_read_as_they_are():
    reasons = np.array([f"reason {k % 7}" for k in range(ROWS)], dtype=object)
    rows = np.array([np.arange(k % 3, dtype=float) for k in range(ROWS)], dtype=object)
    found = decoded(encoded(table("") | {"reason": reasons, "spike_times": rows}), ROWS)
    assert found["reason"].tolist() == reasons.tolist()
    assert [row.tolist() for row in found["spike_times"]] == [row.tolist() for row in rows]
    assert decoded(encoded(table("x" * LONGEST_TEXT)), ROWS) is not None
    assert decoded(encoded(table("x" * LONGEST_TEXT)), ROWS + 1) is None


def parquet(columns, **more):
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, **more)
    return sink.getvalue().to_pybytes()


REFUSED = {
    "tightly packed": lambda: parquet({"a": np.zeros(10)}, compression="zstd"),
    "tables within a column": lambda: parquet({"a": [{"b": 1}]}, compression="lz4"),
    "lists of texts": lambda: parquet({"a": [["b"]]}, compression="lz4"),
    "a missing text": lambda: parquet({"a": pa.array(["b", None])}, compression="lz4"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_shard_holds(what):
    assert decoded(REFUSED[what]()) is None


def test_many_numbers_from_few_bytes(monkeypatch):
    monkeypatch.setattr(store_shards, "MOST_MEGABYTES_OF_SHARD", 1.0)
    content = parquet({"a": np.zeros(10**6)}, compression="lz4", use_dictionary=True)
    assert len(content) < 10_000
    assert decoded(content) is None


@pytest.fixture
def store(tmp_path):
    run(tmp_path / "store")
    return tmp_path / "store"


def test_a_shard_that_would_not_be_read_is_not_written(store, monkeypatch):
    for path in shards(store):
        path.unlink()
    monkeypatch.setattr(store_shards, "MOST_MEGABYTES_OF_SHARD", 1e-4)
    with pytest.raises(lo.StoreError, match="smaller shard_size"):
        run(store)
    assert not shards(store)


def test_a_shard_with_the_right_digest(store):
    opened = lo.StoredRun.open(store)._shards
    columns = opened.read(opened.listed()[0])
    shards(store)[0].unlink()
    Shards.write(opened, 0, {**columns, "reason": np.array(["x" * 10**5] * 10, dtype=object)})
    with pytest.raises(lo.StoreError, match="does not have the columns of a shard: remove it"):
        lo.StoredRun.open(store).to_dataframe()


def test_files_longer_than_any(store, monkeypatch):
    monkeypatch.setattr(store_shards, "MOST_MEGABYTES_OF_SHARD", 0.001)
    with pytest.raises(lo.StoreError, match=r"shard-000000.* in it is larger than 0\.001 MB"):
        lo.StoredRun.open(store).to_dataframe()
    with (store / "manifest.json").open("r+b") as file:
        file.truncate(64_000_001)  # a sparse file
    for use in (lo.StoredRun.open, run):
        with pytest.raises(lo.StoreError, match=r"manifest\.json in it is larger than 64 MB"):
            use(store)


def test_files_of_other_systems_are_read_no_further():
    folder = Folder.at("memory://long-files")
    folder.write("a", b"x" * 1001)
    with pytest.raises(lo.StoreError, match=r"a in it is larger than 0\.001 MB"):
        folder.read("a", 0.001)
    assert folder.read("a", 0.002) == b"x" * 1001


def test_a_size_beyond_any(store):
    words = json.loads((store / "manifest.json").read_bytes())
    words.pop("hash")
    words["generations"][0] |= {"shard_size": 2**62}
    (store / "manifest.json").write_text(json.dumps(words | {"hash": _hash(words)}))
    with pytest.raises(lo.StoreError):
        lo.StoredRun.open(store).to_dataframe()


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")
def test_stores_that_cannot_be_opened(tmp_path, monkeypatch):
    with pytest.raises(lo.StoreError, match="File name too long"):
        run(tmp_path / ("x" * 300))
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    with pytest.raises(lo.StoreError, match="link is a link to nothing"):
        run(tmp_path / "link")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(lo.StoreError, match=re.escape(f"{tmp_path / 'pipe'}")):
        run(tmp_path / "pipe")
    (tmp_path / "store").mkdir()
    os.mkfifo(tmp_path / "store" / "manifest.json")
    with pytest.raises(lo.StoreError, match=r"manifest\.json in it is not a file"):
        run(tmp_path / "store")

    def refused(path, **_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pathlib.Path.stat", refused)
    with pytest.raises(lo.StoreError, match="cannot be read: Permission denied"):
        lo.StoredRun.open(tmp_path / "closed" / "store")
