"""Whatever links a store holds, nothing that they lead to is read, written or removed; and only our own files are."""

import os

import pytest

import loligo as lo
from faults.stores import axons, counts, run, shards, tree
from loligo.population.store.folder import Folder

PRECIOUS = {".profile": "mine", ".ssh/key": "secret", "shard-000000-" + "0" * 32 + ".parquet": "mine, too"}


@pytest.fixture
def home(tmp_path):
    for name, text in PRECIOUS.items():
        path = tmp_path / "home" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "home" / f".manifest.json.{'0' * 16}.part").write_text("mine")
    return tmp_path / "home"


@pytest.fixture
def store(tmp_path):
    run(tmp_path / "store")
    return tmp_path / "store"


def link(path, target):
    if path.is_dir():
        for each in path.iterdir():
            each.unlink()
        path.rmdir()
    elif path.exists():
        path.unlink()
    path.symlink_to(target)


LINKS = {
    "the folder of shards": lambda store, home: link(shards(store)[0].parent, home),
    "a shard": lambda store, home: link(shards(store)[1], home / ".profile"),
    "a shard, to a folder": lambda store, home: link(shards(store)[1], home),
    "a shard, to nothing": lambda store, home: link(shards(store)[1], home / "nothing"),
    "the manifest": lambda store, home: link(store / "manifest.json", home / ".profile"),
    "a leftover": lambda store, home: (shards(store)[0].parent / f".s.{'0' * 16}.part").symlink_to(home / ".profile"),
}


@pytest.mark.parametrize("what", LINKS)
def test_links_are_refused_and_not_followed(what, store, home):
    LINKS[what](store, home)
    before = tree(home)
    with pytest.raises(lo.StoreError, match="is a symbolic link, and links inside a store are not followed"):
        run(store)
    assert tree(home) == before
    if what != "a leftover":
        with pytest.raises(lo.StoreError, match="is a symbolic link"):
            lo.StoredRun.open(store).to_dataframe()
    assert tree(home) == before


def test_the_store_itself_may_be_a_link(store, tmp_path):
    (tmp_path / "here").symlink_to(store)
    before = tree(store)
    run(tmp_path / "here")
    assert tree(store) == before


def test_only_our_own_leftovers_are_removed(store, tmp_path):
    folder = shards(store)[0].parent
    ours = [folder / f".{shards(store)[0].name}.{'a1' * 8}.part", store / f".manifest.json.{'b2' * 8}.part"]
    theirs = [folder / ".hidden", folder / ".nfs0001", folder / "notes.txt", store / ".git"]
    folders = [folder / f".x.{'c3' * 8}.part", store / f".y.{'d4' * 8}.part"]
    for path in (*ours, *theirs):
        path.write_text("x")
    for path in folders:
        path.mkdir()
        (path / "inside").write_text("x")
    run(store)
    assert not any(path.exists() for path in ours)
    assert all(path.read_text() == "x" for path in theirs)
    assert all((path / "inside").read_text() == "x" for path in folders)


def test_dropping_an_earlier_generation_keeps_foreign_files(store):
    folder = shards(store)[0].parent
    (folder / "notes.txt").write_text("mine")
    counts(lo.Population(axons().membrane, g_Na=[*axons().members.axes["g_Na"], 250.0]), store)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    assert len(list(store.glob("members-*"))) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in files")
def test_a_pipe_is_not_waited_for(store):
    shard = shards(store)[0]
    shard.unlink()
    os.mkfifo(shard)
    with pytest.raises(lo.StoreError, match="is not a file"):
        run(store)


@pytest.mark.parametrize("name", ["a::b", "runs/a::b", "a::file://b", "::", "10::20/x"])
def test_two_colons_are_a_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(name)
    assert (tmp_path / name / "manifest.json").is_file()
    assert lo.StoredRun.open(name).complete


def test_two_colons_after_a_protocol_chain():
    assert Folder.at("simplecache::memory://x").files.protocol == "simplecache"
