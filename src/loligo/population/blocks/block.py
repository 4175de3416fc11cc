"""A block of members run in lanes, in stages that threads share: from columns of parameters to results."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.integrate.status import BESIDE_REST, DONE, NO_SENSE, STIFF, STILL, TOO_MANY_STEPS
from loligo.kernel.structure import parameter_vector
from loligo.lanes import NUMBERS, SPIKE, TOTALS, Members, Program, Results, Settings, program
from loligo.lanes import run as run_lanes
from loligo.population.blocks.derivatives import (
    derivatives_found,
    directions_of,
    error_sizes,
    gradients_of,
    with_derivatives,
    with_shares,
)
from loligo.population.blocks.initial_states import (
    Outcomes,
    initial_states,
    keep_sums,
    nonsense,
    rests_found,
    rests_of,
    starts_found,
)
from loligo.population.blocks.interventions import acts_of
from loligo.population.blocks.stimuli import Shapes, TooLargeError, shapes_of
from loligo.population.blocks.unstable_starts import STAYED, stayed
from loligo.population.blocks.work_limit import own_work_limit, work_limit, work_of_stimulus
from loligo.population.features.computation import ROWS
from loligo.population.features.program import feature_program
from loligo.population.results import BESIDE, columns_of, ragged
from loligo.population.stimulus_numbers import settable
from loligo.population.units import START
from loligo.simulation.engine import scales

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from numpy.typing import NDArray

    from loligo.population.plan import Plan

    Stages = Generator[Callable[[], None], None, None]

MEMORY: Final = 2**25  # largest memory of the records of a block, which are filled before they are read [bytes]
MOST_SLOTS: Final = 2**17  # largest number of stored steps of a lane: some 50 MB for all lanes
MOST_KEPT: Final = 8192  # largest number of spikes that a first run records of a member; one with more is run again
SMALLEST, LARGEST = 64, 4096  # bounds of the number of members in a block
COUNTED: Final = 4  # number of fields of the results, from the first on, with one row for each member
Columns = dict[str, "NDArray[Any]"]


def run_block(plan: Plan, columns: Mapping[str, NDArray[np.float64]], members: int) -> Columns:
    """Run some members in this thread; each member's results depend only on its own columns.

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


def program_of(plan: Plan, *, stiff: bool | None = None) -> Program:
    """Return the compiled program that a plan begins with, or the explicit or implicit one."""
    stiff = plan.method == "rosenbrock" if stiff is None else stiff
    holding = bool(plan.interventions)
    if plan.sensitivities:
        return program(plan.membrane, plan.precision, stiff=stiff, directions=directions_of(plan))
    return program(plan.membrane, plan.precision, stiff=stiff, holding=holding)


def _kept(plan: Plan) -> int:
    """Return for how many spikes a first run has room: one per millisecond and a few more, up to a limit."""
    return math.ceil(min(plan.duration, MOST_KEPT)) + 8 if plan.shapes else 0


