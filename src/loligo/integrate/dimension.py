"""The numbers of variables and potentials in the programs of this room, and whether there are switches.

Programs are compiled once for each number of variables, because loops of known length become straight vector code;
`loligo.integrate.programs` binds other values to these names.
"""

from __future__ import annotations

N = 4
POTENTIALS = 1  # number of potentials, which are the first of the N variables
SWITCHING = True
