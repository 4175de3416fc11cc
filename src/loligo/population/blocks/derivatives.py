"""The derivatives of members: their initial values, error scales and results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import LoligoError
from loligo.integrate.status import NO_SENSE
from loligo.kernel.stops import current_stop
from loligo.population.blocks.initial_states import Outcomes, starts_found
from loligo.population.sensitivities import gradient_column
from loligo.population.units import START
from loligo.simulation.engine import scales
from loligo.simulation.sensitivities import VariationalRun, asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from loligo.kernel.directions import Directions
    from loligo.population.plan import Plan
    from loligo.simulation.sensitivities import Asked

NO_STIMULUS: Final = 2.0**-300  # replaces the amplitude 0: does not change v either, but has an inverse


def asked_of(plan: Plan) -> Asked:
    """Return the numbers with respect to which members are differentiated, in the order of the program."""
    return asked(plan.membrane, plan.stimulus, plan.sensitivities)


def directions_of(plan: Plan) -> Directions:
    """Return the properties that the program is compiled for."""
    return asked_of(plan).directions


def error_sizes(plan: Plan) -> NDArray[np.float64]:
    """Return the error scales of all variables, the same as those of `loligo.simulate`."""
    own = scales(plan.membrane)[0]
    return np.concatenate([own, np.outer(own, 1.0 / np.array(asked_of(plan).sizes)).ravel()])


def with_shares(
    plan: Plan, parameters: NDArray[np.float64], amplitude: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the parameters and amplitudes of members; 1/amplitude is a parameter if its derivative is requested."""
    if not directions_of(plan).driven:
        return parameters, amplitude
    amplitude = np.where(amplitude == 0.0, NO_STIMULUS, amplitude)
    return np.column_stack([parameters, 1.0 / amplitude]), amplitude


def with_derivatives(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    initial: NDArray[np.float64],
    outcomes: Outcomes,
    *,
    settle: bool,
) -> NDArray[np.float64]:
    """Return the initial values of members and derivatives, shape (members or 1, variables and derivatives).

    The derivatives start as in `loligo.simulate`; they are NaN if the program is to find them with the rest.
    """
    if not settle:
        return _with_starts(plan, columns, initial, outcomes, np.flatnonzero(outcomes.reasons == ""))
    variables, given, order = plan.membrane.variables, asked_of(plan), asked_of(plan).order
    rows = np.full((len(initial), len(variables), len(order)), np.nan)
    for i, name in enumerate(variables):
        if f"{START}{name}" in columns:
            rows[:, i] = 0.0
    for k in range(len(order) - given.directions.started, len(order)):
        rows[:, variables.index(order[k].removeprefix(START)), k] = 1.0
    return np.hstack([initial, rows.reshape(len(initial), -1)])


def derivatives_found(
    plan: Plan, columns: Mapping[str, NDArray[np.float64]], initial: NDArray[np.float64], outcomes: Outcomes
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Find the rests that the program did not find, and their derivatives; returns the same as `starts_found`."""
    own, found = starts_found(plan, columns, initial[:, : len(plan.membrane.variables)], outcomes)
    if not found.size:
        return initial, found
    rows = np.repeat(initial, len(own), axis=0) if len(initial) == 1 else initial.copy()
    rows[found] = _with_starts(plan, columns, own, outcomes, found)[found]
    return rows, found[outcomes.reasons[found] == ""]


def _with_starts(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    initial: NDArray[np.float64],
    outcomes: Outcomes,
    of: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the initial values of some members and their derivatives; a member without derivatives gets a reason."""
    names = [name for name in columns if name in plan.parameters or name.startswith(START)]
    members = len(outcomes.reasons)
    rows = np.full((members if names else 1, len(plan.membrane.variables) * (1 + len(plan.sensitivities))), np.nan)
    rows[:, : initial.shape[1]] = initial
    known: dict[tuple[float, ...], NDArray[np.float64]] = {}
    for member in of:
        current_stop().check()
        row = int(member) if names else 0
        own = {name: float(columns[name][member]) for name in names}
        key = tuple(own.values())
        try:
            if key not in known:
                known[key] = _start(plan, own, initial[row if len(initial) > 1 else 0])
            rows[row, initial.shape[1] :] = known[key]
        except (LoligoError, np.linalg.LinAlgError) as error:
            outcomes.reasons[member], outcomes.status[member] = f"its derivatives cannot start: {error}", NO_SENSE
    return rows


def _start(plan: Plan, own: dict[str, float], state: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the initial derivatives of a member, those of one variable side by side."""
    varied = {name: value for name, value in own.items() if name in plan.parameters}
    starts = {name.removeprefix(START): value for name, value in own.items() if name not in varied}
    membrane = plan.membrane.replace(**varied) if varied else plan.membrane
    given = asked(membrane, plan.stimulus, plan.sensitivities)
    run = VariationalRun(membrane, plan.stimulus, given, method="explicit", tolerance=plan.tolerance)
    return run.start(starts or "rest", state).ravel()


def gradients_of(plan: Plan, gradients: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Return the derivatives of spike times, keyed by column, shape (spikes, members) each."""
    order = asked_of(plan).order
    return {gradient_column(name): gradients[: plan.spike_times, :, order.index(name)] for name in plan.sensitivities}
