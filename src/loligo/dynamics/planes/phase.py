"""`phase_plane`: two variables of a membrane as a planar system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._units import CURRENT, MS, MV, interval, number, positive, whole
from loligo.dynamics.newton import polished
from loligo.dynamics.planes.nullclines import Nullcline, Zero, nullcline
from loligo.dynamics.planes.phase_system import PhaseSystem
from loligo.dynamics.planes.portrait import PhasePlane, PlanarEquilibrium, VectorField
from loligo.dynamics.planes.reduction import laws_of, unit_of
from loligo.dynamics.system import slowest
from loligo.membrane import Channel, checked_membrane
from loligo.membrane.occupancies import check_independent, unknown_variable
from loligo.recording import Recording
from loligo.resting import rest
from loligo.simulation.current import recorded
from loligo.stimulus import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

    Array = NDArray[np.float64]

FIELD_POINTS: Final = 25  # number of points of the vector field along each axis
MARGIN: Final = 0.1  # fraction of the range of reversal potentials, or of a further state, added on both sides
# scales of v from rest, slowest time constants: start and duration of a run for the range of a state
KICK, LOOK = 3.0, 100.0
SAMPLES: Final = 2000
DEFAULT_HALF_RANGE: Final = 10.0  # scales of v: half the length of the axis of v unless reversal potentials differ
SAME_DISTANCE: Final = 1e-7  # fraction of the axes: equilibria closer together than this count as one


def phase_plane(
    membrane: Membrane,
    x: str = "v",
    y: str | None = None,
    *,
    others: Any = "fast-slow",
    I: float = 0.0,  # noqa: E741
    trajectories: Sequence[Any] | Recording = (),
    duration: float = 100.0,
    cells: int = 240,
    **ranges: Any,
) -> PhasePlane:
    """Reduce a membrane to two of its variables: nullclines, equilibria, vector field, trajectories.

    ``dx/dt`` and ``dy/dt`` are those of the whole membrane, with every other variable given by ``others``. The results
    are exact for that planar system; how well they describe the membrane depends on ``others``.

    Parameters
    ----------
    membrane : Membrane
    x, y : str
        Two variables; y may be left out if there is only one other.
    others : "fast-slow", "steady", "rest" or mapping
        How the other variables are determined. "fast-slow", with v on the x axis: those at least four times as fast as
        y are at their steady states, those at least four times as slow stay at rest, and those about as fast as y
        follow y along the straight line through the rest that best fits a run displaced from rest (for the squid: m
        steady, h falls as n rises). "steady": all at their steady states at each point (v, if it is not on an axis, at
        rest). "rest": all stay at rest. A mapping such as ``{"h": 0.4, "m": "steady"}`` gives each variable separately:
        a number, "steady", "rest", or a pair (a, b) for ``a + b*y``; variables that it leaves out are steady.
    I : float
        The constant current [µA/cm²].
    trajectories : sequence
        Pairs (x, y) from which the planar system is run, and recordings of the membrane to draw over it; a single
        recording need not be in a sequence.
    duration : float
        Duration of the trajectories of the planar system [ms].
    cells : int
        Number of cells of the search grid along each axis; a piece of a curve smaller than a cell can be missed.
    **ranges : (float, float)
        Range of an axis, by the variable's name: ``v=(-20, 120)``. By default the axis of v extends a tenth beyond the
        reversal potentials, that of a gate ranges from 0 to 1, and that of a further state over its values in a run
        displaced from rest.

    Returns
    -------
    PhasePlane

    Raises
    ------
    UnknownNameError, ArgumentError, UnitError
        An invalid variable, word or number.
    RestError
        A rest is needed, and the membrane has none.

    Source
    ------
    FitzHugh R (1961) Impulses and physiological states in theoretical models of nerve membrane. Biophys J 1:445-466,
    doi:10.1016/S0006-3495(61)86902-6. Krinskii VI, Kokoz YM (1973) Analysis of equations of excitable membranes I.
    Reduction of the Hodgkin-Huxley equations to a second order system. Biophysics 18:533-539. Rinzel J (1985)
    Excitation dynamics: insights from simplified membrane models. Fed Proc 44:2944-2946.

    Examples
    --------
    >>> import loligo as lo
    >>> plane = phase_plane(lo.models.squid(), "v", "n", I=10.0)
    >>> plane.equilibria
    (<unstable focus at (5.42796999, 0.403093948)>,)
    >>> len(plane.nullcline("v").folds)
    2
    """
    checked_membrane(membrane)
    x, y = _checked_axes(membrane, x, y)
    current = number(I, CURRENT, "I")
    count = whole(cells, "cells", least=10)
    paths = [trajectories] if isinstance(trajectories, Recording) else list(trajectories or ())
    positive(duration, MS, "duration")
    for name in ranges:
        if name not in (x, y):
            raise unknown_name("axis or argument", name, (x, y))
    span = tuple(_range(membrane, name, ranges.get(name), current) for name in (x, y))
    laws = laws_of(membrane, x, y, others, current)
    system = PhaseSystem(membrane, x, y, laws, current)
    low, width = np.array([ends[0] for ends in span]), np.array([ends[1] - ends[0] for ends in span])
    values = _on_grid(system, low, width, count + 1)
    zeros = tuple(Zero(system, component, low, width) for component in (0, 1))
    lines = tuple(
        nullcline(zero, name, values[..., k]) for k, (zero, name) in enumerate(zip(zeros, (x, y), strict=True))
    )
    arrows = _on_grid(system, low, width, FIELD_POINTS)
    field = VectorField(
        np.linspace(*span[0], FIELD_POINTS), np.linspace(*span[1], FIELD_POINTS), arrows[..., 0], arrows[..., 1]
    )
    plane = PhasePlane(
        membrane,
        x,
        y,
        (unit_of(membrane, x), unit_of(membrane, y)),
        current,
        (span[0], span[1]),
        laws,
        (lines[0], lines[1]),
        _equilibria(system, (lines[0], lines[1]), low, width),
        field,
    )
    return plane.with_trajectories(*paths, duration=duration)


def _checked_axes(membrane: Membrane, x: str, y: str | None) -> tuple[str, str]:
    names = membrane.variables
    if len(names) < 2:
        raise ArgumentError(f"{membrane.name} has one variable, v: a plane needs two.")
    left = [name for name in names if name != x]
    if y is None:
        if len(left) > 1:
            raise ArgumentError(f"A plane needs a second variable, y=, besides {x}: one of {', '.join(left)}.")
        y = left[0]
    for name in (x, y):
        check_independent(membrane, name, "an axis of a plane")
        if name not in names:
            raise unknown_variable(membrane, name)
    if x == y:
        raise ArgumentError(f"x and y are both {x!r}: a plane needs two variables.")
    return x, y


def _range(membrane: Membrane, name: str, given: Any, current: float) -> tuple[float, float]:
    """Return the ends of an axis."""
    unit = unit_of(membrane, name)
    if given is not None:
        return interval(given, unit, f"the range of {name}", "(0, 1)")
    if name == "v":
        reversals = [c.E for c in membrane.channels if isinstance(c, Channel) and isinstance(c.E, float)]
        reversals += [p.value for key, p in membrane.parameters.items() if key.startswith("E_") and p.unit == MV]
        low, high = (min(reversals), max(reversals)) if reversals else (0.0, 0.0)
        margin = MARGIN * (high - low) or DEFAULT_HALF_RANGE * membrane.v_scale
        return low - margin, high + margin
    if name not in [state.name for state in membrane.states]:
        return 0.0, 1.0
    home = rest(membrane, current)
    kicked = home.state + np.where(np.arange(home.state.size) == 0, KICK * membrane.v_scale, 0.0)
    look = LOOK * slowest(home)
    seen = recorded(membrane, Step(current), look, initial=kicked, sampling=look / SAMPLES)[name]
    width = float(np.ptp(seen)) or abs(float(seen[0])) or 1.0
    return max(float(seen.min()) - MARGIN * width, min(0.0, float(seen.min()))), float(seen.max()) + MARGIN * width


def _on_grid(system: PhaseSystem, low: Array, width: Array, count: int) -> Array:
    """Return the slopes on an even grid, shape (count, count, 2): y along rows, x along columns."""
    share = np.linspace(0.0, 1.0, count)
    columns, rows = np.meshgrid(share, share)
    points = low + np.stack([columns.ravel(), rows.ravel()], axis=1) * width
    return system.slopes(points).reshape(count, count, 2)


def _equilibria(
    system: PhaseSystem, lines: tuple[Nullcline, Nullcline], low: Array, width: Array
) -> tuple[PlanarEquilibrium, ...]:
    """Return the crossings of the nullclines: where the other slope changes its sign along one of them."""
    found: list[Array] = []
    for component, line in enumerate(lines):
        for curve in line.curves:
            other = system.slopes(curve)[:, 1 - component]
            for k in np.flatnonzero((other[:-1] < 0) != (other[1:] < 0)).tolist():
                share = other[k] / (other[k] - other[k + 1])
                point = _polished(system, curve[k] + share * (curve[k + 1] - curve[k]), width)
                if point is None or (np.abs((point - low) / width - 0.5) > 0.5 + SAME_DISTANCE).any():
                    continue
                if all(np.abs((point - one) / width).max() > SAME_DISTANCE for one in found):
                    found.append(point)
    return tuple(_equilibrium(system, point) for point in sorted(found, key=lambda point: float(point[0])))


def _polished(system: PhaseSystem, guess: Array, width: Array) -> Array | None:
    """Take Newton steps from near a crossing down to rounding; None if they lead away."""

    def step_at(z: Array) -> Array:
        return np.linalg.solve(system.jacobians(z[None])[0], system.slopes(z[None])[0])

    return polished(guess, step_at, max_step=0.2, scale=width)


def _equilibrium(system: PhaseSystem, point: Array) -> PlanarEquilibrium:
    values = np.linalg.eigvals(system.jacobians(point[None])[0])
    ordered = np.array(sorted(values, key=lambda z: (-z.real, -z.imag)), dtype=complex)
    left = float(np.abs(system.slopes(point[None])).max())
    return PlanarEquilibrium(float(point[0]), float(point[1]), ordered, left)
