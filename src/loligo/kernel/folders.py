"""Which folders compiled code is kept in: a folder of this user's own, that nobody else can write to.

Whoever can write to the cache decides what this process runs. So a folder or an entry is only used where it belongs to
this user or to root and others cannot write to it. Windows keeps a user's folders to the user, and has no such modes:
there the folder is taken as it is.

A folder in which other things are as well is left as it is: entries are kept in a folder of our own inside it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
SHARED: Final = stat.S_ISGID | stat.S_ISVTX  # bits that somebody has set for a folder of several people
OURS: Final = re.compile(r"[0-9a-f]{20}(\.lock)?|\.(building|discarded)-.*|lab")  # what is in a folder of the cache
INSIDE: Final = "loligo"
LEAST_FREE: Final = 16 * 2**20  # bytes: the largest entry takes a few MB


class UntrustedError(OSError):
    """Raised for a folder or file of the cache that somebody else may have written; says why."""


@dataclass(frozen=True)
class Root:
    """Where entries are.

    Attributes
    ----------
    path : Path
    reason : str
        Why nothing can be kept there, or nothing.
    trusted : bool
        Whether what is there may be used.
    """

    path: Path
    reason: str = ""
    trusted: bool = True


def cache_folder() -> Path:
    """Return where compiled code is kept: ``LOLIGO_CACHE_DIR``, or the user's cache folder of the platform.

    Where others have rights to that folder and it holds, or may hold, other people's files, it is ``loligo`` inside it.

    Raises
    ------
    RuntimeError
        The user has no home folder.
    """
    if own := os.environ.get("LOLIGO_CACHE_DIR"):
        return _apart(Path(own).absolute())
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return _apart((base / "loligo").absolute())


def _apart(folder: Path) -> Path:
    """Return a folder that may be closed to others: this one, or else one of our own inside it."""
    try:
        status = folder.stat()
        mode = status.st_mode
        if status.st_uid != _user() or not stat.S_ISDIR(mode) or not mode & OTHERS:
            return folder  # nothing about it would be changed
        if not mode & SHARED and all(OURS.fullmatch(path.name) for path in folder.iterdir()):
            return folder
    except (OSError, ValueError):  # what is wrong is said where the folder is claimed
        return folder
    return folder / INSIDE


@lru_cache(maxsize=1)
def cache_root() -> Root:
    """Return where this process looks for compiled code, and whether it can keep what it compiles there."""
    return found_root()


def found_root() -> Root:
    """Look for the folder of the cache, make it where there is none, and try to write to it."""
    try:
        folder = cache_folder()
    except RuntimeError:
        return Root(Path(tempfile.gettempdir()), "this user has no home folder", trusted=False)
    try:
        claim(folder)
    except (OSError, ValueError) as error:
        return Root(folder, said(error), trusted=False)
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Root(folder)
    except OSError as error:
        return Root(folder, said(error))


def said(error: Exception) -> str:
    """Return in a few words what is wrong."""
    return getattr(error, "strerror", None) or str(error)


def claim(folder: Path) -> None:
    """Make a folder of this user's alone, with mode 0700, or make sure that the one that is there is one.

    Raises
    ------
    UntrustedError
        It belongs to somebody else, or others can write to it and that cannot be changed.
    OSError
        It cannot be made.
    """
    user = _user()
    if user == 0:
        _check_way(folder)
    if not folder.exists():
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(20, "a file is in its way") from error
        with contextlib.suppress(FileExistsError):  # another process was first
            folder.mkdir(mode=0o700)
    if user is None:
        return
    status = folder.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(20, "it is not a folder")
    check_owner(folder.lstat())
    check_owner(status)
    if status.st_uid == user and status.st_mode & OTHERS:
        with contextlib.suppress(OSError):
            folder.chmod(0o700)
        status = folder.stat()
    check_mode(status)


def _user() -> int | None:
    """Return the number of the user whose rights this process has, or None where users have no numbers."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def _check_way(folder: Path) -> None:
    """Refuse, for root, a folder inside one of another user, who could put another in its place."""
    for above in Path(os.path.realpath(folder)).parents:
        if above.exists():
            check_owner(above.stat())


def check_owner(status: os.stat_result) -> None:
    """Refuse what belongs neither to this user nor to root."""
    user = _user()
    if user is not None and status.st_uid not in (0, user):
        raise UntrustedError(f"it belongs to another user (number {status.st_uid})")


def check_mode(status: os.stat_result) -> None:
    """Refuse what others can write to."""
    if _user() is not None and status.st_mode & OTHERS_WRITE:
        raise UntrustedError("others can write to it")


@lru_cache(maxsize=1)
def private_folder() -> Path:
    """Return a folder in the temporary folder, of mode 0700, that serves this process and goes with it."""
    folder, maker = Path(tempfile.mkdtemp(prefix="loligo-")), os.getpid()

    def remove() -> None:
        if os.getpid() == maker:  # not a process forked from it
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def remove(path: Path) -> None:
    """Remove an entry, whatever stands in its place: first out of the way, so that nobody finds half of it.

    Links are not followed.
    """
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    aside = Path(tempfile.mkdtemp(dir=path.parent, prefix=".discarded-"))
    try:
        path.replace(aside / "entry")
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def check_free(folder: Path) -> None:
    """Raise where there is no room for what is compiled: compiling takes seconds, and Numba would lose it.

    Raises
    ------
    OSError
        Says how much the cache takes.
    """
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise OSError(28, f"no space left on its disk, and the cache takes {_size(folder) / 1e6:.0f} MB of it")


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.lstat().st_size
    return total
