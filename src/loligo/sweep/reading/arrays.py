"""NumPy arrays: a table in ``.npy``, named columns in ``.npz``, and recordings saved by loligo."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from loligo._bounded import MEGABYTE, bounded, too_long
from loligo._errors import FileFormatError
from loligo.recording import load
from loligo.recording.archive import array_from
from loligo.sweep.reading.loligo_files import sweep_of
from loligo.sweep.reading.options import HOW, Asked
from loligo.sweep.reading.table import column, renamed, sweeps_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from loligo.sweep.sweep import Sweep


def read_array(path: Path, asked: Asked) -> list[Sweep]:
    """Return the sweeps of a ``.npy`` array (samples, columns), whose columns the caller names.

    Raises
    ------
    FileFormatError
        The array is of another kind, or its columns have no names.
    """
    content = bounded(path, asked.most_megabytes, HOW)
    table = _real(array_from(BytesIO(content), len(content)), path)
    names = [] if isinstance(asked.columns, Mapping) else [*asked.columns]
    if table.ndim != 2 or table.shape[1] != len(names):
        raise FileFormatError(
            f"{path} contains an array of shape {table.shape}; name its columns with their units, e.g. "
            "columns=['t [ms]', 'v [mV]']."
        )
    return sweeps_of([column(name, table[:, k]) for k, name in enumerate(names)], asked, path.stem)


def read_archive(path: Path, asked: Asked) -> list[Sweep]:
    """Return the sweeps of a ``.npz`` file: one that loligo saved, or named columns.

    Raises
    ------
    FileFormatError
        The file is of another kind, or columns have no units.
    """
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        names = [member.filename.removesuffix(".npy") for member in members]
        if not all(member.filename.endswith(".npy") for member in members):
            raise FileFormatError(
                f"{path} is an archive of files that are not NumPy arrays: unpack it, or save a sheet of it as CSV."
            )
        if "about" in names and "states" in names:
            return [sweep_of(load(path, most_megabytes=asked.most_megabytes), asked)]
        if sum(member.file_size for member in members) > asked.most_megabytes * MEGABYTE:
            raise too_long(path, asked.most_megabytes, HOW)
        found = {}
        for name, member in zip(names, members, strict=True):
            with archive.open(member) as file:
                found[name] = _real(array_from(file, member.file_size), path)
    headers = renamed([*found], asked.columns) if isinstance(asked.columns, Mapping) else [*found]
    pairs = zip(headers, found.values(), strict=True)
    columns = [column(header, values) for header, values in pairs if values.ndim == 1]
    return sweeps_of(columns, asked, path.stem)


def _real(array: Any, path: Path) -> np.ndarray[Any, np.dtype[np.float64]]:
    if array.dtype.kind not in "iuf":
        raise FileFormatError(f"{path} must contain real numbers; it contains {array.dtype}.")
    return np.asarray(array, dtype=np.float64)
