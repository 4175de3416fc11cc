"""The number of state variables, as the programs of this room see it, and whether the membrane has switches.

Programs are compiled once for each number of variables, because loops of known length become straight vector code:
`loligo.integrate.programs` binds other values to these names.
"""

from __future__ import annotations

N = 4
SWITCHING = True
