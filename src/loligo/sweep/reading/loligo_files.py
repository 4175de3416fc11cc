"""A loligo recording as a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loligo._errors import ArgumentError
from loligo.sweep.currents import UNSAID
from loligo.sweep.sweep import Sweep

if TYPE_CHECKING:
    from loligo.recording import Recording
    from loligo.sweep.reading.options import Asked


def sweep_of(recording: Recording, asked: Asked) -> Sweep:
    """Return v and the stimulus of a current clamp, or the ionic current and the command of a voltage clamp.

    Raises
    ------
    ArgumentError
        The recording has no traces.
    """
    if recording.t.size < 2:
        raise ArgumentError("This recording has no traces (sampling=None), so there is nothing to read.")
    about = {"name": recording.membrane.name, "per": "" if asked.per == UNSAID else asked.per, "area": asked.area}
    if asked.area is not None:
        about["unit"] = "µA/cm²"
    held = recording.settings.holding
    if held is None:
        return Sweep(recording.t, v=recording.v, stimulus=recording.stimulus, **about)
    return Sweep(recording.t, current=recording.ionic_current, command=recording.stimulus, holding=held, **about)
