"""Traces of v in volts: refused before a search, which would find nothing for a long time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import DivergenceError, RestError, StepLimitError, UnitError
from loligo.resting import rest

if TYPE_CHECKING:
    from loligo.membrane import Membrane
    from loligo.sweep import Sweep

MOST: Final = 1.0  # mV: v that reaches this is not in volts
FAR: Final = 100.0  # v may be in volts if it is smaller than the resting potential by more than this factor
MILLI: Final = 1000.0


def check_volts(membrane: Membrane, sweeps: Iterable[Sweep]) -> None:
    """Refuse v that is a thousandth of what the membrane has at rest.

    Raises
    ------
    UnitError
        The measured v seems to be in volts.
    """
    for sweep in sweeps:
        if sweep.v is None or (largest := float(np.abs(sweep.v).max())) >= MOST:
            continue
        try:
            level = rest(membrane).v
        except (RestError, DivergenceError, StepLimitError):
            return
        away = abs(MILLI * float(np.median(sweep.v)) - level)
        if FAR * largest < abs(level) and away < abs(level) / 2.0:
            raise UnitError(
                f"v of {sweep!r:.60}... lies within {largest:.2g} mV of 0, but the membrane rests at {level:.3g} mV: v "
                "seems to be in V. Give it in mV, sweep.replace(v=1000*sweep.v)."
            )
