"""Writing recordings to files: arrays, and descriptions of membrane and stimulus; nothing is ever pickled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._files import all_or_nothing
from loligo.intervention.description import described_interventions
from loligo.membrane.description import described
from loligo.stimulus.description import described_stimulus

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.recording.settings import Settings
    from loligo.stimulus import Stimulus

FORMAT: Final = "loligo recording 2"
FORMAT_WITH_SENSITIVITIES: Final = "loligo recording 3"
ARRAYS: Final = ("t", "states", "spikes", "final")


def save(
    path: str | PathLike[str],
    membrane: Membrane,
    stimulus: Stimulus,
    settings: Settings,
    arrays: Mapping[str, NDArray[Any]],
    sensitivities: tuple[str, ...] = (),
) -> None:
    """Write a recording atomically: the file is complete or absent.

    Parameters
    ----------
    path : path
    membrane : Membrane
    stimulus : Stimulus
    settings : Settings
    arrays : mapping of str to array
        Arrays named in `ARRAYS`, and in `loligo.recording.sensitivities.ARRAYS` if there are sensitivities.
    sensitivities : tuple of str
        Names of the numbers with respect to which derivatives are taken.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    about: dict[str, Any] = {
        "format": FORMAT_WITH_SENSITIVITIES if sensitivities else FORMAT,
        "membrane": described(membrane),
        "stimulus": described_stimulus(stimulus),
        "settings": vars(settings) | {"interventions": described_interventions(settings.interventions)},
    }
    if sensitivities:
        about["sensitivities"] = list(sensitivities)
    stored: dict[str, Any] = dict(arrays)
    with all_or_nothing([Path(path)]) as [unfinished], unfinished.open("wb") as file:
        np.savez(file, about=np.array(json.dumps(about)), **stored)
