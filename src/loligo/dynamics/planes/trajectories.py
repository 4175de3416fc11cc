"""Paths through a phase plane: solutions of the planar system, and projections of runs of the whole membrane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, DivergenceError
from loligo._units import MS, number, positive
from loligo.recording import Recording
from loligo.simulation.current import checked_tolerance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.planes.phase_system import PhaseSystem

PATH_POINTS: Final = 1000  # number of points on a path, besides the ends of the steps
MAX_DISTANCE: Final = 10.0  # widths of the plane: a path that goes further is taken to have left it


@dataclass(frozen=True)
class Frame:
    """The two axes of a phase plane.

    Attributes
    ----------
    names : (str, str)
        The variables x and y.
    units : (str, str)
        Units of both variables; "" for a gate.
    span : ((float, float), (float, float))
        The range of x, and of y.
    """

    names: tuple[str, str]
    units: tuple[str, str]
    span: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A path in the plane.

    Attributes
    ----------
    t : array (points,)
        [ms]
    x, y : array (points,)
        Coordinates in the units of the variables.
    source : {"plane", "recording"}
        Whether it is a solution of the planar system, or the projection of a run of the whole membrane.
    error : float
        Relative tolerance of its integration.
    """

    t: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    source: str
    error: float


def trajectory(system: PhaseSystem, frame: Frame, start: Any, duration: Any, tolerance: Any) -> Trajectory:
    """Return the path from a pair of numbers, or the projection of a recording.

    Raises
    ------
    ArgumentError, UnitError
        The start is neither a pair nor a recording, the recording has no traces, or the duration is not positive.
    UnknownNameError
        The recording lacks one of the variables, because it belongs to another membrane.
    DivergenceError
        The integration cannot continue.
    """
    if isinstance(start, Recording):
        if not start.t.size:
            raise ArgumentError("This recording has no traces to draw in the plane: run it without sampling=None.")
        x, y = frame.names
        return Trajectory(start.t, start[x], start[y], "recording", start.settings.tolerance)
    try:
        first, second = start
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"A trajectory must be a start such as (20.0, 0.4), or a Recording; got {start!r}."
        ) from error
    given = zip((first, second), frame.units, frame.names, strict=True)
    point = np.array([number(value, unit, name) for value, unit, name in given])
    return _solved(system, frame, point, positive(duration, MS, "duration"), checked_tolerance(tolerance))


def _solved(
    system: PhaseSystem, frame: Frame, start: NDArray[np.float64], duration: float, tolerance: float
) -> Trajectory:
    """Integrate the planar system from a point, until it ends or is far outside the plane."""
    from scipy.integrate import solve_ivp

    (left, right), (bottom, top) = frame.span
    width = np.array([right - left, top - bottom])
    middle = np.array([left + right, bottom + top]) / 2

    def inside(_: float, z: NDArray[np.float64]) -> float:
        return MAX_DISTANCE - float(np.abs((z - middle) / width).max())

    inside.terminal = True  # type: ignore[attr-defined]
    solution = solve_ivp(
        lambda _, z: system.slopes(z[None])[0],
        (0.0, duration),
        start,
        method="LSODA",
        jac=lambda _, z: system.jacobians(z[None])[0],
        rtol=max(tolerance, 1e-12),
        atol=max(tolerance, 1e-12) * 0.1 * width,
        events=inside,
        dense_output=True,
    )
    if solution.status < 0 or not np.isfinite(solution.y).all():
        raise DivergenceError(
            f"The trajectory from ({start[0]:g}, {start[1]:g}) stops at t = {solution.t[-1]:g} ms: {solution.message} "
            "Start it elsewhere, or change others=.",
            time=float(solution.t[-1]),
            variable=frame.names[0],
        )
    t = np.union1d(solution.t, np.linspace(0.0, solution.t[-1], PATH_POINTS))
    x, y = solution.sol(t)
    x[0], y[0] = start
    return Trajectory(t, x, y, "plane", tolerance)
