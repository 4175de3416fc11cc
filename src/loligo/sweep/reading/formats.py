"""`read_recording`: choose the reader for a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loligo._bounded import MOST_MEGABYTES, check_path
from loligo._errors import ArgumentError, FileFormatError, LoligoError
from loligo._units import positive
from loligo.recording import Recording
from loligo.sweep.reading.arrays import read_archive, read_array
from loligo.sweep.reading.axon import read_axon
from loligo.sweep.reading.loligo_files import sweep_of
from loligo.sweep.reading.neo_objects import READERS, is_neo, read_with_neo, sweeps_of_neo
from loligo.sweep.reading.nwb import read_nwb
from loligo.sweep.reading.options import Asked, chosen
from loligo.sweep.reading.text import read_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from loligo.sweep.sweep import Sweep

BEGINNINGS: Final[dict[bytes, Callable[[Path, Asked], list[Sweep]]]] = {
    b"ABF2": read_axon,
    b"ABF ": read_axon,
    b"\x89HDF\r\n\x1a\n": read_nwb,
    b"PK\x03\x04": read_archive,
    b"ATF\t": read_text,
    b"ATF ": read_text,
    b"\x93NUMPY": read_array,
}
TABLES: Final = (read_text, read_array, read_archive)
TEXTS: Final = (".csv", ".tsv", ".txt", ".dat", ".asc", "")
KNOWN: Final = (
    "Axon Binary Files (.abf) and Axon Text Files (.atf), NWB, CSV and other text, .npz and .npy of NumPy, recordings "
    "saved by loligo, and with neo " + ", ".join(READERS)
)


def read_recording(
    source: Any,
    *,
    sweeps: int | Iterable[int] | None = None,
    area: Any = None,
    per: str = "",
    columns: Iterable[str] | Mapping[str, str] = (),
    clamp: str = "",
    most_megabytes: float = MOST_MEGABYTES,
) -> list[Sweep]:
    """Return the sweeps of a recording.

    Parameters
    ----------
    source : path, Recording, or Block, Segment or signal of neo
        A file, recognised by its first bytes: an Axon Binary File (``.abf``, version 1 or 2), an Axon Text File
        (``.atf``), NWB (with h5py), text with columns, ``.npz`` or ``.npy``, or a file from `Recording.save`; also
        AxoGraph, WinWCP, WinEDR, Spike2 and Igor files if neo is installed.
    sweeps : int or several, optional
        Indices of the sweeps to return, counted from 0; by default all.
    area : float, optional
        Area of the membrane [cm²]: currents of a whole cell are divided by it.
    per : {"", "cell"}
        "cell" keeps currents of a whole cell in nA; the membrane's conductances are then in µS and its capacitance in
        nF. With neither area nor per, currents are in nA, and the ``stimulus`` of a sweep is unavailable until one is
        given.
    columns : sequence of str, or mapping of str to str
        Names with units, such as ``["t [ms]", "v [mV]"]``, of the columns of a text or ``.npy``; or the meaning and
        unit of each column, or of each array in a ``.npz``, such as ``{"i": "current [nA]"}``. A column whose name
        begins with stimulus or command is the protocol.
    clamp : {"", "current", "voltage"}
        Kind of clamp of the sweeps to return, by default any. It is needed if a table has both potentials and currents.
        In an Axon file whose header has no protocol, the only channel of the other kind is then the protocol.
    most_megabytes : float
        Largest size of the unpacked file [MB].

    Returns
    -------
    list of Sweep

    Raises
    ------
    FileFormatError
        The format is unknown, the file is damaged or truncated, or a unit is missing.
    ArgumentError
        The file has no sweep of that index, a value is NaN (the message says where), or columns= is given for a file
        that is not a table.
    UnknownNameError
        columns= names a column that the file does not have.
    MissingPackageError
        The library that reads this format is not installed.
    FileNotFoundError, PermissionError
        The file does not exist, or may not be read.
    """
    asked = Asked(area, per, columns, clamp, positive(most_megabytes, "", "most_megabytes"))
    if isinstance(source, Recording):
        return chosen([sweep_of(source, asked)], sweeps, clamp, "The recording")
    if is_neo(source):
        return chosen(sweeps_of_neo(source, asked), sweeps, clamp, "The neo object")
    if not isinstance(source, (str, PathLike)):
        raise ArgumentError(
            f"A recording must be a file, a Recording or a neo object; got {type(source).__name__}. For arrays, "
            "use lo.Sweep(t, v=...)."
        )
    path = Path(source)
    check_path(path)
    try:
        found = _reader(path, asked)(path, asked)
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        raise
    except FileFormatError as error:
        if str(path) in str(error):
            raise
        raise FileFormatError(f"{path}: {error}") from error
    except LoligoError:
        raise
    except Exception as error:  # a damaged file may raise anything
        raise FileFormatError(f"{path} is damaged or ends early, and cannot be read: {error}") from error
    return chosen(found, sweeps, clamp, path)


def _reader(path: Path, asked: Asked) -> Callable[[Path, Asked], list[Sweep]]:
    """Return the reader of a file, by its first bytes or else by its name.

    Raises
    ------
    FileFormatError
        No reader recognises the file.
    ArgumentError
        Columns are named for a file that is not a table.
    """
    if path.exists() and not path.is_file():
        raise FileFormatError(f"{path} is not a regular file.")
    with path.open("rb") as file:
        start = file.read(16)
    found = next((reader for beginning, reader in BEGINNINGS.items() if start.startswith(beginning)), None)
    if found is None and path.suffix.lower() in TEXTS:
        found = read_text
    if found is None and path.suffix.lower() in READERS:
        found = read_with_neo
    if found is not None and found not in TABLES and asked.columns:
        raise ArgumentError(f"columns= is for tables; {path} says itself what its channels are: leave it out.")
    if found is not None:
        return found
    raise FileFormatError(
        f"{path} has an unknown format. Known are {KNOWN}. For other formats that neo reads, give the Block "
        "that neo.io returns."
    )
