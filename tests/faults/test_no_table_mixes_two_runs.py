"""A shard says whose it is: others are recomputed, and of two runs that begin in one store at once one is refused."""

import shutil
import threading
import uuid

import fsspec
import numpy as np
import pytest
from pyarrow import parquet

import loligo as lo
from faults.stores import SHARD, SIZE, axons, counts, run, shards
from loligo.population.store import local_files as store_local
from loligo.population.store import opening as store_opening
from loligo.population.store.shards import Shards

OWN = r"shards of another run"


@pytest.fixture(scope="module")
def right():
    return {amplitude: counts(axons(), amplitude=amplitude).spike_count.tolist() for amplitude in (6.0, 9.0, 20.0)}


def read(stored):
    return stored.to_dataframe().spike_count.tolist()


def test_the_rows_depend_on_the_stimulus(right):
    assert right[6.0] != right[9.0] != right[20.0]


def copied_beside(here, other):
    shutil.copy(other, here.parent / other.name)


def copied_over(here, other):
    here.unlink()
    shutil.copy(other, here.parent / other.name)


@pytest.mark.parametrize("copy", [copied_beside, copied_over])
@pytest.mark.parametrize("other", [{"amplitude": 20.0}, {"features": "mean_frequency"}, {"tolerance": 1e-5}])
def test_shards_of_another_run_are_recomputed(copy, other, tmp_path, right, members_run):
    run(tmp_path / "a")
    run(tmp_path / "b", **other)
    theirs = shards(tmp_path / "b")[2]
    copy(shards(tmp_path / "a")[2], theirs)
    with pytest.raises(lo.StoreError, match="belongs to another run or other members: run again to replace it"):
        lo.StoredRun.open(tmp_path / "a")
    members_run.clear()
    with pytest.warns(lo.StoreWarning, match=OWN):
        assert read(run(tmp_path / "a")) == right[6.0]
    assert sum(members_run) == (SHARD if copy is copied_over else 0)
    (aside,) = (tmp_path / "a").glob("members-*/_aside-*")  # nothing that somebody computed is lost
    assert aside.read_bytes() == theirs.read_bytes()
    assert read(lo.StoredRun.open(tmp_path / "a")) == right[6.0]
    run(tmp_path / "a")  # and says no more


def test_shards_of_other_members_are_recomputed(tmp_path, right):
    run(tmp_path / "a")
    other = lo.Population(axons().membrane, g_Na=np.linspace(50.0, 90.0, SIZE))
    counts(other, tmp_path / "b", shard_size=SHARD)
    copied_over(shards(tmp_path / "a")[1], shards(tmp_path / "b")[1])
    with pytest.warns(lo.StoreWarning, match=OWN):
        assert read(run(tmp_path / "a")) == right[6.0]


def test_renamed_shards_are_recomputed(tmp_path, right):
    run(tmp_path)
    first, second = shards(tmp_path)[:2]
    first.rename(first.parent / "x")
    second.rename(second.parent / second.name.replace("-000001-", "-000000-"))
    (first.parent / "x").rename(first.parent / first.name.replace("-000000-", "-000001-"))
    with pytest.raises(lo.StoreError, match="belongs to another run or other members"):
        lo.StoredRun.open(tmp_path)
    with pytest.warns(lo.StoreWarning, match=OWN):
        assert read(run(tmp_path)) == right[6.0]


def test_a_shard_beyond_the_last_is_ignored(tmp_path, right):
    run(tmp_path)
    last = shards(tmp_path)[-1]
    shutil.copy(last, last.parent / last.name.replace("000003", "000009"))
    with pytest.raises(lo.StoreError, match="belongs to another run or other members"):
        lo.StoredRun.open(tmp_path)
    with pytest.warns(lo.StoreWarning, match=OWN):
        assert read(run(tmp_path)) == right[6.0]


def test_a_folder_in_place_of_a_shard_is_named_and_replaced(tmp_path, right):
    run(tmp_path)
    shard = shards(tmp_path)[1]
    shard.unlink()
    shard.mkdir()
    (shard / "notes.txt").write_text("mine")
    with pytest.raises(lo.StoreError, match=rf"{shard.name} in the store .* is a folder: run again to replace it"):
        lo.StoredRun.open(tmp_path)
    with pytest.warns(lo.StoreWarning, match=rf"{shard.name}, a folder, is now _aside-1-{shard.name}"):
        assert read(run(tmp_path)) == right[6.0]
    assert (shard.parent / f"_aside-1-{shard.name}" / "notes.txt").read_text() == "mine"
    assert shard.is_file()


