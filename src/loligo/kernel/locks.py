"""A lock that processes share: one compiles an entry, and the others wait for it.

The system lets go of it when a process ends, however it ends. Where a file cannot be locked (some network file
systems), and after a limit, the work is done without: twice, but right.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOG = logging.getLogger("loligo")
LONGEST_WAIT: Final = 120.0  # s
BETWEEN_LOOKS: Final = 0.05  # s


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold the lock of a file in the block, and say whether it is held.

    Parameters
    ----------
    path : Path
        A file that is made for the lock and stays, empty.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError:
        yield False
        return
    try:
        yield _waited_for(file, path)
    finally:
        os.close(file)  # which lets go of the lock


def _waited_for(file: int, path: Path) -> bool:
    end, said = time.monotonic() + LONGEST_WAIT, False
    while not _taken(file):
        if time.monotonic() > end:
            LOG.warning("loligo has waited %g s for another process that compiles %s, and compiles too",
                        LONGEST_WAIT, path.stem)  # fmt: skip
            return False
        if not said:
            LOG.info("loligo waits for another process that compiles %s", path.stem)
            said = True
        time.sleep(BETWEEN_LOOKS)
    return True


def _taken(file: int) -> bool:
    """Try once to take the lock; where files cannot be locked it counts as taken."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # as Linux and macOS, and Windows, say that another has it
        return False
    except OSError:
        return True
    return True
