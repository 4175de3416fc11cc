"""An example of the equations that lanes compute: a leak and three constant gates. Printed equations replace it.

`loligo.lanes.equations` prints those of any membrane. There is a Jacobian only for the stiff method.
"""

from __future__ import annotations

from typing import Any

from loligo.kernel.calling import PREPARE, Pointer
from loligo.kernel.entries import entry_by_address
from loligo.lanes.memory import Rows
from loligo.lanes.rows import PARAMETERS, W

PREPARED = 2  # number of parameters and of quantities that depend only on parameters
SWITCHED: list[int] = []  # index of the variable of each switch


@entry_by_address(PREPARE)
def prepare(p: Pointer, q: Pointer) -> None:
    """Set ``q`` to the conductance and reversal potential of the leak."""
    q[0] = p[0]
    q[1] = p[1]


def slopes(work: Rows, drive: Rows, y: Rows, out: Rows) -> None:
    """Set the rows of ``out`` to the slopes of the variables in the rows of ``y``."""
    g, e = work[PARAMETERS], work[PARAMETERS + W]
    out[0] = drive[0] - g * (y[0] - e)
    for i in range(1, 4):
        out[i * W] = -y[i * W]


def jacobian(work: Rows, y: Rows) -> list[list[Any]]:
    """Return the derivatives of the slopes (rows) in the variables (columns), with None for structural zeros."""
    one = y[0].constant(1.0)
    return [[-work[PARAMETERS] if i == 0 else -one if i == j else None for j in range(4)] for i in range(4)]
