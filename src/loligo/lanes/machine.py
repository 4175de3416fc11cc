"""The inputs and the working memory of the loop, as named values.

Passing an array counts references, an atomic operation that slows all cores. So arrays become pointers once, in a
`Course`, which every part of the loop takes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from numba import types

from loligo.kernel.calling import Matrix, Notes, Numbers, Pointer, Whole

_f8, _i8, _truth = types.float64, types.int64, types.boolean
_numbers, _matrix, _whole = _f8[::1], _f8[:, ::1], _i8[::1]


class Machine(NamedTuple):
    """A compiled membrane.

    Attributes
    ----------
    addresses : array (3,)
        Addresses of ``prepare``, of the slopes of all lanes, and of the stages of an implicit step.
    prepared : int
        Number of values that ``prepare`` computes from a member's parameters, including which variables are held.
    switches : array
        The number of switches, the index of the first switch's value among the prepared values, and the variable of
        each switch.
    stop : array
        Once ``stop[0]`` is set (`loligo.kernel.stops`), the loop returns and leaves its results unfinished.
    """

    addresses: Whole
    prepared: int
    switches: Whole
    stop: Whole


class Members(NamedTuple):
    """The members of a block.

    Attributes
    ----------
    queue : array (1,)
        The index of the next member to start; all running threads share it.
    parameters : array (members, parameters)
    initial : array (members or 1, variables)
        The initial states, NaN where members start at rest.
    settle : bool
        Whether the rest of each member is to be found.
    amplitude : array (members,)
    shape : array (members,)
        Index of each member's stimulus among the shapes of `Stimuli`.
    rests : array (members, 1 or 0, variables)
        The states at rest, NaN where they are to be found; empty if not needed.
    """

    queue: Whole
    parameters: Matrix
    initial: Matrix
    settle: bool
    amplitude: Numbers
    shape: Whole
    rests: Matrix


class Stimuli(NamedTuple):
    """The shapes of the stimulus: a member's is ``fixed + amplitude scaled``.

    Attributes
    ----------
    pieces : array (shapes + 1,)
        Shape k has the pieces ``pieces[k]:pieces[k + 1]``, and one edge more.
    edges : array
    fixed, scaled : array (pieces, 2)
        The line of each piece: initial value and slope, of the fixed part and of the part that the amplitude scales.
    wave_offsets : array (pieces + 1,)
    waves_fixed, waves_scaled : array (waves, 4)
        The waves of all pieces, of the fixed part and of the part that the amplitude scales.
    marks : array (shapes, 3)
        The ends of the time windows: before the base, the base, the stimulus.
    held : array (pieces, variables)
        1 where a variable is held, otherwise 0. Empty if there are no interventions.
    put : array (pieces, variables)
        The value to which a variable is set at the start of a piece (`loligo.lanes.begin.intervene`), or NaN. Empty if
        there are no interventions.
    """

    pieces: Whole
    edges: Numbers
    fixed: Matrix
    scaled: Matrix
    wave_offsets: Whole
    waves_fixed: Matrix
    waves_scaled: Matrix
    marks: Matrix
    held: Matrix
    put: Matrix


class Settings(NamedTuple):
    """The settings with which members are run.

    Attributes
    ----------
    levels : array (potentials,)
        Levels at which a spike is counted [mV].
    tolerance : float
    absolute : array (variables,)
        The scales in which errors are measured.
    most_steps : int
    detail : bool
        Whether the shapes of spikes and the means of v are recorded.
    slots : int
        Number of past steps that are stored, a power of 2.
    watch : bool
        Whether members whose steps are limited by stability are left to the stiff method.
    """

    levels: Numbers
    tolerance: float
    absolute: Numbers
    most_steps: int
    detail: bool
    slots: int
    watch: bool


class Results(NamedTuple):
    """The results of each member: its status, numbers of spikes and steps, its `Totals` and `Spike` records.

    A member with several potentials has spikes, totals and records for each in turn. ``gradients`` has the derivatives
    of the spike times in each direction of the program.
    """

    status: Whole
    spikes: Whole
    steps: Whole
    totals: Matrix
    records: Numbers
    gradients: Numbers


RUN = types.void(
    types.NamedTuple((_whole, _i8, _whole, _whole), Machine),
    types.NamedTuple((_whole, _matrix, _matrix, _truth, _numbers, _whole, _matrix), Members),
    types.NamedTuple(
        (_whole, _numbers, _matrix, _matrix, _whole, _matrix, _matrix, _matrix, _matrix, _matrix), Stimuli
    ),
    types.NamedTuple((_numbers, _f8, _numbers, _i8, _truth, _i8, _truth), Settings),
    types.NamedTuple((_whole, _whole, _whole, _matrix, _f8[:, :, ::1], _f8[:, :, ::1]), Results),
)


class Quartic(NamedTuple):
    """A potential on a step: ``v0 + d1 theta + d2 theta**2 + d3 theta**3 + d4 theta**4``, with theta from 0 to 1."""

    v0: float
    d1: float
    d2: float
    d3: float
    d4: float


class Course(NamedTuple):
    """Pointers to everything that a part of the loop may need, with the names used above.

    ``work`` and ``scan`` are blocks of rows in the precision of the program (`loligo.lanes.rows`); ``clock`` has rows
    in double precision, and ``notes`` rows of integers. ``sought`` contains roots (`loligo.lanes.roots`), ``ring`` the
    stored steps, ``landing`` the notes of `loligo.lanes.switches`, ``resting`` the members' rests, ``wave`` the waves
    of one piece, and ``q`` the prepared values.
    """

    slopes: int
    stages: int
    prepare: int
    prepared: int
    switches: Notes
    stop: Notes
    work: Any
    scan: Any
    clock: Pointer
    notes: Notes
    sought: Pointer
    ring: Any
    landing: Pointer
    resting: Pointer
    wave: Pointer
    q: Pointer
    members: int
    queue: Notes
    parameters: Pointer
    width: int
    initial: Pointer
    starts: int
    settle: bool
    amplitude: Pointer
    shape: Notes
    rests: Pointer
    rest_rows: int
    pieces: Notes
    edges: Pointer
    fixed: Pointer
    scaled: Pointer
    wave_offsets: Notes
    waves_fixed: Pointer
    waves_scaled: Pointer
    marks: Pointer
    held: Pointer
    put: Pointer
    waving: bool
    varying: bool
    intervening: bool
    levels: Pointer
    tolerance: float
    absolute: Pointer
    most_steps: int
    detail: bool
    slots: int
    watch: bool
    status: Notes
    spikes: Notes
    steps: Notes
    totals: Pointer
    records: Pointer
    gradients: Pointer
    kept: int
