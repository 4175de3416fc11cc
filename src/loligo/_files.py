"""Ground: atomic writes: a file is written beside its target and moved there at the very end."""

import contextlib
import errno
import hashlib
import os
import platform
import re
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

FULL: Final = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EIO})


@contextmanager
def all_or_nothing(targets: Sequence[Path]) -> Iterator[list[Path]]:
    """Yield a path to write to for each target, and move all files to their targets when the block succeeds.

    Write access to the folder of each target is checked before the block begins, so a typo cannot cost a long run.
    Leftovers of killed processes beside a target are removed.

    Parameters
    ----------
    targets : sequence of Path
        The final paths; existing files are kept until the block has succeeded.

    Yields
    ------
    list of Path
        Where to write, in the same order and with the same file names.

    Raises
    ------
    OSError
        A target cannot be written, or the disk is full; the message names the target.
    """
    real = [Path(os.path.realpath(target)) for target in targets]
    with ExitStack() as stack:
        unfinished = [stack.enter_context(_beside(target)) for target in real]
        try:
            yield unfinished
        except OSError as error:
            raise _naming_target(error, unfinished, targets) from error
        for source, target in zip(unfinished, real, strict=True):
            source.chmod(_mode(target))
            source.replace(target)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically: after an interruption it is unchanged."""
    with all_or_nothing([path]) as [unfinished]:
        unfinished.write_bytes(content)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Yield a path on the same disk as the target; a file that remains there at the end is removed."""
    try:
        folder = made_beside(target)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(target)) from error
    try:
        yield folder / target.name
    finally:
        _remove(folder)


def made_beside(target: Path, remove: Callable[[Path], None] | None = None) -> Path:
    """Create a temporary folder beside a target; leftover folders of dead processes are removed.

    Parameters
    ----------
    target : Path
    remove : callable, optional
        Function that removes a leftover folder; the default removes only a folder without subfolders.

    Raises
    ------
    OSError
    """
    start = _start(target)
    _remove_leftovers(target.parent, start, remove or _remove)
    return Path(mkdtemp(dir=target.parent, prefix=f"{start}{os.getpid()}-"))


def _start(target: Path) -> str:
    """Return the prefix of this machine's temporary folders for a target; a process id follows."""
    names = f"{platform.node()}\0{target.name}".encode(errors="surrogateescape")
    return f".loligo-{hashlib.sha256(names).hexdigest()[:12]}-"


def _remove_leftovers(folder: Path, start: str, remove: Callable[[Path], None]) -> None:
    """Remove leftover folders of dead processes of this machine."""
    pattern = re.compile(re.escape(start) + r"(\d{1,19})-\w+")
    for name in os.listdir(folder):  # noqa: PTH208 - names alone are quicker, in folders of many files
        found = pattern.fullmatch(name)
        if found and not _alive(int(found[1])):
            remove(folder / name)


def _remove(folder: Path) -> None:
    """Remove one of our folders and its files; links are not followed, and subfolders are not entered."""
    with contextlib.suppress(OSError):
        if stat.S_ISDIR(folder.lstat().st_mode):
            for name in os.listdir(folder):  # noqa: PTH208
                with contextlib.suppress(OSError):
                    (folder / name).unlink()
            folder.rmdir()


def _alive(process: int) -> bool:
    """Return whether a process of this machine may still be running."""
    if sys.platform == "win32":
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)  # only tests for existence
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle) or ctypes.windll.kernel32.GetLastError() == 5  # the process belongs to another user
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _naming_target(error: OSError, unfinished: Sequence[Path], targets: Sequence[Path]) -> OSError:
    """Return the error with the target's name, where it named a temporary file or (on a full disk) no file."""
    pairs = list(zip(unfinished, targets, strict=True))
    begun = [target for path, target in pairs if error.filename is None and path.exists()]
    named = [target for path, target in pairs if str(error.filename) == str(path)]
    full = begun[-1:] if error.errno in FULL else []
    for target in (*named, *full):
        return type(error)(error.errno, error.strerror, str(target))
    return error


def _mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those of a new file of this user."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
