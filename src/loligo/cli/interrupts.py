"""The end of a command on Ctrl-C. Imports almost nothing, so that Ctrl-C during imports is handled in the same way."""

import contextlib
import sys
from typing import Final, NoReturn

INTERRUPTED: Final = 130


def leave_interrupted() -> NoReturn:
    """Print one line on stderr and exit the process with the status of an interrupted command."""
    with contextlib.suppress(OSError, ValueError, AttributeError):  # stderr is closed, missing, or has no reader
        sys.stderr.write("loligo: interrupted\n")
        sys.stderr.flush()
    # Python remembers an interrupt during an exec of text, which dataclasses and Numba use, and `python -m` then dies
    # by the signal although the interrupt was handled. The next exec of text clears this.
    exec("")  # noqa: S102  # nothing is run
    sys.exit(INTERRUPTED)
