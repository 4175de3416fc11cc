"""A file of a local store is flushed before it gets its name, its folder after; a kill at any operation loses none."""

import os
from pathlib import Path

import pytest

import loligo as lo
from faults.stores import SHARD, SQUID, axons, counts, run, shards
from loligo.population.store import local_files as store_local

MORE = lo.Population(SQUID, g_Na=[*axons().members.axes["g_Na"], 250.0, 251.0, 252.0, 253.0, 254.0])


@pytest.fixture
def operations(monkeypatch):
    """Return the operations on files that a store asks for, in order, as (operation, name of the file)."""
    done, names = [], {}

    def opened(path, *rest, _open=os.open, **more):
        number = _open(path, *rest, **more)
        names[number] = Path(path).name
        return number

    def fsynced(number, _fsync=os.fsync):
        done.append(("fsync", names[number]))
        _fsync(number)

    def linked(source, target, *, _link=os.link, **more):
        done.append(("name", Path(target).name))
        _link(source, target, **more)

    def replaced(source, target, _replace=Path.replace):
        done.append(("name", Path(target).name))
        return _replace(source, target)

    monkeypatch.setattr(store_local.os, "open", opened)
    monkeypatch.setattr(store_local.os, "fsync", fsynced)
    monkeypatch.setattr(store_local.os, "link", linked)
    monkeypatch.setattr(Path, "replace", replaced)
    return done


def test_files_then_names_then_folders(tmp_path, operations):
    run(tmp_path / "store")
    names = ["manifest.json", *(path.name for path in shards(tmp_path / "store"))]
    assert [what for operation, what in operations if operation == "name"] == names
    for name in names:
        at = operations.index(("name", name))
        operation, part = operations[at - 1]
        assert operation == "fsync"
        assert store_local.PART.fullmatch(part)
        assert part.startswith(f".{name}.")
        folder = "store" if name == "manifest.json" else shards(tmp_path / "store")[0].parent.name
        assert operations[at + 1] == ("fsync", folder)
    assert operations.index(("fsync", tmp_path.name)) < operations.index(
        ("name", "manifest.json")
    )  # the store's own name


class Killed(BaseException):
    """As a kill is: nothing that the process meant to do happens after it."""


def killed_at(moment, monkeypatch, store):
    """Run until a numbered operation on files, of which nothing happens, nor of any that follows."""
    count = 0

    def watched(original):
        def operation(*arguments, **more):
            nonlocal count
            count += 1
            if count >= moment:
                raise Killed
            return original(*arguments, **more)

        return operation

    with monkeypatch.context() as patched:
        for name in ("open", "fsync", "link", "close"):
            patched.setattr(store_local.os, name, watched(getattr(os, name)))
        for name in ("replace", "unlink", "mkdir", "rmdir"):
            patched.setattr(Path, name, watched(getattr(Path, name)))
        try:
            run(store)
            counts(MORE, store, shard_size=SHARD)
        except Killed:
            return True
    return False


def test_a_kill_at_every_operation_loses_nothing(tmp_path, monkeypatch, members_run):
    small, more = counts(axons()), counts(MORE)
    moment, killed = 1, True
    while killed:
        store = tmp_path / str(moment)
        killed = killed_at(moment, monkeypatch, store)
        there = len(shards(store)) if store.exists() else 0
        members_run.clear()
        try:
            assert run(store).to_dataframe().equals(small)
        except lo.StoreError as error:  # the larger run had begun
            assert "it has members with g_Na = 250, these have none" in str(error)
        assert counts(MORE, store, shard_size=SHARD).to_dataframe().equals(more)
        assert sum(members_run) <= 85 - SHARD * min(there, 4)
        assert not [path for path in store.rglob(".*") if store_local.PART.fullmatch(path.name)]
        moment += 5
    assert moment > 60
