"""Ground: files of a stranger, read no further than they may be long."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any, Final

from loligo._errors import FileFormatError

MEGABYTE: Final = 10**6
MOST_MEGABYTES: Final = 2000.0  # of a recording, unpacked
MOST_MEGABYTES_OF_TEXT: Final = 64.0  # of samples, a model or a plan
DEEPEST: Final = 32  # lists and tables within one another


def bounded(path: Path, most_megabytes: float, how: str, *, streams: bool = False) -> bytes:
    """Read a whole file that is not too long.

    Parameters
    ----------
    path : Path
    most_megabytes : float
        Of a longer one no more than that is read.
    how : str
        How the limit is raised, for the message: the name of an argument or option.
    streams : bool
        Whether a pipe or a device may be read as well.

    Raises
    ------
    FileFormatError
        It is longer, or no file.
    OSError
        It cannot be read.
    """
    check_path(path)
    with path.open("rb") as file:
        if not (streams or stat.S_ISREG(os.fstat(file.fileno()).st_mode)):
            raise FileFormatError(f"{path} is not a regular file; copy what it gives into one first.")
        content = file.read(int(most_megabytes * MEGABYTE) + 1)
    if len(content) > most_megabytes * MEGABYTE:
        raise too_long(path, most_megabytes, how)
    return content


def too_long(path: object, most_megabytes: float, how: str) -> FileFormatError:
    """Return the error for a file that is longer than it may be."""
    return FileFormatError(
        f"{path} is longer than {most_megabytes:g} MB, or endless: give a shorter file, or raise the limit with {how}."
    )


def check_path(path: Path) -> None:
    """Refuse a path that no system can open.

    Raises
    ------
    FileFormatError
        It has a NUL character.
    """
    if "\0" in str(path):
        raise FileFormatError(f"{str(path)!r} is no name of a file: it has a NUL character.")


def words_in(text: str, what: str) -> Any:
    """Return what a JSON text says, when its names are there once and it is not nested deeply.

    Raises
    ------
    FileFormatError
        It is not such a text; ``what`` begins the message.
    """
    try:
        words = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"{what} is not JSON that loligo can read: {error}") from error
    check_words(words, what)
    return words


def check_words(words: Any, what: str) -> None:
    """Refuse words of a file that are nested deeply, and whole numbers that no float holds.

    Raises
    ------
    FileFormatError
        ``what`` begins the message.
    """
    waiting = [(words, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise FileFormatError(f"{what} nests lists or tables more than {DEEPEST} deep.")
        if isinstance(one, int) and abs(one) > 10**300:
            raise FileFormatError(f"{what} has a whole number of more than 300 digits; the largest number is 1e300.")
        if isinstance(one, dict):
            waiting += [(value, depth + 1) for value in one.values()]
        elif isinstance(one, (list, tuple)):
            waiting += [(value, depth + 1) for value in one]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    words = dict(pairs)
    if len(words) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:40]!r} is there twice in one table")
    return words
