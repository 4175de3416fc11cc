"""What a program for lanes is compiled for; `loligo.lanes.programs` binds other values to these names."""

from __future__ import annotations

N = 4  # variables
POTENTIALS = 1  # of them, the first
STATES = 0  # of them, the last: further states
DIRECTIONS = 0  # numbers of which the last N - N/(1 + DIRECTIONS) variables are the derivatives
PRECISION = "double"
STIFF_STEPS = False  # whether steps are those of `loligo.lanes.stiff`
SWITCHING = True  # whether the membrane has switches
HOLDING = True  # whether variables may be held on the way
REGISTER_BITS = 512  # of the processor's vector registers
