"""The initial states and rests of a block's members, and the reasons why some of them cannot run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, LoligoError
from loligo._units import ABSOLUTE_ZERO, CELSIUS
from loligo.integrate.status import NO_REST, NO_SENSE
from loligo.kernel.stops import current_stop
from loligo.population.blocks.occupancies import with_whole_schemes
from loligo.population.units import START
from loligo.resting import rest_or_reason, settles, start_at, start_at_rest
from loligo.simulation.schedule import at_rest, touch_sums, windows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from loligo.population.plan import Plan


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The outcomes of a block's members, written while they run.

    Attributes
    ----------
    reasons : array of str (members,)
        Why each cannot run; empty if it can.
    status : array of int (members,)
        As in `loligo.integrate.status`.
    beside : array of bool (members,)
        Whether each began beside an unstable rest.
    """

    reasons: NDArray[Any]
    status: NDArray[np.int64]
    beside: NDArray[np.bool_]


def nonsense(plan: Plan, parameters: NDArray[np.float64], amplitude: NDArray[np.float64]) -> list[str]:
    """Return why each member is invalid; empty if it is valid."""
    found = [""] * len(parameters)
    above, least_zero, temperatures = _bounded(plan)
    sound = np.isfinite(parameters).all() and np.isfinite(amplitude).all()
    allowed = (parameters[:, above] > 0).all() and (parameters[:, least_zero] >= 0).all()
    if sound and allowed and (parameters[:, temperatures] >= ABSOLUTE_ZERO).all():
        return found
    for k, name in enumerate(plan.parameters):
        values = parameters[:, k]
        positive = k in above
        least = "greater than zero" if positive else "zero or more"
        for member in np.flatnonzero(~np.isfinite(values)):
            found[member] = found[member] or f"{name} is {values[member]}"
        if positive or k in least_zero:
            for member in np.flatnonzero((values <= 0) if positive else (values < 0)):
                found[member] = found[member] or f"{name} must be {least}; it is {values[member]:g}"
        if k in temperatures:
            for member in np.flatnonzero(values < ABSOLUTE_ZERO):
                found[member] = found[member] or f"{name} must be {ABSOLUTE_ZERO} °C or more; it is {values[member]:g}"
    for member in np.flatnonzero(~np.isfinite(amplitude)):
        found[member] = found[member] or f"amplitude is {amplitude[member]}"
    return found


def _bounded(plan: Plan) -> tuple[list[int], list[int], list[int]]:
    """Return which parameters must be positive, which must not be negative, and which are temperatures."""
    channels = {f"g_{channel.name}" for channel in plan.membrane.channels}
    names = list(enumerate(plan.parameters))
    above = [k for k, name in names if name in ("C", "q10") or name.startswith("q10_")]
    temperatures = [k for k, name in names if plan.membrane.parameters[name].unit == CELSIUS]
    return above, [k for k, name in names if name in channels], temperatures


def initial_states(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    members: int,
    outcomes: Outcomes,
) -> tuple[NDArray[np.float64], bool]:
    """Return the initial states, NaN where the program is to find the rest, and whether it is to.

    Members that cannot start get a reason, and those without a rest their status. The program finds the rest if all
    variables but v are gates; otherwise `loligo.rest` does.
    """
    variables = plan.membrane.variables
    columns = with_whole_schemes(plan.membrane, columns, outcomes.reasons)
    varied = [name for name in plan.parameters if name in columns]
    least = {state.name: state.minimum for state in plan.membrane.states}
    given = {k: columns[f"{START}{name}"] for k, name in enumerate(variables) if f"{START}{name}" in columns}
    for k, values in given.items():
        for member in np.flatnonzero(~np.isfinite(values)):
            outcomes.reasons[member] = outcomes.reasons[member] or f"{START}{variables[k]} is {values[member]}"
        if 0 < k < len(variables) - len(plan.membrane.states):
            for member in np.flatnonzero((values < 0) | (values > 1)):
                reason = f"{START}{variables[k]} must lie between 0 and 1; it is {values[member]:g}"
                outcomes.reasons[member] = outcomes.reasons[member] or reason
        for member in np.flatnonzero(values < least.get(variables[k], -math.inf)):
            reason = f"{START}{variables[k]} is never below {least[variables[k]]:g}; it is {values[member]:g}"
            outcomes.reasons[member] = outcomes.reasons[member] or reason
    if len(given) == len(variables):
        return np.stack(list(given.values()), axis=1), False
    initial = np.full((members if varied and _by_rest(plan) else 1, len(variables)), np.nan)
    sound = np.flatnonzero(outcomes.reasons == "")
    if not varied:
        at_rest = rest_or_reason(plan.membrane)
        if isinstance(at_rest, str) and 0 in given:
            initial = np.stack([start_at(plan.membrane, v) for v in given[0]])
        elif isinstance(at_rest, str):
            outcomes.reasons[sound], outcomes.status[sound] = at_rest, NO_REST
        else:
            initial[0], outcomes.beside[sound] = start_at_rest(plan.membrane), not settles(plan.membrane)
    elif _by_rest(plan):
        for member in sound:
            initial[member] = _rest_of(plan, columns, int(member), outcomes)
    if given:
        initial = np.repeat(initial, members, axis=0) if len(initial) == 1 else initial
        for k, values in given.items():
            initial[:, k] = values
    return initial, bool(varied) and not _by_rest(plan)


