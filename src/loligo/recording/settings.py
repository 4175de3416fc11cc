"""The settings of a recording."""

from __future__ import annotations

from dataclasses import dataclass

from loligo.intervention import Intervention


@dataclass(frozen=True)
class Settings:
    """The settings of a recording.

    Attributes
    ----------
    duration : float
        [ms]
    tolerance : float
        Tolerance of each step; under a voltage clamp, the largest error of a step, 0 if gates are exact exponentials.
    method : str
        The methods used, in order.
    steps, rejected : int
        Numbers of accepted and of rejected steps, respectively.
    interventions : tuple of Hold and Reset
        Interventions during the run.
    holding : float or None
        Holding potential of a voltage clamp [mV]; None for a current clamp.
    """

    duration: float
    tolerance: float
    method: str
    steps: int = 0
    rejected: int = 0
    interventions: tuple[Intervention, ...] = ()
    holding: float | None = None
