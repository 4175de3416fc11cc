"""Pass 8 for many neurons: equations whose last variables are the derivatives of the others.

The derivatives S = dy/dp of a run obey ``S' = J S + df/dp`` (`loligo.kernel.variational`). Lanes integrate them as
further states, those of one variable side by side. Before, for dm/dt = a(v) - b(v) m and one parameter p of a(v): ::

    variables  v, m
    dm/dt    = a - b m

and after, where dv and dm stand for dv/dp and dm/dp: ::

    variables  v, m, dv, dm
    d(dm)/dt = (da/dv - db/dv m) dv - b dm + da/dp

A stimulus that is zero at amplitude 0 has ``dI/dA = I / A``. Lanes have no room for a second stimulus, so 1/A is an
additional parameter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sympy as sp

from loligo.kernel.equations import STIMULUS
from loligo.kernel.formulas import derivative
from loligo.kernel.symbolic import symbol
from loligo.lanes.equations import lane_source

if TYPE_CHECKING:
    from loligo.kernel.directions import Directions
    from loligo.kernel.equations import Equations


def augmented(equations: Equations, directions: Directions) -> Equations:
    """Return equations in which the derivatives of the variables are additional variables.

    Parameters
    ----------
    equations : Equations
        Equations without switches, at which derivatives would jump.
    directions : Directions
        The only possible number of the stimulus is the amplitude; its inverse follows the other parameters.
    """
    count, own = directions.count, range(len(equations.variables))
    moved = [[symbol(f"_moved_{i}_{k}") for k in range(count)] for i in own]
    shares = [symbol(f"_per_amplitude_{k}") for k in range(directions.driven)]
    slopes = []
    for f in equations.rhs:
        forces = [derivative(f, symbol(name)) for name in directions.parameters]
        forces += [derivative(f, STIMULUS) * STIMULUS * share for share in shares]
        forces += [sp.Integer(0)] * directions.started
        entries = [derivative(f, x) for x in equations.variables]
        slopes += [sp.Add(forces[k], *(entries[j] * moved[j][k] for j in own)) for k in range(count)]
    return replace(
        equations,
        variables=[*equations.variables, *(s for row in moved for s in row)],
        parameters=[*equations.parameters, *shares],
        rhs=[*equations.rhs, *slopes],
        rhs_of_lookups=[*equations.rhs_of_lookups, *slopes],
    )


def augmented_source(equations: Equations, directions: Directions, precision: str, *, jacobian: bool) -> str:
    """Return the same source as `loligo.lanes.equations.lane_source`, with derivatives."""
    return lane_source(augmented(equations, directions), precision, jacobian=jacobian)
