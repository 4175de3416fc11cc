"""A full disk, a store that cannot be written, or Ctrl-C ends with one clear error and a store that goes on."""

import errno

import pytest

import loligo as lo
from loligo.population.store import local_files as store_local
from loligo.population.workers import workers
from roads.squids import run, same, squids

SHARD = 16


@pytest.fixture
def disk(monkeypatch):
    """Return a function after which so many files can be written before the disk gives an error."""
    original = store_local.write

    def gives(error, after):
        written = []

        def write(path, content, **more):
            if len(written) >= after:
                raise error
            written.append(path)
            original(path, content, **more)

        monkeypatch.setattr(store_local, "write", write)

    yield gives
    monkeypatch.undo()


ERRORS = {
    "No space left on device. Finished members are kept: make room": OSError(errno.ENOSPC, "No space left on device"),
    "Read-only file system. Finished members are kept: fix this": OSError(errno.EROFS, "Read-only file system"),
    "Permission denied. Finished members are kept": PermissionError(errno.EACCES, "Permission denied"),
}


@pytest.mark.parametrize("sentence", ERRORS)
@pytest.mark.parametrize("after", [0, 1, 3])  # the manifest is the first
def test_writing_fails(sentence, after, tmp_path, disk, monkeypatch, request):
    disk(ERRORS[sentence], after)
    with pytest.raises(lo.StoreError) as refused:
        run(squids(), tmp_path, shard_size=SHARD)
    assert str(refused.value).startswith(f"The store {tmp_path} cannot be written: {sentence}")
    assert isinstance(refused.value, OSError)
    monkeypatch.undo()
    members_run = request.getfixturevalue("members_run")
    finished = run(squids(), tmp_path, shard_size=SHARD)
    assert sum(members_run) == squids().size - SHARD * max(after - 1, 0)
    same(finished.to_dataframe(), run(squids()))


def test_nothing_runs_before_the_store_can_be_written(tmp_path, members_run):
    (tmp_path / "file").write_text("precious")
    with pytest.raises(lo.StoreError, match="Not a directory"):
        run(squids(), tmp_path / "file" / "store")
    assert members_run == []
    assert (tmp_path / "file").read_text() == "precious"


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_stopped_while_it_runs(error, tmp_path, monkeypatch):
    original, begun = workers.stages, []

    def stopping(*arguments):
        begun.append(arguments)
        if len(begun) == 3:
            raise error
        return original(*arguments)

    monkeypatch.setattr(workers, "stages", stopping)
    with pytest.raises(error):
        run(squids(), tmp_path, shard_size=SHARD, threads=1)
    monkeypatch.setattr(workers, "stages", original)
    stopped = lo.StoredRun.open(tmp_path)
    assert not stopped.complete
    assert repr(stopped) == f"<StoredRun of 60 members in {tmp_path}: not complete>"
    finished = run(squids(), tmp_path)
    assert finished.complete
    same(finished.to_dataframe(), run(squids()))
