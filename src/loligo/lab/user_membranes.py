"""A user's own membrane on the page; the ranges to show are found by running it."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from loligo._bounded import MOST_MEGABYTES_OF_TEXT, bounded, words_in
from loligo._errors import FileFormatError, LoligoError, TimeLimitError
from loligo.analysis.threshold import sought
from loligo.membrane import Channel, Membrane
from loligo.membrane.description import membrane_from
from loligo.resting import settles
from loligo.stimulus import Step

if TYPE_CHECKING:
    from collections.abc import Collection

DURATION = 200.0  # duration of a run [ms]
FALLBACK = (10.0, -20.0, 100.0)  # µA/cm²: amplitude and ends of its slider if no threshold is found


def amplitudes(membrane: Membrane) -> tuple[float, float, float]:
    """Return the amplitude of a step worth showing, twice the threshold, and the ends of its slider [µA/cm²]."""
    if beginning(membrane) is not None:
        return FALLBACK
    try:
        found = sought(membrane, Step(1.0, start=20.0, stop=180.0), duration=DURATION, resolution=0.01)
    except (LoligoError, ArithmeticError):  # it fires spontaneously, never, or diverges
        return FALLBACK
    value = float(f"{2.0 * found.value:.1g}")
    return value, -2.0 * value, 10.0 * value


def beginning(membrane: Membrane) -> float | None:
    """Return the potential at which runs begin, for a membrane whose rest is unstable or missing; else None [mV]."""
    try:
        if settles(membrane):
            return None
    except LoligoError:
        pass
    fixed = [c.E for c in membrane.channels if isinstance(c, Channel) and isinstance(c.E, float)]
    lowest = min(fixed, default=membrane.spike_level - 80.0)
    return float(round(0.75 * lowest + 0.25 * membrane.spike_level))


def key_of(membrane: Membrane, taken: Collection[str]) -> str:
    """Return a short key for links that is unique on the page."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", membrane.name).strip("_")[:40] or "membrane"
    key, number = plain, 1
    while key in taken:
        number += 1
        key = f"{plain}_{number}"
    return key


def membranes_in(path: Path, *, most_megabytes: float = MOST_MEGABYTES_OF_TEXT) -> list[Membrane]:
    """Return the membranes of a user's file.

    A Python file is run, as by ``python FILE``: only use one that you trust. The result is the membrane called
    ``membrane`` at its top level, or else every membrane there. A JSON file contains the output of
    `loligo.membrane.description.described`, of at most ``most_megabytes`` MB, and is never run.

    Raises
    ------
    FileFormatError
        The file is of another kind, defines no membrane, or raises an error.
    OSError
        The file cannot be read.
    """
    match path.suffix.lower():
        case ".py":
            return _run(path)
        case ".json":
            return [_read(path, most_megabytes)]
    raise FileFormatError(
        f"The file of a membrane must be a Python file (.py) or a JSON file (.json); got {str(path)!r}."
    )


def _run(path: Path) -> list[Membrane]:
    path.open("rb").close()  # a missing file is an OSError that names it
    try:
        names = runpy.run_path(str(path), run_name="loligo_lab_model")
    except (LoligoError, TimeLimitError):
        raise
    except (Exception, SystemExit) as error:  # a user's file may raise anything
        raise FileFormatError(f"{path}{_line(path)}: {type(error).__name__}: {error}") from error
    found = list(dict.fromkeys(value for value in names.values() if isinstance(value, Membrane)))
    if isinstance(names.get("membrane"), Membrane):
        found = [names["membrane"]]
    if not found:
        raise FileFormatError(
            f"{path} defines no membrane: at its top level, write for example `membrane = loligo.Membrane(...)`."
        )
    return found


def _line(path: Path) -> str:
    """Return ``", line 3"`` for the error that is being handled, if it happened in the file itself."""
    trace, line = sys.exc_info()[2], 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""


def _read(path: Path, most_megabytes: float) -> Membrane:
    content = bounded(path, most_megabytes, "most_megabytes=")
    try:
        return membrane_from(words_in(content.decode("utf-8"), str(path)))
    except FileFormatError as error:
        raise FileFormatError(f"{path} does not describe a membrane: {error}") from error
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path} is not UTF-8 text: {error}") from error
