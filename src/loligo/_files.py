"""Ground: files that are complete or as they were: written beside their place, and moved there at the very end."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def all_or_nothing(targets: Sequence[Path]) -> Iterator[list[Path]]:
    """Give a place to write for each target, and move all into place when the block ends well.

    That each target's folder can be written is found out before the block begins: no long run is lost to a typo.

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
    """
    real = [Path(os.path.realpath(target)) for target in targets]
    with ExitStack() as stack:
        unfinished = [stack.enter_context(_beside(target)) for target in real]
        yield unfinished
        for source, target in zip(unfinished, real, strict=True):
            source.chmod(_mode(target))
            source.replace(target)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is complete or, after an interruption, as it was before."""
    with all_or_nothing([path]) as [unfinished]:
        unfinished.write_bytes(content)


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