def _by_rest(plan: Plan) -> bool:
    """Return whether `loligo.rest` finds the members' rests; the program does if all variables but v are gates."""
    return bool(plan.membrane.states or plan.membrane.schemes)


def _rest_of(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    member: int,
    outcomes: Outcomes,
) -> NDArray[np.float64] | float:
    """Return the initial state of a member that starts at rest, or NaN after recording why there is none."""
    current_stop().check()
    varied = {name: float(columns[name][member]) for name in plan.parameters if name in columns}
    try:
        membrane = plan.membrane.replace(**varied)
        found = rest_or_reason(membrane)
    except LoligoError as error:
        outcomes.reasons[member], outcomes.status[member] = str(error), NO_SENSE
        return math.nan
    if not isinstance(found, str):
        outcomes.beside[member] = not settles(membrane)
        return start_at_rest(membrane)
    if f"{START}v" in columns:
        return start_at(membrane, float(columns[f"{START}v"][member]))
    outcomes.reasons[member], outcomes.status[member] = found, NO_REST
    return math.nan


def starts_found(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    initial: NDArray[np.float64],
    outcomes: Outcomes,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Find the rests that the program did not find; return all initial states, and which members now have a rest."""
    lost = np.flatnonzero((outcomes.status == NO_REST) & (outcomes.reasons == ""))
    if not lost.size:
        return initial, lost
    initial = np.repeat(initial, len(outcomes.status), axis=0) if len(initial) == 1 else initial.copy()
    for member in lost:
        at_rest = _rest_of(plan, columns, int(member), outcomes)
        initial[member] = np.where(np.isnan(initial[member]), at_rest, initial[member])
    return initial, lost[np.isfinite(initial[lost]).all(axis=1)]


def rests_of(
    plan: Plan, columns: Mapping[str, NDArray[np.float64]], members: int, outcomes: Outcomes
) -> NDArray[np.float64]:
    """Return the members' rests if an intervention requires them, NaN where the program is to find them.

    Members without a rest get a reason. The shape is (members, variables); (1, variables) if all members are alike; (0,
    variables) if no rest is required.
    """
    count = len(plan.membrane.variables)
    if not at_rest(plan.interventions):
        return np.empty((0, count))
    sound = np.flatnonzero(outcomes.reasons == "")
    if not any(name in columns for name in plan.parameters):
        found = rest_or_reason(plan.membrane)
        if not isinstance(found, str):
            return found.state[None].copy()
        outcomes.reasons[sound], outcomes.status[sound] = found, NO_REST
        return np.full((1, count), np.nan)
    if not _by_rest(plan):
        return np.full((1, count), np.nan)
    return rests_found(plan, columns, np.full((members, count), np.nan), sound, outcomes)


def keep_sums(
    plan: Plan, columns: Mapping[str, NDArray[np.float64]], initial: NDArray[np.float64], outcomes: Outcomes
) -> None:
    """Give a reason to members in which interventions would change a conserved sum; each member has its own sums."""
    if not plan.interventions or not touch_sums(plan.membrane, plan.interventions):
        return
    for member in np.flatnonzero(outcomes.reasons == ""):
        varied = {name: float(columns[name][member]) for name in plan.parameters if name in columns}
        membrane = plan.membrane.replace(**varied) if varied else plan.membrane
        try:
            windows(membrane, plan.interventions, plan.duration, initial[member if len(initial) > 1 else 0])
        except ArgumentError as error:
            outcomes.reasons[member], outcomes.status[member] = str(error), NO_SENSE


def rests_found(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    rests: NDArray[np.float64],
    of: NDArray[np.int64],
    outcomes: Outcomes,
) -> NDArray[np.float64]:
    """Return the rests of all members; some are found by `loligo.rest`."""
    if not (len(rests) and of.size):
        return rests
    rests = np.repeat(rests, len(outcomes.status), axis=0) if len(rests) == 1 else rests
    for member in of:
        varied = {name: float(columns[name][member]) for name in plan.parameters if name in columns}
        found = rest_or_reason(plan.membrane.replace(**varied))
        if isinstance(found, str):
            outcomes.reasons[member], outcomes.status[member] = found, NO_REST
        else:
            rests[member] = found.state
    return rests
