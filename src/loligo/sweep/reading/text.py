"""Text with columns: CSV, and tables apart by tabs, semicolons or blanks."""

from __future__ import annotations

import re
from array import array as numbers
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._bounded import bounded
from loligo._errors import FileFormatError
from loligo.sweep.reading.asked import HOW, Asked
from loligo.sweep.reading.table import column, sweeps_of

if TYPE_CHECKING:
    from pathlib import Path

    from loligo.sweep.sweep import Sweep

MOST_COLUMNS: Final = 1000


def read_text(path: Path, asked: Asked) -> list[Sweep]:
    """Return the sweeps of a text: a header with names and units, then rows of numbers; ``#`` begins a comment.

    Raises
    ------
    FileFormatError
        Not such a text; the message says in which line.
    """
    try:
        text = bounded(path, asked.most_megabytes, HOW).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path} is not a text, nor in another format that loligo knows: {error}") from error
    header, table, width = _rows(text, path)
    given = asked.columns
    if isinstance(given, Mapping):
        header = [given.get(name, name) for name in header]
    elif given:
        header = [given] if isinstance(given, str) else list(given)
    if len(header) != width:
        raise FileFormatError(
            f"{path} has {width} columns and {len(header)} headers: give each its name and unit, e.g. "
            "columns=['t [ms]', 'v [mV]']."
        )
    rows = np.array(table).reshape(-1, width)
    return sweeps_of([column(name, rows[:, k]) for k, name in enumerate(header)], asked, path.stem)


def _rows(text: str, path: Path) -> tuple[list[str], numbers[float], int]:
    header: list[str] = []
    table, width = numbers("d"), 0
    for line_number, line in enumerate(text.splitlines(), 1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        parts = re.split("[,;\t]", content) if re.search("[,;\t]", content) else content.split()
        cells = [cell.strip().strip('"') for cell in parts]
        if len(cells) > MOST_COLUMNS:
            raise FileFormatError(
                f"Line {line_number} of {path} has {len(cells):,} columns; allowed are {MOST_COLUMNS:,}."
            )
        try:
            values = [float(cell) for cell in cells]
        except ValueError:
            values = []
        if not values and not width and not header:
            header = cells
            continue
        width = width or len(cells)
        if len(cells) != width or not values:
            shown = ", ".join(cells[:10])[:80]
            raise FileFormatError(f"Line {line_number} of {path} is not {width} numbers: {shown}. Is the file cut off?")
        table.extend(values)
    if not table:
        raise FileFormatError(f"{path} holds no numbers.")
    return header, table, width
