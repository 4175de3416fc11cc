"""The arrays of a ``.npz`` file: headers are checked before memory is allocated; nothing is unpickled."""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from loligo._bounded import MEGABYTE, MOST_MEGABYTES_OF_TEXT, check_path, too_long
from loligo._errors import FileFormatError

LONGEST_HEADER: Final = 4096  # largest number of bytes in the header of an array
MOST_COMPRESSION: Final = 20  # largest allowed compression ratio of a text
MAGIC: Final = b"\x93NUMPY\x01\x00"
_HEADER: Final = re.compile(
    rb"\{'descr': '(?P<kind>[<>|=][biufcUS]\d{1,9})', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>(?:\d{1,15}, ?)*(?:\d{1,15})?)\), ?\}\s*"
)


def arrays_in(
    path: Path, names: tuple[str, ...], most_megabytes: float, how: str, *, text: str, further: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the arrays of an archive.

    Parameters
    ----------
    path : Path
    names : tuple of str
        The names of the arrays, all of which must be present, and no others.
    most_megabytes : float
        Largest unpacked size of all arrays together.
    how : str
        The argument that raises the limit, for the message.
    text : str
        The name of the array that is a text; its limit is separate (see `check_text`).
    further : tuple of str
        Names of optional arrays; either all or none of them must be present.

    Raises
    ------
    FileFormatError
        The archive is of another kind or too large.
    OSError, zipfile.BadZipFile, ...
        A damaged archive may raise anything.
    """
    check_path(path)
    if path.exists() and not path.is_file():
        raise FileFormatError(f"{path} is not a regular file.")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        present = sorted(member.filename for member in members)
        if present not in [sorted(f"{name}.npy" for name in known) for known in (names, names + further)]:
            raise FileFormatError(f"it contains other arrays than {', '.join(names)}")
        if sum(member.file_size for member in members) > most_megabytes * MEGABYTE:
            raise too_long(path, most_megabytes, how)
        for member in members:
            if member.filename == f"{text}.npy":
                check_text(member)
        return {member.filename.removesuffix(".npy"): _array(archive, member) for member in members}


def check_text(member: zipfile.ZipInfo) -> None:
    """Reject a text that is too long, or longer than `MEGABYTE` and compressed more than a meaningful text can be.

    A parsed text takes many times its length in memory, so a small file must not contain a long text.

    Raises
    ------
    FileFormatError
    """
    characters = member.file_size / 4
    if characters > MOST_MEGABYTES_OF_TEXT * MEGABYTE:
        raise FileFormatError(f"its description of the run is longer than {MOST_MEGABYTES_OF_TEXT:g} MB")
    if characters > MEGABYTE and member.file_size > MOST_COMPRESSION * member.compress_size:
        raise FileFormatError("its description of the run is compressed more than anything that loligo writes")


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Any:
    with archive.open(member) as file:
        return array_from(file, member.file_size)


def array_from(file: IO[bytes], size: int) -> Any:
    """Read one ``.npy`` array from a stream of a given number of bytes.

    Raises
    ------
    FileFormatError
        The header gives another size, or an array of objects.
    """
    start = file.read(10)
    if start[:8] != MAGIC or len(start) < 10:
        raise FileFormatError("an array is not in numpy's format 1.0")
    length = int.from_bytes(start[8:], "little")
    head = _HEADER.fullmatch(file.read(min(length, LONGEST_HEADER)))
    if head is None:
        raise FileFormatError("the header of an array does not describe plain numbers")
    dtype = np.dtype(head["kind"].decode())
    shape = tuple(int(n) for n in head["shape"].split(b",") if n.strip())
    count = math.prod(shape)
    if len(start) + length + count * dtype.itemsize != size:
        raise FileFormatError(f"the header of an array gives {count:.6g} x {dtype}, which does not match the file")
    data = file.read()
    if len(data) != count * dtype.itemsize:
        raise FileFormatError("an array ends early")
    array = np.frombuffer(bytearray(data), dtype=dtype) if count else np.empty(0, dtype)
    return array.reshape(shape, order="F" if head["fortran"] == b"True" else "C")
