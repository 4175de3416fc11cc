"""What a killed run leaves beside its output is removed by the next one; a full disk is said with the file's name."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from loligo._files import _start, all_or_nothing, write_whole
from loligo.population.traces import _whole_folder

WRITER = """
import sys, time
from pathlib import Path
from loligo._files import all_or_nothing
with all_or_nothing([Path(sys.argv[1])]) as [unfinished]:
    unfinished.write_text("half")
    print("writing", flush=True)
    time.sleep(600)
"""


def begun(target):
    process = subprocess.Popen([sys.executable, "-c", WRITER, target], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "writing\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_the_next_run_removes_leftovers(tmp_path):
    target = tmp_path / ("long" * 60 + ".csv")
    process, other = begun(target), begun(target)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(list(tmp_path.iterdir())) == 2
    write_whole(target, b"whole")
    left = [path for path in tmp_path.iterdir() if path != target]
    assert len(left) == 1  # of the other, which is still writing
    assert next(left[0].iterdir()).read_text() == "half"
    other.kill()
    other.communicate()
    write_whole(target, b"whole again")
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_the_next_traces_remove_leftovers(tmp_path):
    target, kept = tmp_path / "tr.zarr", tmp_path / "kept"
    kept.mkdir()
    (kept / "precious").write_text("precious")
    left = tmp_path / f"{_start(target)}{2**22 + 1}-abcdefgh"
    (left / "tr.zarr" / "v").mkdir(parents=True)
    (left / "tr.zarr" / "v" / "0.0").write_text("half")
    (left / "tr.zarr" / "link").symlink_to(kept, target_is_directory=True)
    (tmp_path / f"{_start(target)}{2**22 + 1}-ijklmnop").symlink_to(kept, target_is_directory=True)
    writing = tmp_path / f"{_start(target)}{os.getpid()}-abcdefgh"
    writing.mkdir()
    with _whole_folder(target) as place:
        Path(place).mkdir()
    assert (kept / "precious").read_text() == "precious"
    assert target.is_dir()
    assert writing.is_dir()
    assert not left.exists()
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_only_our_own_names_are_removed_and_no_link_is_followed(tmp_path):
    folder, target = tmp_path / "work", tmp_path / "work" / "a.csv"
    kept = tmp_path / "kept"
    for made in (folder, kept):
        made.mkdir()
    (kept / "precious").write_text("precious")
    dead = 2**22 + 1  # no process of this number: Linux ends before
    start = _start(target)
    (folder / f"{start}{dead}-abcdefgh").symlink_to(kept, target_is_directory=True)
    inside = folder / f"{start}{dead}-ijklmnop"
    inside.mkdir()
    (inside / "link").symlink_to(kept, target_is_directory=True)
    for name in (f".loligo-0123456789ab-{dead}-abcdefgh", ".a.csv.abcdefgh", f"{start}x-abcdefgh", ".loligo"):
        (folder / name).mkdir()
    write_whole(target, b"whole")
    assert (kept / "precious").read_text() == "precious"
    assert not inside.exists()
    assert len(list(folder.iterdir())) == 6


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG])
def test_a_full_disk_names_the_file(number, tmp_path):
    first, second = tmp_path / "first.csv", tmp_path / "second.png"
    with pytest.raises(OSError, match=r"second\.png"), all_or_nothing([first, second]) as [one, other]:  # noqa: PT012
        one.write_text("whole")
        other.write_text("half")
        raise OSError(number, os.strerror(number))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_device_that_is_full(tmp_path):
    target = tmp_path / "a.csv"
    with pytest.raises(OSError, match=r"No space left on device: '.*a\.csv'"), all_or_nothing([target]) as [unfinished]:  # noqa: PT012
        unfinished.symlink_to("/dev/full")
        with unfinished.open("w") as file:
            file.write("x")
