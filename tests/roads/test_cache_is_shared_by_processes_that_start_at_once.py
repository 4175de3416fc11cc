"""Processes that compile the same membrane at the same time all get the right answer and leave a whole cache."""

import os
import subprocess
import sys

import pytest

from loligo.kernel.cache import cached_modules
from loligo.kernel.folders import Root

ROAD = """
import loligo as lo
n = lo.Gate("n", inf="1/(1 + exp(-(v + 45)/6))", tau="4")
membrane = lo.Membrane(lo.Channel("K", g=9, E=-80, open=n**2), lo.Channel("leak", g=0.3, E=-50))
print(repr(lo.rest(membrane).v), lo.rates(membrane, [-45.0])["n"].inf.tolist())
"""


def start(folder, source=ROAD):
    environment = os.environ | {"LOLIGO_CACHE_DIR": str(folder)}
    line = [sys.executable, "-W", "error", "-c", source]
    return subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(process):
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    return out


def test_two_at_once_in_an_empty_folder(tmp_path, fresh_process):
    outputs = [finished(process) for process in [start(tmp_path / "cache") for _ in range(2)]]
    assert outputs == [fresh_process(ROAD)] * 2
    assert not list((tmp_path / "cache").glob(".building*"))


def test_a_process_that_was_first_keeps_its_entry(tmp_path, monkeypatch):
    # where no file can be locked, another may make the same entry while one makes its sources: it may be in use already
    monkeypatch.setattr("loligo.kernel.locks._taken", lambda file: True)
    monkeypatch.setattr("loligo.kernel.cache.cache_root", lambda: Root(tmp_path))
    inodes = []

    def sources():
        other = cached_modules("key", lambda: {"module": "x = 1\n"}, "a test")
        inodes.append(other.path.stat().st_ino)
        (other.path / "machine code").touch()  # as Numba would leave it there
        return {"module": "x = 1\n"}

    folder = cached_modules("key", sources, "a test")
    assert folder.path.stat().st_ino == inodes[0]
    assert (folder.path / "machine code").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [folder.path.name, f"{folder.path.name}.lock"]


def test_an_interrupted_build_leaves_nothing_that_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr("loligo.kernel.cache.cache_root", lambda: Root(tmp_path))

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached_modules("key", interrupted, "a test")
    assert cached_modules("key", lambda: {"module": "x = 2\n"}, "a test").module("module").x == 2
