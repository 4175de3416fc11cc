"""A membrane as a system with two free parameters: ``dz/dt = f(z, p)`` with p a pair, z in variables of size one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo.dynamics.system import Equations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

    Array = NDArray[np.float64]


class ParameterPlane(Equations):
    """The equations with two free parameters.

    Parameters
    ----------
    membrane : Membrane
    names : (str, str)
        "I" for the constant current, or a parameter of the membrane.
    spans : ((float, float), (float, float))
        Range of each parameter, in its unit.
    current : float
        The constant current if neither parameter is "I" [µA/cm²].
    """

    def __init__(
        self,
        membrane: Membrane,
        names: tuple[str, str],
        spans: tuple[tuple[float, float], tuple[float, float]],
        current: float,
    ) -> None:
        super().__init__(membrane, names, spans, current)
