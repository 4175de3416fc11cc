"""The arrays of a ``.npz`` file, each measured by its header before memory is given to it; nothing is unpickled."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.lib import format as npy

from loligo._bounded import MEGABYTE, check_path, too_long
from loligo._errors import FileFormatError

LONGEST_HEADER: Final = 4096  # bytes that the header of an array may have


def arrays_in(path: Path, names: tuple[str, ...], most_megabytes: float, how: str) -> dict[str, Any]:
    """Return the arrays of an archive.

    Parameters
    ----------
    path : Path
    names : tuple of str
        Those that must be in it; others must not.
    most_megabytes : float
        Of all arrays together, unpacked.
    how : str
        How the limit is raised, for the message.

    Raises
    ------
    FileFormatError
        Not such an archive, or one that is too long.
    OSError, zipfile.BadZipFile, ...
        A damaged archive can raise anything at all.
    """
    check_path(path)
    if path.exists() and not path.is_file():
        raise FileFormatError(f"{path} is not a regular file.")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if sorted(member.filename for member in members) != sorted(f"{name}.npy" for name in names):
            raise FileFormatError(f"it holds other arrays than {', '.join(names)}")
        if sum(member.file_size for member in members) > most_megabytes * MEGABYTE:
            raise too_long(path, most_megabytes, how)
        return {member.filename.removesuffix(".npy"): _array(archive, member) for member in members}


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Any:
    with archive.open(member) as file:
        return array_from(file, member.file_size)


def array_from(file: IO[bytes], size: int) -> Any:
    """Read one ``.npy`` array from a stream of so many bytes.

    Raises
    ------
    FileFormatError
        Its header says another size, or that it holds objects.
    """
    head = io.BytesIO(file.read(LONGEST_HEADER))
    version = npy.read_magic(head)
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if read is None:
        raise FileFormatError(f"an array has the format {version}, which is not read")
    shape, fortran, dtype = read(head, max_header_size=LONGEST_HEADER)
    if dtype.hasobject or dtype.fields is not None:
        raise FileFormatError(f"an array holds {dtype}, not numbers")
    count = math.prod(shape)
    if count < 0 or head.tell() + count * dtype.itemsize != size:
        raise FileFormatError(f"the header of an array says {shape} of {dtype}, which is not what the file holds")
    data = head.read() + file.read()
    if len(data) != count * dtype.itemsize:
        raise FileFormatError("an array ends early")
    array = np.frombuffer(bytearray(data), dtype=dtype) if count else np.empty(0, dtype)
    return array.reshape(shape, order="F" if fortran else "C")
