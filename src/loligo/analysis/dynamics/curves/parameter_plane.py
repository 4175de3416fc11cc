"""A membrane as a system with two free parameters: ``dz/dt = f(z, p)`` with p a pair, z in variables of size one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.analysis.dynamics.system import Equations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

    Array = NDArray[np.float64]

PARTS = 20.0  # of a range: the parameter's unit along a curve


class ParameterPlane(Equations):
    """The equations with two free parameters.

    Parameters
    ----------
    membrane : Membrane
    names : (str, str)
        "I" for the constant current, or a parameter of the membrane.
    spans : ((float, float), (float, float))
        Between which values they are followed.
    current : float
        The constant current while neither of them is it [µA/cm²].
    """

    def __init__(
        self,
        membrane: Membrane,
        names: tuple[str, str],
        spans: tuple[tuple[float, float], tuple[float, float]],
        current: float,
    ) -> None:
        super().__init__(membrane, names, spans, current)
        self.names, self.spans = names, spans
        self.widths = np.array([high - low for low, high in spans])
        self.units = self.widths / PARTS

    def values(self, p: Any) -> tuple[float, float]:
        """Return the values of both parameters."""
        return float(p[0]), float(p[1])

    def inside(self, p: Array) -> bool:
        """Tell whether both parameters are in their ranges, up to rounding."""
        return all(
            low - 1e-9 * width <= value <= high + 1e-9 * width
            for value, (low, high), width in zip(p, self.spans, self.widths, strict=True)
        )

    def said(self, p: Array) -> str:
        """Return the values of both parameters in words."""
        return ", ".join(f"{name} = {value:.6g}" for name, value in zip(self.names, p, strict=True))
