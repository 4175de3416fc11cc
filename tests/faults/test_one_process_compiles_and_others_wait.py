"""Processes that need the same entry at once: one compiles it and the others wait, but not for ever."""

import json
import os
import subprocess
import sys
from typing import ClassVar

import pytest

from faults.small_modules import RIGHT, ROAD
from loligo.kernel import locks


def test_one_of_three_compiles(tmp_path):
    line = [sys.executable, "-W", "error", "-c", ROAD + "sys.stdin.read()\nprint(json.dumps(both()))"]
    environment = os.environ | {"LOLIGO_CACHE_DIR": str(tmp_path / "cache")}
    processes = [
        subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(3)
    ]
    for process in processes:
        process.stdin.close()  # all begin now, or as soon as they have imported what they need
        process.stdin = None
    answers, _, lines = zip(*(json.loads(process.communicate()[0]) for process in processes), strict=True)
    assert list(answers) == [RIGHT] * 3
    compiling = [message for said in lines for message in said if message.startswith("loligo compiles")]
    assert len(compiling) == 2  # the two entries, once each
    assert not [message for said in lines for message in said if "discards" in message]


def held(path):
    """Return a process that holds a lock until its standard input is closed."""
    source = (
        "import sys\nfrom pathlib import Path\nfrom loligo.kernel.locks import locked\n"
        "with locked(Path(sys.argv[1])) as there:\n    print(there, flush=True)\n    sys.stdin.read()\n"
    )
    line = [sys.executable, "-c", source, str(path)]
    process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "True\n"
    return process


def test_waiting_has_a_limit(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(locks, "LONGEST_WAIT", 0.2)
    process = held(tmp_path / "entry.lock")
    with locks.locked(tmp_path / "entry.lock") as there:
        assert not there
    assert (
        caplog.messages[-1] == "loligo has waited 0.2 s for another process to compile entry, and now also compiles it"
    )
    process.communicate()
    with locks.locked(tmp_path / "entry.lock") as there:
        assert there


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_process_holds_nothing(tmp_path):
    process = held(tmp_path / "entry.lock")
    process.kill()
    process.communicate()
    with locks.locked(tmp_path / "entry.lock") as there:
        assert there


def test_files_that_cannot_be_locked_are_done_without(tmp_path, monkeypatch):
    def unsupported(*_):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(locks.fcntl, "flock", unsupported)
    with locks.locked(tmp_path / "entry.lock") as there:
        assert there
    with locks.locked(tmp_path / "no folder" / "entry.lock") as there:
        assert not there


@pytest.mark.parametrize("taken", [0, 3])
def test_refused_locks_on_windows_are_recognised(taken, tmp_path, monkeypatch):
    # what msvcrt does: PermissionError where another process has locked the first byte
    class Windows:
        LK_NBLCK = 2
        tries: ClassVar[list[tuple[int, int]]] = []

        @classmethod
        def locking(cls, file, mode, count):
            cls.tries.append((mode, count))
            if len(cls.tries) <= taken:
                raise PermissionError(13, "Permission denied")

    Windows.tries.clear()
    monkeypatch.setattr(locks, "msvcrt", Windows, raising=False)
    monkeypatch.setattr(locks, "sys", type("windows", (), {"platform": "win32"}))
    monkeypatch.setattr(locks, "BETWEEN_LOOKS", 0.001)
    with locks.locked(tmp_path / "entry.lock") as there:
        assert there
    assert Windows.tries == [(2, 1)] * (taken + 1)
