"""The stimuli of the exercise: the windows of `HH_Step` and `HH_Ramp`, with the amplitude left open."""

from __future__ import annotations

from typing import Final

from loligo.stimulus import Ramp, Step

STEP: Final = Step(1.0, start=20.0, stop=180.0)
STEP_DURATION: Final = 200.0  # duration of a run with the step [ms]
RAMP: Final = Ramp(1.0, start=30.0, stop=270.0)
RAMP_DURATION: Final = 300.0  # duration of a run with the ramp [ms]

RESOLUTION: Final = 1e-6  # resolution of every threshold [µA/cm²]
TOLERANCE: Final = 1e-8  # tolerance of every run
