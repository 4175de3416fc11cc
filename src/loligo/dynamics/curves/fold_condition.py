"""A fold of cycles: a second Floquet multiplier is 1.

Where cycles fold, the linearised equations have a periodic solution beside the cycle's own velocity: with T the period,

    u' = T f(u, p),        v' = T (J v + sigma f),

v the direction in which the cycle may be changed, orthogonal to its velocity, and ``sigma T`` the change of its period.

Source
------
Doedel EJ, Govaerts W, Kuznetsov YA (2003) Computation of periodic solution bifurcations in ODEs using bordered systems.
SIAM J Numer Anal 41:401-435, doi:10.1137/S0036142902400779.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.branch import FOLD
from loligo.dynamics.critical_directions import critical_direction, null_vector
from loligo.dynamics.curves.cycle_conditions import CycleCondition, Functionals
from loligo.dynamics.curves.sets import BAUTIN

if TYPE_CHECKING:
    from loligo.dynamics.curves.cycle_conditions import Array, Row
    from loligo.dynamics.curves.parameter_plane import ParameterPlane
    from loligo.dynamics.orbits import Loop, Orbit


class FoldCondition(CycleCondition):
    """A second multiplier is 1."""

    kind, plural, ends_at = FOLD, "folds of cycles", BAUTIN

    def rows(self, functionals: Functionals) -> tuple[Row, Row]:
        """Hold v orthogonal to the flow, and the length of v and sigma."""
        return functionals.slip, functionals.length

    def begun(self, plane: ParameterPlane, cycle: Orbit, p: Array) -> tuple[Loop, float]:
        """Return the direction that violates the linearised equations least, with the change of the period."""

        def least(returned: Array, by_period: Array, phase: Array) -> Array:
            return null_vector(np.vstack([np.column_stack([returned, -by_period]), phase]))

        return critical_direction(plane, cycle, p, self.multiplier, least)


FOLDS: Final = FoldCondition()
