"""How a command ends on Ctrl-C. Imports nothing, so that an interrupt while libraries are imported ends alike."""

import contextlib
import sys
from typing import Final, NoReturn

INTERRUPTED: Final = 130


def leave_interrupted() -> NoReturn:
    """Print one line on stderr and leave the process with the status of an interrupted command."""
    with contextlib.suppress(OSError, ValueError, AttributeError):  # nobody reads it, it is closed, there is none
        sys.stderr.write("loligo: interrupted\n")
        sys.stderr.flush()
    # Python remembers an interrupt that went through an exec of text, as dataclasses and Numba use it, and `python -m`
    # then dies by the signal although the interrupt was handled. The next exec of text makes it forget.
    exec("")  # noqa: S102  # nothing is run
    sys.exit(INTERRUPTED)
