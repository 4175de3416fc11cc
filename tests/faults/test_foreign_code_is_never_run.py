"""A cache that somebody else may have written is not used: a private folder serves the process, and the log says so."""

import json
import os
import stat
from pathlib import Path

import pytest

from faults.small_modules import RIGHT, ROAD
from loligo.kernel import folders

posix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no owners and modes of files")
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be another user for a while"
)

# what an attacker would leave: an entry that is whole by its record, and whose code says what it likes
PLANT = """
def plant(root):
    folders.cache_root.cache_clear()
    os.environ["LOLIGO_CACHE_DIR"] = str(root)
    cache.cached_modules("one", lambda: {"module": SOURCE.format(factor=666.0)}, "a test").module("module")
    folders.cache_root.cache_clear()
"""
REPORT = """
done = both()
private = folders.private_folder() if folders.private_folder.cache_info().currsize else None
print(json.dumps([*done, oct(private.stat().st_mode & 0o777) if private else None, str(private)]))
"""


def private_run(fresh_process, source, *arguments, **environment):
    """Return the warning of a run that must not have used what was there."""
    answers, compiled, lines, mode, private = json.loads(
        fresh_process(ROAD + PLANT + source + REPORT, *arguments, **environment)
    )
    assert (answers, compiled, mode) == (RIGHT, True, "0o700")
    warnings = [line for line in lines if line.startswith("loligo cannot keep compiled code in")]
    assert len(warnings) == 1
    assert private in warnings[0]
    assert "LOLIGO_CACHE_DIR" in warnings[0]
    assert not Path(private).exists()  # it goes with the process
    return warnings[0]


@posix
def test_a_folder_of_another_user(fresh_process, tmp_path):
    # the process takes itself for another user than the one that made the folder
    someone = "plant(sys.argv[1])\nfolders._user = lambda: 12345\n"
    if os.geteuid() == 0:  # what belongs to root may be used by all
        someone = "plant(sys.argv[1])\nos.chown(sys.argv[1], 12345, -1)\n"
    warning = private_run(fresh_process, someone, tmp_path / "cache")
    assert f"{tmp_path / 'cache'}: it belongs to another user (number" in warning


@as_root
@pytest.mark.parametrize("name", ["", "record.json", "module.py", "__pycache__", "__pycache__/*.nbc"])
def test_an_entry_of_another_user_is_discarded(name, fresh_process, tmp_path):
    chown = """
plant(sys.argv[1])
[entry] = [path for path in Path(sys.argv[1]).iterdir() if path.is_dir()]
[place] = entry.glob(sys.argv[2]) if sys.argv[2] else [entry]
os.chown(place, 12345, -1)
"""
    answers, compiled, lines, _, private = json.loads(
        fresh_process(ROAD + PLANT + chown + REPORT, tmp_path / "cache", name)
    )
    assert (answers, compiled, private) == (RIGHT, True, "None")
    assert any("belongs to another user (number 12345)" in line for line in lines)


@posix
@pytest.mark.parametrize("mode", [0o775, 0o702, 0o777])
def test_an_entry_that_others_can_write_is_discarded(mode, fresh_process, tmp_path):
    loose = f"""
plant(sys.argv[1])
[entry] = [path for path in Path(sys.argv[1]).iterdir() if path.is_dir()]
entry.chmod({mode})
"""
    answers, compiled, lines, _, private = json.loads(fresh_process(ROAD + PLANT + loose + REPORT, tmp_path / "cache"))
    assert (answers, compiled, private) == (RIGHT, True, "None")
    assert any("others can write to it" in line for line in lines)


@posix
def test_a_folder_that_others_can_write_and_that_cannot_be_changed(fresh_process, tmp_path):
    loose = """
plant(sys.argv[1])
Path(sys.argv[1]).chmod(0o777)
original = Path.chmod
def refused(path, mode):
    if str(path) == sys.argv[1]:
        raise PermissionError(1, "Operation not permitted")
    original(path, mode)
Path.chmod = refused
"""
    assert "others can write to it" in private_run(fresh_process, loose, tmp_path / "cache")


