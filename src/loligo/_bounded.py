"""Ground: reading untrusted files, up to a size limit."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any, Final

from loligo._errors import FileFormatError

MEGABYTE: Final = 10**6
MOST_MEGABYTES: Final = 2000.0  # largest size of an unpacked recording
MOST_MEGABYTES_OF_TEXT: Final = 64.0  # largest size of samples, a model, or the description in a recording or store
MOST_MEGABYTES_OF_PLAN: Final = 1.0
MOST_CONTAINERS: Final = 100_000  # largest number of lists and tables of one JSON text
MOST_DOTS: Final = 100  # largest number of dots on a line of TOML, not counting those in numbers
DEEPEST: Final = 32  # largest depth of nested lists and tables
_LARGEST: Final = 10**300
_DECIMAL: Final = re.compile(r"(?<![\w.])[+-]?\d[\d_]*\.\d[\d_]*(?:[eE][+-]?\d+)?(?![\w.])")


def bounded(path: Path, most_megabytes: float, how: str, *, streams: bool = False) -> bytes:
    """Read a whole file, up to a size limit.

    Parameters
    ----------
    path : Path
    most_megabytes : float
        Size limit; nothing beyond it is read.
    how : str
        The argument or option that raises the limit, for the message; "" if there is none.
    streams : bool
        Whether a pipe or a device may be read as well.

    Raises
    ------
    FileFormatError
        The file is longer, or not a regular file.
    OSError
        The file cannot be read.
    """
    check_path(path)
    with path.open("rb") as file:
        if not (streams or stat.S_ISREG(os.fstat(file.fileno()).st_mode)):
            raise FileFormatError(f"{path} is not a regular file: copy its content into one first.")
        content = file.read(int(most_megabytes * MEGABYTE) + 1)
    if len(content) > most_megabytes * MEGABYTE:
        raise too_long(path, most_megabytes, how)
    return content


def too_long(path: object, most_megabytes: float, how: str) -> FileFormatError:
    """Return the error for a file above the size limit."""
    other = f", or raise the limit with {how}" if how else ""
    return FileFormatError(f"{path} is longer than {most_megabytes:g} MB, or never ends: give a shorter file{other}.")


def check_path(path: Path) -> None:
    """Reject a path that no system can open.

    Raises
    ------
    FileFormatError
        The path contains a NUL character.
    """
    if "\0" in str(path):
        raise FileFormatError(f"{str(path)!r} is not a valid file name: it has a NUL character.")


def words_in(text: str, what: str) -> Any:
    """Parse JSON text; duplicate names and deep nesting are rejected.

    Raises
    ------
    FileFormatError
        The text is not JSON, or has more than `MOST_CONTAINERS` lists and tables; ``what`` begins the message.
    """
    if text.count("[") + text.count("{") > MOST_CONTAINERS:  # counted before any memory is allocated
        raise FileFormatError(f"{what} has more than {MOST_CONTAINERS:,} lists and tables.")
    try:
        words = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"{what} is not JSON that loligo can read: {error}") from error
    check_words(words, what)
    return words


def plan_in(text: str, what: str) -> dict[str, Any]:
    """Parse TOML text; deep nesting is rejected.

    Python takes time quadratic in the number of parts of a dotted key, so dots are counted first.

    Raises
    ------
    FileFormatError
        The text is not TOML, or is nested too deeply; ``what`` begins the message.
    """
    import tomllib

    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MOST_DOTS and _DECIMAL.sub("", line).count(".") > MOST_DOTS:
            raise FileFormatError(f"{what} has more than {MOST_DOTS} dots on line {number} that are not in numbers.")
    try:
        words = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not TOML, or nested without end
        raise FileFormatError(f"{what} is not TOML that loligo can read: {error}") from error
    check_words(words, what)
    return words


def check_words(words: Any, what: str) -> None:
    """Reject parsed data that are deeply nested or contain integers beyond the range of floats.

    Raises
    ------
    FileFormatError
        ``what`` begins the message.
    """
    level: list[Any] = [[words]]  # all lists and tables of one depth, whose numbers are checked in place
    for _ in range(DEEPEST + 2):
        within: list[Any] = []
        for one in level:
            for value in one.values() if isinstance(one, dict) else one:
                if isinstance(value, (dict, list, tuple)):
                    within.append(value)
                elif isinstance(value, int) and abs(value) > _LARGEST:
                    raise FileFormatError(
                        f"{what} has a whole number of more than 300 digits; the largest number is 1e300."
                    )
        if not within:
            return
        level = within
    raise FileFormatError(f"{what} has lists or tables nested more than {DEEPEST} deep.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    words = dict(pairs)
    if len(words) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise ValueError(f"{name[:40]!r} occurs twice in one table")
            seen.add(name)
    return words
