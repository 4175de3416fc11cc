"""Reading recordings from files, which may be untrusted; nothing is ever unpickled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._bounded import MOST_MEGABYTES, words_in
from loligo._errors import ArgumentError, FileFormatError, LoligoError
from loligo._units import COUNTABLE, MS, MV, number, positive, whole
from loligo.intervention import Hold, Reset
from loligo.intervention.description import interventions_from
from loligo.membrane.description import membrane_from
from loligo.membrane.names import LONGEST_TITLE, printable
from loligo.recording.archive import arrays_in
from loligo.recording.recording import Recording
from loligo.recording.sensitivities import ARRAYS as OF_SENSITIVITIES
from loligo.recording.sensitivities import Sensitivities
from loligo.recording.settings import Settings
from loligo.recording.writing import ARRAYS, FORMAT, FORMAT_WITH_SENSITIVITIES
from loligo.stimulus.description import stimulus_from

if TYPE_CHECKING:
    from os import PathLike

    from loligo.intervention import Intervention

FIRST_FORMAT: Final = "loligo recording 1"  # the first format, in which every hold and reset has one window of its own


def load(path: str | PathLike[str], *, most_megabytes: float = MOST_MEGABYTES) -> Recording:
    """Read a recording that `Recording.save` wrote.

    Parameters
    ----------
    path : path
        The ``.npz`` file. It may be untrusted: its formulas are checked against the whitelist, and all numbers are
        checked.
    most_megabytes : float
        Largest unpacked size [MB].

    Returns
    -------
    Recording
        Identical to the saved recording, bit for bit.

    Raises
    ------
    FileFormatError
        The file is of another kind, damaged, or too large.
    FileNotFoundError, PermissionError
        The file does not exist, or may not be read.
    """
    limit = positive(most_megabytes, "", "most_megabytes")
    try:
        found = arrays_in(
            Path(path), ("about", *ARRAYS), limit, "most_megabytes of loligo.load", text="about",
            further=OF_SENSITIVITIES,
        )  # fmt: skip
        about = words_in(_text(found.pop("about")), "its description of the run")
        arrays = {name: _numbers(array) for name, array in found.items()}
        _check_format(path, about["format"])
        settings = _settings(about["settings"], first=about["format"] == FIRST_FORMAT)
        membrane, stimulus = membrane_from(about["membrane"]), stimulus_from(about["stimulus"])
        of_run = {name: arrays.pop(name) for name in ARRAYS}
        own = _sensitivities(about, arrays, of_run)
        return _checked(Recording(membrane, stimulus, settings, **of_run, sensitivities=own))
    except (FileNotFoundError, PermissionError):
        raise
    except Exception as error:  # a damaged archive may raise anything
        why = f": {error}" if isinstance(error, LoligoError) else ", or it is damaged."
        raise FileFormatError(f"{path} is not a recording that loligo can read{why}") from error


def _sensitivities(about: dict[str, Any], arrays: dict[str, Any], of_run: dict[str, Any]) -> Sensitivities | None:
    """Return the derivatives in a file, if any."""
    if (about["format"] == FORMAT_WITH_SENSITIVITIES) != bool(arrays):
        raise FileFormatError("its sensitivities do not match its format")
    if not arrays:
        return None
    return Sensitivities.of_arrays(
        [*about["sensitivities"]], arrays, (of_run["t"].size, of_run["final"].size), of_run["spikes"].size
    )


def _settings(words: dict[str, Any], *, first: bool) -> Settings:
    """Return the settings in a file, with checked types."""
    own = dict(words)
    if first:
        own["interventions"] = _first(own.pop("frozen"), own.pop("reset"))
    else:
        own["interventions"] = interventions_from(own["interventions"])
    own["duration"] = positive(own["duration"], MS, "duration")
    own["tolerance"] = positive(own["tolerance"], "", "tolerance", zero=True)
    own["method"] = printable(own["method"], "The method", LONGEST_TITLE)
    own |= {name: whole(own[name], name, least=0, most=COUNTABLE) for name in ("steps", "rejected")}
    own["holding"] = None if own["holding"] is None else number(own["holding"], MV, "holding")
    return Settings(**own)


def _checked(recording: Recording) -> Recording:
    """Reject times that do not increase or lie outside the run."""
    for name, times in (("t", recording.t), ("spikes", recording.spikes)):
        inside = not times.size or (times[0] >= 0 and times[-1] <= recording.settings.duration * (1 + 1e-9))
        least = 0.0 if name == "t" else 5e-324  # a sampling time may occur twice
        if not inside or (np.diff(times) < least).any():
            raise ArgumentError(f"{name} of a recording must increase, from 0 to its duration.")
    return recording


def _text(array: Any) -> str:
    if array.shape != () or array.dtype.kind != "U":
        raise FileFormatError("its description of the run is not text")
    return str(array)


def _check_format(path: str | PathLike[str], found: str) -> None:
    known = FIRST_FORMAT, FORMAT, FORMAT_WITH_SENSITIVITIES
    if found not in known:
        words = ", ".join(repr(one) for one in known)
        raise FileFormatError(f"{path} has the format {str(found)[:40]!r}; this version reads {words}.")


def _first(frozen: list[Any], put: list[Any]) -> tuple[Intervention, ...]:
    """Return the interventions of a recording in the first format."""
    together: dict[float, dict[str, float]] = {}
    for name, value, at in put:
        together.setdefault(at, {})[name] = value
    holds = (Hold(name, value, start, stop) for name, value, start, stop in frozen)
    return (*holds, *(Reset(values, at) for at, values in together.items()))


def _numbers(array: Any) -> Any:
    """Check that an array consists of finite real numbers, and return it."""
    if array.dtype != np.float64 or not np.isfinite(array).all():
        raise ValueError("an array of the recording has numbers that are not finite")
    return array