def test_a_shard_without_a_digest_of_its_settings_is_recomputed(tmp_path, right):
    """As a loligo before there were such digests wrote it."""
    run(tmp_path)
    shard = shards(tmp_path)[1]
    table = parquet.ParquetFile(shard).read().replace_schema_metadata(None)
    shard.unlink()
    parquet.write_table(table, shard)
    with pytest.raises(lo.StoreError, match="is damaged: run again to repair it"):
        lo.StoredRun.open(tmp_path).to_dataframe()
    assert read(run(tmp_path)) == right[6.0]


def test_a_store_without_digests_is_refused(tmp_path):
    run(tmp_path)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("population 2", "population 1"), encoding="utf-8")
    for read_or_run in (lo.StoredRun.open, run):
        with pytest.raises(lo.StoreError, match=r"'loligo population 1', whose shards do not identify their run"):
            read_or_run(tmp_path)
    assert len(shards(tmp_path)) == 4


def begun_at_once(monkeypatch, store, amplitudes, **more):
    """Begin runs in threads that all find the store empty, and return what became of them."""
    barrier, visible, found = threading.Barrier(len(amplitudes)), store_opening.visible, []
    waited = set()

    def together(folder):
        names = visible(folder)
        if threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            barrier.wait(60)
        return names

    monkeypatch.setattr(store_opening, "visible", together)

    def begin(amplitude):
        try:
            found.append((amplitude, read(run(store, amplitude, **more))))
        except lo.LoligoError as error:
            found.append((amplitude, str(error)))

    threads = [threading.Thread(target=begin, args=(amplitude,)) for amplitude in amplitudes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize("place", ["a folder", "memory", "a file system without links"])
def test_of_two_runs_that_begin_at_once_one_is_refused(place, tmp_path, monkeypatch, right):
    if place == "a file system without links":

        def none(*_, **__):
            raise OSError(95, "Operation not supported")

        monkeypatch.setattr(store_local.os, "link", none)
    store = f"memory://{uuid.uuid4()}" if place == "memory" else tmp_path / "store"
    found = dict(begun_at_once(monkeypatch, store, (6.0, 9.0)))
    refused = [amplitude for amplitude, said in found.items() if isinstance(said, str)]
    assert len(refused) == 1
    assert "belongs to other settings" in found[refused[0]]
    (won,) = {6.0, 9.0} - {*refused}
    assert found[won] == right[won]
    assert read(lo.StoredRun.open(store)) == right[won]


def test_the_same_run_twice_at_once_is_one_run(tmp_path, monkeypatch, right):
    found = begun_at_once(monkeypatch, tmp_path / "store", (6.0, 6.0))
    assert found == [(6.0, right[6.0])] * 2


def test_a_store_taken_by_another_run_is_reported(monkeypatch, right):
    """On a file system where no file can be created only once."""
    store = f"memory://{uuid.uuid4()}"
    files, path = fsspec.core.url_to_fs(store)
    write, taken = Shards.write, []

    def taking(self, number, table):
        if not taken:
            taken.append(number)
            files.rm_file(f"{path}/manifest.json")
            run(f"{store}x", 9.0)
            files.pipe_file(f"{path}/manifest.json", files.cat_file(f"{path}x/manifest.json"))
        write(self, number, table)

    monkeypatch.setattr(Shards, "write", taking)
    with pytest.raises(
        lo.StoreError, match="Another run with other settings or members has since started in the store"
    ):
        run(store, 6.0)


def test_a_run_rewrites_a_removed_unfinished_file(tmp_path, monkeypatch, right):
    fsync, removed = store_local.os.fsync, []

    def tidied(number):
        fsync(number)
        parts = list(tmp_path.rglob(".shard-*.part"))
        if parts and len(removed) < 2:
            removed.append(parts[0].unlink())

    monkeypatch.setattr(store_local.os, "fsync", tidied)
    assert read(run(tmp_path)) == right[6.0]
    assert len(removed) == 2
