"""Many neurons at once, in the lanes of vector registers; each lane has its own time and step."""

from loligo.lanes.machine import Members, Results, Settings, Stimuli
from loligo.lanes.programs import Program, program, run
from loligo.lanes.record import NUMBERS, SPIKE, TOTALS

__all__ = ["NUMBERS", "SPIKE", "TOTALS", "Members", "Program", "Results", "Settings", "Stimuli", "program", "run"]
