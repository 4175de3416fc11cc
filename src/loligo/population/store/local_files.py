"""A store's folder on this machine: files are flushed to disk, no link is followed, only our own files are removed."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

PART: Final = re.compile(r"\..+\.[0-9a-f]{16}\.part")  # what a file is called until it is whole
ASIDE: Final = "_aside-"  # what was in the way of a shard; programs that read folders of Parquet files skip a "_"
ATTEMPTS: Final = 5  # of writing a file whose unfinished one another run has removed
_READ: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def names(folder: Path) -> list[str]:
    """Return the names in a folder; none if the folder does not exist.

    Raises
    ------
    OSError
        The folder cannot be read.
    """
    try:
        return sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        return []


def refuse_link(path: Path) -> None:
    """Refuse a path inside a store that leads out of it.

    Raises
    ------
    OSError
        The path is a symbolic link, or a junction of Windows.
    """
    if path.is_symlink() or getattr(path, "is_junction", lambda: False)():
        what = f"{path.name} in it is a symbolic link, and none is followed inside a store"
        raise OSError(errno.ELOOP, what, str(path))


def is_folder(path: Path) -> bool:
    """Whether a folder is there, and not a link to one."""
    return stat.S_ISDIR(path.lstat().st_mode)


def opened(path: Path) -> BinaryIO:
    """Return a file to read, never what a link points to, and never what has no end.

    Raises
    ------
    OSError
    """
    refuse_link(path)
    file = open(os.open(path, _READ), "rb")  # noqa: PTH123, SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, f"{path.name} in it is not a file", str(path))
    return file


def write(path: Path, content: bytes, *, new: bool = False) -> None:
    """Write a file whole or not at all; when this returns it is on the disk, as is its name.

    Parameters
    ----------
    path : Path
    content : bytes
    new : bool
        Refuse to replace a file that is there, even one that another run has written this very moment.

    Raises
    ------
    FileExistsError
        The file exists, and ``new`` is True.
    OSError
    """
    for attempt in range(1, ATTEMPTS + 1):
        part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
        try:
            with open(os.open(part, _WRITE, 0o666), "wb") as file:  # noqa: PTH123
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _place(part, path, new=new)
            break
        except FileNotFoundError:  # another run of this store has tidied up meanwhile
            if attempt == ATTEMPTS or not path.parent.is_dir():
                raise
        finally:
            part.unlink(missing_ok=True)
    flush(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder, and those that it is in, each on the disk when this returns."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        flush(each.parent)


def flush(folder: Path) -> None:
    """Flush the names in a folder to disk, where the system can: Windows does so by itself."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems flush files alone
            os.fsync(number)
    finally:
        os.close(number)


def remove_file(path: Path) -> None:
    """Remove a file or a link; a folder stays."""
    if not is_folder(path):
        path.unlink()


def remove_empty(folder: Path) -> None:
    """Remove a folder with nothing in it; any other stays."""
    with suppress(OSError):
        folder.rmdir()


def set_aside(path: Path) -> str:
    """Rename what is in the way of a file of the store, with all that is in it; return its new name."""
    for k in range(1, 1_000_000):
        aside = path.with_name(f"{ASIDE}{k}-{path.name}")
        if not os.path.lexists(aside):
            path.rename(aside)
            return aside.name
    raise OSError(errno.EEXIST, f"too much has been set aside beside {path.name}", str(path))


def _place(part: Path, path: Path, *, new: bool) -> None:
    if not new:
        part.replace(path)
    elif os.name == "nt":
        part.rename(path)  # which refuses what exists, there
    else:
        _linked(part, path)


def _linked(part: Path, path: Path) -> None:
    """Give a finished file a second name that nobody has taken; no other way does so at once and only once."""
    try:
        os.link(part, path, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without such names: the file is created, then filled
        with open(os.open(path, _WRITE, 0o666), "wb") as file:  # noqa: PTH123
            file.write(part.read_bytes())
            file.flush()
            os.fsync(file.fileno())
