"""The inputs and the working memory of the loop of one neuron, as named values."""

from __future__ import annotations

from typing import Any, NamedTuple

from numba import types

from loligo.kernel.calling import Matrix, Notes, Numbers, Pointer, Whole, whole_numbers
from loligo.stimulus.pieces import Pieces

_f8, _i8 = types.float64, types.int64
_numbers, _matrix, _whole = _f8[::1], _f8[:, ::1], _i8[::1]


class Machine(NamedTuple):
    """A compiled membrane (addresses of functions, prepared parameters, switches), and the table of a method."""

    rhs: int
    jacobian: int
    q: Numbers
    switches: Whole
    table: Matrix


class State(NamedTuple):
    """The variables, changed in place; a mask, 0 for held variables; and the scales in which errors are measured."""

    y: Numbers
    mask: Numbers
    absolute: Numbers
    relative: Numbers


class Sampling(NamedTuple):
    """Sample times, samples to fill, the spike level of each potential, and how many spikes are enough (or 0)."""

    times: Numbers
    samples: Matrix
    levels: Numbers
    enough: int


class Settings(NamedTuple):
    """The tolerance, the maximum number of steps, the patience with a method, and the cell of `loligo.kernel.stops`."""

    tolerance: float
    most_steps: int
    patience: int
    stop: Whole


RUN = types.Tuple((_i8, _f8, _i8, _numbers, _numbers, _i8, _i8, _i8))(
    types.NamedTuple((_i8, _i8, _numbers, _whole, _matrix), Machine),
    types.NamedUniTuple(_numbers, 4, State),
    types.NamedTuple((_numbers, _numbers, _numbers, _whole, _matrix), Pieces),
    types.NamedTuple((_numbers, _matrix, _numbers, _i8), Sampling),
    types.NamedTuple((_f8, _i8, _i8, _whole), Settings),
)


class Piece(NamedTuple):
    """A piece of the stimulus: when it begins and ends [ms], its line and its waves."""

    origin: float
    end: float
    c0: float
    c1: float
    waves: Any


class Course(NamedTuple):
    """Everything that a part of the loop may need: arrays as views without reference counts, and pointers to memory.

    ``numbers`` and ``counts`` contain the values that change from step to step, ``work`` the rows of
    `loligo.integrate.rows`, ``slack`` the slack of each switch (`loligo.integrate.switches`), ``kept`` the rows that
    `refined` saves, and ``crossed`` the time at which each potential crossed its level on the last step.
    """

    rhs: int
    jacobian: int
    q: Pointer
    switches: Any
    table: Any
    work: Pointer
    slack: Pointer
    kept: Pointer
    numbers: Pointer
    counts: Notes
    times: Any
    samples: Any
    levels: Pointer
    crossed: Pointer
    tolerance: float
    most_steps: int
    patience: int
    stop: Any
    finish: float


# indices in ``numbers``: the time, the next step, the logarithm of the last error, the largest wave that is negligible,
# by how many scales of a potential a stimulus of 1 moves the potential per ms, and the length of a step before it was
# cut for a switch
NUMBERS = 6
T, H, LAST_LOG, LEAST_WAVE, PUSH, WHOLE = whole_numbers(0, NUMBERS)
# indices in ``counts``: samples, accepted and rejected steps, suspicious and calm steps of the method, consecutive
# changes of branches, changes that hold a variable, the last switch at which one is held, the status, the variable that
# failed, and the number of steps after which the run checks whether to stop
COUNTS = 11
SAMPLED, ACCEPTED, REJECTED, SUSPICIOUS, CALM, CHANGES, HOLDS, HELD_AT, STATUS, TROUBLE, UNHEARD = whole_numbers(
    0, COUNTS
)
