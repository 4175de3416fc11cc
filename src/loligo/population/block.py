"""A block of members run in lanes: from columns of parameters to columns of features, statuses and reasons."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, LoligoError
from loligo.integrate.lane_programs import lane_program
from loligo.integrate.lane_step import NUMBERS
from loligo.integrate.status import BESIDE_REST, DIVERGED, DONE, NO_REST, NO_SENSE, STIFF, STILL, TOO_MANY_STEPS
from loligo.kernel.stops import current_stop
from loligo.kernel.structure import parameter_vector
from loligo.population.acts import acts_of
from loligo.population.features.program import ROWS, feature_program
from loligo.population.observed import CROSSING
from loligo.population.occupancies import with_whole_schemes
from loligo.population.starts import STAYED, stayed
from loligo.population.stimuli import TooLargeError, settable, shapes_of
from loligo.population.units import START
from loligo.population.work import own_work_limit, work_limit, work_of_stimulus
from loligo.resting import rest_or_reason, settles, start_at, start_at_rest
from loligo.simulation.engine import scales
from loligo.simulation.schedule import at_rest, touch_sums, windows

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from numpy.typing import NDArray

    from loligo.population.plan import Plan

STATUS: Final = {
    DONE: ("ok", ""),
    DIVERGED: ("diverged", "a variable left the finite numbers"),
    TOO_MANY_STEPS: ("work limit", "it needs more steps than its work limit: most_steps= sets another"),
    NO_REST: ("no rest", "no equilibrium was found to start from"),
    NO_SENSE: ("invalid", "its parameters make a number beyond single precision"),
}
BESIDE: Final = "began just above its rest, which is not stable"
MEMORY: Final = 2**25  # bytes of records that are filled before they are read
MOST_SLOTS: Final = 2**17  # steps of every lane that are remembered: some 50 MB
MOST_KEPT: Final = 8192  # spikes of a member that are recorded at first: of more it is run again
SMALLEST, LARGEST = 64, 4096  # members of a block
Columns = dict[str, "NDArray[Any]"]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What the members of a block come to, written while they run.

    Attributes
    ----------
    reasons : array of str (members,)
        Why each cannot run, empty where it can.
    status : array of int (members,)
        As in `loligo.integrate.status`.
    beside : array of bool (members,)
        Whether each began beside a rest that is not stable.
    """

    reasons: NDArray[Any]
    status: NDArray[np.int64]
    beside: NDArray[np.bool_]


def run_block(plan: Plan, columns: Mapping[str, NDArray[np.float64]], members: int) -> Columns:
    """Run some members in this thread; what each comes to depends on nothing but its own columns.

    Parameters
    ----------
    plan : Plan
    columns : mapping of str to array (members,)
    members : int

    Returns
    -------
    dict of str to array (members,)
        The features, ``status`` and ``reason``; with spike times also ``spike_times``, an object array of rows.
    """
    size, done = largest_block(plan), []
    for start in range(0, members, size):
        part = slice(start, min(start + size, members))
        running = stages(plan, {name: values[part] for name, values in columns.items()}, part.stop - start)
        try:
            while True:
                next(running)()
        except StopIteration as end:
            done.append(end.value)
    return _together(done)


def _together(done: list[Columns]) -> Columns:
    return {name: np.concatenate([columns[name] for columns in done]) for name in done[0]}


def program_of(plan: Plan, *, stiff: bool | None = None) -> Any:
    """Return the compiled program that a plan begins with, or the stiff-safe one, or the other."""
    stiff = plan.method == "rosenbrock" if stiff is None else stiff
    return lane_program(plan.membrane, plan.precision, stiff=stiff, holding=bool(plan.interventions))


def _kept(plan: Plan) -> int:
    """Return how many spikes of a member are recorded at first: one a millisecond, and some, but not very many."""
    return math.ceil(min(plan.duration, MOST_KEPT)) + 8 if plan.shapes else 0


