"""Recordings in files: arrays as they are, and the membrane and stimulus in words; nothing is ever unpickled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import FileFormatError, LoligoError
from loligo._files import all_or_nothing
from loligo._units import positive
from loligo.intervention import Hold, Reset
from loligo.intervention.description import described_interventions, interventions_from
from loligo.membrane.description import described, membrane_from
from loligo.recording.recording import Recording, Settings
from loligo.stimulus.description import described_stimulus, stimulus_from

if TYPE_CHECKING:
    from os import PathLike

    from loligo.intervention import Intervention

FORMAT = "loligo recording 2"
FIRST = "loligo recording 1"  # what was held and set had one window each
_ARRAYS = ("t", "states", "spikes", "final")


def save(recording: Recording, path: str | PathLike[str]) -> None:
    """Write a recording atomically: the file is complete or not there.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    about = {
        "format": FORMAT,
        "membrane": described(recording.membrane),
        "stimulus": described_stimulus(recording.stimulus),
        "settings": vars(recording.settings)
        | {"interventions": described_interventions(recording.settings.interventions)},
    }
    arrays: dict[str, Any] = {name: getattr(recording, name) for name in _ARRAYS}
    with all_or_nothing([Path(path)]) as [unfinished], unfinished.open("wb") as file:
        np.savez(file, about=np.array(json.dumps(about)), **arrays)


def load(path: str | PathLike[str]) -> Recording:
    """Read a recording that `Recording.save` wrote.

    Parameters
    ----------
    path : path
        The ``.npz`` file, which may come from a stranger: its formulas pass the whitelist again.

    Returns
    -------
    Recording
        Equal to the one that was saved, bit for bit.

    Raises
    ------
    FileFormatError
        Not such a file, or a damaged one.
    FileNotFoundError
        No file at all.
    """
    try:
        with Path(path).open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            arrays = {name: _numbers(file[name]) for name in _ARRAYS}
        _check_format(path, about["format"])
        settings = about["settings"]
        if about["format"] == FIRST:
            settings["interventions"] = _first(settings.pop("frozen"), settings.pop("reset"))
        else:
            settings["interventions"] = interventions_from(settings["interventions"])
        settings["duration"] = positive(settings["duration"], "", "duration")
        membrane, stimulus = membrane_from(about["membrane"]), stimulus_from(about["stimulus"])
        return Recording(membrane, stimulus, Settings(**settings), **arrays)
    except FileNotFoundError:
        raise
    except Exception as error:  # a damaged archive can raise anything at all
        why = f": {error}" if isinstance(error, LoligoError) else ", or it is damaged."
        raise FileFormatError(f"{path} is not a recording that loligo can read{why}") from error


def _check_format(path: str | PathLike[str], found: str) -> None:
    if found not in (FORMAT, FIRST):
        raise FileFormatError(f"{path} has the format {found!r}; this version reads {FIRST!r} and {FORMAT!r}.")


def _first(frozen: list[Any], put: list[Any]) -> tuple[Intervention, ...]:
    """Return the interventions of a recording in the first format."""
    together: dict[float, dict[str, float]] = {}
    for name, value, at in put:
        together.setdefault(at, {})[name] = value
    holds = (Hold(name, value, start, stop) for name, value, start, stop in frozen)
    return (*holds, *(Reset(values, at) for at, values in together.items()))


def _numbers(array: Any) -> Any:
    """Return an array that holds finite real numbers, or refuse it."""
    if array.dtype != np.float64 or not np.isfinite(array).all():
        raise ValueError("an array of the recording does not hold finite numbers")
    return array
