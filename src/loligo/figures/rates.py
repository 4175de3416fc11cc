"""The figure of rates, steady states and time constants over the membrane potential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from loligo.figures.canvas import canvas
from loligo.figures.palette import colour

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray


def rate_panels(
    v: NDArray[Any],
    alpha: Mapping[str, NDArray[Any]],
    beta: Mapping[str, NDArray[Any]],
    inf: Mapping[str, NDArray[Any]],
    tau: Mapping[str, NDArray[Any]],
    panels: Any = None,
    figure: Figure | None = None,
) -> Figure:
    """Draw the rates [1/ms], steady states and time constants [ms] of gates by name over v [mV].

    Parameters
    ----------
    v : array (points,)
    alpha, beta, inf, tau : mapping of str to array (points,)
    panels, figure : optional
        Where to draw; see `loligo.figures.canvas.canvas`. By default a new pyplot figure.

    Returns
    -------
    matplotlib Figure
        Three panels side by side; gates without rates (instantaneous ones) appear only in the middle panel, kinetic
        schemes in the middle and right panels.
    """
    figure, (left, middle, right), _ = canvas(panels, figure, 3, lambda empty: empty.subplots(1, 3), (11, 3.6))
    for index, name in enumerate(inf):
        own = colour(name, index)
        middle.plot(v, inf[name], color=own, label=f"{name} inf")
        if name in alpha:
            left.plot(v, alpha[name], color=own, label=f"alpha {name}")
            left.plot(v, beta[name], color=own, linestyle="--", label=f"beta {name}")
        if name in tau:
            right.plot(v, tau[name], color=own, label=f"tau {name}")
    for axes, label in ((left, "rate [1/ms]"), (middle, "steady state"), (right, "time constant [ms]")):
        axes.set_xlabel("v [mV]")
        axes.set_ylabel(label)
        axes.spines[["top", "right"]].set_visible(False)
        if axes.lines:
            axes.legend(frameon=False, fontsize="small")
    return figure
