"""The constants of a compiled program for lanes; `loligo.lanes.programs` binds other values to these names."""

from __future__ import annotations

N = 4  # variables
POTENTIALS = 1  # the first of the variables
STATES = 0  # further states, the last of the variables
DIRECTIONS = 0  # numbers to differentiate by; the derivatives are the last N - N/(1 + DIRECTIONS) variables
PRECISION = "double"
STIFF_STEPS = False  # whether steps are those of `loligo.lanes.stiff`
SWITCHING = True  # whether the membrane has switches
HOLDING = True  # whether variables may be held during a run
REGISTER_BITS = 512  # of the processor's vector registers
