"""A recorded current from a file: one column of values, or times and values at equal intervals."""

import re
from array import array as numbers
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loligo._bounded import MOST_MEGABYTES_OF_TEXT, bounded
from loligo._errors import ArgumentError, FileFormatError
from loligo._units import positive

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

_EQUAL: Final = 1e-3  # relative to an interval: intervals may differ by this, since times in files are rounded
MOST_COLUMNS: Final = 1000
LIMIT: Final = "most_megabytes"


def read_samples(path: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `loligo.Samples` for a file and its settings.

    Parameters
    ----------
    path : Path
        Text with columns separated by commas, semicolons, tabs or blanks, optionally with one header line and comments
        after ``#``; or a ``.npy`` array of shape (n,) or (n, 2). A single column is the current [µA/cm²]; of two
        columns, the first is the time [ms]; of more, the current is the one whose header begins with ``stimulus``. The
        path may be a pipe.
    settings : mapping
        ``dt``, ``start``, ``between`` and ``factor`` if given; ``start`` shifts the times of the file. And
        ``most_megabytes``, the largest size of the file (64).

    Raises
    ------
    FileFormatError
        The file is of another kind or too large, or its intervals are unequal.
    ArgumentError
        ``dt`` is missing for a file without times, or given for a file with times.
    OSError
        The file cannot be read.
    """
    import numpy as np

    settings = dict(settings)
    limit = positive(settings.pop(LIMIT, MOST_MEGABYTES_OF_TEXT), "", LIMIT)
    content = bounded(path, limit, f"{LIMIT}=", streams=True)
    table, current = _npy(path, content) if path.suffix == ".npy" else _text(path, content)
    if table.shape[1] == 1:
        if "dt" not in settings:
            raise ArgumentError(f"{path} has no times: give the interval of its values with --dt, in ms.")
        return {"values": table[:, 0], **settings}
    if "dt" in settings:
        raise ArgumentError(f"{path} has times in its first column: leave --dt out.")
    times = table[:, 0]
    if len(times) < 2 or not np.isfinite(times).all() or times[-1] <= times[0]:
        raise FileFormatError(f"{path} needs at least two times that increase, in ms, in its first column.")
    dt = float(times[-1] - times[0]) / (len(times) - 1)
    off = np.abs(times - (times[0] + dt * np.arange(len(times))))
    if off.max() > _EQUAL * dt + 1e-12 * np.abs(times).max():
        raise FileFormatError(
            f"The times in {path} are not at equal intervals: {times[off.argmax()]:g} ms does not fit; "
            "interpolate the recording to equal intervals first."
        )
    return {"values": table[:, current], "dt": dt, "start": float(times[0]), **settings}


def _npy(path: Path, content: bytes) -> tuple["Table", int]:
    """Return a table from a ``.npy`` file, and the column of its current."""
    from loligo.recording.archive import array_from

    try:
        array = array_from(BytesIO(content), len(content))
    except (ValueError, TypeError, EOFError, OverflowError) as error:
        raise FileFormatError(f"{path} is not a .npy file of numbers: {error}") from error
    if array.dtype.kind not in "iuf":
        raise FileFormatError(
            f"{path} must hold real numbers; it holds {array.dtype}: save only the real part, or the column that is "
            "the current."
        )
    if array.ndim not in (1, 2) or not array.size or (array.ndim == 2 and array.shape[1] > 2):
        raise FileFormatError(f"{path} must hold one or two columns of numbers; its shape is {array.shape}.")
    table = array.reshape(len(array), -1).astype(float)
    return table, table.shape[1] - 1


def _text(path: Path, content: bytes) -> tuple["Table", int]:
    """Return a table from a text file, and the column of its current."""
    import numpy as np

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path} is not a text file: {error}") from error
    header: list[str] = []
    table, width = numbers("d"), 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.partition("#")[0].strip():
            continue
        cells = _cells(line)
        values = _values(cells)
        if not (width or header or values):
            header = cells
            continue
        width = width or len(cells)
        if width > MOST_COLUMNS:
            raise FileFormatError(
                f"Line {number} of {path} has {width:,} columns; at most {MOST_COLUMNS:,} are allowed."
            )
        if len(cells) != width or not values:
            shown = ", ".join(cells[:10])[:80]
            raise FileFormatError(f"Line {number} of {path} is not {width} number{'s' * (width > 1)}: {shown}.")
        table.extend(values)
    if not table:
        raise FileFormatError(f"{path} holds no numbers.")
    marked = [k for k, name in enumerate(header) if name.strip('" ').startswith("stimulus") and len(header) == width]
    if width > 2 and len(marked) != 1:
        raise FileFormatError(
            f"{path} has {width} columns, and none of them has the header 'stimulus': keep only one or two columns."
        )
    return np.array(table).reshape(-1, width), marked[0] if marked else width - 1


def _cells(line: str) -> list[str]:
    """Return the cells of a line, separated by commas, semicolons or tabs if it has any, else by blanks."""
    text = line.partition("#")[0].strip()
    return [cell.strip() for cell in re.split("[,;\t]", text)] if re.search("[,;\t]", text) else text.split()


def _values(cells: list[str]) -> list[float]:
    """Return the numbers of a line; none if a cell is not a number."""
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return []
