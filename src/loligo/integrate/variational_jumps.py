"""How derivatives jump where a formula jumps; replaces `loligo.integrate.jumps`.

A variable x passes the value c(p) at a time T(p) that depends on p as well: ``dT/dp = (dc/dp - dx/dp) / x'``. The
right-hand side changes at T, so S = dy/dp jumps by ``(y' before - y' after) dT/dp``.

The derivatives dc/dp, one row for each switch, precede the values of the switches in ``q``.
"""

from __future__ import annotations

from loligo.integrate.dimension import N
from loligo.integrate.machine import Course
from loligo.integrate.rows import START, Y
from loligo.kernel.entries import inlined

OWN = 2  # number of variables of the membrane
FIRST = 2  # index of the first derivative; the derivatives of one variable are next to each other


@inlined
def before_jump(c: Course) -> None:
    """Keep the slope before the branch changes."""
    for i in range(OWN):
        c.kept[i] = c.work[START + i]


@inlined
def after_jump(c: Course, which: int) -> bool:
    """Add the jump at the switch to S; row START is the slope after the switch. Returns whether S has changed."""
    work, columns, passing = c.work, (N - FIRST) // OWN, c.switches[1 + which]
    speed, at = c.kept[passing], c.switches[0] - (c.switches.size - 1 - which) * columns
    if speed == 0.0:
        return False
    for k in range(columns):
        later = (c.q[at + k] - work[Y + FIRST + columns * passing + k]) / speed
        for i in range(OWN):
            work[Y + FIRST + columns * i + k] += (c.kept[i] - work[START + i]) * later
    return True
