"""The outputs of a command, checked before its run begins."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from loligo._errors import ArgumentError


def checked_targets(targets: Sequence[Path]) -> Sequence[Path]:
    """Refuse what cannot become files, by the names that were typed.

    Raises
    ------
    OSError
        A target that cannot be written; names it.
    ArgumentError
        Two targets are the same file.
    """
    if len({os.path.realpath(target) for target in targets}) < len(targets):
        raise ArgumentError(f"Two outputs are one file: {' and '.join(str(target) for target in targets)}.")
    for target in targets:
        _check(target)
    return targets


def checked_picture(target: Path | None) -> None:
    """Refuse a picture that would not be called what it is.

    Raises
    ------
    ArgumentError
        A name that does not end in ``.png``.
    """
    if target and target.suffix.lower() != ".png":
        raise ArgumentError(f"--png writes a PNG picture: call it {target.with_suffix('.png').name!r}.")


def _check(target: Path) -> None:
    if target == Path("-"):
        raise OSError(errno.EINVAL, "only --csv writes to standard output", str(target))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder; give the name of a file", str(target))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "is not a regular file; --csv - writes to standard output", str(target))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {str(target.parent)!r}", str(target))
