"""A period doubling: a Floquet multiplier is -1.

The linearised equations have a solution that returns with the other sign: with T the period,

    u' = T f(u, p),        v' = T J v,        u(1) = u(0),        v(1) = -v(0),

v the direction in which a cycle of the period 2 T leaves. The number sigma of other conditions is held at zero.

Source
------
Doedel EJ, Govaerts W, Kuznetsov YA (2003) Computation of periodic solution bifurcations in ODEs using bordered systems.
SIAM J Numer Anal 41:401-435, doi:10.1137/S0036142902400779.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loligo.dynamics.branch import DOUBLING
from loligo.dynamics.critical_directions import doubling_direction
from loligo.dynamics.curves.cycle_conditions import CycleCondition, Functionals

if TYPE_CHECKING:
    from loligo.dynamics.curves.cycle_conditions import Array, Row
    from loligo.dynamics.curves.parameter_plane import ParameterPlane
    from loligo.dynamics.orbits import Loop, Orbit


class DoublingCondition(CycleCondition):
    """A multiplier is -1."""

    kind, plural, multiplier = DOUBLING, "period doublings", -1.0

    def rows(self, functionals: Functionals) -> tuple[Row, Row]:
        """Hold sigma at zero, and the length of v."""
        return functionals.no_sigma, functionals.length

    def begun(self, plane: ParameterPlane, cycle: Orbit, p: Array) -> tuple[Loop, float]:
        """Return the direction of the doubled cycle, with no change of the period."""
        return doubling_direction(plane, cycle, p), 0.0


DOUBLINGS: Final = DoublingCondition()
