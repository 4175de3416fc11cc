"""Files that are complete or not there: written beside their place, and moved there at the very end."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from loligo._errors import ArgumentError


@contextmanager
def all_or_nothing(targets: Sequence[Path]) -> Iterator[list[Path]]:
    """Give a place to write for each target, and move all into place when the block ends well.

    That each target can be written is found out before the block begins: no long run is lost to a typo.

    Parameters
    ----------
    targets : sequence of Path
        Where the files shall be; what is there stays until the block has ended well.

    Yields
    ------
    list of Path
        Where to write, in the same order and with the same file names.

    Raises
    ------
    OSError
        A target that cannot be written; names it.
    ArgumentError
        Two targets are the same file.
    """
    real = [Path(os.path.realpath(target)) for target in targets]
    if len(set(real)) < len(real):
        raise ArgumentError(f"Two outputs are one file: {' and '.join(str(target) for target in targets)}.")
    with ExitStack() as stack:
        for target in targets:
            _check(target)
        unfinished = [stack.enter_context(_beside(target)) for target in real]
        yield unfinished
        for source, target in zip(unfinished, real, strict=True):
            source.chmod(_mode(target))
            source.replace(target)


def _check(target: Path) -> None:
    """Refuse what cannot become a file, by the name that was typed."""
    if target == Path("-"):
        raise OSError(errno.EINVAL, "only --csv writes to standard output", str(target))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder; give the name of a file", str(target))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "is not a regular file; --csv - writes to standard output", str(target))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {str(target.parent)!r}", str(target))


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a path on the same disk as the target; what is left there at the end is removed."""
    try:
        folder = TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.", ignore_cleanup_errors=True)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(target)) from error
    with folder as name:
        yield Path(name) / target.name


def _mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those of a new file of this user."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
