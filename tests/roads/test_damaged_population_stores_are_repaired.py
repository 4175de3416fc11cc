"""A shard that was cut short, altered, lost or left half written is noticed, and only its members are run again."""

import random

import pytest

import loligo as lo
from roads.squids import run, same, squids

SHARD = 16


def cut(path):
    path.write_bytes(path.read_bytes()[:-7])


def emptied(path):
    path.write_bytes(b"")


def altered(path):
    content = bytearray(path.read_bytes())
    content[random.Random(7).randrange(len(content) // 2)] ^= 1
    path.write_bytes(content)


def removed(path):
    path.unlink()


def swapped(path):
    other = next(each for each in sorted(path.parent.iterdir()) if each != path)
    path.write_bytes(other.read_bytes())


@pytest.fixture
def store(tmp_path):
    run(squids(), tmp_path / "store", shard_size=SHARD)
    return tmp_path / "store"


def shards(store):
    return sorted(store.rglob("shard-*.parquet"))


@pytest.mark.filterwarnings("ignore:The store .* has shards of another run:loligo.StoreWarning")
@pytest.mark.parametrize("damage", [cut, emptied, altered, removed, swapped])
def test_one_shard(damage, store, members_run):
    before = {path.name: path.read_bytes() for path in shards(store)}
    damage(shards(store)[1])
    with pytest.raises(lo.StoreError, match=r"run again to (repair|replace) it|run its population again to finish it"):
        lo.StoredRun.open(store).to_dataframe()
    members_run.clear()
    mended = run(squids(), store)
    assert sum(members_run) == SHARD
    assert {path.name: path.read_bytes() for path in shards(store)} == before
    same(mended.to_dataframe(), run(squids()))


def test_leftovers_are_removed(store, members_run):
    folder = shards(store)[0].parent
    (folder / "notes.txt").write_text("not of a store: it stays")
    before = sorted(store.rglob("*"))
    (folder / f".shard-000001.parquet.{'7' * 16}.part").write_bytes(b"half")
    (store / f".manifest.json.{'7' * 16}.part").write_bytes(b"half")
    members_run.clear()
    run(squids(), store)
    assert members_run == []
    assert sorted(store.rglob("*")) == before


@pytest.mark.parametrize("damage", [cut, emptied, altered])
def test_a_damaged_manifest_is_refused(damage, store):
    damage(store / "manifest.json")
    with pytest.raises(lo.StoreError, match=r"manifest.json of the store .* is damaged .*: run its population again"):
        lo.StoredRun.open(store)
    assert len(shards(store)) == 4