def largest_block(plan: Plan) -> int:
    """Return how many members may be run at a time, to limit memory."""
    numbers = NUMBERS + len(plan.sensitivities)
    return int(min(max(MEMORY // (8 * numbers * max(_kept(plan), 1)), SMALLEST), LARGEST))


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

    Each yielded stage is a function that runs members until none is left to start. Any number of threads may call it at
    once; when all of them have returned, the block goes on. ``kept`` spikes and the last ``slots`` steps of a member
    are stored. Members that need more are run again, and so are those that reach the work ``limit`` although their own
    parameters or stimulus allow more.
    """
    limit = work_limit(plan) if limit is None else limit
    kept = _kept(plan) if kept is None else kept
    slots = _slots(plan) if slots is None else slots
    try:
        block = _begun(plan, columns, members, kept, slots, limit)
    except TooLargeError as error:
        done = []
        for places in np.array_split(np.arange(members), min(error.parts, members)):
            part = {name: values[places] for name, values in columns.items()}
            done.append((yield from stages(plan, part, places.size, kept, slots, limit=limit)))
        return _together(done)
    yield from block.run()
    table = yield from block.finish()
    for of, more, longer, allowed in block.unfinished():
        part = {name: values[of] for name, values in columns.items()}
        again = yield from stages(plan, part, of.size, more, longer, limit=allowed)
        for name, values in again.items():
            table[name][of] = values
    return table


def _begun(
    plan: Plan, columns: Mapping[str, NDArray[np.float64]], members: int, kept: int, slots: int, limit: int
) -> _Block:
    """Return a block before it is run."""
    parameters = np.tile(parameter_vector(plan.membrane), (members, 1))
    for k, name in enumerate(plan.parameters):
        if name in columns:
            parameters[:, k] = columns[name]
    own = settable(plan.stimulus) - set(plan.parameters)
    shapes = shapes_of(
        plan.stimulus, {name: values for name, values in columns.items() if name in own}, members, plan.duration,
        acts_of(plan.membrane.variables, plan.interventions, plan.duration),
    )  # fmt: skip
    reasons = np.full(members, "", dtype=object)
    reasons[:] = nonsense(plan, parameters, shapes.amplitude)
    for member, reason in shapes.reasons.items():
        reasons[member] = reason
    outcomes = Outcomes(reasons, np.full(members, NO_SENSE, np.int64), np.zeros(members, bool))
    counts = np.zeros(members, np.int64), np.zeros(members, np.int64), np.full((members, len(TOTALS)), np.nan)
    results = Results(outcomes.status, *counts, _records(kept, members), _gradients(plan, kept, members))
    return _Block(plan, columns, parameters, shapes, outcomes, results, slots, limit)


class _Block:
    """Members of a plan during a run: their numbers, initial states and results."""

    def __init__(
        self,
        plan: Plan,
        columns: Mapping[str, NDArray[np.float64]],
        parameters: NDArray[np.float64],
        shapes: Shapes,
        outcomes: Outcomes,
        results: Results,
        slots: int,
        limit: int,
    ) -> None:
        self.plan, self.columns, self.parameters, self.shapes = plan, columns, parameters, shapes
        self.outcomes, self.results, self.slots, self.limit = outcomes, results, slots, limit
        members = len(parameters)
        self.initial, self.settle = initial_states(plan, columns, members, outcomes)
        self.rests = rests_of(plan, columns, members, outcomes)
        keep_sums(plan, columns, self.initial, outcomes)
        self.still = np.zeros(members, bool)
        self.amplitude, self.sizes = shapes.amplitude, scales(plan.membrane)[0]
        if plan.sensitivities:
            self.initial = with_derivatives(plan, columns, self.initial, outcomes, settle=self.settle)
            self.sizes = error_sizes(plan)
            self.parameters, self.amplitude = with_shares(plan, parameters, shapes.amplitude)

    def run(self) -> Stages:
        """Run all members; rerun those whose rest `loligo.rest` finds, and those that crawl by the implicit method."""
        stiff = self.plan.method == "rosenbrock"
        sound = np.flatnonzero(self.outcomes.reasons == "")
        yield from self._in_lanes(sound, stiff=stiff, settle=self.settle)
        found = np.empty(0, np.int64)
        if self.settle or len(self.rests):  # if the program finds no rest, `loligo.rest` searches further
            seek = derivatives_found if self.plan.sensitivities else starts_found
            self.initial, found = seek(self.plan, self.columns, self.initial, self.outcomes)
            self.rests = rests_found(self.plan, self.columns, self.rests, found, self.outcomes)
        yield from self._in_lanes(found, stiff=stiff, settle=False)
        crawling = np.flatnonzero(self.results.status == STIFF)
        yield from self._in_lanes(np.setdiff1d(crawling, found), stiff=True, settle=self.settle)
        yield from self._in_lanes(np.intersect1d(crawling, found), stiff=True, settle=False)

    def _in_lanes(self, of: NDArray[np.int64], *, stiff: bool, settle: bool) -> Stages:
        """Run some members and collect their results."""
        plan, results, shapes, kept = self.plan, self.results, self.shapes, len(self.results.records)
        if not of.size:
            return
        whole = of.size == len(self.parameters)
        counts, more = results[:COUNTED], (_records(kept, of.size), _gradients(plan, kept, of.size))
        own = results if whole else Results._make([*(array[of] for array in counts), *more])
        members = Members(
            np.zeros(1, np.int64), self.parameters if whole else self.parameters[of],
            self.initial if len(self.initial) == 1 else self.initial[of], settle, self.amplitude[of],
            shapes.which[of], self.rests if len(self.rests) < 2 else self.rests[of],
        )  # fmt: skip
        settings = Settings(
            np.array([plan.membrane.spike_level], float), plan.tolerance, self.sizes, self.limit,
            plan.shapes, self.slots, plan.method == "auto" and not stiff,
        )  # fmt: skip
        yield partial(run_lanes, program_of(plan, stiff=stiff), members, shapes.stimuli, settings, own)
        if not whole:
            for array, part in zip(counts, own[:COUNTED], strict=True):
                array[of] = part
            most = min(int(own.spikes.max(initial=0)), kept)
            results.records[:most, of], results.gradients[:most, of] = own.records[:most], own.gradients[:most]
        self.outcomes.beside[of] |= (results.status[of] & BESIDE_REST) > 0
        self.still[of] = (results.status[of] & STILL) > 0
        results.status[of] %= BESIDE_REST

    def finish(self) -> Generator[Callable[[], None], None, Columns]:
        """Return the table of features, statuses and reasons."""
        plan, results, reasons = self.plan, self.results, self.outcomes.reasons
        status, spikes, members = results.status, results.spikes, len(self.parameters)
        values = np.empty((len(ROWS), members))
        if plan.shapes:
            marks = self.shapes.stimuli.marks
            marks = marks[self.shapes.which] if len(marks) else np.full((members, 3), np.nan)
            queue = np.zeros(1, np.int64)
            yield partial(feature_program(), queue, results.records, spikes, results.totals, marks, values)
        if not any(name.startswith(START) for name in self.columns):
            reasons[(reasons == "") & (status == DONE) & self.outcomes.beside] = BESIDE
        elif not plan.interventions:
            silent = np.flatnonzero((reasons == "") & (status == DONE) & (spikes == 0) & self.still)
            reasons[
                stayed(plan, self.columns, self.shapes, self.initial[:, : len(plan.membrane.variables)], silent)
            ] = STAYED
        table = columns_of(plan, spikes, values, status, reasons)
        if plan.spike_times:
            crossings = results.records[: plan.spike_times, :, SPIKE.crossing]
            counted = np.where(status == DONE, spikes, 0)
            table["spike_times"] = ragged(crossings, counted)
            for name, gradient in gradients_of(plan, results.gradients).items():
                table[name] = ragged(gradient, counted)
        return table

    def unfinished(self) -> Iterator[tuple[NDArray[np.int64], int, int, int]]:
        """Yield members to be run again, with their numbers of kept spikes and slots, and their work limit."""
        plan, limit, slots, kept = self.plan, self.limit, self.slots, len(self.results.records)
        status, spikes = self.results.status, self.results.spikes
        if plan.most_steps is None and limit == work_limit(plan):
            for stopped in np.flatnonzero(status == TOO_MANY_STEPS):
                allowed = own_work_limit(plan, self.parameters[stopped, : len(plan.parameters)]) + work_of_stimulus(
                    self.shapes, int(stopped)
                )
                if allowed > limit:
                    yield np.array([stopped]), kept, slots, allowed
        if not plan.shapes:
            return
        forgot = (status == DONE) & (self.results.totals[:, TOTALS.forgot] > 0.0) & (slots < MOST_SLOTS)
        if forgot.any():
            yield np.flatnonzero(forgot), kept, 8 * slots, limit
        for member in np.flatnonzero((status == DONE) & (spikes > kept) & ~forgot):
            yield np.array([member]), int(spikes[member]), slots, limit


def _slots(plan: Plan) -> int:
    """Return how many steps are stored at first: enough to find the half height on the way up of most spikes."""
    return 1 << math.ceil(5.0 + max(0.25 * math.log2(1e-4 / plan.tolerance), 0.0))


def _records(kept: int, members: int) -> NDArray[np.float64]:
    """Return memory for the records of spikes, each on its own cache line (64 bytes)."""
    memory = np.empty(kept * members * NUMBERS + 7)
    begin = -memory.ctypes.data % 64 // memory.itemsize
    return memory[begin : begin + kept * members * NUMBERS].reshape(kept, members, NUMBERS)


def _gradients(plan: Plan, kept: int, members: int) -> NDArray[np.float64]:
    """Return memory for the derivatives of spike times."""
    return np.full((kept, members, len(plan.sensitivities)), np.nan)
