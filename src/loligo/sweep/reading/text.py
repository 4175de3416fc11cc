"""Text with columns: CSV, and tables separated by tabs, semicolons or spaces."""

from __future__ import annotations

import codecs
import csv
import re
from array import array as numbers
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._bounded import bounded
from loligo._errors import FileFormatError
from loligo.sweep.reading.options import HOW, Asked
from loligo.sweep.reading.table import column, is_unit, renamed, sweeps_of

if TYPE_CHECKING:
    from pathlib import Path

    from loligo.sweep.sweep import Sweep

MOST_COLUMNS: Final = 1000
MARKS: Final = (  # byte order marks of encodings, the longer ones first
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL: Final = re.compile(r"[^\t\n\v\f\r\x20-\uffff]")
_COMMA: Final = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?|[-+]?\d+,(?:[eE][-+]?\d+)?")


def read_text(path: Path, asked: Asked) -> list[Sweep]:
    """Return the sweeps of a text with a header of names and units, then rows of numbers; ``#`` begins a comment.

    Units may be in a separate line below the names. Decimal commas are read if columns are separated by something else.

    Raises
    ------
    FileFormatError
        The text has another form; the message names the line.
    """
    header, table, width = _rows(_lines(_decoded(bounded(path, asked.most_megabytes, HOW), path), path), path)
    given = asked.columns
    if isinstance(given, Mapping):
        header = renamed(header, given)
    elif given:
        header = [given] if isinstance(given, str) else list(given)
    if len(header) != width:
        twice = len(header) > 1 and width == 2 * len(header)
        raise FileFormatError(
            f"{path} has {width} columns and {len(header)} headers: give the name and unit of each column, e.g. "
            "columns=['t [ms]', 'v [mV]']."
            + " If commas are decimal points as well, put semicolons or tabs between columns."
            * twice
        )
    rows = np.array(table).reshape(-1, width)
    return sweeps_of([column(name, rows[:, k]) for k, name in enumerate(header)], asked, path.stem)


def _decoded(content: bytes, path: Path) -> str:
    """Decode the text of a file: from UTF-8, the encoding of its byte order mark, or a Windows encoding.

    Raises
    ------
    FileFormatError
        The file is not text.
    """
    marked = next((name for mark, name in MARKS if content.startswith(mark)), "")
    if not marked and b"\0" in content:
        half = 0.4 <= content[:200].count(0) / len(content[:200]) <= 0.5
        raise FileFormatError(
            f"{path} is neither text nor in another format that loligo knows"
            f"{', unless it is in UTF-16 without a byte order mark: save it as UTF-8' * half}."
        )
    try:
        return content.decode(marked or "utf-8").replace("\N{MINUS SIGN}", "-")
    except UnicodeDecodeError as error:
        text = "" if marked else content.decode("cp1252", "replace")
        if not text or "\ufffd" in text or _CONTROL.search(text):
            raise FileFormatError(f"{path} is neither text nor in another format that loligo knows: {error}") from error
        return text


def _lines(text: str, path: Path) -> list[str]:
    """Return the lines of a text; those above the names of an Axon Text File become comments.

    Raises
    ------
    FileFormatError
        The text begins like an Axon Text File but continues differently.
    """
    lines = text.splitlines()
    if not re.match(r"ATF[\t ]", text):
        return lines
    count = re.match(r"\s*(\d{1,4})\s", lines[1] if len(lines) > 1 else "")
    if count is None:
        raise FileFormatError(f"Line 2 of {path} does not give the number of lines above the column names.")
    above = 2 + int(count[1])
    return ["#"] * above + lines[above:]


def _rows(lines: list[str], path: Path) -> tuple[list[str], numbers[float], int]:
    """Return the header, all numbers row by row, and the number of columns."""
    header: list[str] = []
    table, width, points, commas = numbers("d"), 0, 0, 0
    for line_number, line in enumerate(lines, 1):
        content = line.strip() if '"' in line and not line.startswith("#") else line.partition("#")[0].strip()
        if not content or (not table and re.fullmatch("sep=.", content)):
            continue
        cells, values, comma = _read(content)
        if len(cells) > MOST_COLUMNS:
            raise FileFormatError(
                f"Line {line_number} of {path} has {len(cells):,} columns; the limit is {MOST_COLUMNS:,}."
            )
        if not values and not width:
            header = _header(header, cells, f"Line {line_number} of {path}")
            continue
        width = width or len(cells)
        if len(cells) != width or not values:
            raise FileFormatError(
                f"Line {line_number} of {path} is not {width} numbers: {_shown(cells)}. Is the file cut off?"
            )
        points, commas = points or line_number * ("." in content), commas or line_number * comma
        if points and commas:
            raise FileFormatError(
                f"Line {points} of {path} has a decimal point and line {commas} a decimal comma: write all in the "
                "same way, without thousands separators."
            )
        table.extend(values)
    if not table:
        raise FileFormatError(f"{path} contains no numbers.")
    return header, table, width


def _header(header: list[str], cells: list[str], where: str) -> list[str]:
    """Return the header, or the previous header with the units of this line.

    Raises
    ------
    FileFormatError
        The line is neither a header nor a line of units.
    """
    if not header:
        return cells
    if len(cells) == len(header) and any(map(is_unit, cells)) and all(is_unit(cell) or not cell for cell in cells):
        return [f"{name} [{unit.strip('[]()')}]" for name, unit in zip(header, cells, strict=True)]
    raise FileFormatError(
        f"{where} is not a row of numbers: {_shown(cells)}. Only one line, with names and units, may be above the "
        "numbers; begin other lines with #."
    )


def _shown(cells: list[str]) -> str:
    """Return the beginning of a line for a message, without anything that a terminal would execute."""
    text = ", ".join(cells[:10])[:80]
    return text if text.isprintable() else ascii(text)


def _read(content: str) -> tuple[list[str], list[float], bool]:
    """Return the cells of a line, their numbers (none if one is not a number), and whether commas are decimal."""
    apart = next((mark for mark in ";\t," if mark in content), None)
    if apart is None:
        cells = content.split()
    elif '"' in content:
        cells = next(csv.reader([content], delimiter=apart, skipinitialspace=True), [])
    else:
        cells = content.split(apart)
    cells = [cell.strip().strip('"') for cell in cells]
    if len(cells) > 1 and not cells[-1]:
        del cells[-1]
    values = _numbers(cells)
    if values or "," not in content:
        return cells, values, False
    if apart == "," and '"' not in content:
        cells, before = content.split(), cells
        if not all(map(_COMMA.fullmatch, cells)):
            return before, [], False
    values = _numbers([cell.replace(",", ".") if _COMMA.fullmatch(cell) else cell for cell in cells])
    return cells, values, bool(values)


def _numbers(cells: list[str]) -> list[float]:
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return []
