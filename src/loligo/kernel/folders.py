"""The folders for compiled code: a folder of this user that nobody else can write to.

Whoever can write to the cache controls what this process runs. So a folder or an entry is used only if it belongs to
this user or to root and others cannot write to it. Windows has no such modes and a user's folders there are private, so
the folder is used without a check.

A folder that also contains other files is not changed: entries are stored in a subfolder.
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
SHARED: Final = stat.S_ISGID | stat.S_ISVTX  # mode bits of a folder that several users share
OURS: Final = re.compile(r"[0-9a-f]{20}(\.lock)?|\.(building|discarded)-.*|lab")  # the contents of a cache folder
INSIDE: Final = "loligo"
LEAST_FREE: Final = 16 * 2**20  # free bytes below which nothing is written to a disk; the largest entry takes a few MB


class UntrustedError(OSError):
    """Raised for a cache folder or file that somebody else may have written; the message says why."""


@dataclass(frozen=True)
class Root:
    """The folder of all entries.

    Attributes
    ----------
    path : Path
    reason : str
        Why nothing can be stored there, or "".
    trusted : bool
        Whether its content may be used.
    """

    path: Path
    reason: str = ""
    trusted: bool = True


def cache_folder() -> Path:
    """Return the folder for compiled code: ``LOLIGO_CACHE_DIR``, or the user's cache folder on this platform.

    If others have access to that folder and it may contain their files, the result is the subfolder ``loligo``.

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
    """Return a folder that can be made private: this one, or else a subfolder."""
    try:
        status = folder.stat()
        mode = status.st_mode
        if status.st_uid != _user() or not stat.S_ISDIR(mode) or not mode & OTHERS:
            return folder  # the mode of the folder need not change
        if not mode & SHARED and all(OURS.fullmatch(path.name) for path in folder.iterdir()):
            return folder
    except (OSError, ValueError):  # `claim` reports what is wrong
        return folder
    return folder / INSIDE


@lru_cache(maxsize=1)
def cache_root() -> Root:
    """Return where this process looks for compiled code, and whether it can store code there."""
    return found_root()


def found_root() -> Root:
    """Find or create the cache folder, and test whether it is writable."""
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
    """Return a short description of an error."""
    return getattr(error, "strerror", None) or str(error)


def claim(folder: Path) -> None:
    """Create a private folder, with mode 0700, or check that the existing one is private.

    Raises
    ------
    UntrustedError
        The folder belongs to another user, or it is writable by others and its mode cannot be changed.
    OSError
        The folder cannot be created.
    """
    user = _user()
    if user == 0:
        _check_way(folder)
    if not folder.exists():
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(20, "a file is in its way") from error
        with contextlib.suppress(FileExistsError):  # another process was faster
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
    """Return the user id of this process, or None if the platform has none."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def _check_way(folder: Path) -> None:
    """Reject, if this user is root, a folder inside another user's folder: that user could replace it."""
    for above in Path(os.path.realpath(folder)).parents:
        if above.exists():
            check_owner(above.stat())


def check_owner(status: os.stat_result) -> None:
    """Reject a file or folder that belongs neither to this user nor to root."""
    user = _user()
    if user is not None and status.st_uid not in (0, user):
        raise UntrustedError(f"it belongs to another user (number {status.st_uid})")


def check_mode(status: os.stat_result) -> None:
    """Reject a file or folder that others can write to."""
    if _user() is not None and status.st_mode & OTHERS_WRITE:
        raise UntrustedError("others can write to it")


@lru_cache(maxsize=1)
def private_folder() -> Path:
    """Return a temporary folder, with mode 0700, that is removed when this process ends."""
    folder, maker = Path(tempfile.mkdtemp(prefix="loligo-")), os.getpid()

    def remove() -> None:
        if os.getpid() == maker:  # not in a forked process
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def remove(path: Path) -> None:
    """Remove an entry (a file, folder or link); it is renamed first, so that nobody finds half of it.

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
    """Raise an error if there is no space for compiled code: Numba would compile for seconds and lose the result.

    Raises
    ------
    OSError
        The message gives the size of the cache.
    """
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise OSError(28, f"no space left on its disk, of which the cache takes {_size(folder) / 1e6:.0f} MB")


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.lstat().st_size
    return total
