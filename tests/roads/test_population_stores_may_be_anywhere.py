"""A store in a folder, in memory or at a URL holds the table of a run without a store, in shards of any size."""

import uuid
from pathlib import Path

import fsspec
import pytest

import loligo as lo
from roads.squids import SETTINGS, STIMULUS, run, same, squids

PLACES = {
    "a folder": lambda folder: str(folder / "store"),
    "a path": lambda folder: folder / "store",
    "a folder in folders": lambda folder: f"{folder}/a/b/store/",
    "a URL of a folder": lambda folder: f"file://{folder}/store",
    "memory": lambda _: f"memory://{uuid.uuid4()}/store",
}


@pytest.mark.parametrize("place", PLACES)
def test_every_place(place, tmp_path, members_run):
    store = PLACES[place](tmp_path)
    stored = run(squids(), store, shard_size=16)
    assert (stored.size, stored.complete) == (60, True)
    members_run.clear()
    run(squids(), store)  # it is found again
    assert members_run == []
    same(stored.to_dataframe(), run(squids()))
    same(lo.StoredRun.open(store).to_dataframe(), stored.to_dataframe())
    assert next(stored.shards()).attrs["units"] == run(squids()).attrs["units"]


@pytest.mark.parametrize("size", [1, 7, 60, 65_536])
def test_every_size_of_shards(size, tmp_path):
    stored = run(squids(4, 5), tmp_path, shard_size=size)
    tables = list(stored.shards())
    assert [len(table) for table in tables] == [min(size, 20 - start) for start in range(0, 20, size)]
    assert [int(table.index[0]) for table in tables] == list(range(0, 20, size))
    same(stored.to_dataframe(), run(squids(4, 5)))


def test_shards_in_memory_are_mended(tmp_path, members_run):
    store = f"memory://{uuid.uuid4()}"
    run(squids(), store, shard_size=16)
    files, path = fsspec.core.url_to_fs(store)
    shard = max(files.find(path))
    files.pipe_file(shard, files.cat_file(shard)[:-9])
    members_run.clear()
    same(run(squids(), store).to_dataframe(), run(squids()))
    assert sum(members_run) == 60 - 3 * 16 + 60


def test_other_programs_read_the_shards(tmp_path):
    import pandas as pd

    table = run(squids(), tmp_path, shard_size=16).to_dataframe()
    (folder,) = tmp_path.glob("members-*")
    same(pd.read_parquet(folder), table)


def test_threads_and_sizes_of_blocks_change_no_bit(tmp_path):
    tables = [run(squids(), tmp_path / str(threads), threads=threads).to_dataframe() for threads in (1, 2, 5)]
    same(tables[0], tables[1])
    same(tables[0], tables[2])


@pytest.mark.parametrize("store", ["", 7, "nowhere://store", Path()])
def test_no_store(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").touch()
    with pytest.raises(
        (lo.ArgumentError, lo.StoreError), match=r"store must be|Protocol not known|contains other files"
    ):
        squids().run(STIMULUS, **SETTINGS, store=store)


def test_nothing_there(tmp_path):
    with pytest.raises(lo.StoreError, match="There is no store of a population at"):
        lo.StoredRun.open(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [0, -1, float("nan"), "many"])
def test_no_size(size, tmp_path):
    with pytest.raises(lo.LoligoError, match="shard_size must be"):
        run(squids(), tmp_path, shard_size=size)
