"""The constants of a compiled program for lanes; `loligo.lanes.programs` binds other values to these names."""

from __future__ import annotations

N = 4  # number of variables
POTENTIALS = 1  # number of potentials, which are the first variables
STATES = 0  # number of further states, which are the last variables
DIRECTIONS = 0  # number of directions of derivatives; the derivatives are the last N - N/(1 + DIRECTIONS) variables
PRECISION = "double"
STIFF_STEPS = False  # whether steps are those of `loligo.lanes.stiff`
SWITCHING = True  # whether the membrane has switches
HOLDING = True  # whether variables may be held during a run
REGISTER_BITS = 512  # width of the processor's vector registers