def largest_block(plan: Plan) -> int:
    """Return how many members may be run at a time, for the sake of memory."""
    return int(min(max(MEMORY // (8 * NUMBERS * max(_kept(plan), 1)), SMALLEST), LARGEST))


def stages(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    members: int,
    kept: int | None = None,
    slots: int | None = None,
    *,
    limit: int | None = None,
) -> Generator[Callable[[], None], None, Columns]:
    """Run a block in stages, and return as `run_block` does.

    Each stage that is yielded is a function that runs members until none is left to begin. Any number of threads may
    call it at once; when all of them have returned, the block goes on. ``kept`` spikes of a member are recorded and
    ``slots`` of its last steps remembered; members that need more are run again, and so are those that reach the work
    ``limit`` although their own parameters or stimulus may take more. All steps are appended to ``counted``.
    """
    limit = work_limit(plan) if limit is None else limit
    kept = _kept(plan) if kept is None else kept
    slots = _slots(plan) if slots is None else slots
    parameters = np.tile(parameter_vector(plan.membrane), (members, 1))
    for k, name in enumerate(plan.parameters):
        if name in columns:
            parameters[:, k] = columns[name]
    own = settable(plan.stimulus) - set(plan.parameters)
    try:
        shapes = shapes_of(
            plan.stimulus, {name: values for name, values in columns.items() if name in own}, members, plan.duration,
            acts_of(plan.membrane.variables, plan.interventions, plan.duration),
        )  # fmt: skip
    except TooLargeError as error:
        done = []
        for places in np.array_split(np.arange(members), min(error.parts, members)):
            part = {name: values[places] for name, values in columns.items()}
            done.append((yield from stages(plan, part, places.size, kept, slots, limit=limit)))
        return _together(done)
    reasons = np.full(members, "", dtype=object)
    reasons[:] = _nonsense(plan, parameters, shapes.amplitude)
    for member, reason in shapes.reasons.items():
        reasons[member] = reason
    status, beside = np.full(members, NO_SENSE, np.int64), np.zeros(members, bool)
    outcomes = Outcomes(reasons, status, beside)
    initial, settle = _initial(plan, columns, members, outcomes)
    rests = _rests(plan, columns, members, outcomes)
    _keep_sums(plan, columns, initial, outcomes)
    spikes, steps, still = np.zeros(members, np.int64), np.zeros(members, np.int64), np.zeros(members, bool)
    totals, records = np.full((members, 4), np.nan), _records(kept, members)

    def in_lanes(of: NDArray[np.int64], *, stiff: bool, settle: bool) -> Generator[Callable[[], None], None, None]:
        whole = of.size == members
        results = status, spikes, steps, totals
        taken = [array if whole else array[of] for array in results]
        spoken = records if whole else _records(kept, of.size)
        yield partial(
            program_of(plan, stiff=stiff), np.zeros(1, np.int64),
            parameters if whole else parameters[of], initial if len(initial) == 1 else initial[of], settle,
            shapes.amplitude[of], shapes.which[of], *shapes.arrays, shapes.marks, *shapes.acts,
            rests if len(rests) < 2 else rests[of], plan.membrane.spike_level,
            plan.tolerance, scales(plan.membrane)[0], limit, plan.shapes, slots,
            plan.method == "auto" and not stiff, *taken, spoken,
        )  # fmt: skip
        if not whole:
            for array, part in zip(results, taken, strict=True):
                array[of] = part
            most = min(int(taken[1].max(initial=0)), kept)
            records[:most, of] = spoken[:most]
        beside[of] |= (status[of] & BESIDE_REST) > 0
        still[of] = (status[of] & STILL) > 0
        status[of] %= BESIDE_REST

    sound = np.flatnonzero(reasons == "")
    if sound.size:
        yield from in_lanes(sound, stiff=plan.method == "rosenbrock", settle=settle)
    found = np.empty(0, np.int64)
    if settle or len(rests):  # for those of which the program finds no rest, `loligo.rest` looks more closely, further
        initial, found = _found(plan, columns, initial, outcomes)
        rests = _rests_found(plan, columns, rests, found, outcomes)
    if found.size:
        yield from in_lanes(found, stiff=plan.method == "rosenbrock", settle=False)
    crawling = np.flatnonzero(status == STIFF)
    for of, whether in ((np.setdiff1d(crawling, found), settle), (np.intersect1d(crawling, found), False)):
        if of.size:
            yield from in_lanes(of, stiff=True, settle=whether)
    values = np.empty((len(ROWS), members))
    if plan.shapes:
        marks = shapes.marks[shapes.which] if len(shapes.marks) else np.full((members, 3), np.nan)
        yield partial(feature_program(), np.zeros(1, np.int64), records, spikes, totals, marks, values)
    if not any(name.startswith(START) for name in columns):
        reasons[(reasons == "") & (status == DONE) & beside] = BESIDE
    elif not plan.interventions:
        silent = np.flatnonzero((reasons == "") & (status == DONE) & (spikes == 0) & still)
        reasons[stayed(plan, columns, shapes, initial, silent)] = STAYED
    table = _finished(plan, spikes, values, status, reasons)
    if plan.spike_times:
        table["spike_times"] = _ragged(records[: plan.spike_times, :, CROSSING], np.where(status == DONE, spikes, 0))
    if plan.most_steps is None and limit == work_limit(plan):
        for stopped in np.flatnonzero(status == TOO_MANY_STEPS).tolist():
            allowed = own_work_limit(plan, parameters[stopped]) + work_of_stimulus(shapes, stopped)
            if allowed > limit:
                part = {name: values[stopped : stopped + 1] for name, values in columns.items()}
                again = yield from stages(plan, part, 1, kept, slots, limit=allowed)
                for name, values in again.items():
                    table[name][stopped : stopped + 1] = values
    if not plan.shapes:
        return table
    forgot = np.flatnonzero((status == DONE) & (totals[:, 3] > 0.0)) if slots < MOST_SLOTS else np.empty(0, np.int64)
    many = np.setdiff1d(np.flatnonzero((status == DONE) & (spikes > kept)), forgot)
    groups = [(forgot, kept, 8 * slots), *((many[k : k + 1], int(spikes[many[k]]), slots) for k in range(many.size))]
    for of, more, longer in groups:
        if of.size:
            part = {name: values[of] for name, values in columns.items()}
            again = yield from stages(plan, part, of.size, more, longer, limit=limit)
            for name, values in again.items():
                table[name][of] = values
    return table


def _slots(plan: Plan) -> int:
    """Return of how many steps the beginnings are remembered at first: as half of the way up most spikes takes."""
    return 1 << math.ceil(5.0 + max(0.25 * math.log2(1e-4 / plan.tolerance), 0.0))


def _records(kept: int, members: int) -> NDArray[np.float64]:
    """Return memory for the records of spikes, each on a line of the processor's cache (64 bytes)."""
    memory = np.empty(kept * members * NUMBERS + 7)
    begin = -memory.ctypes.data % 64 // memory.itemsize
    return memory[begin : begin + kept * members * NUMBERS].reshape(kept, members, NUMBERS)


def _finished(
    plan: Plan, spikes: NDArray[np.int64], values: NDArray[np.float64], status: NDArray[np.int64], reasons: NDArray[Any]
) -> Columns:
    table: Columns = {}
    failed = status != DONE
    for feature in plan.computed:
        if feature.compute is None:
            table[feature.name] = np.where(failed, -1, spikes)
        elif feature.words:
            words = np.array([*feature.words, ""], dtype=object)
            table[feature.name] = words[np.where(failed, -1, values[ROWS[feature.name]]).astype(np.int64)]
        else:
            table[feature.name] = np.where(failed, np.nan, values[ROWS[feature.name]])
    words, usual = (np.array([STATUS.get(code, ("", ""))[k] for code in range(NO_SENSE + 1)], object) for k in (0, 1))
    table["status"] = words[status]
    table["reason"] = np.where(reasons == "", usual[status], reasons)
    return table


def _ragged(times: NDArray[np.float64], spikes: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return a row of spike times for each member, from times of shape (kept, members)."""
    rows = np.empty(len(spikes), dtype=object)
    for member, count in enumerate(spikes):
        rows[member] = times[:count, member].copy()
    return rows


def _nonsense(plan: Plan, parameters: NDArray[np.float64], amplitude: NDArray[np.float64]) -> list[str]:
    """Return why each member cannot be, empty where it can."""
    found = [""] * len(parameters)
    above, least_zero = _bounded(plan)
    sound = np.isfinite(parameters).all() and np.isfinite(amplitude).all()
    if sound and (parameters[:, above] > 0).all() and (parameters[:, least_zero] >= 0).all():
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
    for member in np.flatnonzero(~np.isfinite(amplitude)):
        found[member] = found[member] or f"amplitude is {amplitude[member]}"
    return found


def _bounded(plan: Plan) -> tuple[list[int], list[int]]:
    """Return which parameters must be greater than zero, and which may be zero but not less."""
    channels = {f"g_{channel.name}" for channel in plan.membrane.channels}
    names = list(enumerate(plan.parameters))
    above = [k for k, name in names if name in ("C", "q10") or name.startswith("q10_")]
    return above, [k for k, name in names if name in channels]


def _initial(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    members: int,
    outcomes: Outcomes,
) -> tuple[NDArray[np.float64], bool]:
    """Return where members start, NaN where the program shall find the rest, and whether it shall.

    Members that cannot start get a reason, and those without a rest their status.
    The program finds it where all variables but v are gates; for others `loligo.rest` does.
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
    """Tell whether `loligo.rest` finds where members rest: the program does where all variables but v are gates."""
    return bool(plan.membrane.states or plan.membrane.schemes)


def _rest_of(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    member: int,
    outcomes: Outcomes,
) -> NDArray[np.float64] | float:
    """Return where a member starts that starts at rest, or NaN after writing down why it has none."""
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


def _found(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    initial: NDArray[np.float64],
    outcomes: Outcomes,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Seek the rests that the program did not find; return where all members start, and which of them have one now."""
    lost = np.flatnonzero((outcomes.status == NO_REST) & (outcomes.reasons == ""))
    if not lost.size:
        return initial, lost
    initial = np.repeat(initial, len(outcomes.status), axis=0) if len(initial) == 1 else initial.copy()
    for member in lost:
        at_rest = _rest_of(plan, columns, int(member), outcomes)
        initial[member] = np.where(np.isnan(initial[member]), at_rest, initial[member])
    return initial, lost[np.isfinite(initial[lost]).all(axis=1)]


def _rests(
    plan: Plan, columns: Mapping[str, NDArray[np.float64]], members: int, outcomes: Outcomes
) -> NDArray[np.float64]:
    """Return where members rest if an intervention asks for that, NaN where the program shall find it.

    Members without a rest get their reason. The shape is (members, variables), (1, variables) for all alike, or (0,
    variables) if nobody asks.
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
    return _rests_found(plan, columns, np.full((members, count), np.nan), sound, outcomes)


def _keep_sums(
    plan: Plan, columns: Mapping[str, NDArray[np.float64]], initial: NDArray[np.float64], outcomes: Outcomes
) -> None:
    """Give members a reason of which interventions would change a conserved sum: each has its own."""
    if not plan.interventions or not touch_sums(plan.membrane, plan.interventions):
        return
    for member in np.flatnonzero(outcomes.reasons == ""):
        varied = {name: float(columns[name][member]) for name in plan.parameters if name in columns}
        membrane = plan.membrane.replace(**varied) if varied else plan.membrane
        try:
            windows(membrane, plan.interventions, plan.duration, initial[member if len(initial) > 1 else 0])
        except ArgumentError as error:
            outcomes.reasons[member], outcomes.status[member] = str(error), NO_SENSE


def _rests_found(
    plan: Plan,
    columns: Mapping[str, NDArray[np.float64]],
    rests: NDArray[np.float64],
    of: NDArray[np.int64],
    outcomes: Outcomes,
) -> NDArray[np.float64]:
    """Return the rests of all members, with those of some of them found by `loligo.rest`."""
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
