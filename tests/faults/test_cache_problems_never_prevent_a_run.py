"""A cache that cannot be made, read or written costs time and one line in the log; the answers are the same."""

import json
import os
import sys

import pytest

from faults.small_modules import RIGHT, ROAD

REPORT = "\nprint(json.dumps([both(), both()]))"
# a limit for every file that a process writes: records pass it and machine code does not, in any folder
SMALL_FILES = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"


def answered(fresh_process, source, *arguments, **environment):
    """Return what the log says of a run whose answers were right, and right again in the same process."""
    runs = json.loads(fresh_process(ROAD + source + REPORT, *arguments, **environment))
    assert [run[0] for run in runs] == [RIGHT, RIGHT]
    warnings = [line for run in runs for line in run[2] if line.startswith("loligo cannot keep")]
    assert len(warnings) == 1
    return warnings[0]


PLACES = {
    "too long a name": ("x" * 300, "File name too long"),
    "a file on the way": ("file/cache", "a file is in its way"),
    "a file in its place": ("file", "it is not a folder"),
    "a link to nowhere": ("dangling", "File exists|No such file"),
    "a link to itself": ("loop", "symbolic links|loop"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
@pytest.mark.parametrize("kind", PLACES)
def test_a_folder_that_cannot_be_made(kind, tmp_path, fresh_process):
    (tmp_path / "file").write_text("precious")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere" / "else")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    name, reason = PLACES[kind]
    said = answered(fresh_process, "", LOLIGO_CACHE_DIR=tmp_path / name)
    assert any(part in said for part in reason.split("|"))
    assert (tmp_path / "file").read_text() == "precious"


def test_a_full_disk_is_named_with_what_the_cache_takes(tmp_path, fresh_process):
    full = """
import shutil
from collections import namedtuple
both()
[path.unlink() for path in Path(sys.argv[1]).rglob("*.nb?")]
(Path(sys.argv[1]) / "entry").mkdir()
(Path(sys.argv[1]) / "entry" / "file").write_bytes(bytes(5_000_000))
usage = shutil.disk_usage
free = namedtuple("usage", "free")(100)
shutil.disk_usage = lambda folder: free if str(folder) == sys.argv[1] else usage(folder)
"""
    said = answered(fresh_process, full, tmp_path / "cache", LOLIGO_CACHE_DIR=tmp_path / "cache")
    assert f"{tmp_path / 'cache'}: no space left on its disk, of which the cache takes 5 MB" in said


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no limits of files")
def test_nothing_can_be_written_anywhere(tmp_path, fresh_process):
    said = answered(fresh_process, SMALL_FILES, LOLIGO_CACHE_DIR=tmp_path / "cache")
    assert "in memory only" in said
    assert "File too large" in said
    later = json.loads(fresh_process(ROAD + "print(json.dumps(both()))", LOLIGO_CACHE_DIR=tmp_path / "cache"))
    assert later[0] == RIGHT  # whatever was left there


def test_no_temporary_folder(tmp_path, fresh_process):
    (tmp_path / "file").touch()
    nowhere = "tempfile.mkdtemp = lambda *a, **k: (_ for _ in ()).throw(FileNotFoundError(2, 'No usable directory'))\n"
    assert "in memory only" in answered(fresh_process, nowhere, LOLIGO_CACHE_DIR=tmp_path / "file" / "cache")


def test_the_private_folder_is_removed(tmp_path, fresh_process):
    # as cleaners of temporary folders do
    (tmp_path / "file").touch()
    swept = (
        "import shutil\nanswer('first', 2.0)\nshutil.rmtree(folders.private_folder())\ncache._say_once.cache_clear()\n"
    )
    assert "in memory only" in answered(fresh_process, swept, LOLIGO_CACHE_DIR=tmp_path / "file" / "cache")


def test_numba_settings_do_not_move_the_cache(tmp_path, fresh_process):
    # NUMBA_CACHE_DIR is a folder that is not checked
    environment = {"NUMBA_CACHE_DIR": tmp_path / "other", "NUMBA_CACHE_LOCATOR_CLASSES": "UserWideCacheLocator"}
    source = ROAD + "both()\nprint(json.dumps(both()))"
    assert json.loads(fresh_process(source, LOLIGO_CACHE_DIR=tmp_path / "cache", **environment)) == [RIGHT, False, []]
    assert not list((tmp_path / "other").rglob("*module*"))


def test_leftovers_of_killed_processes_are_removed(tmp_path, fresh_process):
    (tmp_path / "cache" / ".building-old" / "deep").mkdir(parents=True)
    (tmp_path / "cache" / ".building-new").mkdir()
    os.utime(tmp_path / "cache" / ".building-old", (0, 0))
    fresh_process(ROAD + "both()", LOLIGO_CACHE_DIR=tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").glob(".*")] == [".building-new"]