@posix
@pytest.mark.parametrize("mode", [None, 0o755, 0o775, 0o777])
def test_our_own_folder_is_closed_to_others(mode, fresh_process, tmp_path):
    folder = tmp_path / "above" / "cache"
    if mode is not None:
        folder.mkdir(parents=True)
        folder.chmod(mode)
    answers = json.loads(fresh_process(ROAD + "os.umask(0o002)\nprint(json.dumps(both()[0]))", LOLIGO_CACHE_DIR=folder))
    assert answers == RIGHT
    for path in [folder, *folder.glob("*/")]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


@posix
@pytest.mark.parametrize(("mode", "file"), [(0o2770, "labdata"), (0o755, "labdata"), (0o1777, None), (0o2775, None)])
def test_a_folder_that_is_not_ours_alone_is_left_as_it_is(mode, file, tmp_path, monkeypatch):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    if file:
        (shared / file).touch()
    monkeypatch.setenv("LOLIGO_CACHE_DIR", str(shared))
    for _ in range(2):  # the next process decides alike
        assert folders.found_root() == folders.Root(shared / "loligo")
        assert stat.S_IMODE(shared.stat().st_mode) == mode
        assert stat.S_IMODE((shared / "loligo").stat().st_mode) & 0o777 == 0o700


@posix
def test_a_folder_of_entries_alone_is_closed(tmp_path, monkeypatch):
    for name in ("0123456789abcdef0123", ".building-x", "lab"):
        (tmp_path / name).mkdir()
    (tmp_path / "0123456789abcdef0123.lock").touch()
    tmp_path.chmod(0o755)
    monkeypatch.setenv("LOLIGO_CACHE_DIR", str(tmp_path))
    assert folders.found_root() == folders.Root(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


@as_root
def test_root_with_the_home_of_another(fresh_process, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 12345, -1)
    environment = {"HOME": home, "XDG_CACHE_HOME": "", "LOLIGO_CACHE_DIR": ""}
    assert "belongs to another user (number 12345)" in private_run(fresh_process, "", **environment)
    assert not list(home.iterdir())  # nothing of root's is left in the way of its owner


BECOME = """
from numba.core.registry import cpu_target
answer("first", 2.0)
cpu_target.target_context.refresh()  # all that Numba imports is imported
for name in ("cache_root", "private_folder"):
    getattr(folders, name).cache_clear()
os.environ["LOLIGO_CACHE_DIR"] = sys.argv[1]
os.setgid(54321)
os.setuid(54321)
"""


@as_root
@pytest.mark.parametrize("kind", ["left by sudo", "of another user", "planted", "without a home"])
def test_as_another_user(kind, fresh_process, tmp_path):
    for folder in [tmp_path, *tmp_path.parents]:
        if not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)  # pytest's own, which others cannot enter
    cache = tmp_path / "shared" / "cache"
    cache.parent.mkdir()
    cache.parent.chmod(0o1777)
    before = {
        "left by sudo": "plant(sys.argv[1])\n",
        "of another user": "plant(sys.argv[1])\nos.chown(sys.argv[1], 12345, -1)\n",
        "planted": "plant(sys.argv[1])\nos.chown(sys.argv[1], 12345, -1)\nos.chmod(sys.argv[1], 0o777)\n",
        "without a home": "",
    }[kind]
    after = 'for name in ("LOLIGO_CACHE_DIR", "HOME", "XDG_CACHE_HOME"):\n    os.environ.pop(name, None)\n'
    warning = private_run(fresh_process, before + BECOME + (after if kind == "without a home" else ""), cache)
    said = {"left by sudo": "Permission denied", "without a home": "no home folder"}
    assert said.get(kind, "belongs to another user (number 12345)") in warning


@as_root
def test_another_user_keeps_a_folder_of_its_own(fresh_process, tmp_path):
    # and so what the tests above refuse is refused for its owner
    for folder in [tmp_path, *tmp_path.parents]:
        if not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    source = ROAD + BECOME + "both()\nprint(json.dumps([both(), os.stat(sys.argv[1]).st_mode & 0o777]))"
    assert json.loads(fresh_process(source, tmp_path / "shared" / "cache")) == [[RIGHT, False, []], 0o700]


def test_windows_has_no_owners_and_modes(fresh_process, tmp_path):
    # there the folder of the user is taken as it is, whatever the modes that Python makes up
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    source = "folders._user = lambda: None\nboth()\nprint(json.dumps(both()))"
    assert json.loads(fresh_process(ROAD + source, LOLIGO_CACHE_DIR=tmp_path / "cache")) == [RIGHT, False, []]
