"""Limit cycles with a Floquet multiplier of 1 or -1: folds of cycles and period doublings.

For such a cycle the linearised equations have a solution v that returns after one period T with the same or the
opposite sign:

* a fold, where a second multiplier is 1: ``u' = T f(u, p), v' = T (J v + sigma f), v(1) = v(0)``. v is the direction in
  which the cycle may be changed, orthogonal to its velocity, and ``sigma T`` the change in its period;
* a period doubling, where a multiplier is -1: ``u' = T f(u, p), v' = T J v, v(1) = -v(0)``. v is the direction in which
  a cycle of period 2 T branches off; sigma is zero.

Source
------
Doedel EJ, Govaerts W, Kuznetsov YA (2003) Computation of periodic solution bifurcations in ODEs using bordered systems.
SIAM J Numer Anal 41:401-435, doi:10.1137/S0036142902400779.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.branch import DOUBLING, FOLD
from loligo.dynamics.critical_directions import critical_direction, doubling_direction, null_vector
from loligo.dynamics.curves.cycle_conditions import CycleCondition, Functionals
from loligo.dynamics.curves.sets import BAUTIN

if TYPE_CHECKING:
    from loligo.dynamics.curves.cycle_conditions import Array, Row
    from loligo.dynamics.curves.parameter_plane import ParameterPlane
    from loligo.dynamics.orbits import Loop, Orbit


class FoldCondition(CycleCondition):
    """The condition of folds of cycles: a second multiplier is 1."""

    kind, plural, ends_at = FOLD, "folds of cycles", BAUTIN

    def rows(self, functionals: Functionals) -> tuple[Row, Row]:
        """Keep v orthogonal to the flow, and the joint length of v and sigma at one."""
        return functionals.slip, functionals.length

    def begun(self, plane: ParameterPlane, cycle: Orbit, p: Array) -> tuple[Loop, float]:
        """Return the direction with the smallest residual in the linearised equations, and the change in the period."""

        def least(returned: Array, by_period: Array, phase: Array) -> Array:
            return null_vector(np.vstack([np.column_stack([returned, -by_period]), phase]))

        return critical_direction(plane, cycle, p, self.multiplier, least)


class DoublingCondition(CycleCondition):
    """The condition of period doublings: a multiplier is -1."""

    kind, plural, multiplier = DOUBLING, "period doublings", -1.0

    def rows(self, functionals: Functionals) -> tuple[Row, Row]:
        """Keep sigma at zero, and the length of v at one."""
        return functionals.no_sigma, functionals.length

    def begun(self, plane: ParameterPlane, cycle: Orbit, p: Array) -> tuple[Loop, float]:
        """Return the direction of the doubled cycle, with no change in the period."""
        return doubling_direction(plane, cycle, p), 0.0


FOLDS: Final = FoldCondition()
DOUBLINGS: Final = DoublingCondition()
