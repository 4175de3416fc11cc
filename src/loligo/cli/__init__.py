"""The command line: every command calls the same functions that Python users call.

Only this room prints. Other rooms are imported inside the commands, so that ``loligo --help`` stays fast. Slow imports
happen inside `main`, where Ctrl-C is handled.
"""

import sys

from loligo.cli.interrupts import leave_interrupted


def main() -> None:
    """Run ``loligo`` with the arguments of the process."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="replace")  # a terminal without µ shows a question mark, not a traceback
        from loligo.cli.app import app

        app(prog_name="loligo")
    except KeyboardInterrupt:
        leave_interrupted()
