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

PART: Final = re.compile(r"\..+\.[0-9a-f]{16}\.part")  # name of a file until it is complete
ASIDE: Final = "_aside-"  # new prefix of a file in the way of a shard; programs that read Parquet folders skip a "_"
ATTEMPTS: Final = 5  # largest number of attempts to write a file whose unfinished version another run removes
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
    """Reject a path inside a store that leads out of it.

    Raises
    ------
    OSError
        The path is a symbolic link or a Windows junction.
    """
    if path.is_symlink() or getattr(path, "is_junction", lambda: False)():
        what = f"{path.name} in it is a symbolic link, and links inside a store are not followed"
        raise OSError(errno.ELOOP, what, str(path))


def is_folder(path: Path) -> bool:
    """Return whether a folder exists and is not a link."""
    return stat.S_ISDIR(path.lstat().st_mode)


def opened(path: Path) -> BinaryIO:
    """Open a regular file to read; links and devices are rejected.

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
    """Write a file atomically; on return its content and its name are on the disk.

    Parameters
    ----------
    path : Path
    content : bytes
    new : bool
        Never replace an existing file, even one that another run is writing at the same moment.

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
        except FileNotFoundError:  # another run of this store has cleaned up meanwhile
            if attempt == ATTEMPTS or not path.parent.is_dir():
                raise
        finally:
            part.unlink(missing_ok=True)
    flush(path.parent)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents; on return all of them are on the disk."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        flush(each.parent)


def flush(folder: Path) -> None:
    """Flush the names in a folder to disk if the system can; Windows does so by itself."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems flush only files
            os.fsync(number)
    finally:
        os.close(number)


def remove_file(path: Path) -> None:
    """Remove a file or a link, but no folder."""
    if not is_folder(path):
        path.unlink()


def remove_empty(folder: Path) -> None:
    """Remove a folder only if it is empty."""
    with suppress(OSError):
        folder.rmdir()


def set_aside(path: Path) -> str:
    """Rename a file or folder that is in the way of a file of the store; return its new name."""
    for k in range(1, 1_000_000):
        aside = path.with_name(f"{ASIDE}{k}-{path.name}")
        if not os.path.lexists(aside):
            path.rename(aside)
            return aside.name
    raise OSError(errno.EEXIST, f"too many files have been set aside beside {path.name}", str(path))


def _place(part: Path, path: Path, *, new: bool) -> None:
    if not new:
        part.replace(path)
    elif os.name == "nt":
        part.rename(path)  # on Windows this never replaces a file
    else:
        _linked(part, path)


def _linked(part: Path, path: Path) -> None:
    """Give a finished file a second name, a hard link: the only atomic way to fail if the name exists."""
    try:
        os.link(part, path, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without hard links: the file is created, then filled
        with open(os.open(path, _WRITE, 0o666), "wb") as file:  # noqa: PTH123
            file.write(part.read_bytes())
            file.flush()
            os.fsync(file.fileno())
