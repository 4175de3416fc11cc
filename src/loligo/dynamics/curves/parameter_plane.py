"""A membrane as a system with two free parameters: ``dz/dt = f(z, p)`` with p a pair, z in variables of size one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.dynamics.system import PARTS_OF_RANGE, Equations

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
        self.units = self.widths / PARTS_OF_RANGE

    def values(self, p: Any) -> tuple[float, float]:
        """Return the values of both parameters."""
        return float(p[0]), float(p[1])

    def inside(self, p: Array) -> bool:
        """Tell whether both parameters are in their ranges, up to rounding."""
        return all(
            low - 1e-9 * width <= value <= high + 1e-9 * width
            for value, (low, high), width in zip(p, self.spans, self.widths, strict=True)
        )

    def border(self, a: Array, b: Array, units: Array | float = 1.0) -> tuple[float, int, float]:
        """Return where a line from a pair inside the ranges to one outside leaves them.

        Parameters
        ----------
        a, b : array (2,)
            Both pairs, in units.
        units : array (2,) or float

        Returns
        -------
        float
            The share of the way at which it leaves.
        int
            Which parameter reaches the end of its range: 0 or 1.
        float
            That end, in units.
        """
        return min(
            (float((end - a[k]) / (b[k] - a[k])), k, float(end))
            for k, span in enumerate(np.array(self.spans) / np.reshape(units, (-1, 1)))
            for end, sign in zip(span, (-1, 1), strict=True)
            if sign * (b[k] - end) > 0 and a[k] != b[k]
        )

    def said(self, p: Array) -> str:
        """Return the values of both parameters in words."""
        return ", ".join(f"{name} = {value:.6g}" for name, value in zip(self.names, p, strict=True))
