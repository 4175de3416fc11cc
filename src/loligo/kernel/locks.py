"""A lock that processes share: one compiles an entry, and the others wait for it.

The operating system releases the lock when a process ends, however it ends. If a file cannot be locked (as on some
network file systems), or after a time limit, the work is done without the lock: possibly twice, but correctly.
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
LONGEST_WAIT: Final = 120.0  # time after which a process stops waiting for another one and also compiles [s]
BETWEEN_LOOKS: Final = 0.05  # time between two attempts to take a lock [s]


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold the lock of a file in the block; yields whether the lock was obtained.

    Parameters
    ----------
    path : Path
        An empty file that is created for the lock and kept.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError:
        yield False
        return
    try:
        yield _waited_for(file, path)
    finally:
        os.close(file)  # closing the file releases the lock


def _waited_for(file: int, path: Path) -> bool:
    end, said = time.monotonic() + LONGEST_WAIT, False
    while not _taken(file):
        if time.monotonic() > end:
            LOG.warning("loligo has waited %g s for another process to compile %s, and now also compiles it",
                        LONGEST_WAIT, path.stem)  # fmt: skip
            return False
        if not said:
            LOG.info("loligo waits for another process to compile %s", path.stem)
            said = True
        time.sleep(BETWEEN_LOOKS)
    return True


def _taken(file: int) -> bool:
    """Try once to take the lock; if files cannot be locked, it counts as taken."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # Linux and macOS, and Windows
        return False
    except OSError:
        return True
    return True
