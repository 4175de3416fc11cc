"""A homoclinic orbit, approximated by a limit cycle of a long period that is constant along the curve.

Where a cycle meets a saddle its period grows without bound, and the parameter at which the period is T approaches that
of the homoclinic orbit: as exp(-lambda T), where lambda is the saddle's eigenvalue nearest to zero, or as 1/T² at a
saddle-node. The shift of the curve with T is therefore its error.

Source
------
Doedel EJ, Kernevez JP (1986) AUTO: software for continuation and bifurcation problems in ordinary differential
equations. California Institute of Technology. Kuznetsov YA (2004) Elements of applied bifurcation theory, 3rd ed.,
Springer, chapter 6, doi:10.1007/978-1-4757-3978-7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.branch import HOMOCLINIC
from loligo.dynamics.curves.cycle_conditions import CycleCondition, Functionals, Slopes
from loligo.dynamics.curves.sets import BOGDANOV_TAKENS
from loligo.dynamics.orbits import Loop, Orbit

if TYPE_CHECKING:
    from loligo.dynamics.curves.cycle_conditions import Array, Row
    from loligo.dynamics.curves.parameter_plane import ParameterPlane


class HomoclinicCondition(CycleCondition):
    """The condition of homoclinic orbits, taken as cycles that keep the long period of the first cycle on the curve."""

    kind, plural, ends_at = HOMOCLINIC, "homoclinic orbits", BOGDANOV_TAKENS
    further, holds_period = 0, True

    def slopes(self, plane: ParameterPlane, states: Array, sigma: float, p: Array) -> Slopes:
        """Return the membrane's equations without further variables."""
        by_numbers = np.zeros((*states.shape, 3))
        by_numbers[..., 1:] = plane.by_parameters(states, p)
        return Slopes(plane.slopes(states, p), plane.jacobians(states, p), by_numbers)

    def rows(self, functionals: Functionals) -> tuple[Row, Row]:
        """Keep the period, and sigma at zero."""
        return functionals.same_period, functionals.no_sigma

    def begun(self, plane: ParameterPlane, cycle: Orbit, p: Array) -> tuple[Loop, float]:
        """Return no further variables."""
        return Loop(cycle.loop.starts[:, :0], cycle.loop.inner[..., :0], 0.0, 0.0), 0.0


HOMOCLINICS: Final = HomoclinicCondition()
