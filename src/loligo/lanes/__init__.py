"""Many neurons at once, in the lanes of vector registers: each with its own time and its own step."""

from loligo.lanes.machine import Members, Results, Settings, Stimuli
from loligo.lanes.programs import Program, program, run
from loligo.lanes.record import NUMBERS, SPIKE, TOTALS

__all__ = ["NUMBERS", "SPIKE", "TOTALS", "Members", "Program", "Results", "Settings", "Stimuli", "program", "run"]
