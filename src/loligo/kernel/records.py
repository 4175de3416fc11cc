"""The record of a cache entry: its key, the versions, and digests of all files that may be loaded.

An entry is a folder of Python modules, each with the machine code that Numba keeps beside it in ``__pycache__``.
Python's own compiled files are neither written nor read. A file that the record
does not list, or that differs from it, is not loaded.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loligo._files import write_whole
from loligo.kernel.folders import OTHERS, check_mode, check_owner

RECORD: Final = "record.json"
CODE: Final = "__pycache__"
ENDINGS: Final = (".nbi", ".nbc")
LARGEST: Final = 2**28  # size of the largest file that is read [bytes]
_READ: Final = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))


class DamagedError(Exception):
    """Raised for an entry that cannot be used; the message says why."""


@dataclass(frozen=True)
class Record:
    """The contents of an entry.

    Attributes
    ----------
    key : str
        The key for which the entry was built.
    versions : str
        The versions and the processor with which the entry was built.
    files : dict of str to str
        The digest of every file, by its path in the entry.
    """

    key: str
    versions: str
    files: dict[str, str]

    def machine_code(self, name: str) -> dict[str, str]:
        """Return the files that Numba keeps for a module, with their digests."""
        return {file: digest for file, digest in self.files.items() if file.startswith(f"{CODE}/{name}.")}

    def with_code(self, name: str, files: dict[str, str]) -> Record:
        """Return the record with a module's machine code replaced."""
        kept = {file: digest for file, digest in self.files.items() if file not in self.machine_code(name)}
        return Record(self.key, self.versions, kept | files)

    def write(self, entry: Path) -> None:
        """Write the record of an entry atomically."""
        write_whole(entry / RECORD, json.dumps(vars(self), indent=1).encode())


def digest(data: bytes) -> str:
    """Return the digest of a file's content."""
    return hashlib.sha256(data).hexdigest()


def read_record(entry: Path, key: str, versions: str) -> Record:
    """Return the record of an entry.

    Raises
    ------
    FileNotFoundError
        The entry does not exist.
    DamagedError
        The entry is not a folder of this user, has no record, or has the record of another key.
    """
    try:
        status = entry.lstat()
        _check_folder(status)
        check_mode(status)
        found = json.loads(read_file(entry, RECORD))
        record = Record(**found)
        names = [*record.files, *record.files.values(), record.key, record.versions]
        whole = all(isinstance(name, str) for name in names)
    except DamagedError:
        raise
    except FileNotFoundError as error:
        if not os.path.lexists(entry):
            raise
        raise DamagedError(f"it has no {RECORD}") from error
    except Exception as error:  # the record may be any JSON value, or not a file at all
        raise DamagedError(f"{RECORD}: {_reason(error)}") from error
    if not whole or (record.key, record.versions) != (key, versions):
        raise DamagedError("its record is that of another entry")
    return record


def read_file(entry: Path, name: str) -> bytes:
    """Return the content of a file of an entry.

    Raises
    ------
    OSError, DamagedError
        The path is a link or not a file, or the file belongs to another user.
    """
    with os.fdopen(os.open(entry / name, _READ), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            raise DamagedError(f"{name} is not a file of the cache")
        check_owner(status)
        if entry.stat().st_mode & OTHERS:  # otherwise this file could not be reached
            check_mode(status)
        return file.read()


def checked(entry: Path, record: Record, name: str) -> bytes:
    """Return the source of a module after it and its machine code have been compared with the record.

    Raises
    ------
    DamagedError
        A file differs from the record, is missing, or is not in the record.
    """
    code = record.machine_code(name)
    try:
        contents = {file: read_file(entry, file) for file in (f"{name}.py", *code)}
        there = code_files(entry, name)
    except (OSError, DamagedError) as error:
        raise DamagedError(_reason(error)) from error
    if odd := [file for file, content in contents.items() if digest(content) != record.files.get(file)]:
        raise DamagedError(f"{odd[0]} differs from the record")
    if odd := sorted(there.difference(code)):
        raise DamagedError(f"{odd[0]} is not in the record")
    return contents[f"{name}.py"]


def code_files(entry: Path, name: str) -> set[str]:
    """Return a module's existing machine-code files."""
    folder = entry / CODE
    status = folder.lstat()
    _check_folder(status)
    if entry.stat().st_mode & OTHERS:
        check_mode(status)
    return {f"{CODE}/{file}" for file in _names(folder) if file.startswith(f"{name}.") and file[-4:] in ENDINGS}


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _check_folder(status: os.stat_result) -> None:
    if not stat.S_ISDIR(status.st_mode):
        raise DamagedError("a folder is something else")
    check_owner(status)


def stamps(entry: Path, name: str) -> dict[str, Any]:
    """Return stamps that change when Numba writes machine code of a module."""
    found = {}
    for file in code_files(entry, name):
        with contextlib.suppress(OSError):
            status = (entry / file).lstat()
            found[file] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
