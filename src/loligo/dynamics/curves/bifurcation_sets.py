"""`bifurcation_set`: curves of bifurcations of a membrane in the plane of two parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._progress import Progress, Report
from loligo._units import CURRENT, number
from loligo.dynamics.bifurcations import bifurcation
from loligo.dynamics.branch import HOPF
from loligo.dynamics.curves.equilibrium_curves import equilibrium_curves
from loligo.dynamics.curves.parameter_plane import ParameterPlane
from loligo.dynamics.curves.sets import CURVES, BifurcationSet
from loligo.dynamics.curves.special_cycle_curves import CONDITIONS, SpecialCycleCurves
from loligo.dynamics.diagram import Diagram
from loligo.dynamics.system import STIMULUS, checked_span, parameter_unit
from loligo.membrane import checked_membrane

if TYPE_CHECKING:
    from loligo.membrane import Membrane


def bifurcation_set(
    membrane: Membrane | Diagram,
    parameters: tuple[str, str],
    around: Mapping[str, Any],
    *,
    I: float = 0.0,  # noqa: E741
    cycles: bool = True,
    progress: Progress = None,
) -> BifurcationSet:
    """Follow the bifurcations of equilibria and of limit cycles of a membrane in two parameters.

    `bifurcation` finds them over the first parameter, at the membrane's own value of the second. Each is then followed
    by pseudo-arclength while both parameters change, until the curve leaves the ranges, closes or ends; a curve that
    passes through several of them is followed once. A Bautin point starts a curve of folds of cycles unless one ends
    there; a Bogdanov-Takens point starts curves of Hopf points, saddle-nodes and homoclinic orbits.

    Parameters
    ----------
    membrane : Membrane or Diagram
        A diagram over the first parameter, from `bifurcation`, is used as it is, with its current.
    parameters : (str, str)
        "I", the constant current, or any of ``membrane.parameters``.
    around : mapping of str to (float, float)
        Range of each of the two parameters, in its unit. The range of the second must contain the membrane's own value
        (for "I", the argument ``I``).
    I : float
        The constant current if neither parameter is "I". If the second parameter is "I", the current at which
        `bifurcation` finds the points from which curves start [µA/cm²]. Ignored if a diagram is given.
    cycles : bool
        Whether to follow bifurcations of cycles as well as those of equilibria, which take only about a second.
    progress : bool or callable, optional
        True shows a line for each part. A callable gets a description of what is being followed, and NaN, since the
        fraction done is unknown; returning False cancels.

    Returns
    -------
    BifurcationSet
        ``.curves`` with both parameters and the residual of every point, ``.points`` (Bautin, Bogdanov-Takens, cusps)
        with kind, values, errors and residual, ``.plot()``, ``.to_dataframe()``; ``.notes`` lists curves that could not
        be followed to their ends, and points that are left out because their error is unknown.

    Raises
    ------
    UnknownNameError
        The membrane has no such parameter, or a parameter has no range.
    ArgumentError, UnitError, ModelError
        A parameter is given twice; a range is empty, does not contain the membrane's own value, or has values that the
        membrane cannot have; or the diagram is over another parameter.

    Notes
    -----
    A curve is missed if it passes neither through the membrane's own value of the second parameter nor through a
    special point of another curve: start from another value. Curves of tori are not followed. Homoclinic orbits are
    approximated by cycles of one long period, the same along a curve; ``curve.errors`` estimates the error.

    Source
    ------
    Kuznetsov YA (2004) Elements of applied bifurcation theory, 3rd ed., Springer, chapters 8 and 10,
    doi:10.1007/978-1-4757-3978-7. Further sources in `loligo.dynamics.curves.conditions` and
    `loligo.dynamics.curves.multiplier_conditions`.

    Examples
    --------
    >>> import loligo as lo
    >>> around = {"I": (0, 200), "celsius": (0, 40)}
    >>> answer = bifurcation_set(lo.models.squid(), ("I", "celsius"), around, cycles=False)
    >>> answer.curves[0].crossings(y=20.0).round(1)  # at 20 °C the rest is unstable between these currents
    array([ 20.8, 148.8])
    >>> answer.points
    (<Bautin at (73.08989424, 28.85249600)>,)
    """
    diagram, cell = (membrane, membrane.membrane) if isinstance(membrane, Diagram) else (None, membrane)
    checked_membrane(cell)
    names, spans = _checked(cell, parameters, around)
    current = number(I, CURRENT, "I") if diagram is None else diagram.current
    second = current if names[1] == STIMULUS else float(cell[names[1]])
    low, high = spans[1]
    if not low <= second <= high:
        raise ArgumentError(
            f"The range of {names[1]} must contain the membrane's own value, at which curves begin: "
            f"{second:g} is not between {low:g} and {high:g}. Change the range, or the membrane's value."
        )
    if diagram is not None and diagram.parameter != names[0]:
        raise ArgumentError(
            f"The diagram must be over {names[0]}, the first parameter; it is over {diagram.parameter}."
        )
    plane = ParameterPlane(cell, names, spans, current)
    with Report(progress) as report:
        if diagram is None:
            diagram = bifurcation(cell, names[0], spans[0], I=current, cycles=cycles, progress=report)
        known = [point for point in diagram.points if spans[0][0] <= point.value <= spans[0][1]]
        places = [(point, np.array([point.value, second])) for point in known]
        curves, points, notes = equilibrium_curves(plane, [(one.kind, one.state, p) for one, p in places], report)
        if cycles and plane.size > 1:
            special = SpecialCycleCurves(plane, points, report)
            special.from_points([point for point in known if point.kind in CONDITIONS], second)
            special.from_bautin_points()
            special.from_bogdanov_takens_points([curve for curve in curves if curve.kind == HOPF])
            more, further = special.shown()
            curves, points, notes = curves + more, points + further, notes + special.notes
    ordered = tuple(sorted(curves, key=lambda curve: CURVES.index(curve.kind)))
    units = parameter_unit(cell, names[0]), parameter_unit(cell, names[1])
    return BifurcationSet(cell, names, units, spans, current, ordered, tuple(points), (*diagram.notes, *notes))


def _checked(
    membrane: Membrane, parameters: Any, around: Any
) -> tuple[tuple[str, str], tuple[tuple[float, float], tuple[float, float]]]:
    """Return the names of both parameters and their ranges."""
    names = tuple(parameters) if isinstance(parameters, Iterable) and not isinstance(parameters, str) else ()
    if len(names) != 2:
        raise ArgumentError(f"Two parameters are needed, such as ('I', 'g_Na'); got {parameters!r}.")
    for name in names:
        parameter_unit(membrane, name)
    if names[0] == names[1]:
        raise ArgumentError(f"The two parameters must differ; got {names[0]!r} twice.")
    if not isinstance(around, Mapping):
        raise ArgumentError(
            f"Give the ranges by name, such as {{{names[0]!r}: (0, 200), {names[1]!r}: (60, 240)}}; got {around!r}."
        )
    for name in around:
        if name not in names:
            raise unknown_name("parameter that is varied", name, names)
    if missing := [name for name in names if name not in around]:
        raise ArgumentError(f"A range is needed for each parameter; got none for {missing[0]}.")
    first, second = (checked_span(membrane, name, around[name]) for name in names)
    return (names[0], names[1]), (first, second)
