"""A student's file is run in a separate process with a time limit, since it may print, plot, wait or exit."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from loligo._errors import FileFormatError
from loligo.course.classroom import Examined, examined
from loligo.membrane.description import described, membrane_from

if TYPE_CHECKING:
    from loligo.membrane import Membrane

LIMIT_S: Final = 60.0  # s: time limit of a file, including the compilation in its first run
FOUND, SLIPS, WRONG = "membrane", "slips", "error"


def neuron_of(file: Path, limit: float = LIMIT_S) -> Membrane:
    """Return the neuron that `HH_Neuron` of a classroom file runs; see `examined_apart`."""
    return examined_apart(file, limit).membrane


def examined_apart(file: Path, limit: float = LIMIT_S) -> Examined:
    """Return the neuron of a classroom file and its slips, as `loligo.course.classroom.examined` does.

    If the system has process groups, processes that the file has started are ended, too.

    Parameters
    ----------
    file : Path
        An edited copy of the classroom file.
    limit : float
        [s]

    Raises
    ------
    FileFormatError
        The file does not run, does not end, or has no `HH_Neuron`; the message says where.
    FileNotFoundError
        The file does not exist.
    """
    if not Path(file).is_file():
        examined(file)  # raises the error for a missing file
    with tempfile.TemporaryDirectory(prefix="loligo-") as folder:
        answer = Path(folder, "answer.json")
        command = [sys.executable, "-m", __name__, str(Path(file).absolute()), str(answer)]
        status = _run(command, limit)
        if status is None:
            raise FileFormatError(
                f"{Path(file).name} did not end within {limit:g} s: is there an endless loop? Lines that run "
                'something belong under `if __name__ == "__main__":`.'
            )
        if not answer.is_file():
            raise FileFormatError(f"{Path(file).name} {_ended(status)}.")
        said = json.loads(answer.read_text(encoding="utf-8"))
    if WRONG in said:
        raise FileFormatError(said[WRONG])
    return Examined(membrane_from(said[FOUND]), tuple(said[SLIPS]))


def _run(command: list[str], limit: float) -> int | None:
    """Run a command without a terminal, end all its processes, and return its status; None after the limit [s]."""
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603  # the student's own file
        command,
        stdin=nowhere,
        stdout=nowhere,
        stderr=nowhere,
        env=os.environ | {"MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    ) as process:
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            return None
        finally:
            process.kill()
            if hasattr(os, "killpg"):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)


def _ended(status: int) -> str:
    """Return why Python ended before it answered, and what to do."""
    if status >= 0:
        return f"ended Python (status {status}) before its neuron was read: take out exit(), quit() or os._exit()"
    name = next((one.name for one in signal.Signals if one == -status), f"signal {-status}")
    return (
        f"crashed Python ({name}) before its neuron was read: take out lines that run other compiled code or "
        "need too much memory"
    )


def _answered(file: str) -> dict[str, object]:
    try:
        found = examined(Path(file))
        return {FOUND: described(found.membrane), SLIPS: found.slips}
    except FileFormatError as error:
        return {WRONG: str(error)}


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(_answered(sys.argv[1])), encoding="utf-8")
    os._exit(0)  # even if the file has started threads
