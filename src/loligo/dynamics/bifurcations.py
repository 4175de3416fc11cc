"""`bifurcation`: the equilibria and limit cycles of a membrane over a range of a current or a parameter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loligo._errors import ArgumentError
from loligo._progress import Progress, Report
from loligo._units import CURRENT, number, positive, whole
from loligo.dynamics.branch import Branch, Point
from loligo.dynamics.cycle_search import CycleSearch
from loligo.dynamics.diagram import Diagram
from loligo.dynamics.equilibria import EquilibriumCurve, equilibrium_tracks, no_branch
from loligo.dynamics.equilibrium_points import equilibrium_branch, equilibrium_points
from loligo.dynamics.system import STIMULUS, System, checked_span, parameter_unit
from loligo.membrane import checked_membrane

if TYPE_CHECKING:
    from loligo.membrane import Membrane


def bifurcation(
    membrane: Membrane,
    parameter: str = "I",
    span: Any = (0.0, 200.0),
    *,
    I: float = 0.0,  # noqa: E741
    cycles: bool = True,
    effort: float = 1.0,
    doublings: int = 0,
    progress: Progress = None,
) -> Diagram:
    """Follow the equilibria and limit cycles of a membrane over a range of a parameter.

    Equilibria are followed by pseudo-arclength through their folds. Branches of limit cycles start at the Hopf points,
    and at cycles that runs settle to but no Hopf point in the range leads to. Stable or not, they are followed by
    collocation on an adaptive mesh, with their Floquet multipliers, until they end or leave the range.

    Parameters
    ----------
    membrane : Membrane
    parameter : str
        "I", the constant current, or any of ``membrane.parameters``.
    span : (float, float)
        Range of the parameter, in its unit.
    I : float
        The constant current while another parameter is varied [µA/cm²].
    cycles : bool
        Whether to follow limit cycles as well as equilibria.
    effort : float
        The work limit of each branch of cycles, as a multiple of the default. The default is more than enough for a few
        variables, and is reached after about a minute for long bursts with a dozen variables. What has been found by
        then is kept, and a note says where the branch stops.
    doublings : int
        Number of successive period doublings from which cycles are followed: 1 for cycles of twice the period, 2 for
        those of four times the period as well.
    progress : bool or callable, optional
        True shows a line for each part. A callable gets a description of what is being followed, and NaN, since the
        fraction done is unknown; returning False cancels.

    Returns
    -------
    Diagram
        ``.points`` with kind, value and residual, ``.branches``, ``.plot()``, ``.to_dataframe()``; ``.notes`` lists
        branches that could not be followed to their ends.

    Raises
    ------
    UnknownNameError
        The membrane has no such parameter.
    ArgumentError, UnitError, ModelError
        The range is empty or contains values that the membrane cannot have, or ``doublings`` is not a whole number.

    Notes
    -----
    Equilibria are searched for at five values of the parameter, as in `rest`, so a closed branch between two of these
    values can be missed; so can an isolated branch of cycles to which no run settles. Where sums of further states are
    conserved (all occupancies of a kinetic scheme, a total mass), they keep their values at the initial guesses
    (``initial``).

    Source
    ------
    Rinzel J, Miller RN (1980) Numerical calculation of stable and unstable periodic solutions to the Hodgkin-Huxley
    equations. Math Biosci 49:27-59, doi:10.1016/0025-5564(80)90109-1. Doedel E, Keller HB, Kernevez JP (1991) Numerical
    analysis and control of bifurcation problems II. Int J Bifurcation Chaos 1:745-772, doi:10.1142/S0218127491000555.

    Examples
    --------
    >>> import loligo as lo
    >>> diagram = bifurcation(lo.models.squid(), "I", (0, 200), cycles=False)
    >>> [(point.kind, round(point.value, 6), point.note) for point in diagram.points]
    [('Hopf', 9.779338, 'subcritical'), ('Hopf', 154.526334, 'supercritical')]
    """
    checked_membrane(membrane)
    ends = checked_span(membrane, parameter, span)
    current = number(I, CURRENT, "I")
    if parameter == STIMULUS and current:
        raise ArgumentError(f"I varies from {ends[0]:g} to {ends[1]:g}, so I={current:g} has no effect: leave it out.")
    system = System(membrane, parameter, ends, current)
    most = positive(effort, "", "effort")
    with Report(progress) as report:
        report("equilibria")
        points, branches, notes = _equilibria(system)
        if cycles and system.size > 1:
            search = CycleSearch(system, points, most, whole(doublings, "doublings", least=0), report)
            search.from_hopf_points()
            search.from_runs()
            points, branches, notes = points + search.points, branches + search.branches, notes + search.notes
    place: dict[str, Any] = {"membrane": membrane, "parameter": parameter, "span": ends, "current": system.current}
    ordered = tuple(replace(point, **place) for point in sorted(points, key=lambda point: point.value))
    placed = tuple(replace(branch, **place) for branch in branches)
    unit = parameter_unit(membrane, parameter)
    return Diagram(membrane, parameter, unit, ends, system.current, ordered, placed, tuple(notes))


def _equilibria(system: System) -> tuple[list[Point], list[Branch], list[str]]:
    curve = EquilibriumCurve(system)
    points: list[Point] = []
    branches: list[Branch] = []
    notes: list[str] = []
    for track in equilibrium_tracks(curve):
        found, doubts = equilibrium_points(curve, track)
        points += [point for _, _, point in found]
        branches.append(equilibrium_branch(curve, track, found))
        notes += [*track.notes, *doubts]
    return points, branches, notes if branches else [no_branch(system)]
