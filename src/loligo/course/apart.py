"""A student's file is run in a process of its own, with a limit of time: it may print, plot, wait or end Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from loligo._errors import FileFormatError
from loligo.course.classroom import neuron_in
from loligo.membrane import Membrane
from loligo.membrane.description import described, membrane_from

LIMIT: Final = 60.0  # s: a first run compiles
FOUND, WRONG = "membrane", "error"


def neuron_of(file: Path, limit: float = LIMIT) -> Membrane:
    """Return the neuron that `HH_Neuron` of a classroom file runs, as `loligo.course.classroom.neuron_in` does.

    Parameters
    ----------
    file : Path
        An edited copy of the classroom file.
    limit : float
        [s]

    Raises
    ------
    FileFormatError
        The file does not run, does not end, or has no `HH_Neuron` of its own; says where.
    FileNotFoundError
        No such file.
    """
    if not Path(file).is_file():
        neuron_in(file)  # says that there is none
    with tempfile.TemporaryDirectory(prefix="loligo-") as folder:
        answer = Path(folder, "answer.json")
        command = [sys.executable, "-m", __name__, str(Path(file).absolute()), str(answer)]
        try:
            done = subprocess.run(  # noqa: S603  # the student's own file
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=limit,
                check=False,
                env=os.environ | {"MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1"},
            )
        except subprocess.TimeoutExpired:
            raise FileFormatError(
                f"{Path(file).name} did not end within {limit:g} s: is there a loop without an end? Lines that run "
                "something "
                'belong under `if __name__ == "__main__":`.'
            ) from None
        if not answer.is_file():
            raise FileFormatError(
                f"{Path(file).name} ended Python (status {done.returncode}) before its neuron was read: take out "
                "exit(), quit() "
                "or os._exit()."
            )
        said = json.loads(answer.read_text(encoding="utf-8"))
    if WRONG in said:
        raise FileFormatError(said[WRONG])
    return membrane_from(said[FOUND])


def _answered(file: str) -> dict[str, object]:
    try:
        return {FOUND: described(neuron_in(Path(file)))}
    except FileFormatError as error:
        return {WRONG: str(error)}


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(_answered(sys.argv[1])), encoding="utf-8")
